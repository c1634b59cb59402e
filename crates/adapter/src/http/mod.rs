//! The adapter's HTTP interface: one route per file.

pub mod assets;
mod auth_claim;
mod auth_decide;
mod auth_done;
mod auth_start;
mod auth_transaction;
mod call_log;
mod call_log_turn;
mod calling_account;
mod calling_colleagues;
mod calling_numbers;
mod client;
mod consents;
mod cookie;
mod events;
mod evidence;
mod extract;
mod grant;
mod health;
mod invite;
mod limit;
mod listen;
mod measure;
mod metrics;
mod oauth_callback;
pub mod other_key;
mod page;
mod panel;
mod phone;
mod refusal;
mod session;
mod session_refresh;
mod sessions;
mod sign_in_challenge;
mod sign_in_legacy;
mod sign_in_password;
mod sign_in_proof;
mod user_agent;
pub mod wrong_attempt;

use adapter_api as api;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::{self, Next},
    response::Response,
    routing::{delete, get, post},
};
use tokio::net::TcpListener;

pub use refusal::code_of_end;

use crate::{app::App, clock};

/// Serves until the app is stopped; then requests under way may finish, for a few seconds.
pub async fn serve(app: App, listener: TcpListener) {
    let served = listen::listen(app.clone(), listener, router(app.clone()));
    let too_long = async {
        app.stopped().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        () = served => {}
        // A client that never finishes its request would keep us for ever.
        () = too_long => {}
    }
}

fn router(app: App) -> Router {
    let sign_ins = Router::new()
        .route(api::sign_in_challenge::PATH, post(sign_in_challenge::handle))
        .route(api::sign_in_proof::PATH, post(sign_in_proof::handle))
        .route(api::sign_in_legacy::PATH, post(sign_in_legacy::handle))
        .route(api::sign_in_password::PATH, post(sign_in_password::handle))
        .route(api::auth_transaction::PATH, post(auth_transaction::handle))
        .layer(middleware::from_fn_with_state(app.clone(), limit::sign_ins));
    // What the panel calls: every answer carries the nonce for the next proof.
    let calls = Router::new()
        .merge(sign_ins)
        .route(api::auth_claim::PATH, post(auth_claim::handle))
        .route(api::session::PATH, get(session::show).delete(session::sign_out))
        .route(api::session_refresh::PATH, post(session_refresh::handle))
        .route(api::sessions::PATH, get(sessions::list).delete(sessions::end_others))
        .route(api::call_log::PATH, get(call_log::show).put(call_log::hand_over))
        .route(api::call_log_turn::PATH, post(call_log_turn::handle))
        .route(api::calling_account::PATH, get(calling_account::handle))
        .route(api::calling_colleagues::PATH, get(calling_colleagues::handle))
        .route(api::calling_numbers::PATH, post(calling_numbers::handle))
        .route(api::consents::PATH, get(consents::list))
        .route(api::consents::ONE_PATH, delete(consents::revoke))
        .route(api::events::TICKET_PATH, post(events::ticket))
        .route(api::events::PATH, get(events::socket))
        .layer(middleware::from_fn_with_state(app.clone(), limit::calls))
        .layer(middleware::from_fn_with_state(app.clone(), give_nonce));
    let frames = Router::new()
        .route("/panel/{organization}", get(panel::handle))
        .route("/phone/{organization}", get(phone::handle))
        .layer(middleware::from_fn_with_state(app.clone(), limit::frames));
    let pages = Router::new()
        .route(api::auth_start::PATH, get(auth_start::handle))
        .route("/oauth/callback/{provider}", get(oauth_callback::handle))
        .route(api::auth_decide::PATH, get(auth_decide::show).post(auth_decide::decide))
        .route(api::invite::PATH, get(invite::show).post(invite::set))
        .route(api::auth_decide::DONE_PATH, get(auth_done::handle))
        .layer(middleware::from_fn_with_state(app.clone(), limit::pages));
    // The reverse proxy asks whether we live, and a page without its files is none: nobody counts these.
    Router::new()
        .merge(calls)
        .merge(frames)
        .merge(pages)
        .route("/assets/{file}", get(assets::handle))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(middleware::from_fn(harden))
        .layer(middleware::from_fn_with_state(app.clone(), measure::measure))
        .with_state(app)
}

/// The listener that only Prometheus reaches.
pub async fn serve_metrics(app: App, listener: TcpListener) {
    let router = Router::new()
        .route("/metrics", get(metrics::read))
        .layer(middleware::from_fn(harden))
        .with_state(app.clone());
    listen::listen(app, listener, router).await;
}

/// RFC 9449 §8.2: the server may supply a new nonce with any answer.
async fn give_nonce(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if let Ok(nonce) = HeaderValue::from_str(&app.keys.dpop_nonce(clock::now())) {
        response.headers_mut().insert(HeaderName::from_static(DPOP_NONCE), nonce);
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What every answer says, whatever it is.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    response
}

const DRAIN: std::time::Duration = std::time::Duration::from_secs(5);

/// `oauth::dpop::NONCE_HEADER`, in lower case as HTTP libraries store it.
const DPOP_NONCE: &str = "dpop-nonce";

/// The largest body is a legacy sign-in with its proof; an ID token's length bounds the proof.
const MOST_BYTES: usize = 32 * 1024;
