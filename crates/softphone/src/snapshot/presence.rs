//! What the view draws of the agent's state.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PresenceSnapshot {
    pub state: AgentState,
    /// From which the agent chooses one to be busy; empty where none has to be given.
    pub reasons: Vec<String>,
}

/// Whether calls ring here. It says nothing of the call that the agent is in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AgentState {
    /// Calls ring.
    #[default]
    Available,
    /// Calls are refused, for one of the administrator's reasons.
    Busy(Option<String>),
    DoNotDisturb,
    /// Calls are refused while the agent writes down what the last one was about.
    WrapUp,
    /// The phone is not registered.
    Offline,
}
