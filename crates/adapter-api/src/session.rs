//! `GET /session`, `DELETE /session`
//!
//! The session of the access token: [`Session`]. `DELETE` is *Sign out*: it ends every session of the
//! agent, and a click of the agent's is needed to sign in again.

use serde::{Deserialize, Serialize};

use crate::{Secret, Way};

pub const PATH: &str = "/session";

/// What every successful sign-in and refresh answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Sent as `Authorization: DPoP …`, bound to the key that signed in.
    pub access_token: Secret,
    pub refresh_token: Secret,
    /// Seconds for which the access token is good.
    pub expires_in: u32,
    pub session: Session,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub id: String,
    pub agent_name: String,
    pub organization_name: String,
    pub way: Way,
    /// Seconds since the Unix epoch.
    pub signed_in_at: u64,
    /// Seconds since the Unix epoch; no refresh reaches beyond.
    pub ends_at: u64,
    /// Seconds until a refresh has to carry a running-user proof; nothing where none is required.
    #[serde(default)]
    pub proof_due_in: Option<u32>,
    #[serde(default)]
    pub legacy: Option<LegacyNotice>,
    /// Of the agent's Salesforce user, such as `fr_CA`; nothing where Salesforce has not said.
    #[serde(default)]
    pub language: Option<String>,
}

/// The token works, and its days are counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegacyNotice {
    /// Whether the organisation has a Salesforce sign-in to switch to.
    pub switch: Switch,
    /// Seconds since the Unix epoch; the use before this one.
    #[serde(default)]
    pub last_used: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    Offered,
    Unavailable,
}
