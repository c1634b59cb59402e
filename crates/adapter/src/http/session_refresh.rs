//! `POST /session/refresh`: see [`adapter_api::session_refresh`].

use adapter_api::session_refresh::{Request, Response};
use axum::extract::State;
use identity::{
    link::Candidates,
    organization::Proof,
    session::{self, Refreshed, Token, TokenKind},
};
use store::Entry;

use super::{
    evidence,
    extract::{Json, Panel},
    grant, other_key,
    refusal::Refusal,
    sign_in_proof::audit_refusal,
};
use crate::{app::App, clock};

pub async fn handle(
    State(app): State<App>,
    panel: Panel,
    Json(request): Json<Request>,
) -> Result<axum::Json<Response>, Refusal> {
    let unknown = || Refusal::from(session::Refusal::Unknown);
    let token = Token::parse(&request.refresh_token.0, TokenKind::Refresh, &app.keys)
        .ok_or_else(unknown)?;
    let mut unit = app.store.read().await?;
    let session = unit.session(token.session).await?.ok_or_else(unknown)?;
    let organization = unit.organization(&session.organization).await?.ok_or_else(unknown)?;
    drop(unit);
    // Where no proof is required any more, one that still comes along says nothing.
    let proof = match organization.proof {
        Proof::Required { .. } => request.proof.as_ref(),
        Proof::Off => None,
    };
    let user = match proof {
        None => None,
        Some(proof) => match evidence::running_user(&app, &organization, &panel.jkt, proof).await {
            Ok(user) => Some(user),
            Err(refusal) => {
                audit_refusal(&app, &organization, &panel, session.way, &refusal).await?;
                return Err(refusal);
            }
        },
    };
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    let session = unit.session(token.session).await?.ok_or_else(unknown)?;
    let agent = unit.agent(&session.agent).await?.ok_or_else(unknown)?;
    let candidates = match &user {
        Some(user) => unit.candidates_of(&organization.handle, user).await?,
        None => Candidates::default(),
    };
    let proof = user.as_ref().map(|user| (user, &candidates));
    let refreshed =
        session::refresh(&session, token, &panel.jkt, &agent, &organization, proof, now);
    if let Err(refusal) = &refreshed {
        // Before this unit would write.
        drop(unit);
        other_key::notice(&app, &panel, &session, refusal).await?;
        return Err(refusal.clone().into());
    }
    let session = match refreshed? {
        Refreshed::Renewed(session) => {
            unit.renew_session(&session).await?;
            unit.commit().await?;
            session
        }
        Refreshed::Repeated(session) => session,
        Refreshed::Ended(session, end) => {
            unit.end_session(session.id, end, now).await?;
            unit.audit(Entry {
                at: now,
                organization: Some(&organization.handle),
                agent: Some(&agent.id),
                actor: "agent",
                event: "session.end",
                outcome: end.as_str(),
                detail: Some(&panel.by(session.way)),
            })
            .await?;
            unit.commit().await?;
            app.hub.nudge();
            return Err(session::Refusal::Ended(end).into());
        }
    };
    Ok(axum::Json(grant::granted(&app, &session, &agent, &organization, None, now)))
}
