//! `GET /sessions`, `DELETE /sessions`
//!
//! Where the agent is signed in. `DELETE` ends all of these sessions but the one that asks.

use serde::{Deserialize, Serialize};

use crate::Way;

pub const PATH: &str = "/sessions";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The oldest first.
    pub sessions: Vec<Listed>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub place: Place,
    /// Browser and system as they name themselves, `Chrome, Windows`; nothing where they do not.
    pub client: Option<String>,
    pub way: Way,
    /// Seconds since the Unix epoch.
    pub signed_in_at: u64,
    /// Seconds since the Unix epoch.
    pub ends_at: u64,
}

/// Whether it is the session that asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    Here,
    Elsewhere,
}
