//! Several tabs of one agent, which are one phone.

use adapter_api::Code;

use super::world::{World, id};
use crate::{
    protocol::{CallIntent as C, Flow, MediaAsk, Microphone, Ring},
    snapshot::{CallState as S, EndSnapshot as End, LineSnapshot},
};

#[test]
fn of_many_tabs_one_registers_and_rings_and_all_show_it() {
    for tabs in 1..=8 {
        let mut numbers = vec!["1001"; tabs];
        numbers.push("1002");
        let mut world = World::of(&numbers);
        let caller = tabs;

        world.intend(caller, C::Dial("1001".into()));

        let registered: usize = (0..tabs).map(|tab| world.registrations(tab)).sum();
        assert_eq!(registered, 1, "{tabs} tabs");
        let ringing = (0..tabs).filter(|tab| world.ring(*tab) == Ring::Incoming).count();
        assert_eq!(ringing, 1, "{tabs} tabs");
        for tab in 0..tabs {
            assert_eq!(world.states(tab), [S::RingingHere], "tab {tab} of {tabs}");
            let line = world.softphones[tab].snapshot().line;
            assert!(matches!(line, LineSnapshot::Ready { .. }), "tab {tab}: {line:?}");
        }
    }
}

#[test]
fn a_call_is_answered_and_hung_up_in_whichever_tab_the_agent_is() {
    let mut world = World::of(&["1001", "1001", "1002"]);
    world.intend(2, C::Dial("1001".into()));

    world.intend(1, C::Answer(id(1)));

    assert_eq!((world.states(0), world.states(1)), (vec![S::Talking], vec![S::Talking]));
    assert!(world.media_of(1).is_empty(), "the microphone is in the tab that leads");
    world.intend(1, C::HangUp(id(1)));
    assert_eq!(world.states(2), [S::Ended(End::PeerHungUp)]);
}

#[test]
fn a_tab_that_comes_later_shows_the_call_at_once() {
    let mut world = World::of(&["1001", "1002", "1001"]);
    world.close(2);
    world.intend(0, C::Dial("1002".into()));
    world.intend(1, C::Answer(id(1)));

    world.reload(2);

    assert_eq!(world.states(2), [S::Talking]);
    assert_eq!(world.registrations(2), 0);
}

#[test]
fn who_begins_anew_takes_leave_of_the_pbx_and_follows_whoever_is_the_phone_then() {
    let mut world = World::of(&["1001", "1002", "1001"]);
    let (first, second) = (world.registrations(0), world.registrations(2));
    assert_eq!((first, second), (1, 0));

    world.begin_anew(0);

    assert_eq!((world.registrations(0), world.registrations(2)), (2, 1), "one to leave");
    let line = world.softphones[0].snapshot().line;
    assert!(matches!(line, LineSnapshot::Ready { .. }), "as the other tab shows it: {line:?}");
}

#[test]
fn a_reload_in_a_call_keeps_the_far_end() {
    let mut world = talking();

    world.reload(0);

    assert_eq!(world.states(0), [S::Talking]);
    assert_eq!(world.states(1), [S::Talking]);
    world.intend(0, C::HangUp(id(1)));
    assert_eq!(world.states(1), [S::Ended(End::PeerHungUp)]);
}

#[test]
fn when_the_tab_that_leads_is_closed_the_call_moves_to_another() {
    let mut world = World::of(&["1001", "1002", "1001"]);
    world.intend(0, C::Dial("1002".into()));
    world.intend(1, C::Answer(id(1)));

    world.close(0);

    assert_eq!(world.states(2), [S::Talking]);
    assert_eq!(world.states(1), [S::Talking]);
    assert_eq!(world.registrations(2), 1);
}

#[test]
fn what_was_muted_and_held_is_so_after_the_reload() {
    let mut world = talking();
    world.intend(0, C::Mute(id(1)));
    world.intend(0, C::Hold(id(1)));

    world.effects[0].clear();
    world.reload(0);

    assert_eq!(world.states(0), [S::Held]);
    assert!(world.softphones[0].snapshot().calls[0].muted);
    let asks = world.media_of(0);
    let at = |wanted: &MediaAsk| asks.iter().position(|ask| ask == wanted);
    let silenced = at(&MediaAsk::Microphone(Microphone::Off)).unwrap();
    let answered = asks.iter().position(|ask| matches!(ask, MediaAsk::Answer(_))).unwrap();
    assert!(silenced < answered, "{asks:?}");
    assert!(asks.iter().any(|ask| matches!(ask, MediaAsk::Reoffer { flow: Flow::Held, .. })));
}

#[test]
fn the_clock_of_a_call_goes_on_through_a_reload() {
    let mut world = talking();
    let before = world.softphones[0].snapshot().calls[0].since;

    world.pass(60_000);
    world.reload(0);

    assert_eq!(world.softphones[0].snapshot().calls[0].since, before);
}

#[test]
fn who_has_hung_up_during_the_reload_has_hung_up() {
    let mut world = talking();
    world.cut(0);
    world.intend(1, C::HangUp(id(1)));

    world.reload(0);

    assert_eq!(world.states(0), [S::Ended(End::PeerHungUp)]);
}

#[test]
fn a_call_that_was_not_answered_is_not_taken_over() {
    let mut world = World::of(&["1001", "1002"]);
    world.intend(0, C::Dial("1002".into()));

    world.reload(0);

    assert_eq!(world.states(0), []);
}

#[test]
fn a_line_that_drops_while_a_call_is_taken_over_tries_again() {
    let mut world = talking();

    world.reload_and_drop(0);
    assert_eq!(world.states(0), [S::Recovering]);
    world.restore(0);

    assert_eq!(world.states(0), [S::Talking]);
}

#[test]
fn a_call_that_is_hung_up_while_it_is_taken_over_is_over_for_both() {
    let mut world = talking();
    world.pass(60_000);
    world.reload_and_drop(0);

    world.intend(0, C::HangUp(id(1)));
    assert_eq!(world.states(0), [S::Ended(End::HungUp)]);
    assert_eq!(world.softphones[0].snapshot().calls[0].talked, Some(64));
    assert_eq!(world.states(1), [S::Talking], "nobody has told its peer");
    world.restore(0);

    assert_eq!(world.states(1), [S::Ended(End::PeerHungUp)]);
    assert_eq!(world.states(0), [S::Ended(End::HungUp)]);
}

#[test]
fn who_hangs_up_what_the_peer_has_hung_up_has_hung_up() {
    let mut world = talking();
    world.reload_and_drop(0);
    world.intend(1, C::HangUp(id(1)));

    world.intend(0, C::HangUp(id(1)));
    world.restore(0);

    assert_eq!(world.states(0), [S::Ended(End::HungUp)]);
}

#[test]
fn who_signs_out_in_the_tab_that_leads_leaves_the_phone_to_the_next() {
    let mut world = World::of(&["1001", "1001"]);

    world.sign_out(0);
    world.pass(1_000);

    assert_eq!(world.registrations(1), 1, "the tab that is still signed in is the phone now");
    assert_eq!(world.softphones[0].snapshot().line, LineSnapshot::Off);
}

#[test]
fn a_page_without_a_microphone_is_no_phone_and_shows_the_one_there_is() {
    let mut world = World::of(&["1001", "1001", "1002"]);
    world.close(0);
    world.close(1);

    let before = world.registrations(1);
    world.reload_without_microphone(1);
    let line = world.softphones[1].snapshot().line;
    let refusal = Code::FrameNoMicrophone.into();
    assert_eq!(line, LineSnapshot::Unavailable { refusal });
    world.reload(0);
    world.intend(2, C::Dial("1001".into()));

    assert_eq!((world.registrations(1), world.ring(1)), (before, Ring::Silent));
    assert_eq!(world.states(1), [S::RingingHere]);
    world.intend(1, C::Answer(id(1)));
    assert_eq!(world.states(0), [S::Talking]);
    world.close(0);
    assert_eq!(world.registrations(1), before);
}

fn talking() -> World {
    let mut world = World::of(&["1001", "1002"]);
    world.intend(0, C::Dial("1002".into()));
    world.intend(1, C::Answer(id(1)));
    world
}
