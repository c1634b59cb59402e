//! What the view draws of the agent's state, which is also what is kept of it.

use serde::{Deserialize, Serialize};

use super::CallSnapshot;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceSnapshot {
    pub state: AgentState,
    /// From which the agent chooses one to be busy; empty where none has to be given.
    pub reasons: Vec<String>,
    /// By which numbers the agent may be seen; the choice is the agent's from two on.
    #[serde(default)]
    pub caller_ids: Vec<String>,
    /// The chosen one, if any.
    #[serde(default)]
    pub caller_id: String,
    /// The newest first.
    pub recents: Vec<CallSnapshot>,
    /// Calls that the agent has missed and not looked at yet.
    pub missed: u32,
    /// When the agent last did something that was kept, in milliseconds since the Unix epoch.
    pub kept_at: u64,
}

/// Whether calls ring here. It says nothing of the call that the agent is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Calls ring.
    #[default]
    Available,
    /// Calls are answered by themselves, after a beep; beside another call they ring.
    AutoAnswer,
    /// Calls are refused, for one of the administrator's reasons.
    Busy(Option<String>),
    DoNotDisturb,
    /// Calls are refused while the agent writes down what the last one was about.
    WrapUp,
    /// The phone is not registered.
    Offline,
}
