//! The control interface under `/practice/` on the PBX's host: what tests and demos rearrange, in JSON. As
//! open as the organisation's own, and closed to other sites' pages in the same way.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Pbx, account,
    call::{Call, Order, Report},
    faults::Faults,
    mailbox::Messages,
};

pub fn routes() -> Router<Arc<Pbx>> {
    Router::new()
        .route("/practice/calls", get(calls).post(ring))
        .route("/practice/calls/{id}", get(call).post(order))
        .route("/practice/news/{seen}", get(news))
        .route("/practice/extensions", get(extensions))
        .route("/practice/extensions/{extension}/messages", post(set_messages))
        .route("/practice/faults", get(faults).post(play))
}

async fn calls(State(pbx): State<Arc<Pbx>>) -> Json<Vec<Report>> {
    let calls: Vec<Arc<Call>> = pbx.inner().calls.values().cloned().collect();
    Json(calls.iter().map(|call| call.report()).collect())
}

/// `GET /practice/news/{seen}`: the count of what has happened to calls and phones, as soon as it is beyond `seen`.
async fn news(State(pbx): State<Arc<Pbx>>, Path(seen): Path<u64>) -> Json<u64> {
    Json(pbx.news.after(seen).await)
}

async fn call(State(pbx): State<Arc<Pbx>>, Path(id): Path<u64>) -> Response {
    match pbx.call(id) {
        Some(call) => Json(call.report()).into_response(),
        None => no_such_call(),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ring {
    extension: String,
    /// Who calls.
    number: String,
    name: Option<String>,
}

/// `POST /practice/calls`: a customer calls an extension.
async fn ring(State(pbx): State<Arc<Pbx>>, Json(ring): Json<Ring>) -> Response {
    match pbx.ring(&ring.extension, &ring.number, ring.name.as_deref()) {
        Ok(id) => Json(json!({ "id": id })).into_response(),
        Err(error) => refusal(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

async fn order(
    State(pbx): State<Arc<Pbx>>,
    Path(id): Path<u64>,
    Json(order): Json<Order>,
) -> Response {
    match pbx.call(id) {
        Some(call) if call.order(order) => Json(call.report()).into_response(),
        Some(_) => refusal(StatusCode::CONFLICT, "this call is over"),
        None => no_such_call(),
    }
}

/// `GET /practice/extensions`: where each is to be found.
async fn extensions(State(pbx): State<Arc<Pbx>>) -> Json<Value> {
    let mut inner = pbx.inner();
    inner.switch.registrar.expire(super::now());
    let shown = account::extensions().map(|extension| {
        let bindings = inner.switch.registrar.of(&extension);
        let contacts: Vec<String> =
            bindings.iter().map(|binding| binding.contact.to_string()).collect();
        let messages = inner.switch.mailboxes.of(&extension);
        json!({
            "extension": extension,
            "bindings": contacts.len(),
            "contacts": contacts,
            "messages": { "new": messages.new, "old": messages.old },
        })
    });
    Json(shown.collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetMessages {
    new: u32,
    #[serde(default)]
    old: u32,
}

/// `POST /practice/extensions/{extension}/messages`: so many wait, and whoever asked is told.
async fn set_messages(
    State(pbx): State<Arc<Pbx>>,
    Path(extension): Path<String>,
    Json(SetMessages { new, old }): Json<SetMessages>,
) -> Response {
    if !account::is_extension(&extension) {
        return refusal(StatusCode::NOT_FOUND, "there is no such extension");
    }
    pbx.change_messages(&extension, |_| Messages { new, old });
    Json(json!({ "new": new, "old": old })).into_response()
}

async fn faults(State(pbx): State<Arc<Pbx>>) -> Json<Faults> {
    Json(pbx.inner().faults.clone())
}

/// The faults named are set, the others end.
async fn play(State(pbx): State<Arc<Pbx>>, Json(faults): Json<Faults>) -> Json<Faults> {
    pbx.play(&faults);
    Json(faults)
}

impl Pbx {
    fn call(&self, id: u64) -> Option<Arc<Call>> {
        self.inner().calls.get(&id).cloned()
    }
}

fn no_such_call() -> Response {
    refusal(StatusCode::NOT_FOUND, "there is no such call")
}

fn refusal(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
