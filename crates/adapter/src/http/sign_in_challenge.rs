//! `POST /sign-in/challenge`: see [`adapter_api::sign_in_challenge`].

use adapter_api::sign_in_challenge::{ProofPolicy, Request, Response};
use axum::extract::State;
use identity::{organization::Proof, sign_in::ways::ways};
use jiff::SignedDuration;

use super::{
    extract::{Json, Panel, organization},
    grant::wire_way,
    refusal::Refusal,
};
use crate::{app::App, clock, random};

pub async fn handle(
    State(app): State<App>,
    panel: Panel,
    Json(request): Json<Request>,
) -> Result<axum::Json<Response>, Refusal> {
    let mut unit = app.store.begin().await?;
    let organization = organization(&mut unit, &request.organization).await?;
    let nonce = random::token();
    let expires_at = clock::now() + LIFETIME;
    unit.insert_challenge(&nonce, &organization.handle, &panel.jkt, expires_at).await?;
    unit.commit().await?;
    let ways = ways(request.salesforce_sso, request.saml_connection, &organization);
    Ok(axum::Json(Response {
        nonce,
        proof: match organization.proof {
            Proof::Required { .. } => ProofPolicy::Required,
            Proof::Off => ProofPolicy::Off,
        },
        ways: ways.into_iter().map(wire_way).collect(),
        organization_name: organization.name,
    }))
}

const LIFETIME: SignedDuration = SignedDuration::from_secs(60);
