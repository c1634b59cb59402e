//! What passes between the mind and those around it about the devices for sound.

use serde::{Deserialize, Serialize};

use super::Refusal;
use crate::snapshot::Choice;

/// What the agent does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AudioIntent {
    Show,
    Hide,
    /// Have the browser ask for the microphone: before that it names no device.
    Allow,
    /// Without a value: whatever the browser takes by itself.
    Choose(Choice),
    /// Ring once.
    Test,
}

/// What the mind wants from the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioEffect {
    /// Say what there is, and what is kept; and once more whenever a device comes or goes.
    Look,
    /// In this browser, in place of what was kept before.
    Keep(Vec<Choice>),
    /// From here on, in calls that go on as well.
    Use {
        chosen: Vec<Choice>,
        /// Whether somebody looks at how loud the microphone is.
        metered: bool,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AudioFact {
    Found {
        devices: Vec<Choice>,
        kept: Option<Vec<Choice>>,
    },
    /// How loud the microphone is, of ten.
    Level(u32),
    Refused(Refusal),
}
