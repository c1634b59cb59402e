//! The console's host: records, the utility bar with the softphone, and what the page's script asks.

mod activity;
mod aura;
mod frame;
mod pages;
mod record;
mod records;
mod ring;
mod shell;

pub use shell::global_header;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use serde::Deserialize;

use crate::org::{
    Org, Site, apex, control, open_cti, page,
    session::{self, LoggedOut, Session},
    setup,
};

pub fn router(org: Arc<Org>) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/lightning/page/home") }))
        .route("/look.css", get(page::style_sheet))
        .route("/host.js", get(open_cti::host_script))
        .route("/tabs.js", get(open_cti::tabs_script))
        .route("/support/api/{version}/lightning/{script}", get(open_cti::client_script))
        .route("/secur/frontdoor.jsp", get(front_door))
        .route("/secur/logout.jsp", get(log_out))
        .route("/lightning/page/home", get(pages::home))
        .route("/lightning/search", get(pages::search))
        .route("/lightning/o/{object}/list", get(pages::list))
        .route("/lightning/r/{object}/{id}/view", get(record::page))
        .route("/aura/settings", get(aura::settings))
        .route("/aura/open-cti", get(aura::open_cti))
        .route("/aura/layout", get(aura::layout))
        .route("/aura/search", get(aura::search))
        .route("/aura/task", post(aura::save_task))
        .route("/aura/record", post(aura::create_record))
        .route("/aura/ring", post(ring::me))
        .route("/aura/apex", post(apex::run))
        .merge(setup::routes())
        .merge(control::routes())
        .with_state(org)
}

/// Whether an activity may belong to it.
pub fn has_record(state: &crate::org::state::State, id: &str) -> bool {
    records::Record::find(state, id).is_some()
}

#[derive(Deserialize)]
pub struct FrontDoor {
    #[serde(default)]
    otp: String,
    #[serde(default, rename = "retURL")]
    return_to: String,
}

/// `GET /secur/frontdoor.jsp`, on either host: a one-time code becomes this host's cookie.
pub async fn front_door(State(org): State<Arc<Org>>, Query(door): Query<FrontDoor>) -> Response {
    let Some(session) = org.state().sessions.redeem(&door.otp) else {
        return (StatusCode::BAD_REQUEST, "This link has been used already. Log in again.")
            .into_response();
    };
    let return_to = if is_ours(&org, &door.return_to) { door.return_to.as_str() } else { "/" };
    ([session::cookie(&org, &session.id)], Redirect::to(return_to)).into_response()
}

fn is_ours(org: &Org, return_to: &str) -> bool {
    let is_path = return_to.starts_with('/') && !return_to.starts_with("//");
    let is_site = url::Url::parse(return_to).is_ok_and(|url| {
        [Site::Console, Site::MyDomain].iter().any(|site| org.site(*site).origin() == url.origin())
    });
    is_path || is_site
}

/// `GET /secur/logout.jsp`, on the console.
async fn log_out(State(org): State<Arc<Org>>, session: Option<Session>) -> Response {
    let logged_out = session.map(|session| org.state().sessions.log_out(&session.id));
    match logged_out {
        Some(LoggedOut::BackToAdministrator) => Redirect::to(setup::USERS).into_response(),
        Some(LoggedOut::Entirely) | None => {
            let login = format!("{}/login", org.origin(Site::MyDomain));
            ([session::expired_cookie()], Redirect::to(&login)).into_response()
        }
    }
}
