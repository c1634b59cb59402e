//! What arrives is not always SIP, and not always meant well.

mod world;

use std::time::Duration;

use proptest::prelude::*;
use sip::{Cause, Event};
use world::{SOON, TO_THE_END, World, answers, ended, sent};

#[test]
fn what_is_no_message_is_dropped() {
    let mut world = World::of(&["1001", "1002"]);
    world.call(0, 1);

    for text in [
        "",
        "\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "INVITE",
        "SIP/2.0 200 OK\r\n\r\n",
        "INVITE sip:1001@pbx.example SIP/2.0\r\nContent-Length: 99999999999\r\n\r\n",
        "INVITE sip:1001@pbx.example SIP/2.0\r\nContent-Length: -1\r\n\r\nx",
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/WS x.invalid;branch=z9hG4bKnever\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
    ] {
        world.inject(0, text);
    }
    world.run_for(SOON);

    assert_eq!(world.events(0), []);
}

#[test]
fn an_unsound_request_is_told_what_is_wrong() {
    for (status, change) in [
        (400, ("CSeq: 1 INVITE", "CSeq: 1 BYE")),
        (400, ("CSeq: 1 INVITE", "CSeq: one INVITE")),
        (400, ("To: <sip:1001@pbx.example>", "To: <sip:1001@pbx.example")),
        (420, ("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nRequire: telepathy\r\n")),
        (422, ("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nSession-Expires: 5\r\n")),
        (481, ("To: <sip:1001@pbx.example>", "To: <sip:1001@pbx.example>;tag=nobody")),
        (481, ("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nReplaces: a;to-tag=1;from-tag=2\r\n")),
        (505, ("SIP/2.0\r\nVia", "SIP/3.0\r\nVia")),
    ] {
        let mut world = World::of(&["1001"]);

        let answers = answers(&mut world, &invite("x").replace(change.0, change.1));

        assert!(
            answers.iter().any(|answer| answer.starts_with(&format!("SIP/2.0 {status}"))),
            "{change:?}: {answers:?}"
        );
        assert!(
            !world.events(0).iter().any(|event| matches!(event, Event::Incoming(_))),
            "{change:?}"
        );
    }
}

#[test]
fn a_method_that_nobody_knows_is_refused_with_those_that_are_known() {
    let mut world = World::of(&["1001"]);

    let answers = answers(&mut world, &invite("x").replace("INVITE", "PUBLISH"));

    assert!(
        answers[0].starts_with("SIP/2.0 405") && answers[0].contains("\r\nAllow: INVITE"),
        "{answers:?}"
    );
}

#[test]
fn options_say_what_is_understood() {
    let mut world = World::of(&["1001"]);

    let answers = answers(&mut world, &invite("x").replace("INVITE", "OPTIONS"));

    assert!(
        answers[0].starts_with("SIP/2.0 200") && answers[0].contains("\r\nAccept: application/sdp"),
        "{answers:?}"
    );
}

#[test]
fn the_same_call_by_two_ways_rings_once() {
    let mut world = World::of(&["1001"]);
    let first = invite("x");
    let again = first.replace("z9hG4bKx", "z9hG4bKanother");

    world.inject(0, &first);
    let answers = answers(&mut world, &again);

    assert!(answers[0].starts_with("SIP/2.0 482"), "{answers:?}");
}

#[test]
fn a_call_answered_on_another_phone_is_no_missed_call() {
    let mut world = World::of(&["1001"]);
    let first = invite("x");
    world.inject(0, &first);

    let cancel = first.replace("INVITE", "CANCEL").replace(
        "Max-Forwards: 70\r\n",
        "Max-Forwards: 70\r\nReason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n",
    );
    world.inject(0, &cancel);

    assert_eq!(ended(&world.events(0)), [Cause::AnsweredElsewhere]);
}

#[test]
fn a_caller_who_insists_on_reliable_ringing_gets_it_until_it_is_acknowledged() {
    let mut world = World::of(&["1001"]);
    let insisting =
        invite("x").replace("Max-Forwards: 70\r\n", "Max-Forwards: 70\r\nRequire: 100rel\r\n");
    let ringing = answers(&mut world, &insisting);
    let ringing = ringing.iter().find(|answer| answer.starts_with("SIP/2.0 180")).unwrap();
    let number = header(ringing, "RSeq");
    let to = header(ringing, "To");

    let again = run(&mut world, Duration::from_millis(600));
    let prack = invite("prack")
        .replace("INVITE", "PRACK")
        .replace("CSeq: 1", "CSeq: 2")
        .replace("Call-ID: prack", "Call-ID: x")
        .replace("To: <sip:1001@pbx.example>", &format!("To: {to}\r\nRAck: {number} 1 INVITE"));
    let acknowledged = answers(&mut world, &prack);
    let after = run(&mut world, Duration::from_secs(20));

    assert!(again.iter().any(|answer| answer.starts_with("SIP/2.0 180")), "{again:?}");
    assert!(acknowledged[0].starts_with("SIP/2.0 200"), "{acknowledged:?}");
    assert!(!after.iter().any(|answer| answer.starts_with("SIP/2.0 180")), "{after:?}");
}

#[test]
fn a_storm_of_calls_leaves_the_one_in_progress_alone() {
    let mut world = World::of(&["1001", "1002"]);
    let (made, _) = world.call(0, 1);

    let mut busy = 0;
    for number in 0..1000 {
        let answered = answers(&mut world, &invite(&format!("storm{number}")));
        busy += answered.iter().filter(|answer| answer.starts_with("SIP/2.0 486")).count();
    }
    let rung = world.events(0).len();
    world.run_for(TO_THE_END * 3);
    let now = world.now;
    world.agent(0).hang_up(now, made);
    world.run_for(SOON);

    assert_eq!((busy, rung), (993, 7));
    assert!(ended(&world.events(1)).contains(&Cause::PeerHungUp));
    world.run_for(TO_THE_END);
    assert_eq!(world.phones[0].user_agent.transactions(), 0);
}

#[test]
fn a_second_phone_that_answers_the_same_call_is_hung_up_on() {
    let mut world = World::of(&["1001"]);
    let now = world.now;
    let dial = sip::Dial { target: "1002".to_owned(), ..sip::Dial::default() };
    world.agent(0).dial(now, dial).unwrap();
    let invite = sent(&mut world).into_iter().find(|sent| sent.starts_with("INVITE")).unwrap();

    for phone in ["one", "two"] {
        let ok = response(&invite, "200 OK", phone);
        world.phones[0].user_agent.receive(now, ok.as_bytes());
    }
    let answered = sent(&mut world);

    let to = |phone: &str, method: &str| {
        let tag = format!(";tag={phone}\r\n");
        answered.iter().any(|sent| sent.starts_with(method) && sent.contains(&tag))
    };
    assert!(to("one", "ACK") && !to("one", "BYE"), "{answered:?}");
    assert!(to("two", "ACK") && to("two", "BYE"), "{answered:?}");
}

#[test]
fn a_redirected_call_is_followed_but_not_in_circles() {
    let mut world = World::of(&["1001"]);
    let now = world.now;
    let dial = sip::Dial { target: "1002".to_owned(), ..sip::Dial::default() };
    world.agent(0).dial(now, dial).unwrap();

    let mut followed = Vec::new();
    for hop in 0..10 {
        let Some(invite) = sent(&mut world).into_iter().find(|sent| sent.starts_with("INVITE"))
        else {
            break;
        };
        followed.push(invite.lines().next().unwrap().to_owned());
        // The third contact leads back to the first.
        let contact = format!("Contact: <sip:hop{}@pbx.example>\r\nContent-Length", hop % 3);
        let moved =
            response(&invite, "302 Moved Temporarily", "pbx").replace("Content-Length", &contact);
        world.phones[0].user_agent.receive(now, moved.as_bytes());
    }

    let expected = ["1002", "hop0", "hop1", "hop2"]
        .map(|user| format!("INVITE sip:{user}@pbx.example SIP/2.0"));
    assert_eq!(followed, expected);
    assert!(matches!(&ended(&world.events(0))[..], [Cause::Refused { status: 302, .. }]));
}

proptest! {
    /// However a message is cut, doubled or scratched, the call in progress does not notice.
    #[test]
    fn a_damaged_message_ends_no_call(at in 0usize..600, with: u8, cut in 0usize..600) {
        let mut world = World::of(&["1001", "1002"]);
        world.call(0, 1);
        let mut bytes = invite("damaged").into_bytes();
        let at = at % bytes.len();
        bytes[at] = with;
        bytes.truncate(bytes.len() - cut % bytes.len());

        let now = world.now;
        world.phones[0].user_agent.receive(now, &bytes);
        world.run_for(SOON);

        prop_assert_eq!(ended(&world.events(0)), []);
    }
}

fn invite(call: &str) -> String {
    format!(
        "INVITE sip:1001@pbx.example SIP/2.0\r\nVia: SIP/2.0/WS far.invalid;branch=z9hG4bK{call}\r\n\
         Max-Forwards: 70\r\nFrom: \"Far\" <sip:0123@pbx.example>;tag=far\r\nTo: <sip:1001@pbx.example>\r\n\
         Call-ID: {call}\r\nCSeq: 1 INVITE\r\nContact: <sip:far@far.invalid;transport=ws>\r\nContent-Length: 0\r\n\r\n"
    )
}

/// What the phone sends by itself as time goes on; it is alone with the clock.
fn run(world: &mut World, span: Duration) -> Vec<String> {
    let end = world.now + span;
    let mut all = Vec::new();
    while let Some(next) = world.phones[0].user_agent.next_timeout().filter(|next| *next <= end) {
        world.phones[0].user_agent.handle_timeout(next);
        all.extend(sent(world));
    }
    world.now = end;
    all
}

fn header(message: &str, name: &str) -> String {
    let line = message.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name} in {message}")).to_owned()
}

fn response(invite: &str, status: &str, tag: &str) -> String {
    let rows: Vec<String> = ["Via", "From", "Call-ID", "CSeq"]
        .map(|name| format!("{name}: {}\r\n", header(invite, name)))
        .to_vec();
    let to = header(invite, "To");
    let (rows, contact) = (rows.concat(), format!("Contact: <sip:{tag}@far.invalid>\r\n"));
    let contact = if status.starts_with('2') { contact } else { String::new() };
    format!("SIP/2.0 {status}\r\n{rows}To: {to};tag={tag}\r\n{contact}Content-Length: 0\r\n\r\n")
}
