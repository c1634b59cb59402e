//! `POST /services/oauth2/token`, `/revoke` and `/introspect`.

use std::{sync::Arc, time::Duration};

use axum::{
    Form, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use oauth::{base64url, id_token, pkce, token};
use serde::Deserialize;
use serde_json::{Value, json};

use super::grants::{Code, Redeemed, Token};
use crate::org::{
    Org, clock,
    faults::{CodeFault, IdTokenFault},
    state::{App, State as OrgState},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Request {
    grant_type: String,
    code: String,
    client_id: String,
    client_secret: String,
    redirect_uri: String,
    code_verifier: String,
    token: String,
}

/// Salesforce's error codes: <https://help.salesforce.com>, *OAuth 2.0 Authorization Errors*.
struct Refusal(&'static str, &'static str);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(error, description) = self;
        tracing::info!(error, description, "refused at the token endpoint");
        let body =
            token::Error { error: error.into(), error_description: Some(description.into()) };
        (StatusCode::BAD_REQUEST, NO_STORE, Json(body)).into_response()
    }
}

pub async fn token(
    State(org): State<Arc<Org>>,
    headers: HeaderMap,
    Form(request): Form<Request>,
) -> Response {
    let request = with_basic(&headers, request);
    let (answer, held) = answer(&org, &request);
    if held {
        tokio::time::sleep(HELD).await;
    }
    match answer {
        Ok(body) => (NO_STORE, Json(body)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

/// The answer, and whether it is held back, so that the code comes once more before it is heard.
fn answer(org: &Org, request: &Request) -> (Result<Value, Refusal>, bool) {
    let mut state = org.state();
    let answer = authenticate(&state.app, request).and_then(|client| {
        match (request.grant_type.as_str(), client) {
            ("authorization_code", WhichApp::SignIn) => by_code(org, &mut state, request),
            ("client_credentials", WhichApp::Integration) => by_client_credentials(org, &mut state),
            ("client_credentials", WhichApp::SignIn) => {
                Err(Refusal("invalid_grant", "no client credentials user enabled"))
            }
            _ => Err(Refusal("unsupported_grant_type", "grant type not supported")),
        }
    });
    let by_code = request.grant_type == "authorization_code" && answer.is_ok();
    (answer, by_code && state.faults.code == Some(CodeFault::SentTwice))
}

fn by_code(org: &Org, state: &mut OrgState, request: &Request) -> Result<Value, Refusal> {
    let code = match state.grants.redeem(&request.code) {
        Redeemed::Code(code) => code,
        Redeemed::Expired => return Err(Refusal("invalid_grant", "expired authorization code")),
        Redeemed::UsedBefore | Redeemed::Unknown => {
            return Err(Refusal("invalid_grant", "invalid authorization code"));
        }
    };
    if code.request.redirect_uri != request.redirect_uri {
        return Err(Refusal("redirect_uri_mismatch", "redirect_uri must match configuration"));
    }
    // The reverse of RFC 7636 §4.6, as Salesforce documents it: a wrong verifier is an `invalid_request`.
    if request.code_verifier.is_empty() {
        return Err(Refusal("invalid_grant", "missing required code verifier"));
    }
    let challenge =
        pkce::Verifier::parse(&request.code_verifier).map(|verifier| verifier.challenge());
    if challenge.as_deref() != Some(&code.request.code_challenge) {
        state.grants.spoil(&request.code);
        return Err(Refusal("invalid_request", "invalid code verifier"));
    }
    if state.app.blocked {
        return Err(Refusal("OAUTH_APP_BLOCKED", "this app is blocked by admin"));
    }
    if !state.user(code.user).is_some_and(|user| user.active) {
        return Err(Refusal("inactive_user", "user is inactive"));
    }
    let id_token = code
        .request
        .scope
        .split(' ')
        .any(|scope| scope == "openid")
        .then(|| id_token(org, state, &code));
    Ok(issue(
        org,
        state,
        Some(&request.code),
        &code.request.client_id,
        code.user,
        &code.request.scope,
        id_token,
    ))
}

/// The integration app's token acts for its run-as user, here the administrator.
fn by_client_credentials(org: &Org, state: &mut OrgState) -> Result<Value, Refusal> {
    let user = state.users[0].id;
    let client = state.app.integration.id.clone();
    Ok(issue(org, state, None, &client, user, "api id", None))
}

fn issue(
    org: &Org,
    state: &mut OrgState,
    code: Option<&str>,
    client: &str,
    user: salesforce::id::UserId,
    scope: &str,
    id_token: Option<String>,
) -> Value {
    let now = clock::now();
    let organization = state.organization;
    let token = Token {
        client: client.to_owned(),
        user,
        scope: scope.to_owned(),
        issued_at: clock::seconds(),
        expires: clock::seconds() + TOKEN_LIFETIME,
        queries: 0,
    };
    let access_token = state.grants.issue_token(code, organization.as_str(), token);
    let response = token::Response {
        access_token,
        token_type: "Bearer".into(),
        id_token,
        // Only the scope `refresh_token` gets one, and our app does not have it.
        refresh_token: None,
        scope: Some(scope.to_owned()),
        instance_url: Some(org.origin(crate::org::Site::MyDomain)),
        id: Some(identity_url(state, user)),
    };
    let mut body = serde_json::to_value(response).expect("a token response is plain data");
    let issued_at = now.as_millisecond().to_string();
    // Salesforce's HMAC of identity URL and time under the client secret; nobody reads it.
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, state.app.sign_in.secret.as_bytes());
    let signed = ring::hmac::sign(
        &key,
        format!("{}{issued_at}", body["id"].as_str().unwrap_or_default()).as_bytes(),
    );
    body["signature"] = json!(STANDARD.encode(signed));
    body["issued_at"] = json!(issued_at);
    body
}

pub fn identity_url(state: &OrgState, user: salesforce::id::UserId) -> String {
    format!("https://login.salesforce.com/id/{}/{user}", state.organization)
}

/// OpenID Connect Core §2.
fn id_token(org: &Org, state: &OrgState, code: &Code) -> String {
    let now = clock::shifted(state.faults.clock);
    let mut claims = id_token::Claims {
        iss: org.origin(crate::org::Site::MyDomain),
        sub: identity_url(state, code.user),
        aud: id_token::Audience::One(code.request.client_id.clone()),
        exp: now + ID_TOKEN_LIFETIME,
        iat: now,
        nonce: code.request.nonce.clone(),
        azp: None,
    };
    let (own, published) = org.id_token_keys(&state.faults);
    let (mut key, mut kid) = (own, own.kid());
    match state.faults.id_token {
        None => {}
        Some(IdTokenFault::Nonce) => claims.nonce = Some("another-nonce".into()),
        Some(IdTokenFault::Audience) => {
            claims.aud = id_token::Audience::One("another-client".into())
        }
        Some(IdTokenFault::Issuer) => claims.iss = "https://other.my.salesforce.com".into(),
        Some(IdTokenFault::Key) => (key, kid) = (org.keys.stranger(), published.kid()),
        Some(IdTokenFault::Algorithm) => {
            return with_shared_secret(&state.app.sign_in.secret, &claims);
        }
        Some(IdTokenFault::Expired) => {
            (claims.iat, claims.exp) = (now - 2 * ID_TOKEN_LIFETIME, now - ID_TOKEN_LIFETIME);
        }
    }
    key.sign(kid, &claims)
}

/// `HS256`, which `oauth` cannot say: the header is written by hand.
fn with_shared_secret(secret: &str, claims: &id_token::Claims) -> String {
    let payload = serde_json::to_vec(claims).expect("claims are plain data");
    let input = format!(
        "{}.{}",
        base64url::encode(r#"{"alg":"HS256","typ":"JWT"}"#),
        base64url::encode(payload)
    );
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    oauth::jws::with_signature(&input, ring::hmac::sign(&key, input.as_bytes()).as_ref())
}

/// `POST /services/oauth2/revoke`, RFC 7009; Salesforce asks for no client authentication.
pub async fn revoke(State(org): State<Arc<Org>>, Form(request): Form<Request>) -> Response {
    if org.state().grants.revoke(&request.token) {
        StatusCode::OK.into_response()
    } else {
        Refusal("invalid_token", "invalid token").into_response()
    }
}

/// `POST /services/oauth2/introspect`, RFC 7662.
pub async fn introspect(
    State(org): State<Arc<Org>>,
    headers: HeaderMap,
    Form(request): Form<Request>,
) -> Response {
    let state = org.state();
    let request = with_basic(&headers, request);
    if let Err(refusal) = authenticate(&state.app, &request) {
        return refusal.into_response();
    }
    let live =
        state.grants.token(&request.token).and_then(|token| Some((token, state.user(token.user)?)));
    let body = match live {
        Some((token, user)) if user.active => json!({
            "active": true,
            "scope": token.scope,
            "client_id": token.client,
            "username": user.username,
            "sub": identity_url(&state, token.user),
            "token_type": "access_token",
            "exp": token.expires,
            "iat": token.issued_at,
            "nbf": token.issued_at,
        }),
        _ => json!({ "active": false }),
    };
    (NO_STORE, Json(body)).into_response()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum WhichApp {
    SignIn,
    Integration,
}

fn authenticate(app: &App, request: &Request) -> Result<WhichApp, Refusal> {
    let (which, client) = match &request.client_id {
        id if *id == app.sign_in.id => (WhichApp::SignIn, &app.sign_in),
        id if *id == app.integration.id => (WhichApp::Integration, &app.integration),
        _ => return Err(Refusal("invalid_client_id", "client identifier invalid")),
    };
    if request.client_secret != client.secret {
        return Err(Refusal("invalid_client", "invalid client credentials"));
    }
    Ok(which)
}

/// RFC 6749 §2.3.1: the client's identifier and secret by HTTP Basic, each form-encoded first.
fn with_basic(headers: &HeaderMap, mut request: Request) -> Request {
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let Some(encoded) = header.and_then(|header| header.strip_prefix("Basic ")) else {
        return request;
    };
    let decoded = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some((id, secret)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        let plain = |text: &str| {
            let pair = format!("x={text}");
            url::form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned())
        };
        request.client_id = plain(id).unwrap_or_default();
        request.client_secret = plain(secret).unwrap_or_default();
    }
    request
}

const NO_STORE: [(header::HeaderName, &str); 1] = [(header::CACHE_CONTROL, "no-store")];
/// Longer than the browser takes for its second visit.
const HELD: Duration = Duration::from_secs(2);
const TOKEN_LIFETIME: u64 = 2 * 60 * 60;
const ID_TOKEN_LIFETIME: u64 = 120;
