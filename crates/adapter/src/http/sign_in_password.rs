//! `POST /sign-in/password`: see [`adapter_api::sign_in_password`].

use adapter_api::sign_in_password::{Request, Response};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response as HttpResponse},
};
use identity::{
    agent::{Agent, Presence},
    attempts::Scope,
    link::may_be,
    organization::Organization,
    password::{Password, PasswordHash, verify},
    sign_in::{self, Way, admit::admit, check_standing, proof::RunningUser},
};
use tokio::time::Instant;

use super::{
    client::Client,
    evidence,
    extract::{Json, Panel, organization},
    grant::{self, Basis, open_session},
    limit,
    refusal::Refusal,
    sign_in_proof::audit_refusal,
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
    let mut unit = app.store.read().await?;
    let organization = organization(&mut unit, &request.organization).await?;
    let agent = unit.agent_by_login(&organization.handle, &request.login).await?;
    drop(unit);
    let proof = request.proof.as_ref();
    let user = match evidence::beside(&app, &organization, &panel.jkt, proof).await {
        Ok(user) => user,
        Err(refusal) => {
            audit_refusal(&app, &organization, &panel, Way::Password, &refusal).await?;
            return Err(refusal);
        }
    };
    let counted = Counted::new(&app, &organization, Scope::Login, &request.login, client);
    let kept = agent.and_then(|agent| agent.password);
    let Ok(verified) = verified(&app, &request, kept).await else {
        return Ok(limit::busy());
    };
    let attempt = Attempt { login: &request.login, user, verified };
    let refusal = match sign_in(&app, &organization, &panel, &counted, attempt).await {
        Ok(granted) => return Ok(axum::Json(granted).into_response()),
        Err(refusal) => refusal,
    };
    audit_refusal(&app, &organization, &panel, Way::Password, &refusal).await?;
    // Unknown login, wrong password and a method that is off are alike in words, and so in time. Right ones
    // never wait.
    counted.answer_late(&app, asked_at, refusal).await
}

/// A password that was right, by the hash that said so.
struct Verified {
    by: PasswordHash,
    /// Where `by` was made with other parameters than new ones are.
    anew: Option<PasswordHash>,
}

async fn verified(
    app: &App,
    request: &Request,
    kept: Option<PasswordHash>,
) -> Result<Option<Verified>, Busy> {
    let (typed, salt, cost) = (request.password.clone(), random::bytes(), app.hashing.cost());
    app.hashing
        .run(move || {
            let is_right = verify(&typed.0, kept.as_ref(), cost);
            let by = kept.filter(|_| is_right)?;
            let password = by.needs_rehash(cost).then(|| Password::parse(&typed.0).ok()).flatten();
            Some(Verified { anew: password.map(|password| password.hash(salt, cost)), by })
        })
        .await
}

/// Who says to be whom, and what speaks for it.
struct Attempt<'a> {
    login: &'a str,
    user: Option<RunningUser>,
    verified: Option<Verified>,
}

async fn sign_in(
    app: &App,
    organization: &Organization,
    panel: &Panel,
    counted: &Counted,
    Attempt { login, user, verified }: Attempt<'_>,
) -> Result<Response, Refusal> {
    let verified = verified.ok_or(sign_in::Refusal::WrongCredentials)?;
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    // Hashing took its time, in which the password may have been set anew.
    let agent = unit
        .agent_by_login(&organization.handle, login)
        .await?
        .filter(|agent| agent.password.as_ref() == Some(&verified.by))
        .ok_or(sign_in::Refusal::WrongCredentials)?;
    if let Some(user) = &user {
        let stands = check_standing(user.user, &user.standing, organization).is_ok();
        let candidates = unit.candidates_of(&organization.handle, user).await?;
        if !stands || !may_be(Way::Password, &agent, user, &candidates) {
            return Err(sign_in::Refusal::WrongCredentials.into());
        }
    }
    admit(Way::Password, organization, &agent)?;
    let password = verified.anew.or(agent.password);
    let proved_at = user.as_ref().map(|_| now);
    let agent = Agent { presence: Presence::Welcome, password, ..agent }
        .reading(user.and_then(|user| user.language));
    unit.save_agent(&agent).await?;
    counted.right(&mut unit).await?;
    let basis = Basis { way: Way::Password, panel, consent: None, proved_at };
    let session = open_session(&mut unit, organization, &agent, basis, now).await?;
    unit.commit().await?;
    app.metrics.sign_in(&organization.handle, session.way, Ok(()));
    Ok(grant::granted(app, &session, &agent, organization, None, now))
}
