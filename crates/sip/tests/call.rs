//! Two phones talk: the ordinary course of a call, and the ways it ends.

mod world;

use std::time::Duration;

use sip::{
    Cause, Event,
    message::{Message, Method},
};
use world::{SOON, TO_THE_END, World, ended};

#[test]
fn a_call_is_rung_answered_and_hung_up() {
    let mut world = World::of(&["1001", "1002"]);

    let made = world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1);
    assert_eq!(rings.from.user, "1001");
    assert_eq!(rings.offer.as_deref(), Some("offer"));
    let rung = world.events(0);
    assert!(matches!(&rung[..], [Event::Progress { status: 180, fork: Some(_), .. }]), "{rung:?}");
    let now = world.now;
    world.agent(1).answer(now, rings.invitation, "answer".to_owned());
    world.run_for(SOON);
    let answered = world.events(0);
    assert!(
        matches!(&answered[..], [Event::Established { answer: Some(answer), .. }] if answer == "answer"),
        "{answered:?}"
    );
    let now = world.now;
    world.agent(0).hang_up(now, made);
    world.run_for(SOON);

    assert_eq!(ended(&world.events(0)), [Cause::HungUp]);
    assert_eq!(ended(&world.events(1)), [Cause::PeerHungUp]);
    everything_is_forgotten(&mut world);
}

#[test]
fn who_is_called_may_be_heard_before_they_answer() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1).invitation;
    world.events(0);

    let now = world.now;
    world.agent(1).speak_early(now, rings, "early");
    world.run_for(SOON);
    let heard = world.events(0);
    let now = world.now;
    world.agent(1).answer(now, rings, "early".to_owned());
    world.run_for(SOON);

    assert!(
        matches!(&heard[..], [Event::Progress { status: 183, sdp: Some(sdp), .. }] if sdp == "early"),
        "{heard:?}"
    );
    let answered = world.events(0);
    assert!(matches!(&answered[..], [Event::Established { .. }]), "{answered:?}");
}

#[test]
fn the_called_side_hangs_up_as_well() {
    let mut world = World::of(&["1001", "1002"]);
    let (_, rings) = world.call(0, 1);

    let now = world.now;
    world.agent(1).hang_up(now, rings);
    world.run_for(SOON);

    assert_eq!(ended(&world.events(0)), [Cause::PeerHungUp]);
    everything_is_forgotten(&mut world);
}

#[test]
fn a_call_can_be_declined() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1).invitation;

    let now = world.now;
    world.agent(1).refuse(now, rings, 486);
    world.run_for(SOON);

    let refused = Cause::Refused { status: 486, reason: "Busy Here".to_owned() };
    assert_eq!(ended(&world.events(0)), [refused]);
    everything_is_forgotten(&mut world);
}

#[test]
fn a_number_that_nobody_has_is_told_apart() {
    let mut world = World::of(&["1001"]);

    world.dial(0, "9999");
    world.run_for(SOON);

    let refused = Cause::Refused { status: 404, reason: "Not Found".to_owned() };
    assert_eq!(ended(&world.events(0)), [refused]);
}

#[test]
fn a_call_that_is_taken_back_stops_ringing() {
    let mut world = World::of(&["1001", "1002"]);
    let made = world.dial(0, "1002");
    world.run_for(SOON);
    world.incoming(1);

    let now = world.now;
    world.agent(0).hang_up(now, made);
    world.run_for(SOON);

    assert_eq!(ended(&world.events(0)), [Cause::HungUp]);
    assert_eq!(ended(&world.events(1)), [Cause::Cancelled]);
    everything_is_forgotten(&mut world);
}

#[test]
fn a_call_taken_back_before_it_is_heard_of_is_cancelled_when_it_is() {
    let mut world = World::of(&["1001", "1002"]);

    let made = world.dial(0, "1002");
    let now = world.now;
    world.agent(0).hang_up(now, made);
    world.run_for(SOON);

    let cancel = world.passed.iter().position(|passed| passed == "1001 CANCEL").unwrap();
    let ringing = world.passed.iter().position(|passed| passed == "1002 180").unwrap();
    assert!(ringing < cancel, "{:?}", world.passed);
    assert_eq!(ended(&world.events(1)), [Cause::Cancelled]);
    everything_is_forgotten(&mut world);
}

#[test]
fn an_answer_that_crosses_the_cancel_is_acknowledged_and_hung_up_on() {
    let mut world = World::of(&["1001", "1002"]);
    let made = world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1).invitation;

    let now = world.now;
    world.agent(0).hang_up(now, made);
    world.agent(1).answer(now, rings, "answer".to_owned());
    world.run_for(SOON);

    assert_eq!(ended(&world.events(0)), [Cause::HungUp]);
    assert_eq!(ended(&world.events(1)), [Cause::PeerHungUp]);
    for passed in ["1001 CANCEL", "1002 200", "1001 ACK", "1001 BYE"] {
        assert!(world.passed.iter().any(|seen| seen == passed), "{passed}: {:?}", world.passed);
    }
    everything_is_forgotten(&mut world);
}

#[test]
fn nobody_answers_for_three_minutes() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");

    world.run_for(Duration::from_secs(200));

    assert_eq!(ended(&world.events(0)), [Cause::NoAnswer]);
    assert_eq!(ended(&world.events(1)).len(), 1);
    everything_is_forgotten(&mut world);
}

#[test]
fn an_answer_is_sent_again_until_it_is_acknowledged() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1).invitation;
    let mut lost = 0;
    world.loses = Box::new(move |number, message| {
        let acknowledges =
            matches!(message, Message::Request(request) if request.method == Method::Ack);
        lost += u32::from(number == "1002" && acknowledges);
        number == "1002" && acknowledges && lost <= 2
    });

    let now = world.now;
    world.agent(1).answer(now, rings, "answer".to_owned());
    world.run_for(Duration::from_secs(10));

    let count = |passed: &str| world.passed.iter().filter(|seen| *seen == passed).count();
    assert_eq!((count("1002 200"), count("1001 ACK")), (3, 3), "{:?}", world.passed);
    assert_eq!(ended(&world.events(0)), []);
}

#[test]
fn an_answer_that_is_never_acknowledged_is_hung_up_on() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1).invitation;
    world.loses = Box::new(
        |_, message| matches!(message, Message::Request(request) if request.method == Method::Ack),
    );

    let now = world.now;
    world.agent(1).answer(now, rings, "answer".to_owned());
    world.run_for(Duration::from_secs(60));

    assert_eq!(ended(&world.events(0)), [Cause::PeerHungUp]);
    assert_eq!(ended(&world.events(1)), [Cause::PeerHungUp]);
    everything_is_forgotten(&mut world);
}

#[test]
fn who_hangs_up_before_the_acknowledgement_hangs_up_after_it() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1).invitation;

    let now = world.now;
    world.agent(1).answer(now, rings, "answer".to_owned());
    world.agent(1).hang_up(now, rings);
    world.run_for(SOON);

    let acknowledged = world.passed.iter().position(|passed| passed == "1001 ACK").unwrap();
    let hung_up = world.passed.iter().position(|passed| passed == "1002 BYE").unwrap();
    assert!(acknowledged < hung_up, "{:?}", world.passed);
    everything_is_forgotten(&mut world);
}

#[test]
fn a_key_that_is_pressed_is_told() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    world.agent(0).send_digit(now, made, '#');
    world.run_for(SOON);

    assert_eq!(world.events(1), [Event::Digit { invitation: rings, digit: '#' }]);
}

fn everything_is_forgotten(world: &mut World) {
    world.run_for(TO_THE_END);
    for phone in &world.phones {
        assert_eq!(phone.user_agent.transactions(), 0, "{}", phone.number);
    }
}
