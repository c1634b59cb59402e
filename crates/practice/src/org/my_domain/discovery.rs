//! OpenID Connect Discovery, and the keys it points to.

use std::sync::Arc;

use axum::{Json, extract::State};
use oauth::jwk::JwkSet;
use serde_json::{Value, json};

use super::authorize::SCOPES;
use crate::org::{Org, Site};

/// `GET /.well-known/openid-configuration` (OpenID Connect Discovery §4).
pub async fn configuration(State(org): State<Arc<Org>>) -> Json<Value> {
    let issuer = org.origin(Site::MyDomain);
    let at = |path: &str| format!("{issuer}{path}");
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": at("/services/oauth2/authorize"),
        "token_endpoint": at("/services/oauth2/token"),
        "revocation_endpoint": at("/services/oauth2/revoke"),
        "userinfo_endpoint": at("/services/oauth2/userinfo"),
        "introspection_endpoint": at("/services/oauth2/introspect"),
        "jwks_uri": at("/id/keys"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "display_values_supported": ["page", "popup", "touch"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["active", "email", "email_verified", "family_name", "given_name", "name",
            "organization_id", "preferred_username", "sub", "user_id", "user_type", "zoneinfo"],
    }))
}

/// `GET /id/keys`.
pub async fn keys(State(org): State<Arc<Org>>) -> Json<JwkSet> {
    let (_, published) = org.id_token_keys(&org.state().faults);
    Json(JwkSet { keys: vec![published.jwk().clone()] })
}
