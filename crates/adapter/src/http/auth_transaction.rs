//! `POST /auth/tx`: see [`adapter_api::auth_transaction`].

use adapter_api::{
    Code, auth_start,
    auth_transaction::{Method, Request, Response},
};
use axum::{extract::State, http::StatusCode};
use identity::{
    agent::AgentId,
    organization::{Organization, Proof},
    session::End,
    sign_in::{
        self, Way,
        transaction::{BoundUser, LIFETIME, Stage, Transaction, TransactionId},
    },
};
use oauth::base64url;

use super::{
    evidence,
    extract::{Json, Panel, organization},
    refusal::Refusal,
    sign_in_proof::audit_refusal,
};
use crate::{app::App, clock, random};

pub async fn handle(
    State(app): State<App>,
    panel: Panel,
    Json(request): Json<Request>,
) -> Result<axum::Json<Response>, Refusal> {
    let organization = organization(&mut app.store.read().await?, &request.organization).await?;
    let Method::SalesforceSso = request.method;
    if organization.sign_in_client.is_none() {
        return Err(Refusal::new(StatusCode::FORBIDDEN, Code::NoWay));
    }
    // RFC 7636 §4.2: the challenge is a SHA-256, so 32 bytes.
    if base64url::decode(&request.challenge).is_none_or(|bytes| bytes.len() != 32) {
        return Err(Refusal::new(StatusCode::BAD_REQUEST, Code::RequestMalformed));
    }
    let switching = switching(&app, &panel, &organization).await?;
    let bound_to = match bound_user(&app, &organization, &panel, &request).await {
        Ok(bound_to) => bound_to,
        Err(refusal) => {
            audit_refusal(&app, &organization, &panel, Way::SalesforceSso, &refusal).await?;
            return Err(refusal);
        }
    };
    let transaction = Transaction {
        id: TransactionId::from_random(random::bytes()),
        organization: organization.handle.clone(),
        jkt: panel.jkt,
        challenge: request.challenge,
        key: app.keys.in_use().clone(),
        bound_to,
        switching,
        expires_at: clock::now() + LIFETIME,
        stage: Stage::Open,
    };
    let mut unit = app.store.begin().await?;
    unit.insert_transaction(&transaction).await?;
    unit.commit().await?;
    Ok(axum::Json(Response {
        start_url: app.url(&auth_start::path(&transaction.id.0)),
        phrase: transaction.phrases(&app.keys).map(|phrases| phrases.shown().to_owned()),
        transaction: transaction.id.0,
        expires_in: u32::try_from(LIFETIME.as_secs()).unwrap_or(0),
    }))
}

/// *Switch* moves the agent of the session whose token came along.
async fn switching(
    app: &App,
    panel: &Panel,
    organization: &Organization,
) -> Result<Option<AgentId>, Refusal> {
    match panel.session(app).await? {
        None => Ok(None),
        Some(signed_in) if signed_in.organization.handle == organization.handle => {
            Ok(Some(signed_in.agent.id))
        }
        Some(_) => Err(identity::session::Refusal::Ended(End::ByAdministrator).into()),
    }
}

/// Where the organisation requires a proof, only the user it names can finish.
async fn bound_user(
    app: &App,
    organization: &Organization,
    panel: &Panel,
    request: &Request,
) -> Result<Option<BoundUser>, Refusal> {
    match (&organization.proof, &request.proof) {
        (Proof::Off, _) => Ok(None),
        (Proof::Required { .. }, None) => {
            Err(Refusal::new(StatusCode::FORBIDDEN, Code::ProofMalformed))
        }
        (Proof::Required { .. }, Some(proof)) => {
            let user = evidence::running_user(app, organization, &panel.jkt, proof).await?;
            sign_in::check_standing(user.user, &user.standing, organization)?;
            Ok(Some(BoundUser {
                user: user.user,
                operator_id: user.operator_id,
                standing: user.standing,
                language: user.language,
            }))
        }
    }
}
