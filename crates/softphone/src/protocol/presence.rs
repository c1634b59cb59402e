//! What passes between the mind and those around it about the agent's state.

use serde::{Deserialize, Serialize};

use crate::snapshot::{AgentState, PresenceSnapshot};

/// What the agent chooses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PresenceIntent {
    /// Wrap-up comes and goes by itself, and is not chosen.
    Be(AgentState),
    /// To be seen by this number from now on.
    CallAs(String),
    /// The agent has looked at the recent calls.
    Looked,
}

/// What stays in this browser for this agent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresenceEffect {
    /// In place of what was kept before.
    Keep { owner: String, kept: Box<PresenceSnapshot> },
    /// Say what is kept of this agent's.
    Recall(String),
}
