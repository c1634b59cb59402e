//! `GET /sessions`, `DELETE /sessions`
//!
//! Where the agent is signed in. `DELETE` ends all sessions of the agent but the one that asks, those of which
//! nothing was seen lately included.

use serde::{Deserialize, Serialize};

use crate::Way;

pub const PATH: &str = "/sessions";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The oldest first.
    pub sessions: Vec<Listed>,
    /// How many others are neither ended nor over, and are no place any longer: a panel that was closed or
    /// reloaded, a computer that sleeps.
    pub unseen: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    pub place: Place,
    /// Browser and system as they name themselves, `Chrome, Windows`; nothing where they do not.
    #[serde(default)]
    pub client: Option<String>,
    pub way: Way,
    /// Seconds since the Unix epoch.
    pub signed_in_at: u64,
    /// Seconds since the Unix epoch; when the panel was last heard of.
    pub seen_at: u64,
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
