//! The agent's sign-in, from an opened panel to an adapter session, and the session's upkeep.
//!
//! ~~~text
//! Starting --> Proving --> Verifying --> SignedIn --> Ended, SignedOut
//!     |            |           |            ^
//!     |            v           v            |
//!     +--------> Offering --> WaitingForWindow
//!     |            |                        |
//!     |            +--> EnteringCredentials-+
//!     +--> Misconfigured, Unreachable
//! ~~~
//!
//! Nobody is known before the adapter has verified a credential, so only its `Granted` opens `SignedIn`.
//! Each question carries a ticket; an answer to a question that no state waits for changes nothing.

mod context;
mod password;
mod session;
mod sessions;
mod state;
mod transitions;
mod view;
mod window;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use adapter_api::{StartedBy, session::Session, sign_in_challenge};
use salesforce::call_center::Settings;

use crate::{
    protocol::{Effect, HostFact, Input, Refusal},
    snapshot::{SignInSnapshot, Snapshot},
};
use context::Context;
use state::State;

/// The machine: what outlives one state, and the state.
#[derive(Debug)]
pub struct SignIn {
    organization: String,
    state: State,
    memory: Memory,
    next_ticket: u32,
    effects: VecDeque<Effect>,
}

/// What the last answers of console and adapter said.
#[derive(Clone, Debug, Default)]
struct Memory {
    settings: Option<Settings>,
    challenge: Option<sign_in_challenge::Response>,
    /// Of the Salesforce user at this console, as the last proof said.
    language: Option<String>,
    /// What goes on being shown while the panel tries again by itself, until that has come to something.
    meanwhile: Option<SignInSnapshot>,
    notice: Option<Refusal>,
}

impl SignIn {
    pub fn new(organization: String) -> Self {
        Self {
            organization,
            state: State::Idle,
            memory: Memory::default(),
            next_ticket: 0,
            effects: VecDeque::new(),
        }
    }

    pub fn handle(&mut self, now: u64, input: Input) {
        if let Input::Host(_, HostFact::Proof(Ok(proof))) = &input {
            self.memory.language.clone_from(&proof.language);
        }
        self.step(now, |state, context| transitions::handle(state, input, context));
    }

    pub fn handle_timeout(&mut self, now: u64) {
        self.step(now, transitions::handle_timeout);
    }

    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        self.state.timeout()
    }

    pub fn is_signed_out(&self) -> bool {
        matches!(self.state, State::SignedOut)
    }

    /// Whether somebody has taken the agent's right to work.
    pub fn is_deactivated(&self) -> bool {
        matches!(&self.state, State::Ended { refusal } if refusal.code.is_deactivation())
    }

    /// As they were read last.
    pub fn settings(&self) -> Option<&Settings> {
        self.memory.settings.as_ref()
    }

    /// Of whoever is signed in.
    pub fn session(&self) -> Option<&Session> {
        match &self.state {
            State::SignedIn(signed_in) => Some(&signed_in.session),
            _ => None,
        }
    }

    pub fn snapshot(&self) -> Snapshot {
        view::snapshot(&self.state, &self.memory)
    }

    fn step(&mut self, now: u64, transition: impl FnOnce(State, &mut Context<'_>) -> State) {
        let state = std::mem::replace(&mut self.state, State::Idle);
        let mut context = Context {
            now,
            organization: &self.organization,
            memory: &mut self.memory,
            next_ticket: &mut self.next_ticket,
            effects: &mut self.effects,
        };
        self.state = transition(state, &mut context);
    }
}

/// A page that has just loaded started by itself; after that only clicks start a sign-in.
const AT_LOAD: StartedBy = StartedBy::Load;
