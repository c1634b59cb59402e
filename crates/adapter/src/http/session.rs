//! `GET /session`, `DELETE /session`: see [`adapter_api::session`].

use adapter_api::session::Session;
use axum::{extract::State, http::StatusCode};
use identity::{
    agent::{Agent, Presence},
    session::End,
};
use store::Entry;

use super::{extract::SignedIn, grant::wire_session, refusal::Refusal};
use crate::{app::App, clock};

pub async fn show(signed_in: SignedIn) -> axum::Json<Session> {
    let SignedIn { session, agent, organization } = signed_in;
    axum::Json(wire_session(&session, &agent, &organization, None, clock::now()))
}

pub async fn sign_out(State(app): State<App>, signed_in: SignedIn) -> Result<StatusCode, Refusal> {
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    // Read again under the write lock, so that nothing written in between is lost.
    let agent = unit.agent(&signed_in.agent.id).await?.unwrap_or(signed_in.agent);
    unit.end_sessions_of_agent(&agent.id, End::SignedOut, now).await?;
    unit.audit(Entry {
        at: now,
        organization: Some(&signed_in.organization.handle),
        agent: Some(&agent.id),
        actor: "agent",
        event: "sign_out",
        outcome: "ok",
        detail: None,
    })
    .await?;
    unit.save_agent(&Agent { presence: Presence::SignedOut, ..agent }).await?;
    unit.commit().await?;
    app.hub.nudge();
    Ok(StatusCode::NO_CONTENT)
}
