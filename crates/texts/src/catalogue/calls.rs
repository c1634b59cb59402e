//! The texts of the phone.

use crate::{Plural, Template, part::texts};

texts! {
    /// The line, and the calls on it.
    pub struct Calls {
        // The line.
        pub connecting: &'static str,
        pub reconnecting: &'static str,
        pub own_number: Template,
        pub voicemail: &'static str,
        pub messages: Plural,
        /// Where the phone system does not count them.
        pub messages_uncounted: &'static str,

        /// Where the frame has no microphone.
        pub own_window: &'static str,
        pub enable_ringing: &'static str,

        // To make a call.
        pub number: &'static str,
        pub number_hint: &'static str,
        pub dial: &'static str,
        /// By which the agent is seen.
        pub caller_id: &'static str,
        /// Who was called by name, and is nobody.
        pub no_colleague: Template,
        pub several_colleagues: Template,

        // Where a call stands.
        pub queued: &'static str,
        pub dialling: &'static str,
        pub ringing_there: &'static str,
        pub incoming: &'static str,
        pub answering: &'static str,
        pub talking: &'static str,
        pub conference: &'static str,
        pub held: &'static str,
        pub held_by_peer: &'static str,
        pub recovering: &'static str,
        pub muted: &'static str,
        /// How a call sounds; `trouble` is one of those below.
        pub quality_good: &'static str,
        pub quality_fair: Template,
        pub quality_poor: Template,
        pub trouble_silence: &'static str,
        pub trouble_loss: &'static str,
        pub trouble_jitter: &'static str,
        pub trouble_delay: &'static str,
        pub figures: Template,
        /// The number that the caller dialled.
        pub dialled: Template,
        pub unknown_number: &'static str,
        /// Said once when somebody calls.
        pub calls_you: Template,

        // What can be done.
        pub answer: &'static str,
        pub decline: &'static str,
        pub hang_up: &'static str,
        pub mute: &'static str,
        pub unmute: &'static str,
        pub hold: &'static str,
        pub resume: &'static str,
        pub keypad: &'static str,
        pub key: Template,
        pub transfer: &'static str,
        pub transfer_to: &'static str,
        pub transfer_now: &'static str,
        pub connect_with: Template,
        pub merge: &'static str,
        /// Goes on with one of a conference alone.
        pub split: &'static str,
        pub call_again: &'static str,
        pub dismiss: &'static str,

        // In the console.
        /// The utility bar's item, where there is no call.
        pub phone: &'static str,
        /// A number was, during a call.
        pub clicked: &'static str,
        pub show_record: &'static str,
        pub not_shown: &'static str,
        /// Several records have the number.
        pub who_is_it: &'static str,

        // After a call.
        pub disposition: &'static str,
        pub no_disposition: &'static str,
        pub notes: &'static str,
        pub save: &'static str,
        pub unwritten: Plural,
        /// Said after it, where this console writes them.
        pub keep_open: &'static str,

        // How a transfer goes.
        pub transfer_asked: &'static str,
        pub transfer_ringing: &'static str,
        pub transfer_failed: &'static str,

        // How a call ended.
        pub ended: &'static str,
        pub peer_hung_up: &'static str,
        pub missed: &'static str,
        /// It did not ring.
        pub turned_away: &'static str,
        pub answered_elsewhere: &'static str,
        pub busy: &'static str,
        pub declined: &'static str,
        pub no_answer: &'static str,
        pub nobody_has_it: &'static str,
        pub transferred: &'static str,
        pub link_lost: &'static str,
        pub not_a_number: &'static str,
        /// The phone system's own status and words.
        pub refused: Template,
    }
}
