//! `POST /auth/tx`
//!
//! Opens a transaction: one sign-in in a window. It lives ten minutes and is used once. Where the
//! organisation requires a running-user proof, the request carries a fresh one, and only that user can
//! finish the transaction; elsewhere the answer has a phrase for the panel to show.
//!
//! With an `Authorization` header it is a *Switch*: the session's agent moves to Salesforce sign-in.

use serde::{Deserialize, Serialize};

use crate::Secret;

pub const PATH: &str = "/auth/tx";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub organization: String,
    pub method: Method,
    /// base64url of SHA-256 of the verifier that the claim will show.
    pub challenge: String,
    pub proof: Option<Secret>,
}

/// Where the window goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    SalesforceSso,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub transaction: String,
    /// Absolute; the window opens here.
    pub start_url: String,
    #[serde(default)]
    pub phrase: Option<String>,
    /// Seconds.
    pub expires_in: u32,
}
