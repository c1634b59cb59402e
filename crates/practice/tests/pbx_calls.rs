//! Conversations with the practice PBX: registrations, calls, and what is heard in them.

mod pbx;

use base64::{Engine, engine::general_purpose::STANDARD};
use pbx::{Phone, World};
use practice::pbx::{Secret, media::Source};
use ring::hmac;
use serde_json::{Value, json};
use sip::{Cause, Credentials, Event, Registration};

#[test]
fn who_calls_the_echo_hears_what_they_say() {
    let world = World::start();
    let mut phone = world.phone("1001");

    let (invitation, media) = phone.call(&world, "600", Source::Tone(1000.0));
    phone.while_not("the own tone heard", || media.heard().tone == Some(1000));

    let echo = world.call_of("echo");
    assert_eq!(echo["tone"], 1000, "{echo}");
    assert_eq!((&echo["state"], &echo["codec"]), (&json!("established"), &json!("PCMU")));
    assert_eq!(echo["packets_lost"], 0);
    phone.hang_up(invitation);
    phone.while_not("hung up", || world.call_of("echo")["ended"] == "peer_hung_up");
}

#[test]
fn a_customer_calls_and_both_hear_each_other() {
    let world = World::start();
    let mut phone = world.phone("1001");

    let call = world.ring("1001");
    let incoming = phone.incoming();
    assert_eq!(incoming.from.user, "+15550100");
    assert_eq!(incoming.from.display_name.as_deref(), Some("Carla Customer"));
    let media = phone.answer(&world, &incoming, Source::Tone(700.0));
    phone.established(incoming.invitation);

    phone.while_not("the customer heard", || media.heard().tone == Some(350));
    phone.while_not("heard by the customer", || world.get(&call)["tone"] == 700);
    world.order(&call, &json!({ "order": "hang_up" }));
    assert_eq!(phone.ended(), Cause::PeerHungUp);
}

#[test]
fn on_hold_nothing_is_heard_and_afterwards_everything() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let (call, _, media) = world.answered(&mut phone, Source::Tone(700.0));
    phone.while_not("heard by the customer", || world.get(&call)["tone"] == 700);

    world.order(&call, &json!({ "order": "hold" }));
    answer_offer(&mut phone, &media);
    phone.while_not("silence at the customer's", || world.get(&call)["level"] == 0.0);
    assert_eq!(media.direction(), Some("recvonly"));

    world.order(&call, &json!({ "order": "resume" }));
    answer_offer(&mut phone, &media);
    phone.while_not("heard again", || world.get(&call)["tone"] == 700);

    world.order(&call, &json!({ "order": "hold", "inactive": true }));
    answer_offer(&mut phone, &media);
    phone.while_not("silence here, too", || media.heard().level == 0.0);
    assert_eq!(media.direction(), Some("inactive"));
}

#[test]
fn a_busy_line_is_busy_and_a_wrong_number_is_nobodys() {
    let world = World::start();
    let mut phone = world.phone("1001");

    for (number, status) in [("602", 486), ("699", 404), ("1002", 480)] {
        phone.dial(number, "offer".to_owned());
        let cause = phone.ended();
        assert!(matches!(cause, Cause::Refused { status: s, .. } if s == status), "{cause:?}");
    }
}

#[test]
fn nobody_answers_until_the_caller_gives_up() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let media = world.media(Source::Silence);

    let invitation = phone.dial("603", media.offer().unwrap());
    phone.until("ringing", |event| {
        matches!(event, Event::Progress { status: 180, .. }).then_some(())
    });
    phone.hang_up(invitation);

    phone.while_not("cancelled", || world.call_of("no_answer")["ended"] == "cancelled");
}

#[test]
fn all_phones_of_an_extension_ring_and_the_first_answer_wins() {
    let world = World::start();
    let (mut one, mut other) = (world.phone("1001"), world.phone("1001"));
    assert_eq!(world.bindings("1001"), 2);

    let call = world.ring("1001");
    let (first, _) = (one.incoming(), other.incoming());
    one.answer(&world, &first, Source::Silence);

    one.established(first.invitation);
    assert_eq!(other.ended(), Cause::AnsweredElsewhere);
    // The PBX is a moment behind the phone, whose ACK it waits for.
    one.while_not("established", || world.get(&call)["state"] == "established");
}

#[test]
fn a_phone_that_starts_again_takes_its_own_place() {
    let world = World::start();
    let register = |seed| {
        let instance = "urn:uuid:00000000-0000-4000-8000-000000000100".to_owned();
        let mut phone =
            world.phone_named("1001", Credentials::new("1001", "practice"), instance, seed);
        phone.register(&world);
        phone
    };

    let _first = register(201);
    let _second = register(202);

    assert_eq!(world.bindings("1001"), 1);
}

#[test]
fn ephemeral_credentials_are_good_until_they_expire() {
    let world = World::start_with(Some(Secret::new("between the two of us")));

    let good = ephemeral("1001", "between the two of us", 3600);
    let mut phone = world.unregistered("1001", good);
    phone.register(&world);
    assert_eq!(world.bindings("1001"), 1);

    for (credentials, status) in [
        (ephemeral("1002", "between the two of us", -1), 403),
        (ephemeral("1002", "practice secret of the practice PBX", 3600), 401),
        (Credentials::new("1002", "wrong"), 401),
        (Credentials::new("1001", "practice"), 403),
    ] {
        let mut phone = world.unregistered("1002", credentials);
        let clock = phone.clock();
        phone.agent.register(clock);
        let refused = phone.until("refused", |event| match event {
            Event::Registration(Registration::Refused { status, .. }) => Some(*status),
            _ => None,
        });
        assert_eq!(refused, status);
    }
    assert_eq!(world.bindings("1002"), 0);
}

#[test]
fn a_call_is_found_after_the_phone_came_back_by_another_socket() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let (call, _, media) = world.answered(&mut phone, Source::Tone(700.0));
    phone.while_not("heard by the customer", || world.get(&call)["tone"] == 700);

    phone.cut();
    phone.while_not("gone", || world.bindings("1001") == 0);
    phone.connect(&world);
    phone.until("back", |event| matches!(event, Event::Reattached { .. }).then_some(()));

    assert_eq!(world.bindings("1001"), 1);
    world.order(&call, &json!({ "order": "hold" }));
    answer_offer(&mut phone, &media);
    phone.while_not("silence", || world.get(&call)["level"] == 0.0);
    world.order(&call, &json!({ "order": "hang_up" }));
    assert_eq!(phone.ended(), Cause::PeerHungUp);
}

#[test]
fn keys_are_read_back() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let (invitation, _media) = phone.call(&world, "605", Source::Silence);

    for digit in "42#".chars() {
        let clock = phone.clock();
        phone.agent.send_digit(clock, invitation, digit);
    }

    phone.while_not("read back", || world.call_of("keys")["keys"] == "42#");
}

#[test]
fn keys_in_the_audio_are_read_back_both_ways() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let (_call, media) = phone.call(&world, "605", Source::Silence);
    phone.while_not("connected", || media.heard().packets_received > 5);

    for key in "1100*D".chars() {
        assert!(media.press(key));
    }
    assert!(!media.press('x'));
    phone.while_not("read back", || world.call_of("keys")["keys"] == "1100*D");

    let call = format!("calls/{}", world.call_of("keys")["id"]);
    world.order(&call, &json!({ "order": "send_key", "key": "7" }));
    phone.while_not("heard", || media.heard().keys == "7");
}

#[test]
fn a_tone_is_heard_before_the_call_is_answered() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let media = world.media(Source::Silence);

    let call = phone.dial("606", media.offer().unwrap());
    let early = phone.until("heard early", |event| match event {
        Event::Progress { status: 183, sdp, .. } => sdp.clone(),
        _ => None,
    });
    media.accept(&early).unwrap();
    phone.while_not("the early tone heard", || media.heard().tone == Some(620));

    phone.established(call);
    phone.while_not("the tone after it heard", || media.heard().tone == Some(440));
}

#[test]
fn audio_goes_on_after_an_ice_restart() {
    let world = World::start();
    let mut phone = world.phone("1001");
    let (call, media) = phone.call(&world, "600", Source::Tone(700.0));
    phone.while_not("the own tone heard", || media.heard().tone == Some(700));

    let clock = phone.clock();
    phone.agent.offer(clock, call, media.offer().unwrap());
    let answer = phone.until("answered", |event| match event {
        Event::Answered { sdp, .. } => Some(sdp.clone()),
        _ => None,
    });
    media.accept(&answer).unwrap();
    media.listen_anew();

    phone.while_not("a hundred packets more", || media.heard().packets_received >= 100);
    let heard = media.heard();
    assert!(heard.tone == Some(700) && heard.longest_gap_ms < 500, "{heard:?}");
}

#[test]
fn a_missed_caller_leaves_a_message_and_the_light_goes_out_when_it_is_heard() {
    let world = World::start();
    let mut phone = world.phone("1001");
    assert_eq!(light(&mut phone), (false, Some(0)));

    let call = world.ring("1001");
    let incoming = phone.incoming();
    let clock = phone.clock();
    phone.agent.refuse(clock, incoming.invitation, 486);
    assert_eq!(light(&mut phone), (true, Some(1)));
    assert_eq!(world.get(&call)["ended"], "refused");

    phone.call(&world, "604", Source::Silence);
    assert_eq!(light(&mut phone), (false, Some(0)));
}

fn light(phone: &mut Phone) -> (bool, Option<u32>) {
    phone.until("told of messages", |event| match event {
        Event::MessageWaiting { waiting, new, .. } => Some((*waiting, *new)),
        _ => None,
    })
}

#[test]
fn a_customer_follows_a_transfer() {
    let world = World::start();
    let (mut phone, mut colleague) = (world.phone("1001"), world.phone("1002"));
    let (call, incoming, _media) = world.answered(&mut phone, Source::Silence);
    phone.established(incoming.invitation);

    let clock = phone.clock();
    assert!(phone.agent.refer(clock, incoming.invitation, "1002"));
    phone.flush();
    let transferred = colleague.incoming();
    let media = colleague.answer(&world, &transferred, Source::Tone(700.0));

    phone.until("transferred", |event| {
        matches!(event, Event::Transferring { status: 200, .. }).then_some(())
    });
    phone.hang_up(incoming.invitation);
    colleague.while_not("heard by the customer", || world.get(&call)["tone"] == 700);
    assert_eq!(media.heard().tone, Some(350));
}

fn answer_offer(phone: &mut Phone, media: &practice::pbx::media::Media) {
    let (invitation, offer) = phone.until("offered", |event| match event {
        Event::Offered { invitation, sdp } => Some((*invitation, sdp.clone())),
        _ => None,
    });
    let answer = media.answer(&offer.unwrap()).unwrap();
    let clock = phone.clock();
    phone.agent.answer_offer(clock, invitation, answer);
    phone.flush();
}

/// As the adapter makes them.
fn ephemeral(extension: &str, secret: &str, life: i64) -> Credentials {
    let username = format!("{}:{extension}", seconds() + life);
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    let password = STANDARD.encode(hmac::sign(&key, username.as_bytes()));
    Credentials::new(username, password)
}

#[allow(clippy::disallowed_methods)] // As the adapter's clock.
fn seconds() -> i64 {
    jiff::Timestamp::now().as_second()
}

#[test]
fn what_is_asked_of_nobody_is_refused() {
    let world = World::start();

    let (missing, _) = world.post("calls/99", &json!({ "order": "hang_up" }));
    let (nonsense, _) =
        world.post("calls", &json!({ "extension": "1001", "number": "", "name": null }));

    assert_eq!(missing, 404);
    assert_eq!(nonsense, 422);
    assert_eq!(world.get("calls"), Value::Array(Vec::new()));
}
