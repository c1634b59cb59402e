//! `GET /auth/start?tx=…`: the window's first stop. It sets the cookie and sends the browser to Salesforce;
//! nothing is decided.

use adapter_api::{Code, auth_decide, auth_start::Query as Parameters, error::Refused};
use axum::{
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use identity::{
    organization::{Client, Organization},
    sign_in::transaction::{Stage, Transaction, TransactionId},
};
use oauth::authorization::Request;
use url::Url;

use super::{cookie, extract::Readable, page, refusal::Refusal};
use crate::{app::App, clock};

pub async fn handle(
    State(app): State<App>,
    Readable(Query(parameters)): Readable<Query<Parameters>>,
    headers: HeaderMap,
) -> Response {
    match start(&app, &parameters, &headers).await {
        Ok(response) => response,
        Err(refusal) => page::refused(page::texts(&headers), refusal.status, &refusal.refused),
    }
}

async fn start(
    app: &App,
    parameters: &Parameters,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let expired = || Refusal::new(StatusCode::GONE, Code::TransactionExpired);
    let id = TransactionId::parse(&parameters.tx).ok_or_else(expired)?;
    let mut unit = app.store.read().await?;
    let transaction = unit.transaction(&id).await?.ok_or_else(expired)?;
    if transaction.is_over(clock::now()) {
        return Err(expired());
    }
    match &transaction.stage {
        Stage::Open => {}
        // *Open again* in the panel finds the form where it was left.
        Stage::Verified { .. } if cookie::is_there(app, &id, headers) => {
            return Ok(Redirect::to(&auth_decide::path(&id.0)).into_response());
        }
        Stage::Verified { .. }
        | Stage::Allowed { .. }
        | Stage::Claimed { .. }
        | Stage::Failed(_) => {
            return Err(expired());
        }
    }
    let organization = unit.organization(&transaction.organization).await?.ok_or_else(expired)?;
    let client = organization.sign_in_client.as_ref().ok_or_else(expired)?;
    let address =
        authorization_url(app, &organization, client, &transaction).ok_or_else(expired)?;
    let mut response = Redirect::to(address.as_str()).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::set(app, &transaction));
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(response)
}

/// `openid` and `id` alone: no refresh token, so nothing of Salesforce's outlives the
/// sign-in.
fn authorization_url(
    app: &App,
    organization: &Organization,
    client: &Client,
    transaction: &Transaction,
) -> Option<Url> {
    let endpoint =
        Url::parse(&format!("{}/services/oauth2/authorize", organization.my_domain)).ok()?;
    let request = Request {
        response_type: "code".into(),
        client_id: client.id.clone(),
        redirect_uri: redirect_uri(app, organization),
        scope: "openid id".into(),
        state: transaction.state(&app.keys),
        nonce: transaction.nonce(&app.keys),
        code_challenge: transaction.pkce(&app.keys).challenge(),
        code_challenge_method: "S256".into(),
        display: Some("popup".into()),
        prompt: None,
    };
    Some(request.to_url(&endpoint))
}

/// One path for each provider, so that no provider's answer is taken for another's.
pub fn redirect_uri(app: &App, organization: &Organization) -> String {
    app.url(&format!("/oauth/callback/{}", organization.handle))
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Self {
        let status = match refused.code {
            Code::AdapterInternal => StatusCode::INTERNAL_SERVER_ERROR,
            Code::AdapterBusy => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::FORBIDDEN,
        };
        Self { status, refused }
    }
}
