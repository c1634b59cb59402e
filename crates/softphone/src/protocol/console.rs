//! What passes between the mind and the console about calls and records.

use salesforce::{
    id::RecordId,
    screen_pop::{CallType, ScreenPop},
};
use serde::{Deserialize, Serialize};

use super::CallId;

/// What the console is asked to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsoleAsk {
    /// Whose number this is, and what would be shown of it; nothing is shown yet.
    Search {
        number: String,
        call_type: CallType,
    },
    /// Show what a search has said.
    Pop(ScreenPop),
    ShowRecord(RecordId),
    ClickToDial(ClickToDial),
    /// What is shown has changed in Salesforce.
    Refresh,
}

/// Whether a click on a phone number reaches the phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClickToDial {
    Enabled,
    Disabled,
}

/// What the agent does with the records of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordIntent {
    /// Show what belongs to the call once more.
    Show(CallId),
    /// Of several, it is this one.
    Choose { call: CallId, record: RecordId },
}
