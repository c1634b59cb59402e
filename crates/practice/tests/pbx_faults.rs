//! The practice PBX misbehaves on command, and rings whom the console wants rung.

mod org;
mod pbx;

use std::time::Duration;

use org::PracticeOrg;
use pbx::{World, now};
use practice::pbx::media::Source;
use serde_json::json;
use sip::{Cause, Event, Registration};
use str0m::media::Direction;

/// Fault: the PBX drops every socket, and takes none for a while.
/// Seen: the phone says that calls do not arrive, and registers again when it can.
/// Kept: the call; audio goes on all the while.
#[test]
fn audio_goes_on_while_there_is_no_socket() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let (_call, media) = phone.call(&world, "600", Source::Tone(700.0));
    phone.while_not("the own tone heard", || media.heard().tone == Some(700));

    world.order_faults(&json!({ "sockets": "refused" }));
    phone.until("lost", |event| lost(event).then_some(()));
    assert!(!phone.is_connected());
    assert!(!phone.try_connect(&world));
    let gone = now();
    media.listen_anew();
    phone.while_not("a second later", || gone.elapsed() > Duration::from_secs(1));
    let heard = media.heard();

    assert!(heard.packets_received >= 40 && heard.packets_lost == 0, "{heard:?}");
    assert_eq!(heard.tone, Some(700));
    world.order_faults(&json!({}));
    phone.connect(&world);
    phone.until("back", |event| matches!(event, Event::Reattached { .. }).then_some(()));
}

/// Fault: the PBX answers 503 to every call.
/// Seen: the call is refused.
/// Kept: the registration.
#[test]
fn calls_are_refused_while_the_pbx_is_overloaded() {
    let world = World::start();
    let mut phone = world.phone("1001");

    world.order_faults(&json!({ "calls": "unavailable" }));
    phone.dial("600", "offer".to_owned());

    let cause = phone.ended();
    assert!(matches!(cause, Cause::Refused { status: 503, .. }), "{cause:?}");
    assert_eq!(world.bindings("1001"), 1);
}

/// Fault: one audio packet in five is lost.
/// Seen: both sides count them.
/// Kept: the call.
#[test]
fn lost_audio_is_counted() {
    let world = World::start();
    let mut phone = world.phone("1001");
    world.order_faults(&json!({ "loss": 20 }));

    let (_call, media) = phone.call(&world, "601", Source::Tone(700.0));
    phone.while_not("a hundred packets heard", || media.heard().packets_received >= 100);

    let heard = media.heard();
    assert!((15..40).contains(&heard.packets_lost), "{heard:?}");
    let music = world.call_of("music");
    assert!(music["packets_lost"].as_u64().unwrap() > 10, "{music}");
}

/// Fault: the registrar forgets every phone.
/// Seen: calls do not arrive until the phone registers again.
/// Kept: nothing else.
#[test]
fn a_registrar_that_forgets_does_not_find_the_phone() {
    let world = World::start();
    let mut phone = world.phone("1001");

    world.order_faults(&json!({ "registrar": "forgets" }));

    assert_eq!(world.bindings("1001"), 0);
    let call = world.ring("1001");
    phone.while_not("refused", || world.get(&call)["ended"] == "refused");
}

/// Fault: the caller gives up, and the CANCEL arrives when the phone has answered already.
/// Seen: the call stands for a moment, and is hung up.
/// Kept: nothing hangs.
#[test]
fn a_late_cancel_finds_the_call_answered() {
    let world = World::start();
    let mut phone = world.phone("1001");
    world.order_faults(&json!({ "calls": "late_cancel" }));
    let call = world.ring("1001");
    let incoming = phone.incoming();

    world.order(&call, &json!({ "order": "hang_up" }));
    phone.answer(&world, &incoming, Source::Silence);

    phone.established(incoming.invitation);
    assert_eq!(phone.ended(), Cause::PeerHungUp);
    assert_eq!(world.get(&call)["ended"], "hung_up");
}

/// Fault: both sides put each other on hold in the same moment.
/// Seen: each offer is answered 491, and both are tried again.
/// Kept: the call.
#[test]
fn two_holds_that_cross_are_both_done() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let (call, incoming, media) = world.answered(&mut phone, Source::Tone(700.0));
    phone.while_not("heard by the customer", || world.get(&call)["tone"] == 700);

    world.order_faults(&json!({ "latency": 300 }));
    world.order(&call, &json!({ "order": "hold" }));
    let clock = phone.clock();
    let hold = media.offer_direction(Direction::SendOnly).unwrap();
    phone.agent.offer(clock, incoming.invitation, hold);
    phone.flush();

    let mut answered = false;
    let offer = phone.until("offered", |event| match event {
        Event::Answered { sdp, .. } => {
            media.accept(sdp).unwrap();
            answered = true;
            None
        }
        Event::Offered { sdp, .. } => sdp.clone(),
        _ => None,
    });
    assert!(answered, "the side that was called tries again first");
    let clock = phone.clock();
    phone.agent.answer_offer(clock, incoming.invitation, media.answer(&offer).unwrap());
    phone.while_not("on hold", || world.get(&call)["level"] == 0.0);
    let report = world.get(&call);
    assert_eq!((&report["state"], &report["connected"]), (&json!("holding"), &json!(true)));
}

/// Fault: two phones that ring for one call answer in the same moment.
/// Seen: the first answer stands; the other side is hung up on at once.
/// Kept: the call.
#[test]
fn of_two_answers_one_call_is_left() {
    let world = World::start();
    let mut phone = world.phone("1001");
    world.order_faults(&json!({ "calls": "late_cancel" }));

    let (call, media) = phone.call(&world, "608", Source::Tone(700.0));

    phone.while_not("one call left", || {
        let calls = world.get("calls");
        let mut states = calls.as_array().unwrap().iter().map(|call| call["state"].clone());
        let (one, other) = (states.next().unwrap(), states.next().unwrap());
        one != other && [one, other].iter().all(|state| state == "over" || state == "established")
    });
    phone.while_not("heard", || media.heard().packets_received > 10);
    phone.hang_up(call);
}

#[test]
fn a_contact_rings_who_asks_for_it_in_the_console() {
    let world = World::start();
    let org = world.runtime.block_on(PracticeOrg::start_with_pbx(world.pbx.clone()));
    let anna = world.runtime.block_on(org.logged_in("anna.agent@acme.example"));
    let contact = world.runtime.block_on(anna.console("/practice/state")).json();
    let rose = contact["contacts"].as_array().unwrap().iter();
    let rose =
        rose.clone().find(|contact| contact["name"] == "Rose Gonzalez").unwrap()["id"].clone();
    let page = format!("/lightning/r/Contact/{}/view", rose.as_str().unwrap());
    assert!(world.runtime.block_on(anna.console(&page)).body.contains("Ring me as this contact"));
    let ring = || world.runtime.block_on(anna.post_json("/aura/ring", &json!({ "id": rose })));

    let nobody = ring();
    assert!(nobody.body.contains("No phone is registered at extension 1001."), "{}", nobody.body);
    let mut phone = world.phone("1001");
    let rung = ring();

    assert!(rung.body.contains("Rose Gonzalez calls extension 1001."), "{}", rung.body);
    let incoming = phone.incoming();
    assert_eq!(incoming.from.display_name.as_deref(), Some("Rose Gonzalez"));
    assert_eq!(incoming.from.user, "+12065550143");
}

#[test]
fn the_console_makes_the_pbx_misbehave() {
    let world = World::start();
    let org = world.runtime.block_on(PracticeOrg::start_with_pbx(world.pbx.clone()));
    let mut phone = world.phone("1001");

    world.runtime.block_on(org.control("pbx", json!({ "sockets": "cut" })));

    phone.until("lost", |event| lost(event).then_some(()));
    assert_eq!(world.get("faults")["sockets"], "cut");
    phone.connect(&world);
    phone.until("registered", |event| {
        matches!(event, Event::Registration(Registration::Registered)).then_some(())
    });
}

fn lost(event: &Event) -> bool {
    matches!(event, Event::Registration(Registration::Lost))
}
