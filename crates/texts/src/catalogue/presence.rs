//! The texts of the agent's state.

use crate::part::texts;

texts! {
    /// What the agent is, and what that does to calls.
    pub struct Presence {
        /// Of the list from which the agent chooses.
        pub state: &'static str,
        pub available: &'static str,
        /// Where no reason has to be given.
        pub busy: &'static str,
        pub do_not_disturb: &'static str,
        pub wrap_up: &'static str,
        pub offline: &'static str,
        pub refused: &'static str,
        pub unreachable: &'static str,
    }
}
