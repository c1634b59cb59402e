//! `POST /call-log/turn`: see [`adapter_api::call_log_turn`].

use adapter_api::call_log_turn::{Request, Response};
use axum::extract::State;

use super::{
    extract::{Json, SignedIn},
    refusal::Refusal,
};
use crate::{app::App, call_log::apex::Turn};

pub async fn handle(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(Request { done }): Json<Request>,
) -> Result<axum::Json<Response>, Refusal> {
    let SignedIn { agent, organization, .. } = signed_in;
    if organization.integration_client.is_some() {
        return Ok(axum::Json(Response { write: None, next_in: None }));
    }
    let turn = Turn { app: &app, organization: &organization.handle, agent: &agent };
    match done {
        Some(done) => turn.finish(done).await?,
        None => turn.begin().await?,
    }
    Ok(axum::Json(turn.next().await?))
}
