//! The My Domain host: login, OAuth 2.0 and OpenID Connect, REST.

pub mod authorize;
mod discovery;
pub mod grants;
mod identity;
mod login;
mod token;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};

pub use identity::bearer_token;

use crate::org::{Org, console::front_door, page, rest};

pub fn router(org: Arc<Org>) -> Router {
    Router::new()
        .route("/", get(login::home))
        .route("/look.css", get(page::style_sheet))
        .route("/login", get(login::page).post(login::log_in))
        .route("/secur/frontdoor.jsp", get(front_door))
        .route("/secur/logout.jsp", get(login::log_out))
        .route("/services/oauth2/authorize", get(authorize::authorize))
        .route("/services/oauth2/approve", post(authorize::approve))
        .route("/services/oauth2/token", post(token::token))
        .route("/services/oauth2/revoke", post(token::revoke))
        .route("/services/oauth2/introspect", post(token::introspect))
        .route("/services/oauth2/userinfo", get(identity::userinfo).post(identity::userinfo))
        .route("/id/keys", get(discovery::keys))
        .route("/id/{organization}/{user}", get(identity::identity))
        .route("/.well-known/openid-configuration", get(discovery::configuration))
        .merge(rest::routes())
        .with_state(org)
}
