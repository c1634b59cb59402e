//! Calls that are one conversation: each peer hears the agent and the other peers. What the agent does to one of
//! them is done to all, but for hanging up.

use std::collections::VecDeque;

use super::{CallId, Calls, call::Call, media};
use crate::protocol::{Effect, MediaAsk};

impl Calls {
    /// Whoever has answered is brought together. One mute key is for all of them: that of the call at hand.
    pub(super) fn merge(&mut self, id: CallId) {
        let at_hand = self.calls.iter().find(|call| call.id == id && call.talks());
        let Some(muted) = at_hand.map(|call| call.muted) else { return };
        for call in &mut self.calls {
            call.joined = call.talks();
        }
        self.with_all(id, |call, effects| call.mute(muted, effects));
        self.resume(id);
    }

    /// The agent goes on with this one, and the others wait.
    pub(super) fn split(&mut self, id: CallId) {
        for call in &mut self.calls {
            call.joined = false;
        }
        self.resume(id);
    }

    /// With the call, and with those that are one conversation with it.
    pub(super) fn with_all(&mut self, id: CallId, act: impl Fn(&mut Call, &mut VecDeque<Effect>)) {
        let joined = self.is_joined(Some(id));
        for call in self.calls.iter_mut().filter(|call| call.id == id || joined && call.joined) {
            act(call, &mut self.effects);
        }
    }

    pub(super) fn is_joined(&self, id: Option<CallId>) -> bool {
        self.calls.iter().any(|call| Some(call.id) == id && call.joined)
    }

    /// Whoever is left alone with the agent is in an ordinary call.
    pub(super) fn settle_conference(&mut self) {
        let count = |is_it: fn(&Call) -> bool| self.calls.iter().filter(|call| is_it(call)).count();
        let is_one = count(|call| call.joined && !call.is_over()) > 1;
        let is_mixed = count(|call| call.joined && call.talks()) > 1;
        for call in &mut self.calls {
            call.joined &= is_one && !call.is_over();
            let mixed = is_mixed && call.joined && call.talks();
            if std::mem::replace(&mut call.mixed, mixed) != mixed && !call.is_over() {
                media(&mut self.effects, call.id, MediaAsk::Mix(mixed));
            }
        }
    }
}
