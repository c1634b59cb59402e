//! What the agent's state does to calls that come, and what it leaves alone.

use super::world::{World, id};
use crate::{
    presence::Reach,
    protocol::{CallIntent as C, PhoneEffect, Ring},
    snapshot::{CallState as S, EndSnapshot as End, LineSnapshot},
};

#[test]
fn a_call_that_is_not_wanted_is_busy_at_once_and_rings_nowhere() {
    let mut world = World::of(&["1001", "1002"]);
    world.reach(1, Reach::Refused);

    world.intend(0, C::Dial("1002".into()));

    assert_eq!(world.states(0), [S::Ended(End::Busy)]);
    assert_eq!((world.states(1), world.ring(1)), (vec![], Ring::Silent));
    assert!(!world.effects[1].contains(&PhoneEffect::Ring(Ring::Incoming)));
    assert_eq!(world.turned_away(1), ["1001"]);
    world.reach(1, Reach::Rings);
    world.intend(0, C::Dial("1002".into()));
    assert_eq!(world.states(1), [S::RingingHere]);
}

#[test]
fn a_call_is_answered_by_itself_after_a_beep_and_one_beside_it_rings() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    world.reach(1, Reach::Answered);

    world.intend(0, C::Dial("1002".into()));
    assert_eq!((world.states(0), world.states(1)), (vec![S::Talking], vec![S::Talking]));
    assert!(world.effects[1].contains(&PhoneEffect::Ring(Ring::Beep)));
    assert!(!world.effects[1].contains(&PhoneEffect::Ring(Ring::Incoming)));
    world.intend(2, C::Dial("1002".into()));

    assert_eq!(world.states(1), [S::Talking, S::RingingHere]);
    assert_eq!(world.ring(1), Ring::Incoming);
}

#[test]
fn a_call_in_progress_is_touched_by_no_state() {
    for reach in [Reach::Refused, Reach::Offline] {
        let mut world = World::of(&["1001", "1002"]);
        world.intend(0, C::Dial("1002".into()));
        world.intend(1, C::Answer(id(1)));

        world.reach(1, reach);
        world.intend(1, C::Hold(id(1)));
        world.intend(1, C::Resume(id(1)));

        assert_eq!((world.states(0), world.states(1)), (vec![S::Talking], vec![S::Talking]));
    }
}

#[test]
fn who_rings_already_goes_on_ringing() {
    let mut world = World::of(&["1001", "1002"]);
    world.intend(0, C::Dial("1002".into()));

    world.reach(1, Reach::Refused);

    assert_eq!((world.states(1), world.ring(1)), (vec![S::RingingHere], Ring::Incoming));
}

#[test]
fn who_is_offline_is_not_registered_and_registers_again() {
    let mut world = World::of(&["1001"]);
    let before = world.registrations(0);

    world.reach(0, Reach::Offline);
    assert_eq!(world.softphones[0].snapshot().line, LineSnapshot::Offline);
    assert_eq!(world.registrations(0), before + 1, "it takes its leave");
    assert_eq!(world.effects[0].last(), Some(&PhoneEffect::CloseSocket));
    world.pass(3_600_000);
    assert_eq!(world.registrations(0), before + 1);
    world.intend(0, C::Dial("1002".into()));
    assert_eq!(world.states(0), []);
    world.reach(0, Reach::Rings);

    assert!(matches!(world.softphones[0].snapshot().line, LineSnapshot::Ready { .. }));
    assert_eq!(world.registrations(0), before + 2);
}

#[test]
fn who_goes_offline_in_a_call_is_offline_after_it() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    world.intend(0, C::Dial("1002".into()));
    world.intend(1, C::Answer(id(1)));
    world.reach(1, Reach::Offline);
    let before = world.registrations(1);

    world.intend(2, C::Dial("1002".into()));
    assert_eq!(world.states(2), [S::Ended(End::NoAnswer)]);
    assert_eq!(world.registrations(1), before);
    world.intend(1, C::HangUp(id(1)));

    assert_eq!(world.states(0), [S::Ended(End::PeerHungUp)]);
    assert_eq!(world.registrations(1), before + 1, "it takes its leave");
}

#[test]
fn who_is_offline_signs_out_without_a_word_to_the_pbx() {
    let mut world = World::of(&["1001"]);
    world.reach(0, Reach::Offline);
    let before = world.registrations(0);

    world.sign_out(0);

    assert_eq!(world.softphones[0].snapshot().line, LineSnapshot::Off);
    assert_eq!(world.registrations(0), before);
}

#[test]
fn a_tab_that_leads_next_is_offline_as_the_one_before() {
    let mut world = World::of(&["1001", "1001"]);
    world.reach(0, Reach::Offline);
    world.reach(1, Reach::Offline);

    world.close(0);

    assert_eq!(world.registrations(1), 0);
    world.reach(1, Reach::Rings);
    assert_eq!(world.registrations(1), 1);
}

#[test]
fn the_chosen_number_is_asked_for_outside_and_no_colleague_sees_it() {
    let mut world = World::of(&["1001", "1002"]);
    world.be_seen_by(0, "+1 415-555-0100");
    let mut preferred = |number: &str| {
        world.effects[0].clear();
        world.intend(0, C::Dial(number.into()));
        let sent = world.effects[0].iter().find_map(|effect| match effect {
            PhoneEffect::Transmit(bytes) if bytes.starts_with(b"INVITE") => Some(bytes.clone()),
            _ => None,
        });
        let invite = String::from_utf8(sent.unwrap()).unwrap();
        let row = invite.lines().find(|row| row.starts_with("P-Preferred-Identity: "));
        row.map(str::to_owned)
    };

    let outside = preferred("+12065550143").unwrap();
    assert!(outside.starts_with("P-Preferred-Identity: <sip:+14155550100@"), "{outside}");
    assert_eq!(preferred("1002"), None);
}
