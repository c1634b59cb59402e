//! Within a call: offers, glare, session timers, and a socket that comes and goes.

mod world;

use std::time::Duration;

use sip::{
    Cause, Event, Registration,
    message::{HeaderName, Message, Method},
};
use world::{SOON, TO_THE_END, World, ended};

#[test]
fn an_offer_within_the_call_is_answered() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    world.agent(0).offer(now, made, "hold".to_owned());
    world.run_for(SOON);
    assert_eq!(
        world.events(1),
        [Event::Offered { invitation: rings, sdp: Some("hold".to_owned()) }]
    );
    let now = world.now;
    world.agent(1).answer_offer(now, rings, "held".to_owned());
    world.run_for(SOON);

    assert_eq!(world.events(0), [Event::Answered { invitation: made, sdp: "held".to_owned() }]);
    world.run_for(TO_THE_END);
    assert_eq!(world.phones[0].user_agent.transactions(), 0);
}

#[test]
fn an_offer_that_is_refused_leaves_the_call_as_it_was() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    world.agent(0).offer(now, made, "nonsense".to_owned());
    world.run_for(SOON);
    world.events(1);
    let now = world.now;
    world.agent(1).refuse_offer(now, rings);
    world.run_for(SOON);

    assert_eq!(world.events(0), [Event::OfferRefused { invitation: made, status: 488 }]);
    world.run_for(TO_THE_END);
    assert_eq!(ended(&world.events(1)), []);
}

#[test]
fn offers_that_cross_are_both_made_in_the_end() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    world.agent(0).offer(now, made, "from the caller".to_owned());
    world.agent(1).offer(now, rings, "from the called".to_owned());
    let mut answered = Vec::new();
    for _ in 0..60 {
        world.run_for(Duration::from_millis(100));
        for (phone, invitation) in [(0, made), (1, rings)] {
            for event in world.events(phone) {
                match event {
                    Event::Offered { .. } => {
                        let now = world.now;
                        world.agent(phone).answer_offer(now, invitation, "yes".to_owned());
                    }
                    Event::Answered { .. } => answered.push(phone),
                    other => panic!("{other:?}"),
                }
            }
        }
    }

    assert!(world.passed.iter().any(|passed| passed.ends_with("491")), "{:?}", world.passed);
    answered.sort_unstable();
    assert_eq!(answered, [0, 1]);
}

#[test]
fn offers_wait_their_turn_and_the_last_one_counts() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    for sdp in ["first", "second", "third"] {
        world.agent(0).offer(now, made, sdp.to_owned());
    }
    let mut offered = Vec::new();
    for _ in 0..5 {
        world.run_for(SOON);
        for event in world.events(1) {
            if let Event::Offered { sdp: Some(sdp), .. } = event {
                offered.push(sdp);
                let now = world.now;
                world.agent(1).answer_offer(now, rings, "yes".to_owned());
            }
        }
    }

    assert_eq!(offered, ["first", "third"]);
}

#[test]
fn a_long_call_is_refreshed_and_goes_on() {
    let mut world = World::of(&["1001", "1002"]);
    world.call(0, 1);

    world.run_for(Duration::from_secs(4 * 3600));

    let refreshed = world.passed.iter().filter(|passed| passed.ends_with("UPDATE")).count();
    // The last one is on the point of being due.
    assert_eq!(refreshed, 4 * 3600 / 900 - 1, "one each half of the interval");
    assert_eq!(ended(&world.events(0)), []);
    assert_eq!(ended(&world.events(1)), []);
}

#[test]
fn a_peer_that_is_gone_is_noticed_within_the_session_interval() {
    let mut world = World::of(&["1001", "1002"]);
    world.call(0, 1);

    world.cut(1);
    world.run_for(Duration::from_secs(1800));

    assert_eq!(ended(&world.events(0)).len(), 1);
}

#[test]
fn a_call_outlives_the_socket() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);

    world.cut(0);
    world.run_for(Duration::from_secs(10));
    world.connect(0);
    world.run_for(SOON);
    let told = world.events(0);
    assert!(told.contains(&Event::Reattached { invitation: made }), "{told:?}");
    assert_eq!(ended(&told), []);
    let now = world.now;
    world.agent(0).offer(now, made, "restarted".to_owned());
    world.run_for(SOON);
    assert_eq!(
        world.events(1),
        [Event::Offered { invitation: rings, sdp: Some("restarted".to_owned()) }]
    );
    let now = world.now;
    world.agent(1).answer_offer(now, rings, "good".to_owned());
    world.run_for(SOON);

    assert_eq!(world.events(0), [Event::Answered { invitation: made, sdp: "good".to_owned() }]);
}

#[test]
fn an_offer_that_the_socket_swallowed_is_made_again() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, _) = world.call(0, 1);

    world.cut(0);
    let now = world.now;
    world.agent(0).offer(now, made, "hold".to_owned());
    world.run_for(Duration::from_secs(3));
    world.connect(0);
    world.run_for(SOON);

    let offered = world.events(1);
    assert!(matches!(&offered[..], [Event::Offered { .. }]), "{offered:?}");
}

#[test]
fn an_offer_whose_answer_the_socket_swallowed_is_agreed_on_all_the_same() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    world.agent(0).offer(now, made, "hold".to_owned());
    assert_eq!(world.events(0), []);
    world.cut(0);
    world.run_for(SOON);
    assert_eq!(world.events(1).len(), 1, "the offer arrives");
    let now = world.now;
    world.agent(1).answer_offer(now, rings, "held".to_owned());
    world.run_for(Duration::from_secs(5));
    world.connect(0);
    let mut answered = 0;
    for _ in 0..150 {
        world.run_for(Duration::from_millis(100));
        for event in world.events(1) {
            if matches!(event, Event::Offered { .. }) {
                let now = world.now;
                world.agent(1).answer_offer(now, rings, "held".to_owned());
            }
        }
        let answers = |event: &Event| matches!(event, Event::Answered { sdp, .. } if sdp == "held");
        answered += world.events(0).iter().filter(|event| answers(event)).count();
    }

    assert_eq!(answered, 1);
    world.run_for(TO_THE_END);
    assert_eq!(ended(&world.events(0)), []);
    assert_eq!(ended(&world.events(1)), []);
}

#[test]
fn an_offer_that_the_peer_forgot_with_its_socket_is_made_again() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, rings) = world.call(0, 1);
    let now = world.now;
    world.agent(0).offer(now, made, "hold".to_owned());
    world.run_for(SOON);
    world.events(1);

    // Answered while there is no socket: the answer reaches nobody.
    world.cut(1);
    let now = world.now;
    world.agent(1).refuse_offer(now, rings);
    world.connect(1);
    world.run_for(Duration::from_secs(33));

    let again = Event::Offered { invitation: rings, sdp: Some("hold".to_owned()) };
    assert!(world.events(1).contains(&again));
    let now = world.now;
    world.agent(1).answer_offer(now, rings, "held".to_owned());
    world.run_for(SOON);
    let answered = Event::Answered { invitation: made, sdp: "held".to_owned() };
    assert!(world.events(0).contains(&answered));
}

#[test]
fn a_call_that_nobody_has_answered_ends_with_the_socket() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");
    world.run_for(SOON);

    world.cut(0);

    assert_eq!(ended(&world.events(0)), [Cause::LinkLost]);
}

#[test]
fn who_hangs_up_while_the_socket_is_down_is_heard_when_it_is_back() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, _) = world.call(0, 1);

    world.cut(0);
    let now = world.now;
    world.agent(0).hang_up(now, made);
    assert_eq!(ended(&world.events(0)), [Cause::HungUp]);
    world.run_for(Duration::from_secs(5));
    world.connect(0);
    world.run_for(SOON);

    assert_eq!(ended(&world.events(1)), [Cause::PeerHungUp]);
}

#[test]
fn a_call_that_ended_with_the_socket_stops_ringing_when_it_is_back() {
    let mut world = World::of(&["1001", "1002"]);
    world.dial(0, "1002");
    world.run_for(SOON);

    world.cut(0);
    world.run_for(Duration::from_secs(5));
    world.connect(0);
    world.run_for(SOON);

    assert_eq!(ended(&world.events(1)), [Cause::Cancelled]);
}

#[test]
fn a_deaf_socket_is_noticed_and_replaced() {
    let mut world = World::of(&["1001"]);
    world.run_for(Duration::from_secs(60));
    assert_eq!(world.phones[0].reconnects, 0);

    // The wire loses what it carries, and nobody says so.
    world.phones[0].connected = false;
    world.run_for(Duration::from_secs(60));

    assert!(world.phones[0].reconnects > 0);
}

#[test]
fn a_registration_is_kept_for_a_day() {
    let mut world = World::of(&["1001"]);

    world.run_for(Duration::from_secs(24 * 3600));

    let registered = world.passed.iter().filter(|passed| passed.ends_with("REGISTER")).count();
    // The last one is on the point of being due.
    assert_eq!(registered, 24 * 3600 / 480 - 1, "each four fifths of ten minutes");
    assert!(world.phones[0].user_agent.is_registered());
}

#[test]
fn who_asks_to_be_registered_again_is_told_again_that_it_is_refused() {
    let mut world = World::of(&["1001"]);
    world.turns_away = true;
    let refused = Registration::Refused { status: 403, reason: "Forbidden".to_owned() };

    for _ in 0..2 {
        let now = world.now;
        world.agent(0).register(now);
        world.run_for(SOON);

        assert_eq!(world.events(0), [Event::Registration(refused.clone())]);
    }
}

#[test]
fn no_request_leaves_without_what_a_proxy_needs() {
    let mut world = World::of(&["1001", "1002"]);
    world.loses = Box::new(|_, message| {
        let Message::Request(request) = message else { return false };
        for name in [HeaderName::Via, HeaderName::MaxForwards, HeaderName::From, HeaderName::CallId]
        {
            assert_eq!(request.headers.count(&name), 1, "{name:?} in {}", request.method);
        }
        let describes = matches!(
            request.method,
            Method::Invite | Method::Update | Method::Refer | Method::Notify
        );
        assert_eq!(
            describes,
            request.headers.get(&HeaderName::Contact).is_some(),
            "{}",
            request.method
        );
        false
    });

    let (made, _) = world.call(0, 1);
    let now = world.now;
    world.agent(0).refer(now, made, "1003");
    world.run_for(SOON);
    world.agent(0).hang_up(now, made);
    world.run_for(SOON);
}
