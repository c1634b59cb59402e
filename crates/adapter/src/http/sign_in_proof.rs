//! `POST /sign-in/proof`: see [`adapter_api::sign_in_proof`].

use adapter_api::sign_in_proof::{Request, Response};
use axum::extract::State;
use identity::{
    organization::Organization,
    sign_in::{
        self, StartedBy, Way,
        examine::{Evidence, check_presence, examine, welcome},
        proof::RunningUser,
    },
};
use store::Entry;

use super::{
    evidence,
    extract::{Json, Panel, organization},
    grant::{self, Basis, open_session},
    oauth_callback::detail,
    refusal::Refusal,
};
use crate::{app::App, clock};

pub async fn handle(
    State(app): State<App>,
    panel: Panel,
    Json(request): Json<Request>,
) -> Result<axum::Json<Response>, Refusal> {
    let organization = organization(&mut app.store.read().await?, &request.organization).await?;
    let result = match evidence::running_user(&app, &organization, &panel.jkt, &request.proof).await
    {
        Ok(user) => {
            let started_by = started_by(request.started_by);
            sign_in(&app, &organization, &panel, user, started_by).await
        }
        Err(refusal) => Err(refusal),
    };
    if let Err(refusal) = &result {
        audit_refusal(&app, &organization, &panel, Way::Proof, refusal).await?;
    }
    result.map(axum::Json)
}

async fn sign_in(
    app: &App,
    organization: &Organization,
    panel: &Panel,
    user: RunningUser,
    started_by: StartedBy,
) -> Result<Response, Refusal> {
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    let candidates = unit.candidates_of(&organization.handle, &user).await?;
    let evidence =
        Evidence { way: Way::Proof, user: user.user, standing: &user.standing, switching: None };
    let (agent, admission) = examine(evidence, organization, candidates)?;
    check_presence(&agent, started_by)?;
    let Some(consent) = unit.consent_of(&organization.handle, user.user, &agent.id).await? else {
        return Err(sign_in::Refusal::ConsentNeeded.into());
    };
    let agent = welcome(agent, admission, user.user, now).reading(user.language);
    unit.save_agent(&agent).await?;
    let basis = Basis { way: Way::Proof, panel, consent: Some(consent.id), proved_at: Some(now) };
    let session = open_session(&mut unit, organization, &agent, basis, now).await?;
    unit.commit().await?;
    app.metrics.sign_in(&organization.handle, session.way, Ok(()));
    Ok(grant::granted(app, &session, &agent, organization, None, now))
}

pub fn started_by(started_by: adapter_api::StartedBy) -> StartedBy {
    match started_by {
        adapter_api::StartedBy::Load => StartedBy::Load,
        adapter_api::StartedBy::Agent => StartedBy::Agent,
    }
}

/// Records a refused sign-in, but not one that only says how to go on, and none without a credential that
/// verified: anybody can send those, and the audit log never shrinks.
pub async fn audit_refusal(
    app: &App,
    organization: &Organization,
    panel: &Panel,
    way: Way,
    refusal: &Refusal,
) -> Result<(), Refusal> {
    use adapter_api::Code;
    let code = refusal.code();
    tracing::info!(organization = %organization.handle, way = way.as_str(), %code, "sign-in refused");
    app.metrics.sign_in(&organization.handle, way, Err(code));
    match code {
        _ if refusal.is_our_fault() => return Ok(()),
        Code::ConsentNeeded | Code::UseLegacy | Code::SignedOut => return Ok(()),
        Code::ProofMalformed | Code::ProofSignature => return Ok(()),
        _ => {}
    }
    let detail = detail(panel.address, way, &refusal.refused);
    let mut unit = app.store.begin().await?;
    unit.audit(Entry {
        at: clock::now(),
        organization: Some(&organization.handle),
        agent: None,
        actor: "agent",
        event: "sign_in",
        outcome: code.as_str(),
        detail: Some(&detail),
    })
    .await?;
    unit.commit().await?;
    Ok(())
}
