//! The agent's state: whether calls ring here.
//!
//! ~~~text
//!              chosen: Available, Busy, DoNotDisturb, Offline
//!  the agent ---------------------------------------------------> +----------+ --> Reach: calls ring,
//!              a call is to be wrapped up, and is not put aside   | Presence |     are refused, or
//!  call log  ---------------------------------------------------> +----------+     do not come
//! ~~~
//!
//! It is kept in the browser for its agent, so that a reload changes nothing, and ends with the sign-out.

use std::collections::VecDeque;

use crate::{
    protocol::{CallId, Effect, KeptPresence, PresenceEffect, PresenceIntent},
    snapshot::{AgentState, PresenceSnapshot},
};

#[derive(Debug, Default)]
pub(crate) struct Presence {
    /// Whose state it is; nobody's before the phone has its place.
    owner: Option<String>,
    kept: KeptPresence,
    /// The call whose wrap-up keeps no other call away.
    put_aside: Option<CallId>,
    effects: VecDeque<Effect>,
}

/// What becomes of a call that comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Reach {
    #[default]
    Rings,
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
        match &self.kept.chosen {
            AgentState::Available if wraps_up => AgentState::WrapUp,
            chosen => chosen.clone(),
        }
    }

    pub fn reach(&self, wrap_up: Option<CallId>) -> Reach {
        match self.state(wrap_up) {
            AgentState::Available => Reach::Rings,
            AgentState::Busy(_) | AgentState::DoNotDisturb | AgentState::WrapUp => Reach::Refused,
            AgentState::Offline => Reach::Offline,
        }
    }

    pub fn snapshot(&self, wrap_up: Option<CallId>, reasons: &[String]) -> PresenceSnapshot {
        PresenceSnapshot { state: self.state(wrap_up), reasons: reasons.to_vec() }
    }

    pub fn intended(&mut self, wall: u64, intent: PresenceIntent, wrap_up: Option<CallId>) {
        match intent {
            PresenceIntent::Be(AgentState::WrapUp) => {}
            PresenceIntent::Be(state) => {
                // Whoever wants calls before the notes are written has them.
                self.put_aside = wrap_up;
                self.kept.chosen = state;
                self.keep(wall);
            }
        }
    }

    // ── Whose state ───────────────────────────────────────────────

    /// The phone has its place: what this agent has left behind is taken up.
    pub fn belongs_to(&mut self, owner: &str) {
        if self.owner.as_deref() != Some(owner) {
            *self = Self { owner: Some(owner.to_owned()), ..Self::default() };
            self.effects.push_back(Effect::Presence(PresenceEffect::Recall(owner.to_owned())));
        }
    }

    pub fn recalled(&mut self, wall: u64, owner: &str, mut kept: KeptPresence) {
        if self.owner.as_deref() != Some(owner) {
            return;
        }
        // It is of a session that is over, though nobody has signed out.
        if wall.saturating_sub(kept.kept_at) > LONGEST {
            kept.chosen = AgentState::Available;
        }
        self.kept = kept;
    }

    /// As the tab has published it that was the phone before this one.
    pub fn take_over(&mut self, published: &PresenceSnapshot) {
        self.kept.chosen = match &published.state {
            AgentState::WrapUp => AgentState::Available,
            state => state.clone(),
        };
    }

    /// `signed_out`: whoever comes back starts available. A session that ended otherwise may be followed by the next
    /// one without a word.
    pub fn session_ended(&mut self, wall: u64, signed_out: bool) {
        if signed_out && self.kept.chosen != AgentState::Available {
            self.kept.chosen = AgentState::Available;
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

/// As long as a session.
const LONGEST: u64 = 8 * 3_600 * 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_says_what_becomes_of_a_call() {
        for (state, reach) in [
            (AgentState::Available, Reach::Rings),
            (AgentState::Busy(Some("Lunch".into())), Reach::Refused),
            (AgentState::DoNotDisturb, Reach::Refused),
            (AgentState::Offline, Reach::Offline),
        ] {
            let mut presence = annas();

            presence.intended(1, PresenceIntent::Be(state.clone()), None);

            assert_eq!((presence.state(None), presence.reach(None)), (state, reach));
        }
    }

    #[test]
    fn a_call_to_wrap_up_keeps_others_away_unless_it_is_put_aside() {
        let mut presence = annas();
        assert_eq!(presence.state(call(1)), AgentState::WrapUp);
        assert_eq!(presence.reach(call(1)), Reach::Refused);

        presence.intended(1, PresenceIntent::Be(AgentState::Available), call(1));

        assert_eq!(presence.reach(call(1)), Reach::Rings);
        assert_eq!(presence.state(call(2)), AgentState::WrapUp, "that is another call");
        assert_eq!(presence.state(None), AgentState::Available);
    }

    #[test]
    fn what_the_agent_has_chosen_goes_before_a_wrap_up() {
        let mut presence = annas();

        presence.intended(1, PresenceIntent::Be(AgentState::DoNotDisturb), call(1));
        presence.intended(2, PresenceIntent::Be(AgentState::WrapUp), call(1));

        assert_eq!(presence.state(call(1)), AgentState::DoNotDisturb);
    }

    #[test]
    fn what_was_chosen_is_kept_and_is_there_after_a_reload() {
        let mut presence = annas();
        presence.intended(1_000, PresenceIntent::Be(AgentState::DoNotDisturb), None);
        let kept = kept(&mut presence).unwrap();

        let mut reloaded = annas();
        reloaded.recalled(1_000 + LONGEST, "anna", kept.clone());
        assert_eq!(reloaded.state(None), AgentState::DoNotDisturb);
        let mut next_day = annas();
        next_day.recalled(1_001 + LONGEST, "anna", kept.clone());
        assert_eq!(next_day.state(None), AgentState::Available);
        let mut bens = Presence::default();
        bens.belongs_to("ben");
        bens.recalled(1_000, "anna", kept);

        assert_eq!(bens.state(None), AgentState::Available, "that is Anna's");
    }

    #[test]
    fn with_the_sign_out_ends_the_state_and_with_no_other_end() {
        let mut presence = annas();
        presence.intended(1, PresenceIntent::Be(AgentState::Offline), None);
        kept(&mut presence);

        presence.session_ended(2, false);
        assert_eq!(presence.reach(None), Reach::Rings, "it is nobody's");
        assert_eq!(kept(&mut presence), None, "what is kept stays");
        presence.belongs_to("anna");
        presence.recalled(3, "anna", KeptPresence { chosen: AgentState::Offline, kept_at: 1 });
        presence.session_ended(4, true);

        assert_eq!(kept(&mut presence).unwrap().chosen, AgentState::Available);
    }

    #[test]
    fn the_tab_that_leads_next_goes_on_with_what_it_has_heard() {
        let mut presence = annas();
        let busy = AgentState::Busy(Some("Lunch".into()));

        presence
            .take_over(&PresenceSnapshot { state: busy.clone(), ..PresenceSnapshot::default() });
        assert_eq!(presence.state(None), busy);
        let wraps_up = AgentState::WrapUp;
        presence.take_over(&PresenceSnapshot { state: wraps_up, ..PresenceSnapshot::default() });

        assert_eq!(presence.state(None), AgentState::Available, "the notes were the other tab's");
    }

    fn annas() -> Presence {
        let mut presence = Presence::default();
        presence.belongs_to("anna");
        presence
    }

    fn kept(presence: &mut Presence) -> Option<KeptPresence> {
        std::iter::from_fn(|| presence.poll_effect()).fold(None, |last, effect| match effect {
            Effect::Presence(PresenceEffect::Keep { kept, .. }) => Some(*kept),
            _ => last,
        })
    }

    fn call(id: u32) -> Option<CallId> {
        Some(CallId(id))
    }
}
