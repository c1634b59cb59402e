//! `GET /consents`, `DELETE /consents/{consent}`
//!
//! What the agent has allowed. Revoking ends the sessions that rest on it; the next sign-in asks again.

use serde::{Deserialize, Serialize};

pub const PATH: &str = "/consents";
pub const ONE_PATH: &str = "/consents/{consent}";

pub fn one_path(consent: &str) -> String {
    ONE_PATH.replace("{consent}", consent)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub consents: Vec<Consent>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consent {
    pub id: String,
    pub organization_name: String,
    /// The Salesforce user id.
    pub subject: String,
    /// Seconds since the Unix epoch.
    pub granted_at: u64,
}
