//! What passes between the mind and those around it about what is to stand in Salesforce of a call.

use adapter_api::call_log::{self, Request};
use serde::{Deserialize, Serialize};

use super::{CallId, Ticket};

/// What the agent says of a call that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogIntent {
    /// As far as it is typed.
    Note {
        call: CallId,
        notes: String,
        disposition: Option<String>,
    },
    Save(CallId),
}

/// What the browser is asked to keep until the adapter has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEffect {
    /// In place of an older revision.
    Keep { owner: String, request: Box<Request> },
    /// Send what is kept of the call to the adapter.
    HandOver { ticket: Ticket, call: call_log::CallId },
    /// The adapter has what was sent last.
    Forget(call_log::CallId),
    /// Say what is kept of this agent's.
    Recall(String),
}
