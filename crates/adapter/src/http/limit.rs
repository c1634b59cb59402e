//! Too many requests from one address are answered 429 (RFC 6585 §4) before anybody looks at them.

use adapter_api::{Code, error::Refused};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use identity::bucket::TooMany;
use jiff::SignedDuration;
use texts::Catalogue;

use super::{client::Client, page, panel, refusal::Refusal};
use crate::{app::App, clock};

/// What the panel calls.
pub async fn calls(
    State(app): State<App>,
    Client(address): Client,
    request: Request,
    next: Next,
) -> Response {
    let admitted = app.requests.admit(address, clock::now());
    run_or(admitted, request, next, call_refused).await
}

/// What begins a sign-in leaves rows behind or costs a signature's verification.
pub async fn sign_ins(
    State(app): State<App>,
    Client(address): Client,
    request: Request,
    next: Next,
) -> Response {
    let admitted = app.sign_ins.admit(address, clock::now());
    run_or(admitted, request, next, call_refused).await
}

/// The page in the console's frame.
pub async fn frames(
    State(app): State<App>,
    Client(address): Client,
    request: Request,
    next: Next,
) -> Response {
    let admitted = app.requests.admit(address, clock::now());
    run_or(admitted, request, next, |headers| {
        let refused = Refused::from(Code::RequestTooMany);
        panel::inert(page::texts(headers), StatusCode::TOO_MANY_REQUESTS, &refused)
    })
    .await
}

/// What a person looks at in a window.
pub async fn pages(
    State(app): State<App>,
    Client(address): Client,
    request: Request,
    next: Next,
) -> Response {
    let admitted = app.requests.admit(address, clock::now());
    run_or(admitted, request, next, |headers| {
        let refused = Refused::from(Code::RequestTooMany);
        page::refused(page::texts(headers), StatusCode::TOO_MANY_REQUESTS, &refused)
    })
    .await
}

async fn run_or(
    admitted: Result<(), TooMany>,
    request: Request,
    next: Next,
    refused: impl FnOnce(&HeaderMap) -> Response,
) -> Response {
    match admitted {
        Ok(()) => next.run(request).await,
        Err(TooMany { wait }) => retry_after(refused(request.headers()), wait),
    }
}

fn call_refused(_: &HeaderMap) -> Response {
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, Code::RequestTooMany).into_response()
}

pub fn too_many(wait: SignedDuration) -> Response {
    let refusal = Refusal::new(StatusCode::TOO_MANY_REQUESTS, Code::RequestTooMany);
    retry_after(refusal.into_response(), wait)
}

/// More passwords wait to be hashed than people would wait for.
pub fn busy() -> Response {
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, Code::RequestTooMany).into_response()
}

/// The same to a person.
pub fn busy_page(texts: &Catalogue) -> Response {
    page::refused(texts, StatusCode::SERVICE_UNAVAILABLE, &Code::RequestTooMany.into())
}

/// An answer that is another in a moment says so (RFC 9110 §15.6.4).
pub fn passing(response: Response) -> Response {
    match response.status() {
        StatusCode::SERVICE_UNAVAILABLE => retry_after(response, BUSY_WAIT),
        _ => response,
    }
}

/// RFC 9110 §10.2.3: whole seconds, so rounded up.
fn retry_after(mut response: Response, wait: SignedDuration) -> Response {
    let seconds = wait.as_secs() + i64::from(wait.subsec_nanos() > 0);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
    response
}

/// By then the queue of what waits has been worked off.
const BUSY_WAIT: SignedDuration = SignedDuration::from_secs(5);
