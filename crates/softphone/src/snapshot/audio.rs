//! What the view draws of the devices for sound.

use serde::{Deserialize, Serialize};

use crate::protocol::Refusal;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AudioSnapshot {
    /// Whether the agent looks at it.
    pub open: bool,
    /// Empty while the browser names none: it does once the microphone is allowed.
    pub devices: Vec<Choice>,
    /// For each role one at most; where there is none, it is the browser's default.
    pub chosen: Vec<Choice>,
    /// How loud the microphone is, of ten, while the agent looks at it.
    pub level: u32,
    pub refusal: Option<Refusal>,
}

impl AudioSnapshot {
    pub fn chosen(&self, role: Role) -> Option<&Choice> {
        self.chosen.iter().find(|choice| choice.role == role)
    }

    /// While the browser names no device, what was chosen may be there.
    pub fn is_absent(&self, chosen: &Choice) -> bool {
        chosen.role != Role::Volume && !self.devices.is_empty() && self.find(chosen).is_none()
    }

    pub(crate) fn find(&self, wanted: &Choice) -> Option<&Choice> {
        let is_it = |it: &&Choice| it.role == wanted.role && it.value == wanted.value;
        self.devices.iter().find(is_it)
    }
}

/// A device in one role, what can be heard by two is there twice; or how loud it rings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub role: Role,
    /// The browser's name for the device, for this site alone; or a digit.
    pub value: String,
    pub label: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Microphone,
    /// Where the other side is heard.
    Speaker,
    /// Where it rings.
    Ringer,
    /// How loud it rings, from 0 to 9.
    Volume,
}
