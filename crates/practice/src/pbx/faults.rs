//! What the PBX does wrong on command. The page *Misbehave* and the control interface set it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    pub sockets: Option<SocketFault>,
    pub calls: Option<CallFault>,
    pub registrar: Option<RegistrarFault>,
    /// How many of a hundred RTP packets are lost, either way.
    pub loss: Option<u8>,
    /// How long each message to a phone takes, in milliseconds.
    pub latency: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SocketFault {
    /// All are cut, once, without a word; new ones are welcome.
    Cut,
    /// All are cut, and new ones are refused.
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallFault {
    /// Every INVITE of a phone's is answered 503.
    Unavailable,
    /// What calls off whoever rings comes so late that they may have answered.
    LateCancel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrarFault {
    /// Every binding, once, as after a restart.
    Forgets,
}

/// How late is late.
pub const LATE: Duration = Duration::from_secs(2);
