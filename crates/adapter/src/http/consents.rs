//! `GET /consents`, `DELETE /consents/{consent}`: see [`adapter_api::consents`].

use adapter_api::consents::{Consent, Response};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};
use identity::{consent::ConsentId, session::End};
use store::Entry;

use super::{extract::SignedIn, grant::seconds, refusal::Refusal};
use crate::{app::App, clock};

pub async fn list(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<Response>, Refusal> {
    let consents = app.store.read().await?.consents(&signed_in.agent.id).await?;
    Ok(axum::Json(Response {
        consents: consents
            .into_iter()
            .map(|consent| Consent {
                id: consent.id.0,
                organization_name: signed_in.organization.name.clone(),
                subject: consent.subject.to_string(),
                granted_at: seconds(consent.granted_at),
            })
            .collect(),
    }))
}

/// Revoking what is revoked already is no error: the agent wanted it gone, and it is.
pub async fn revoke(
    State(app): State<App>,
    signed_in: SignedIn,
    Path(consent): Path<String>,
) -> Result<StatusCode, Refusal> {
    let now = clock::now();
    let consent = ConsentId(consent);
    let agent = &signed_in.agent.id;
    let mut unit = app.store.begin().await?;
    if unit.revoke_consent(&consent, agent, now).await? {
        unit.end_sessions_of_consent(&consent, End::ConsentRevoked, now).await?;
        unit.audit(Entry {
            at: now,
            organization: Some(&signed_in.organization.handle),
            agent: Some(agent),
            actor: "agent",
            event: "consent.revoke",
            outcome: "ok",
            detail: Some(&consent.0),
        })
        .await?;
        unit.commit().await?;
        app.hub.nudge();
    }
    Ok(StatusCode::NO_CONTENT)
}
