//! Verifying a running-user proof for a request: what the mind checks, and then the nonce, which a verified
//! proof consumes whatever comes of the sign-in.

use adapter_api::{Code, Secret};
use axum::http::StatusCode;
use identity::{
    organization::{Organization, Proof},
    sign_in::proof::{self, RunningUser},
};

use super::refusal::Refusal;
use crate::{app::App, clock, directory};

/// Where a proof is required, a token or password is worth nothing without one. Elsewhere one that comes along
/// says nothing.
pub async fn beside(
    app: &App,
    organization: &Organization,
    jkt: &str,
    proof: Option<&Secret>,
) -> Result<Option<RunningUser>, Refusal> {
    match (&organization.proof, proof) {
        (Proof::Off, _) => Ok(None),
        (Proof::Required { .. }, Some(proof)) => {
            Ok(Some(running_user(app, organization, jkt, proof).await?))
        }
        (Proof::Required { .. }, None) => {
            Err(Refusal::new(StatusCode::FORBIDDEN, Code::ProofMalformed))
        }
    }
}

pub async fn running_user(
    app: &App,
    organization: &Organization,
    jkt: &str,
    proof: &Secret,
) -> Result<RunningUser, Refusal> {
    let now = clock::now();
    let user = proof::verify(&proof.0, organization, app.public_url.as_str(), now)?;
    let mut unit = app.store.begin().await?;
    let is_ours = unit.consume_challenge(&user.nonce, &organization.handle, jkt, now).await?;
    unit.commit().await?;
    if !is_ours {
        return Err(Refusal::new(StatusCode::FORBIDDEN, Code::ProofNonce));
    }
    directory::reconsider(app, organization, user.user, user.operator_id.as_deref()).await?;
    Ok(user)
}
