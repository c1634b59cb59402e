//! What the view draws of calls that are over.

use serde::{Deserialize, Serialize};

use super::PeerSnapshot;
use crate::protocol::{CallId, Refusal};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogSnapshot {
    /// Calls that do not stand in Salesforce yet.
    pub waiting: u32,
    /// Why the latest of them does not.
    pub refusal: Option<Refusal>,
    /// Calls are written in this console, as long as it is open.
    pub by_console: bool,
    pub wrap_up: Option<WrapUpSnapshot>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpSnapshot {
    pub call: CallId,
    pub peer: PeerSnapshot,
    pub notes: String,
    pub disposition: Option<String>,
    /// From which the agent chooses.
    pub dispositions: Vec<String>,
}
