//! `GET /sessions`, `DELETE /sessions`: see [`adapter_api::sessions`].

use adapter_api::sessions::{Listed, Place, Response};
use axum::{extract::State, http::StatusCode};
use identity::session::{End, SEEN};
use store::Entry;

use super::{
    extract::SignedIn,
    grant::{seconds, wire_way},
    refusal::Refusal,
};
use crate::{app::App, clock};

pub async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<Response>, Refusal> {
    let now = clock::now();
    let mut unit = app.store.read().await?;
    let live = unit.live_sessions_of_agent(&signed_in.agent.id, now).await?;
    let (mut sessions, mut unseen) = (Vec::new(), 0);
    for session in live {
        let here = session.id == signed_in.session.id;
        let seen_at = session.seen_at(app.hub.heard_at(session.id, now));
        if !here && now.duration_since(seen_at) > SEEN {
            unseen += 1;
            continue;
        }
        sessions.push(Listed {
            place: if here { Place::Here } else { Place::Elsewhere },
            client: session.client,
            way: wire_way(session.way),
            signed_in_at: seconds(session.created_at),
            seen_at: seconds(seen_at),
            ends_at: seconds(session.ends_at),
        });
    }
    Ok(axum::Json(Response { sessions, unseen }))
}

/// Where there is no other session, there is none afterwards, which is what was asked for.
pub async fn end_others(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<StatusCode, Refusal> {
    let now = clock::now();
    let (agent, here) = (&signed_in.agent.id, signed_in.session.id);
    let mut unit = app.store.begin().await?;
    let ended = unit.end_other_sessions(agent, here, End::Elsewhere, now).await?;
    if ended > 0 {
        unit.audit(Entry {
            at: now,
            organization: Some(&signed_in.organization.handle),
            agent: Some(agent),
            actor: "agent",
            event: "session.end",
            outcome: "ok",
            detail: Some(&format!("the others, {ended}")),
        })
        .await?;
        unit.commit().await?;
        app.hub.nudge();
    }
    Ok(StatusCode::NO_CONTENT)
}
