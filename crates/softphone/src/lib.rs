//! The agent's side as one mind: it takes [`Input`]s and answers with [`Effect`]s and a [`Snapshot`].
//!
//! No IO and no clock: whoever runs it passes `now` (milliseconds since the Unix epoch), performs the
//! effects and reports back. The panel's frame, the extension's offscreen document and the tests run the
//! same code.
//!
//! ~~~text
//!          Intent                  Input
//!  view ----------> +-----------+ <-------- runtime, host
//!       <---------- | Softphone | -------->
//!         Snapshot  +-----------+  Effect
//! ~~~

#![forbid(unsafe_code)]

pub mod protocol;
pub mod sign_in;
pub mod snapshot;

pub use protocol::{AdapterFact, Effect, HostFact, Input, Intent};
pub use snapshot::Snapshot;

use sign_in::SignIn;

/// The whole mind. Mutate once with [`Softphone::handle`] or [`Softphone::handle_timeout`], then drain
/// [`Softphone::poll_effect`] and look at [`Softphone::snapshot`] and [`Softphone::poll_timeout`].
#[derive(Debug)]
pub struct Softphone {
    sign_in: SignIn,
}

impl Softphone {
    pub fn new(organization: impl Into<String>) -> Self {
        Self { sign_in: SignIn::new(organization.into()) }
    }

    pub fn handle(&mut self, now: u64, input: Input) {
        self.sign_in.handle(now, input);
    }

    /// To be called at, or soon after, the time that [`Softphone::poll_timeout`] names.
    pub fn handle_timeout(&mut self, now: u64) {
        self.sign_in.handle_timeout(now);
    }

    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.sign_in.poll_effect()
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        self.sign_in.poll_timeout()
    }

    pub fn snapshot(&self) -> Snapshot {
        self.sign_in.snapshot()
    }
}
