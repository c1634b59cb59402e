//! Verifying a running-user proof for a request: what the mind checks, and then the nonce, which a verified
//! proof consumes whatever comes of the sign-in.

use adapter_api::{Code, Secret};
use axum::http::StatusCode;
use identity::{
    organization::Organization,
    sign_in::proof::{self, RunningUser},
};

use super::refusal::Refusal;
use crate::{app::App, clock, directory};

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
