//! `runApex` on the server: our classes' methods, run as the session's user (`open-cti.md` §5.7 in the
//! project's reference; the source is `salesforce/force-app`).

use std::sync::Arc;

use axum::{Json, extract::State};
use salesforce::{
    id::OrganizationId,
    running_user::{
        APEX_CLASS, CREDENTIALS_METHOD, Claims, PROOF_LIFETIME, PROOF_METHOD, PROOF_USE,
    },
    task::{self, WrittenByApex},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::org::{Org, clock, faults::ProofFault, seed, session::Session, state::Apex, tasks};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    #[serde(default)]
    apex_class: String,
    #[serde(default)]
    method_name: String,
    /// A query string, `a=b&c=d`; without parameters anything goes.
    #[serde(default)]
    method_params: Option<String>,
}

/// `POST /aura/apex`, answered as Open CTI hands it on: `{success, returnValue, errors}`.
pub async fn run(
    State(org): State<Arc<Org>>,
    session: Session,
    Json(call): Json<Call>,
) -> Json<Value> {
    let is_known = [APEX_CLASS, task::APEX_CLASS].contains(&call.apex_class.as_str());
    if !is_known || org.state().apex == Apex::Missing {
        return Json(failure(&format!("Could not load Apex class: {}.", call.apex_class)));
    }
    if call.apex_class == task::APEX_CLASS {
        return Json(match log_call(&org, &session, &call) {
            Ok(returned) => success(&returned),
            Err(description) => failure(&description),
        });
    }
    let returned = match call.method_name.as_str() {
        _ if org.state().faults.proof == Some(ProofFault::Unavailable) => {
            return Json(failure("An unexpected error occurred."));
        }
        PROOF_METHOD => {
            // As the class does: whatever is not a nonce of the adapter's making is not signed.
            match parameter(&call, "nonce").filter(|nonce| is_nonce(nonce)) {
                Some(nonce) => proof(&org, &session, nonce),
                None => {
                    return Json(failure("The nonce is not 20 to 200 characters of base64url."));
                }
            }
        }
        CREDENTIALS_METHOD => credentials(&org, &session),
        other => return Json(failure(&format!("Could not find Apex method: {other}."))),
    };
    Json(success(&returned))
}

/// As the class does: the running user's own Task of this call, made once, and changed where it still holds what was
/// written before.
fn log_call(org: &Org, session: &Session, call: &Call) -> Result<String, String> {
    if call.method_name != task::WRITE_METHOD {
        return Err(format!("Could not find Apex method: {}.", call.method_name));
    }
    let text = |name: &str| parameter(call, name).unwrap_or_default();
    let fields = |name: &str| {
        let json = oauth::base64url::decode(&text(name)).unwrap_or_default();
        serde_json::from_slice(&json)
            .map_err(|_| "The fields of a call are a JSON object in base64url.".to_owned())
    };
    let id = text("call");
    if id.len() != 32 || !id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return Err("The id of a call has 32 hexadecimal digits.".into());
    }
    let (wanted, written) = (fields("wanted")?, fields("written")?);
    let task = tasks::write_own(&mut org.state(), session.user, &id, wanted, &written)?;
    serde_json::to_string(&WrittenByApex { task }).map_err(|error| error.to_string())
}

fn success(returned: &str) -> Value {
    json!({ "success": true, "returnValue": { "runApex": returned }, "errors": null })
}

fn failure(description: &str) -> Value {
    let error = json!({ "code": "SERVER_ERROR", "description": description, "details": null });
    json!({ "success": false, "returnValue": null, "errors": [error] })
}

fn parameter(call: &Call, name: &str) -> Option<String> {
    let parameters = call.method_params.as_deref().unwrap_or_default();
    let mut pairs = url::form_urlencoded::parse(parameters.as_bytes());
    pairs.find(|(key, value)| key == name && !value.is_empty()).map(|(_, value)| value.into_owned())
}

fn is_nonce(nonce: &str) -> bool {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (20..=200).contains(&nonce.len()) && nonce.bytes().all(is_base64url)
}

fn proof(org: &Org, session: &Session, nonce: String) -> String {
    let state = org.state();
    let now = clock::shifted(state.faults.clock);
    let audience = state
        .call_center_of(session.user)
        .or(state.call_centers.first())
        .and_then(|call_center| call_center.adapter_origin());
    let user = state.user(session.user);
    let mut claims = Claims {
        iss: state.organization,
        sub: session.user,
        aud: audience.unwrap_or_default(),
        nonce,
        exp: now + PROOF_LIFETIME,
        iat: Some(now),
        nbf: Some(now - CLOCK_SKEW),
        use_: PROOF_USE.into(),
        operator_id: user.and_then(|user| user.operator_id()).map(str::to_owned),
        call_center: user.and_then(|user| user.call_center),
        user_type: user.map(|user| user.user_type.clone()).unwrap_or_default(),
        active: user.is_some_and(|user| user.active),
        session_type: if session.administrator.is_some() { "SubstituteUser" } else { "Aura" }
            .into(),
        username: user.map(|user| user.username.clone()),
        name: user.map(|user| user.name.clone()),
        language: user.map(|user| user.language.clone()),
    };
    let (mut key, _) = org.proof_key(&state.faults);
    match state.faults.proof {
        None | Some(ProofFault::Unavailable) => {}
        Some(ProofFault::OtherCertificate) => key = org.keys.stranger(),
        Some(ProofFault::Audience) => claims.aud = "https://other.example".into(),
        Some(ProofFault::Expired) => {
            (claims.iat, claims.exp) = (Some(now - 2 * PROOF_LIFETIME), now - PROOF_LIFETIME - 30);
        }
        Some(ProofFault::OtherOrganization) => claims.iss = other_organization(),
        Some(ProofFault::Use) => claims.use_ = "another-use".into(),
        Some(ProofFault::Nonce) => claims.nonce = "another-nonce".into(),
    }
    // The class leaves out what a user does not have, rather than claiming null.
    let mut claims = serde_json::to_value(&claims).unwrap_or_default();
    if let Some(claims) = claims.as_object_mut() {
        claims.retain(|_, value| !value.is_null());
    }
    // `Auth.JWS` sets no `kid`, and the header cannot be changed.
    key.sign(None, &claims)
}

fn other_organization() -> OrganizationId {
    seed::id::<salesforce::id::Organization>(99)
}

/// Both halves, or an object without either: where one is missing, and for *Login As*.
fn credentials(org: &Org, session: &Session) -> String {
    let state = org.state();
    let own = state
        .user(session.user)
        .filter(|_| session.administrator.is_none())
        .map(|user| &user.credentials);
    let both = own.filter(|own| !own.operator_id.is_empty() && !own.sso_token.is_empty());
    both.and_then(|both| serde_json::to_string(both).ok()).unwrap_or_else(|| "{}".into())
}

/// `CordboardAgent.CLOCK_SKEW`.
const CLOCK_SKEW: u64 = 30;
