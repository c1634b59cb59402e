//! `POST /sign-in/legacy`: see [`adapter_api::sign_in_legacy`].

use adapter_api::sign_in_legacy::{Request, Response};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response as HttpResponse},
};
use identity::{
    agent::{Agent, Kept, Presence, Token},
    attempts::Scope,
    organization::Organization,
    password::{PasswordHash, hash_token, verify_token},
    sign_in::{
        self, Way, admit::admit, check_standing, examine::check_presence, proof::RunningUser,
    },
};
use store::StoreError;
use tokio::time::Instant;

use super::{
    client::Client,
    evidence,
    extract::{Json, Panel, organization},
    grant::{self, Basis, open_session},
    limit,
    refusal::Refusal,
    sign_in_proof::{audit_refusal, started_by},
    wrong_attempt::Counted,
};
use crate::{app::App, clock, hashing::Busy, random};

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
    let proof = request.proof.as_ref();
    let outcome = match evidence::beside(&app, &organization, &panel.jkt, proof).await {
        Ok(user) => match hashed(&app, &organization, &request).await? {
            Ok(hashed) => {
                let shown = Shown { user, hashed };
                sign_in(&app, &organization, &panel, &request, &counted, shown).await
            }
            Err(Busy) => return Ok(limit::busy()),
        },
        Err(refusal) => Err(refusal),
    };
    let refusal = match outcome {
        Ok(granted) => return Ok(axum::Json(granted).into_response()),
        Err(refusal) => refusal,
    };
    audit_refusal(&app, &organization, &panel, Way::Legacy, &refusal).await?;
    // Unknown operator, wrong token and a method that is off are alike in words, and so in time. Right ones
    // never wait.
    counted.answer_late(&app, asked_at, refusal).await
}

/// What has been verified before the database is asked to wait.
struct Shown {
    user: Option<RunningUser>,
    hashed: Option<Hashed>,
}

async fn sign_in(
    app: &App,
    organization: &Organization,
    panel: &Panel,
    request: &Request,
    counted: &Counted,
    shown: Shown,
) -> Result<Response, Refusal> {
    let Shown { user, hashed } = shown;
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    let operator_id = request.operator_id.0.as_str();
    let agent = unit.agent_by_operator_id(&organization.handle, operator_id).await?;
    let (agent, kept) = verified(app, agent, &request.sso_token.0, hashed)?;
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
    let agent = Agent {
        presence: Presence::Welcome,
        token: agent.token.map(|token| Token { kept, last_used: Some(now), ..token }),
        ..agent
    }
    .reading(user.and_then(|user| user.language));
    unit.save_agent(&agent).await?;
    counted.right(&mut unit).await?;
    let basis = Basis { way: Way::Legacy, panel, consent: None, proved_at };
    let session = open_session(&mut unit, organization, &agent, basis, now).await?;
    unit.commit().await?;
    app.metrics.sign_in(&organization.handle, session.way, Ok(()));
    Ok(grant::granted(app, &session, &agent, organization, last_used, now))
}

/// A weak token that was right, by the hash that said so, and what is to be kept of it.
struct Hashed {
    by: PasswordHash,
    anew: PasswordHash,
}

/// Where any agent of the organisation has a weak token, whatever is not right by its HMAC is hashed, so that
/// unknown operators, strong tokens and weak ones take as long.
async fn hashed(
    app: &App,
    organization: &Organization,
    request: &Request,
) -> Result<Result<Option<Hashed>, Busy>, StoreError> {
    let mut unit = app.store.read().await?;
    if !unit.has_weak_tokens(&organization.handle).await? {
        return Ok(Ok(None));
    }
    let agent = unit.agent_by_operator_id(&organization.handle, &request.operator_id.0).await?;
    drop(unit);
    let (mac, by) = match agent.and_then(|agent| agent.token).map(|token| token.kept) {
        Some(Kept::Mac(mac)) => (Some(mac), None),
        Some(Kept::Hash(hash)) => (None, Some(hash)),
        None => (None, None),
    };
    if app.keys.is_token(&request.sso_token.0, mac.as_ref()) {
        return Ok(Ok(None));
    }
    let (token, salt, cost) = (request.sso_token.clone(), random::bytes(), app.hashing.cost());
    let hash = move || {
        let is_right = verify_token(&token.0, by.as_ref(), cost);
        let by = by.filter(|_| is_right)?;
        let anew =
            if by.needs_rehash(cost) { hash_token(&token.0, salt, cost) } else { by.clone() };
        Some(Hashed { by, anew })
    };
    Ok(app.hashing.run(hash).await)
}

/// The agent whose token this is, and what is kept of it from now on: an HMAC moves to the key in use while
/// the token is at hand. Nobody's token takes as long as somebody's.
fn verified(
    app: &App,
    agent: Option<Agent>,
    sso_token: &str,
    hashed: Option<Hashed>,
) -> Result<(Agent, Kept), sign_in::Refusal> {
    let kept = match agent.as_ref().and_then(|agent| agent.token.as_ref()).map(|token| &token.kept)
    {
        Some(Kept::Mac(mac)) => {
            let is_right = app.keys.is_token(sso_token, Some(mac));
            is_right.then(|| Kept::Mac(app.keys.token_mac(sso_token)))
        }
        // Hashing took its time, in which the token may have been replaced.
        Some(Kept::Hash(hash)) => {
            hashed.filter(|hashed| hashed.by == *hash).map(|hashed| Kept::Hash(hashed.anew))
        }
        None => {
            app.keys.is_token(sso_token, None);
            None
        }
    };
    agent.zip(kept).ok_or(sign_in::Refusal::WrongCredentials)
}
