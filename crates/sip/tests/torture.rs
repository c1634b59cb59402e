//! The torture messages of RFC 4475, and those of RFC 5118 with IPv6 addresses: each arrives in the middle
//! of a call, is answered as its RFC says, and the call does not notice.
//!
//! The messages lie in `rfc4475/` and `rfc5118/`, byte for byte, under the names that their RFC gives them.
//! RFC 5118's own lines end without a carriage return; the files have them, and `Content-Length` counts them.

mod world;

use std::fs;

use sip::{
    Cause, Event,
    message::{HeaderName, Message, parse, text},
};
use world::{SOON, World, answers, ended};

/// What its RFC asks for, of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Must {
    Ring,
    Answer(u16),
    /// Answered so, and with this header.
    Explain(u16, &'static str),
    /// Nothing is said and nothing is told.
    Drop,
}
use Must::{Answer, Drop, Explain, Ring};

/// In the RFC's order. This endpoint is no registrar and takes no MESSAGE, so these are answered 405 however
/// sound they are: what is in them is read no further.
const RFC_4475: [(&str, Must); 49] = [
    // §3.1.1, valid.
    ("wsinv", Answer(481)), // Within a dialog, by its `To` tag, that nobody knows.
    ("intmeth", Explain(501, ALLOW)),
    ("esc01", Ring),
    ("escnull", Explain(405, ALLOW)),
    ("esc02", Explain(501, ALLOW)), // `RE%47IST%45R` is not REGISTER.
    ("lwsdisp", Answer(200)),
    ("longreq", Ring),
    // Behind the REGISTER follow other octets. A datagram's would be passed over; a WebSocket message with more
    // than one SIP message breaks RFC 7118 §5.
    ("dblreq", Answer(400)),
    ("semiuri", Answer(200)),
    ("transports", Answer(200)),
    ("mpart01", Explain(405, ALLOW)),
    ("unreason", Drop),
    ("noreason", Drop),
    // §3.1.2, invalid.
    ("badinv01", Answer(400)),
    ("clerr", Answer(400)),
    ("ncl", Answer(400)),
    ("scalar02", Answer(400)),
    ("scalarlg", Drop),
    ("quotbal", Answer(400)),
    ("ltgtruri", Answer(400)),
    ("lwsruri", Answer(400)),
    ("lwsstart", Answer(400)),
    ("trws", Answer(400)),
    ("escruri", Answer(400)),
    // "Proxies and endpoints that do not need the date may pass over it": nothing here asks for it.
    ("baddate", Ring),
    ("regbadct", Explain(405, ALLOW)),
    ("badaspec", Answer(400)),
    ("baddn", Answer(400)),
    ("badvers", Answer(505)),
    ("mismatch01", Answer(400)),
    ("mismatch02", Answer(400)),
    ("bigcode", Drop),
    // §3.2, transactions.
    ("badbranch", Answer(200)),
    // §3.3, sound, and not to be done.
    ("insuf", Answer(400)),
    ("unkscm", Answer(416)),
    ("novelsc", Answer(416)),
    ("unksm2", Explain(405, ALLOW)),
    ("bext01", Explain(420, "Unsupported: nothingSupportsThis, nothingSupportsThisEither\r\n")),
    ("invut", Explain(415, "Accept: application/sdp\r\n")),
    ("regaut01", Explain(405, ALLOW)),
    ("multi01", Answer(400)),
    ("mcl01", Answer(400)),
    ("bcast", Drop),
    ("zeromf", Answer(200)), // 483 is for those who would have to pass it on.
    ("cparam01", Explain(405, ALLOW)),
    ("cparam02", Explain(405, ALLOW)),
    ("regescrt", Explain(405, ALLOW)),
    ("sdp01", Answer(406)),
    // §3.4, of before RFC 3261: no branch, no tag, no Max-Forwards, no Contact.
    ("inv2543", Ring),
];

const RFC_5118: [(&str, Must); 12] = [
    ("ipv6-good", Explain(405, ALLOW)),
    ("ipv6-bad", Answer(400)),
    ("port-ambiguous", Explain(405, ALLOW)),
    ("port-unambiguous", Explain(405, ALLOW)),
    ("via-received-param-with-delim", Answer(481)),
    ("via-received-param-no-delim", Answer(200)),
    ("ipv6-in-sdp", Ring),
    ("mult-ip-in-header", Answer(481)),
    ("mult-ip-in-sdp", Ring),
    ("ipv4-mapped-ipv6", Ring),
    ("ipv6-bug-abnf-3-colons", Answer(200)),
    ("ipv6-correct-abnf-2-colons", Answer(200)),
];

#[test]
fn rfc_4475s_messages_are_answered_as_it_says() {
    check("rfc4475", &RFC_4475);
}

#[test]
fn rfc_5118s_messages_are_answered_as_it_says() {
    check("rfc5118", &RFC_5118);
}

fn check(folder: &str, table: &[(&str, Must)]) {
    let mut wrong = Vec::new();
    for (name, must) in table {
        let message = fs::read(format!("tests/{folder}/{name}.sip")).expect(name);
        if let Err(reason) = arrives(&message, *must) {
            wrong.push(format!("{name}: {must:?}, but {reason}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let files = fs::read_dir(format!("tests/{folder}")).expect("messages").count();
    assert_eq!(files, table.len(), "each message stands in the table once");
}

/// In the middle of a call, which the other side can end as ever afterwards.
fn arrives(message: &[u8], must: Must) -> Result<(), String> {
    let mut world = World::of(&["1001", "1002"]);
    let (ours, theirs) = world.call(0, 1);

    let answers = answers(&mut world, message);
    is_answered(&answers, message, must)?;
    let events = world.events(0);
    let rings = events.iter().any(|event| matches!(event, Event::Incoming(_)));
    if rings != (must == Ring) || events.len() > usize::from(rings) {
        return Err(format!("the agent is told {events:?}"));
    }

    let now = world.now;
    world.agent(1).hang_up(now, theirs);
    world.run_for(SOON);
    let events = world.events(0);
    let over = Event::Ended { invitation: ours, cause: Cause::PeerHungUp };
    if ended(&events).len() != 1 || !events.contains(&over) {
        return Err(format!("of the call the agent is told {events:?}"));
    }
    Ok(())
}

fn is_answered(answers: &[String], message: &[u8], must: Must) -> Result<(), String> {
    let (status, more) = match must {
        Ring => (180, ""),
        Answer(status) => (status, ""),
        Explain(status, more) => (status, more),
        Drop if answers.is_empty() => return Ok(()),
        Drop => return Err(format!("it is answered {answers:?}")),
    };
    // An INVITE is told 100 before anything else.
    let [.., answer] = answers else { return Err("nothing is answered".to_owned()) };
    if !answer.starts_with(&format!("SIP/2.0 {status} ")) || !answer.contains(more) {
        return Err(format!("it is answered {answer}"));
    }
    repeats(answer, message)
}

/// RFC 3261 §8.2.6.2: what a response has of its request, and a tag.
fn repeats(answer: &str, message: &[u8]) -> Result<(), String> {
    let answer =
        parse(answer.as_bytes()).map_err(|error| format!("the answer is no SIP: {error}"))?;
    // Of what cannot be read the answer has what it can.
    let Ok(Message::Request(request)) = parse(message) else { return Ok(()) };
    for name in [HeaderName::Via, HeaderName::From, HeaderName::CallId, HeaderName::CSeq] {
        let rows = |headers: &sip::message::Headers| -> Vec<Vec<u8>> {
            headers.get_all(&name).map(|row| row.value().into_owned()).collect()
        };
        if rows(answer.headers()) != rows(&request.headers) {
            return Err(format!("{name} is {:?}", text(answer.headers(), &name)));
        }
    }
    let asked = text(&request.headers, &HeaderName::To);
    let named = text(answer.headers(), &HeaderName::To);
    if asked.is_some() && !named.is_some_and(|to| to.contains("tag")) {
        return Err("the answer's To has no tag".to_owned());
    }
    Ok(())
}

const ALLOW: &str =
    "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY\r\n";
