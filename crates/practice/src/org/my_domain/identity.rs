//! `/services/oauth2/userinfo` and the identity URL: whose token is this?

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use salesforce::id::OrganizationId;
use serde_json::{Value, json};

use super::token::identity_url;
use crate::org::{
    Org, Site,
    faults::UserinfoFault,
    seed,
    state::{State as OrgState, User},
};

/// OpenID Connect Core §5.3, with what Salesforce adds.
pub async fn userinfo(State(org): State<Arc<Org>>, headers: HeaderMap) -> Response {
    let state = org.state();
    let Some(user) = bearer(&state, &headers) else { return bad_token() };
    let organization: OrganizationId = match state.faults.userinfo {
        Some(UserinfoFault::OtherOrganization) => seed::id::<salesforce::id::Organization>(99),
        _ => state.organization,
    };
    let (given_name, family_name) = user.names();
    let my_domain = org.origin(Site::MyDomain);
    let photo = |size: &str| format!("{my_domain}/profilephoto/005/{size}");
    Json(json!({
        "sub": identity_url(&state, user.id),
        "user_id": user.id,
        "organization_id": organization,
        "preferred_username": user.username,
        "nickname": user.username.split('@').next(),
        "name": user.name,
        "email": user.username,
        "email_verified": true,
        "given_name": given_name,
        "family_name": family_name,
        "zoneinfo": "America/Los_Angeles",
        "photos": { "picture": photo("F"), "thumbnail": photo("T") },
        "profile": format!("{my_domain}/{}", user.id),
        "picture": photo("F"),
        "address": {},
        "is_salesforce_integration_user": false,
        "urls": urls(&my_domain),
        "active": user.active,
        "user_type": user.user_type.to_uppercase(),
        "language": user.language,
        "locale": user.language,
        "utcOffset": -28_800_000,
        "updated_at": user.modified_at.to_string(),
        "is_app_installed": state.app.installed,
    }))
    .into_response()
}

/// `GET /id/{organization}/{user}`.
pub async fn identity(
    State(org): State<Arc<Org>>,
    Path((organization, user)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let state = org.state();
    let Some(owner) = bearer(&state, &headers) else { return bad_token() };
    if organization.parse() != Ok(state.organization) || user.parse() != Ok(owner.id) {
        return (StatusCode::FORBIDDEN, "Wrong_Org").into_response();
    }
    let (first_name, last_name) = owner.names();
    Json(json!({
        "id": identity_url(&state, owner.id),
        "asserted_user": true,
        "user_id": owner.id,
        "organization_id": state.organization,
        "username": owner.username,
        "nick_name": owner.username.split('@').next(),
        "display_name": owner.name,
        "email": owner.username,
        "email_verified": true,
        "first_name": first_name,
        "last_name": last_name,
        "active": owner.active,
        "user_type": owner.user_type.to_uppercase(),
        "language": owner.language,
        "locale": owner.language,
        "utcOffset": -28_800_000,
        "last_modified_date": owner.modified_at.to_string(),
        "is_app_installed": state.app.installed,
        "urls": urls(&org.origin(Site::MyDomain)),
    }))
    .into_response()
}

/// The token's owner, if the token lives, says who its owner is, and the owner is active.
fn bearer<'a>(state: &'a OrgState, headers: &HeaderMap) -> Option<&'a User> {
    let token = bearer_token(headers)?;
    let token = state
        .grants
        .token(token)
        .filter(|token| token.has_scope("openid") || token.has_scope("id"))?;
    state.user(token.user).filter(|user| user.active)
}

pub fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("OAuth "))
}

fn bad_token() -> Response {
    (StatusCode::FORBIDDEN, "Bad_OAuth_Token").into_response()
}

fn urls(my_domain: &str) -> Value {
    json!({
        "rest": format!("{my_domain}/services/data/v{{version}}/"),
        "sobjects": format!("{my_domain}/services/data/v{{version}}/sobjects/"),
        "query": format!("{my_domain}/services/data/v{{version}}/query/"),
        "custom_domain": my_domain,
    })
}
