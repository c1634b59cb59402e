//! The console around the panel, behind one trait.
//!
//! ~~~text
//! HostAsk --> Host --> console's script --> callback --> answers --> HostFact
//!                 \--> deadline ----------------------------------/
//! ~~~
//!
//! Each ask is answered exactly once: by the console's first callback, or by the deadline, since the mind
//! keeps no clock for the console.

#[cfg(target_arch = "wasm32")]
pub mod alone;
pub mod answers;
pub mod frame;
#[cfg(target_arch = "wasm32")]
pub mod microphone;
#[cfg(target_arch = "wasm32")]
pub mod open_cti;
pub mod pending;
#[cfg(target_arch = "wasm32")]
pub(crate) mod script;
#[cfg(target_arch = "wasm32")]
pub mod utility_item;

use salesforce::screen_pop::ClickToDial;
use softphone::protocol::{HostAsk, HostFact, Refusal};

/// What the asker does with the answer.
pub type Answer = Box<dyn FnOnce(HostFact)>;

pub trait Host {
    fn ask(&self, ask: HostAsk, answer: Answer);

    /// Clicks on phone numbers, as long as the page lives.
    fn listen(&self, clicked: Box<dyn Fn(ClickToDial)>);

    /// What is amiss with the frame, though the panel works.
    fn notice(&self) -> Option<Refusal>;

    /// The panel can be used, so the console need not look for its standby.
    fn panel_is_usable(&self);
}
