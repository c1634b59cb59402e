//! The texts of the agent's state, in English.

use crate::{Plural, Template, catalogue::Presence};

pub(super) const PRESENCE: Presence = Presence {
    state: "Your state",
    available: "Available",
    auto_answer: "Auto-answer",
    busy: "Busy",
    do_not_disturb: "Do not disturb",
    wrap_up: "Wrap-up",
    offline: "Offline",
    refused: "Calls are refused until you are available.",
    unreachable: "No call comes, and none can be made. Choose another state to use the phone.",
    recents: "Recent calls",
    no_recents: "Your calls on this computer will stand here, to be called again by one click.",
    missed: Plural { one: "1 missed", many: Template("{count} missed") },
    came: "Incoming",
    went: "Outgoing",
};
