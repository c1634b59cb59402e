//! `GET /calling/account`
//!
//! What a signed-in agent's phone registers with. The phone keeps it in memory, asks again at half of
//! `expires_in` and after each [`crate::events::Event::CallingChanged`], and unregisters when the session ends:
//! from then on it is given no new one.

use serde::{Deserialize, Serialize};

use crate::Secret;

pub const PATH: &str = "/calling/account";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub account: Account,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Where the PBX speaks SIP over WebSocket: `wss://…`.
    pub websocket: String,
    /// The agent's address of record: `sip:1001@pbx.example`.
    pub address: String,
    pub display_name: String,
    /// For digest authentication; it is not always the left side of the address.
    pub username: String,
    pub password: Secret,
    /// Seconds for which these credentials are good; nothing where none of them end.
    #[serde(default)]
    pub expires_in: Option<u32>,
    pub ice_servers: Vec<IceServer>,
    /// What to dial for the voicemail.
    #[serde(default)]
    pub voicemail: Option<String>,
    /// From which the agent chooses one to be busy; empty where none has to be given.
    pub busy_reasons: Vec<String>,
    /// By which the agent may be seen, the usual one first, as people write them: `+33 1 42 68 53 00`.
    pub caller_ids: Vec<String>,
    /// Whether calls in progress end with a session that ends because the agent may not work any longer
    /// ([`crate::Code::is_deactivation`]); else they go on until somebody hangs up.
    #[serde(default)]
    pub stops_at_once: bool,
}

/// As `RTCPeerConnection` takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IceServer {
    pub urls: Vec<String>,
    #[serde(default)]
    pub username: Option<String>,
    #[serde(default)]
    pub credential: Option<Secret>,
}
