//! The texts of the agent's state.

use crate::{Plural, part::texts};

texts! {
    /// What the agent is, and what that does to calls.
    pub struct Presence {
        /// Of the list from which the agent chooses.
        pub state: &'static str,
        pub available: &'static str,
        /// Calls are answered by themselves.
        pub auto_answer: &'static str,
        /// Where no reason has to be given.
        pub busy: &'static str,
        pub do_not_disturb: &'static str,
        pub wrap_up: &'static str,
        pub offline: &'static str,
        pub refused: &'static str,
        pub unreachable: &'static str,

        // Recent calls.
        pub recents: &'static str,
        pub no_recents: &'static str,
        pub missed: Plural,
        pub came: &'static str,
        pub went: &'static str,
    }
}
