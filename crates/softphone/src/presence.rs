//! The agent's state: whether calls ring here. And what has become of those that came and went.
//!
//! ~~~text
//!              chosen: Available, AutoAnswer, Busy, ...
//!  the agent ---------------------------------------------------> +----------+ --> Reach: calls ring, are
//!              a call is to be wrapped up, and is not put aside   | Presence |     answered or refused,
//!  call log  ---------------------------------------------------> +----------+     or do not come
//! ~~~
//!
//! It is kept in the browser for its agent, so that a reload changes nothing. The state ends with the sign-out; the
//! recent calls stay, and nobody else sees them.

#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use crate::{
    protocol::{CallId, Effect, PresenceEffect, PresenceIntent},
    snapshot::{
        AgentState, CallSnapshot, CallState, Direction, EndSnapshot, PresenceSnapshot,
        RecordsSnapshot,
    },
};

#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// Whose state it is; nobody's before the phone has its place.
    owner: Option<String>,
    /// With the state that the agent has chosen.
    kept: PresenceSnapshot,
    /// The call whose wrap-up keeps no other call away.
    put_aside: Option<CallId>,
    effects: VecDeque<Effect>,
}

/// What becomes of a call that comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reach {
    #[default]
    Rings,
    /// Where there is no other call it is answered.
    Answered,
    /// It is refused as busy.
    Refused,
    /// None comes: the phone is not registered.
    Offline,
}

impl Presence {
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// `wrap_up`: the call that waits for the agent's notes.
    pub fn state(&self, wrap_up: Option<CallId>) -> AgentState {
        let wraps_up = wrap_up.is_some() && wrap_up != self.put_aside;
        match &self.kept.state {
            AgentState::Available | AgentState::AutoAnswer if wraps_up => AgentState::WrapUp,
            chosen => chosen.clone(),
        }
    }

    pub fn reach(&self, wrap_up: Option<CallId>) -> Reach {
        match self.state(wrap_up) {
            AgentState::Available => Reach::Rings,
            AgentState::AutoAnswer => Reach::Answered,
            AgentState::Busy(_) | AgentState::DoNotDisturb | AgentState::WrapUp => Reach::Refused,
            AgentState::Offline => Reach::Offline,
        }
    }

    /// With what the administrator has given to choose from.
    pub fn snapshot(
        &self,
        wrap_up: Option<CallId>,
        (reasons, caller_ids): (&[String], &[String]),
    ) -> PresenceSnapshot {
        let mut snapshot = self.kept.clone();
        (snapshot.state, snapshot.reasons) = (self.state(wrap_up), reasons.to_vec());
        snapshot.caller_ids = caller_ids.to_vec();
        if !caller_ids.contains(&snapshot.caller_id) {
            snapshot.caller_id = caller_ids.first().cloned().unwrap_or_default();
        }
        snapshot
    }

    pub fn intended(&mut self, wall: u64, intent: PresenceIntent, wrap_up: Option<CallId>) {
        match intent {
            PresenceIntent::Be(AgentState::WrapUp) => return,
            PresenceIntent::Be(state) => {
                // Whoever wants calls before the notes are written has them.
                self.put_aside = wrap_up;
                self.kept.state = state;
            }
            PresenceIntent::CallAs(number) => self.kept.caller_id = number,
            PresenceIntent::Looked => self.kept.missed = 0,
        }
        self.keep(wall);
    }

    /// A call of this agent's that is over, or that did not ring.
    pub fn remember(&mut self, wall: u64, mut call: CallSnapshot) {
        if let (Direction::Incoming, None, CallState::Ended(end)) =
            (call.direction, call.talked, &mut call.state)
        {
            match end {
                EndSnapshot::NoAnswer => *end = EndSnapshot::Missed,
                EndSnapshot::HungUp | EndSnapshot::Busy => *end = EndSnapshot::Declined,
                _ => {}
            }
        }
        // What was pressed may be a secret.
        (call.digits, call.records) = (String::new(), RecordsSnapshot::default());
        self.kept.missed += u32::from(call.is_missed());
        self.kept.recents.insert(0, call);
        self.kept.recents.truncate(MOST_RECENTS);
        self.keep(wall);
    }

    // ── Whose state ───────────────────────────────────────────────

    /// The phone has its place: what this agent has left behind is taken up.
    pub fn belongs_to(&mut self, owner: &str) {
        if self.owner.as_deref() != Some(owner) {
            *self = Self { owner: Some(owner.to_owned()), ..Self::default() };
            self.effects.push_back(Effect::Presence(PresenceEffect::Recall(owner.to_owned())));
        }
    }

    pub fn recalled(&mut self, wall: u64, owner: &str, mut kept: PresenceSnapshot) {
        if self.owner.as_deref() != Some(owner) {
            return;
        }
        // It is of a session that is over, though nobody has signed out.
        if wall.saturating_sub(kept.kept_at) > LONGEST {
            kept.state = AgentState::Available;
        }
        self.kept = kept;
    }

    /// As the tab has published it that was the phone before this one, and whose notes nobody writes any more.
    pub fn take_over(&mut self, published: &PresenceSnapshot) {
        self.kept = published.clone();
        if self.kept.state == AgentState::WrapUp {
            self.kept.state = AgentState::Available;
        }
    }

    /// `signed_out`: whoever comes back starts available. A session that ended otherwise may be followed by the next
    /// one without a word.
    pub fn session_ended(&mut self, wall: u64, signed_out: bool) {
        if signed_out {
            self.kept.state = AgentState::Available;
            self.keep(wall);
        }
        *self = Self { effects: std::mem::take(&mut self.effects), ..Self::default() };
    }

    fn keep(&mut self, wall: u64) {
        let Some(owner) = self.owner.clone() else { return };
        self.kept.kept_at = wall;
        let kept = Box::new(self.kept.clone());
        self.effects.push_back(Effect::Presence(PresenceEffect::Keep { owner, kept }));
    }
}

const MOST_RECENTS: usize = 50;
/// As long as a session.
const LONGEST: u64 = 8 * 3_600 * 1_000;
