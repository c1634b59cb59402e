//! Two softphones and a PBX of a few lines; the browser's media are words.

mod conference;
mod reach;
mod tabs;
mod world;

use crate::{
    protocol::{
        CallIntent as C, Figures, Flow, MediaAsk, MediaFact, PhoneEffect, PhoneFact, Refusal, Ring,
    },
    snapshot::{
        CallState as S, Degree, Direction, EndSnapshot as End, LineSnapshot, TransferSnapshot,
    },
};
use adapter_api::Code;
use world::{World, id};

#[test]
fn the_line_is_there_soon_after_the_sign_in() {
    let world = World::of(&["1001"]);

    let line = world.softphones[0].snapshot().line;

    assert_eq!(
        line,
        LineSnapshot::Ready { number: "1001".into(), messages: None, voicemail: None }
    );
}

#[test]
fn a_call_rings_there_is_answered_and_hung_up() {
    let mut world = World::of(&["1001", "1002"]);

    world.intend(0, C::Dial("1002".into()));
    assert_eq!(world.states(0), [S::RingingThere]);
    assert_eq!(world.ring(0), Ring::Outgoing);
    assert_eq!(world.states(1), [S::RingingHere]);
    assert_eq!(world.ring(1), Ring::Incoming);
    let shown = &world.softphones[1].snapshot().calls[0];
    assert_eq!((shown.direction, shown.peer.number.as_str()), (Direction::Incoming, "1001"));
    world.intend(1, C::Answer(id(1)));
    assert_eq!((world.states(0), world.states(1)), (vec![S::Talking], vec![S::Talking]));
    assert_eq!((world.ring(0), world.ring(1)), (Ring::Silent, Ring::Silent));
    world.intend(0, C::HangUp(id(1)));

    assert_eq!(world.states(0), [S::Ended(End::HungUp)]);
    assert_eq!(world.states(1), [S::Ended(End::PeerHungUp)]);
    assert!(world.media_of(0).contains(&MediaAsk::Close));
    world.pass(10_000);
    assert_eq!(world.states(0), []);
}

#[test]
fn a_call_is_measured_and_one_that_is_held_says_nothing() {
    let mut world = talking();
    let measured = |received, lost| PhoneFact::Media {
        call: id(1),
        fact: MediaFact::Measured(Figures { received, lost, ..Figures::default() }),
    };
    let degree = |world: &World| {
        let quality = world.softphones[0].snapshot().calls[0].quality;
        quality.map(|quality| quality.degree)
    };

    world.pass(11_000);
    let asked = world.media_of(0).into_iter().filter(|ask| *ask == MediaAsk::Measure).count();
    assert_eq!((asked, degree(&world)), (2, None));
    world.told(0, measured(500, 1));
    assert_eq!(degree(&world), Some(Degree::Good));
    world.told(0, measured(700, 51));
    assert_eq!(degree(&world), Some(Degree::Poor));
    world.intend(0, C::Hold(id(1)));
    assert_eq!(degree(&world), None);
    world.told(0, measured(700, 51));
    world.intend(0, C::Resume(id(1)));

    assert_eq!(degree(&world), None, "what was missing while it was held");
}

#[test]
fn hold_and_resume_are_what_both_sides_have_agreed_on() {
    let mut world = talking();

    world.intend(0, C::Hold(id(1)));
    assert_eq!((world.states(0), world.states(1)), (vec![S::Held], vec![S::HeldByPeer]));
    world.intend(0, C::Resume(id(1)));

    assert_eq!((world.states(0), world.states(1)), (vec![S::Talking], vec![S::Talking]));
}

#[test]
fn the_last_wish_counts_while_a_change_is_under_way() {
    let mut world = talking();

    world.quietly(0, C::Hold(id(1)));
    world.quietly(0, C::Resume(id(1)));
    world.quietly(0, C::Hold(id(1)));
    world.run();

    assert_eq!(world.states(0), [S::Held]);
    let reoffers =
        world.media_of(0).iter().filter(|ask| matches!(ask, MediaAsk::Reoffer { .. })).count();
    assert_eq!(reoffers, 1);
}

#[test]
fn both_sides_hold_at_once_and_both_are_held() {
    let mut world = talking();

    world.quietly(0, C::Hold(id(1)));
    world.quietly(1, C::Hold(id(1)));
    world.run();
    world.pass(5_000);

    assert_eq!((world.states(0), world.states(1)), (vec![S::Held], vec![S::Held]));
}

#[test]
fn a_second_call_holds_the_first_and_they_can_be_swapped() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    connect(&mut world, 0, 1, "1002");
    connect(&mut world, 0, 2, "1003");
    assert_eq!(world.states(0), [S::Held, S::Talking]);

    world.intend(0, C::Resume(id(1)));

    assert_eq!(world.states(0), [S::Talking, S::Held]);
}

#[test]
fn an_attended_transfer_connects_the_other_two() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    connect(&mut world, 0, 1, "1002");
    connect(&mut world, 0, 2, "1003");

    world.intend(0, C::Connect { call: id(1), with: id(2) });
    world.pass(1_000);

    assert!(
        world.states(0).iter().all(|state| matches!(state, S::Ended(_))),
        "{:?}",
        world.states(0)
    );
    let alive = |phone: usize| {
        world
            .states(phone)
            .into_iter()
            .filter(|state| !matches!(state, S::Ended(_)))
            .collect::<Vec<_>>()
    };
    assert_eq!((alive(1), alive(2)), (vec![S::Talking], vec![S::Talking]));
}

#[test]
fn a_transfer_that_fails_leaves_the_call_here() {
    let mut world = talking();

    world.intend(0, C::Transfer { call: id(1), to: "9999".into() });
    world.pass(1_000);

    let call = &world.softphones[0].snapshot().calls[0];
    assert_eq!(call.transfer, Some(TransferSnapshot::Failed));
    assert_eq!(call.state, S::Talking);
}

/// Attack: The other side of a call refers the phone to an address outside of the PBX, to be called at somebody's expense.
/// Refused: Nobody is called, the other side hears 603, and the call goes on.
#[test]
fn a_peer_sends_nobody_beyond_the_pbx() {
    let mut world = talking();

    world.intend(0, C::Transfer { call: id(1), to: "sip:premium@elsewhere.example".into() });
    world.pass(1_000);

    let transfer = world.softphones[0].snapshot().calls[0].transfer;
    assert_eq!(transfer, Some(TransferSnapshot::Failed));
    assert_eq!(world.states(1), [S::Talking]);
}

#[test]
fn the_end_says_why() {
    let mut world = World::of(&["1001", "1002"]);
    world.intend(0, C::Dial("1002".into()));
    world.intend(1, C::Decline(id(1)));
    assert_eq!(world.states(0), [S::Ended(End::Busy)]);
    world.intend(0, C::Dial("9999".into()));
    assert_eq!(world.states(0)[1], S::Ended(End::UnknownNumber));
    world.intend(0, C::Dial("not a number".into()));
    assert_eq!(world.states(0)[2], S::Ended(End::NotANumber));
    world.intend(0, C::Dial("1002".into()));
    world.intend(0, C::HangUp(id(4)));

    assert_eq!(world.states(1).last(), Some(&S::Ended(End::Missed)));
}

#[test]
fn without_a_microphone_there_is_no_call_and_the_caller_hears_so() {
    let mut world = World::of(&["1001", "1002"]);
    let refusal = Refusal::new(Code::MediaMicrophoneDenied);
    world.microphone = Some(MediaFact::Failed(refusal.clone()));

    world.intend(0, C::Dial("1002".into()));

    assert_eq!(world.states(0), [S::Ended(End::Media(refusal))]);
    assert_eq!(world.states(1), []);
}

#[test]
fn a_number_dialled_before_the_phone_is_ready_is_called_once_it_is() {
    let mut world = World::of(&["1001", "1002"]);
    world.cut(0);

    world.quietly(0, C::Dial("1002".into()));
    world.quietly(0, C::Dial("1002".into()));
    assert_eq!(world.states(0), [S::Queued]);
    world.restore(0);

    assert_eq!((world.states(0), world.states(1)), (vec![S::RingingThere], vec![S::RingingHere]));
}

#[test]
fn a_call_outlives_the_socket_and_is_mended() {
    let mut world = talking();

    world.cut(0);
    assert_eq!(world.softphones[0].snapshot().line, LineSnapshot::Reconnecting);
    assert_eq!(world.states(0), [S::Talking]);
    world.restore(0);

    assert!(matches!(world.softphones[0].snapshot().line, LineSnapshot::Ready { .. }));
    assert_eq!(world.states(0), [S::Talking]);
    let restarted = MediaAsk::Reoffer { flow: Flow::Both, ice: crate::protocol::Ice::Restarted };
    assert!(world.media_of(0).contains(&restarted));
}

#[test]
fn a_pbx_that_was_reached_is_not_taken_for_one_that_the_browser_bars() {
    let mut world = World::of(&["1001"]);

    world.cut(0);
    world.told(0, PhoneFact::SocketBarred);

    assert_eq!(world.softphones[0].snapshot().line, LineSnapshot::Reconnecting);
}

#[test]
fn another_network_is_another_socket_and_the_audio_finds_its_way_anew() {
    let mut world = talking();

    world.online(0);

    assert!(world.effects[0].contains(&PhoneEffect::CloseSocket));
    let restarted = MediaAsk::Reoffer { flow: Flow::Both, ice: crate::protocol::Ice::Restarted };
    assert!(world.media_of(0).contains(&restarted));
    assert_eq!((world.states(0), world.states(1)), (vec![S::Talking], vec![S::Talking]));
}

#[test]
fn a_network_that_comes_back_ends_the_pause_between_two_tries() {
    let mut world = World::of(&["1001"]);
    world.cut(0);
    // By then the pauses are half a minute long.
    world.pass(120_000);

    world.online(0);

    assert!(matches!(world.softphones[0].snapshot().line, LineSnapshot::Ready { .. }));
}

#[test]
fn the_end_of_the_session_waits_for_the_end_of_the_call() {
    let mut world = talking();

    world.sign_out(0);
    assert_eq!(world.states(0), [S::Talking]);
    world.intend(1, C::HangUp(id(1)));

    assert_eq!(world.softphones[0].snapshot().line, LineSnapshot::Off);
    assert!(world.effects[0].contains(&PhoneEffect::CloseSocket));
}

#[test]
fn a_deactivation_ends_calls_at_once_where_the_administrator_wants_it() {
    for stops_at_once in [false, true] {
        let mut world = talking();
        world.stops_at_once = stops_at_once;

        world.deactivate(0);

        let expected = if stops_at_once { S::Ended(End::PeerHungUp) } else { S::Talking };
        assert_eq!(world.states(1), [expected], "{stops_at_once}");
        let is_off = world.softphones[0].snapshot().line == LineSnapshot::Off;
        assert_eq!(is_off, stops_at_once);
    }
}

#[test]
fn keys_are_pressed_while_talking_and_only_then() {
    let mut world = World::of(&["1001", "1002"]);
    world.intend(0, C::Dial("1002".into()));
    world.intend(0, C::Press { call: id(1), digit: '1' });
    world.intend(1, C::Answer(id(1)));

    for digit in ['4', '#', 'x'] {
        world.intend(0, C::Press { call: id(1), digit });
    }

    assert_eq!(world.softphones[0].snapshot().calls[0].digits, "4#");
    let pressed = |ask: &&MediaAsk| matches!(ask, MediaAsk::Press(_));
    assert_eq!(world.media_of(0).iter().filter(pressed).count(), 2);
}

fn talking() -> World {
    let mut world = World::of(&["1001", "1002"]);
    connect(&mut world, 0, 1, "1002");
    world
}

fn connect(world: &mut World, from: usize, to: usize, number: &str) {
    world.intend(from, C::Dial(number.into()));
    let ringing = world.softphones[to]
        .snapshot()
        .calls
        .iter()
        .rev()
        .find_map(|call| (call.state == S::RingingHere).then_some(call.id));
    world.intend(to, C::Answer(ringing.expect("it rings")));
    assert_eq!(world.states(from).last(), Some(&S::Talking));
}
