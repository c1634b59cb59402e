//! An agent's states and recent calls, without a phone.

use super::*;

#[test]
fn each_state_says_what_becomes_of_a_call() {
    for (state, reach) in [
        (AgentState::Available, Reach::Rings),
        (AgentState::AutoAnswer, Reach::Answered),
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
fn the_agent_is_seen_by_the_chosen_number_as_long_as_it_is_one_of_those_given_else_by_the_first() {
    let mut presence = annas();
    let numbers = ["+1 415-555-0100", "+1 415-555-1001"].map(str::to_owned);
    let seen_by = |presence: &Presence, numbers| presence.snapshot(None, (&[], numbers)).caller_id;
    assert_eq!(seen_by(&presence, &numbers), numbers[0]);

    presence.intended(1, PresenceIntent::CallAs(numbers[1].clone()), None);
    let kept = kept(&mut presence).unwrap();
    let mut reloaded = annas();
    reloaded.recalled(2, "anna", kept);

    assert_eq!(seen_by(&reloaded, &numbers), numbers[1]);
    assert_eq!(seen_by(&reloaded, &numbers[..1]), numbers[0], "the other was taken away");
    assert_eq!(seen_by(&reloaded, &[]), "");
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
    let was_offline =
        PresenceSnapshot { state: AgentState::Offline, kept_at: 1, ..PresenceSnapshot::default() };
    presence.recalled(3, "anna", was_offline);
    presence.session_ended(4, true);

    assert_eq!(kept(&mut presence).unwrap().state, AgentState::Available);
}

#[test]
fn the_tab_that_leads_next_goes_on_with_what_it_has_heard() {
    let mut presence = annas();
    let busy = AgentState::Busy(Some("Lunch".into()));

    presence.take_over(&PresenceSnapshot { state: busy.clone(), ..PresenceSnapshot::default() });
    assert_eq!(presence.state(None), busy);
    let wraps_up = AgentState::WrapUp;
    presence.take_over(&PresenceSnapshot { state: wraps_up, ..PresenceSnapshot::default() });

    assert_eq!(presence.state(None), AgentState::Available, "the notes were the other tab's");
}

#[test]
fn calls_that_are_over_are_remembered_the_newest_first() {
    let mut presence = annas();

    for number in 1..=60 {
        presence.remember(1, over(number, Direction::Outgoing, EndSnapshot::PeerHungUp));
    }

    let recents = presence.snapshot(None, (&[], &[])).recents;
    assert_eq!(recents.len(), MOST_RECENTS);
    assert_eq!((recents[0].id, recents[49].id), (CallId(60), CallId(11)));
    assert_eq!(kept(&mut presence).unwrap().recents, recents);
}

#[test]
fn what_was_missed_is_counted_until_it_is_looked_at() {
    let mut presence = annas();
    let ends = [EndSnapshot::Missed, EndSnapshot::HungUp, EndSnapshot::TurnedAway];
    for (id, end) in (1..).zip(ends) {
        presence.remember(1, over(id, Direction::Incoming, end));
    }

    let shown = presence.snapshot(None, (&[], &[]));
    let missed: Vec<bool> = shown.recents.iter().map(CallSnapshot::is_missed).collect();
    assert_eq!((shown.missed, missed), (2, vec![true, false, true]));
    let declined = CallState::Ended(EndSnapshot::Declined);
    assert_eq!(shown.recents[1].state, declined, "the agent hung up on the ring");
    presence.intended(4, PresenceIntent::Looked, None);

    assert_eq!(presence.snapshot(None, (&[], &[])).missed, 0);
    assert_eq!(kept(&mut presence).unwrap().missed, 0);
}

#[test]
fn what_was_pressed_is_not_remembered() {
    let mut presence = annas();
    let call = over(1, Direction::Outgoing, EndSnapshot::HungUp);

    presence.remember(1, CallSnapshot { digits: "4711".into(), ..call });

    assert_eq!(presence.snapshot(None, (&[], &[])).recents[0].digits, "");
}

#[test]
fn the_next_agent_at_this_desk_sees_nothing_of_it() {
    let mut presence = annas();
    presence.remember(1, over(1, Direction::Incoming, EndSnapshot::Missed));

    presence.session_ended(3, true);
    assert_eq!(presence.snapshot(None, (&[], &[])), PresenceSnapshot::default());
    presence.belongs_to("ben");

    assert_eq!(presence.snapshot(None, (&[], &[])), PresenceSnapshot::default());
}

fn over(id: u32, direction: Direction, end: EndSnapshot) -> CallSnapshot {
    CallSnapshot {
        direction,
        ..CallSnapshot::from_number(CallId(id), "+33170189900", CallState::Ended(end))
    }
}

fn annas() -> Presence {
    let mut presence = Presence::default();
    presence.belongs_to("anna");
    presence
}

fn kept(presence: &mut Presence) -> Option<PresenceSnapshot> {
    std::iter::from_fn(|| presence.poll_effect()).fold(None, |last, effect| match effect {
        Effect::Presence(PresenceEffect::Keep { kept, .. }) => Some(*kept),
        _ => last,
    })
}

fn call(id: u32) -> Option<CallId> {
    Some(CallId(id))
}
