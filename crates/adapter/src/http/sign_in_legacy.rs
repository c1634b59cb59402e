//! `POST /sign-in/legacy`: see [`adapter_api::sign_in_legacy`].

use adapter_api::{
    Code,
    sign_in_legacy::{Request, Response},
};
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Response as HttpResponse},
};
use identity::{
    agent::{Agent, Presence, Token},
    attempts::Scope,
    organization::{Organization, Proof},
    sign_in::{
        self, Way, admit::admit, check_standing, examine::check_presence, proof::RunningUser,
    },
};
use tokio::time::Instant;

use super::{
    client::Client,
    evidence,
    extract::{Json, Panel, organization},
    grant::{self, Basis, open_session},
    refusal::Refusal,
    sign_in_proof::{audit_refusal, started_by},
    wrong_attempt::Counted,
};
use crate::{app::App, clock};

pub async fn handle(
    State(app): State<App>,
    client: Client,
    panel: Panel,
    Json(request): Json<Request>,
) -> Result<HttpResponse, Refusal> {
    let asked_at = Instant::now();
    let organization = organization(&mut app.store.read().await?, &request.organization).await?;
    let counted =
        Counted::new(&app, &organization, Scope::Operator, &request.operator_id.0, client);
    let refusal = match sign_in(&app, &organization, &panel, &request, &counted).await {
        Ok(granted) => return Ok(axum::Json(granted).into_response()),
        Err(refusal) => refusal,
    };
    audit_refusal(&app, &organization, &panel, Way::Legacy, &refusal).await?;
    // Unknown operator, wrong token and a method that is off are alike in words, and so in time. Right ones
    // never wait.
    counted.answer_late(&app, asked_at, refusal).await
}

async fn sign_in(
    app: &App,
    organization: &Organization,
    panel: &Panel,
    request: &Request,
    counted: &Counted,
) -> Result<Response, Refusal> {
    let user = proof_beside(app, organization, panel, request).await?;
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    let operator_id = request.operator_id.0.as_str();
    let agent = unit.agent_by_operator_id(&organization.handle, operator_id).await?;
    let agent = verified(app, agent, &request.sso_token.0)?;
    if let Some(user) = &user {
        let stands = check_standing(user.user, &user.standing, organization).is_ok();
        // The proof names this operator, and where the account is linked, the user it is linked to.
        let named = user.operator_id.as_deref();
        if !stands || named != Some(operator_id) || !agent.is_user(user.user, named) {
            return Err(sign_in::Refusal::WrongCredentials.into());
        }
    }
    admit(Way::Legacy, organization, &agent)?;
    let proved_at = user.as_ref().map(|_| now);
    // A token that was typed has a person behind it; one that came by `runApex` may have none.
    if user.is_some() {
        check_presence(&agent, started_by(request.started_by))?;
    }
    let last_used = agent.token.as_ref().and_then(|token| token.last_used);
    // The token moves to the key in use while it is at hand.
    let mac = app.keys.token_mac(&request.sso_token.0);
    let agent = Agent {
        presence: Presence::Welcome,
        token: agent.token.map(|token| Token { mac, last_used: Some(now), ..token }),
        ..agent
    }
    .reading(user.and_then(|user| user.language));
    unit.save_agent(&agent).await?;
    counted.right(&mut unit).await?;
    let basis = Basis { way: Way::Legacy, panel, consent: None, proved_at };
    let session = open_session(&mut unit, organization, &agent, basis, now).await?;
    unit.commit().await?;
    Ok(grant::granted(app, &session, &agent, organization, last_used, now))
}

/// Where a proof is required, the token is worth nothing without one.
async fn proof_beside(
    app: &App,
    organization: &Organization,
    panel: &Panel,
    request: &Request,
) -> Result<Option<RunningUser>, Refusal> {
    match (&organization.proof, &request.proof) {
        (Proof::Off, _) => Ok(None),
        (Proof::Required { .. }, Some(proof)) => {
            Ok(Some(evidence::running_user(app, organization, &panel.jkt, proof).await?))
        }
        (Proof::Required { .. }, None) => {
            Err(Refusal::new(StatusCode::FORBIDDEN, Code::ProofMalformed))
        }
    }
}

/// The agent whose token this is. Nobody's token takes as long as somebody's.
fn verified(app: &App, agent: Option<Agent>, sso_token: &str) -> Result<Agent, sign_in::Refusal> {
    let kept = agent.as_ref().and_then(|agent| agent.token.as_ref()).map(|token| &token.mac);
    let is_right = app.keys.is_token(sso_token, kept);
    agent.filter(|_| is_right).ok_or(sign_in::Refusal::WrongCredentials)
}
