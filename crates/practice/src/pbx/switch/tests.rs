//! User agents around the switch on one virtual clock.

use sip::{
    Account, Cause, Credentials, Dial, Event, Incoming, InvitationId, Registration, UserAgent,
};

use super::*;

#[test]
fn a_registration_outlives_the_nonce() {
    let mut bench = Bench::new();
    let phone = bench.phone("1001", "practice");

    bench.run_for(Duration::from_secs(3000));

    let events = bench.events(phone);
    assert_eq!(registrations(&events), [Registration::Registered], "{events:?}");
    assert_eq!(bench.switch.registrar.of("1001").len(), 1);
}

/// Attack: somebody overheard a registration and says it again.
/// Refused: the same answer to the same nonce is good once; the PBX asks anew.
#[test]
fn an_answer_that_was_overheard_is_good_for_nothing() {
    let mut bench = Bench::new();
    let phone = bench.phone("1001", "practice");
    let overheard = bench
        .heard
        .iter()
        .rfind(|(_, text)| text.contains("\r\nAuthorization: "))
        .map(|(_, text)| text.replace("branch=z9hG4bK", "branch=z9hG4bKeve"))
        .unwrap();

    let eve = bench.switch.connect_phone();
    bench.switch.receive(bench.now(), eve, overheard.as_bytes());

    let answer = bench.answer_to(eve);
    assert!(answer.starts_with("SIP/2.0 401 ") && answer.contains("stale=true"), "{answer}");
    assert_eq!(bench.switch.registrar.of("1001")[0].flow, bench.phones[phone].flow);
}

#[test]
fn a_wrong_password_is_refused_once_and_for_all() {
    let mut bench = Bench::new();
    let phone = bench.phone("1001", "guess");

    let told = registrations(&bench.events(phone));

    assert!(matches!(told[..], [Registration::Refused { status: 401, .. }]), "{told:?}");
}

/// Attack: a phone calls in another extension's name.
/// Refused: 403; a phone speaks for its own extension only.
#[test]
fn nobody_calls_in_anothers_name() {
    let mut bench = Bench::new();
    let phone = bench.phone_with("1002", Credentials::new("1001", "practice"));

    bench.dial(phone, "600");

    assert_eq!(ended(&bench.events(phone)), [refused(403)]);
}

/// Attack: a phone wants to be seen by a number of somebody else's.
/// Refused: the PBX vouches for an extension's own numbers only; the called one sees the extension.
#[test]
fn a_phone_is_seen_by_the_number_it_prefers_if_that_is_its_own() {
    let seen = |prefers: &str| {
        let mut bench = Bench::new();
        let (caller, called) = (bench.phone("1001", "practice"), bench.phone("1002", "practice"));
        let dial = Dial {
            target: "1002".to_owned(),
            offer: "offer".to_owned(),
            caller: Some(prefers.to_owned()),
            ..Dial::default()
        };
        bench.act(caller, |agent, now| {
            agent.dial(now, dial);
        });
        bench.incoming(called).from.user
    };

    assert_eq!(seen("+14155550100"), "+14155550100", "the office's");
    assert_eq!(seen("+14155551001"), "+14155551001", "its own");
    for other in ["+14155551002", "+33170189900", "1002"] {
        assert_eq!(seen(other), "1001", "{other}");
    }
}

#[test]
fn the_loser_of_a_fork_hears_that_the_call_was_taken_elsewhere() {
    let mut bench = Bench::new();
    let caller = bench.phone("1001", "practice");
    let (one, other) = (bench.phone("1002", "practice"), bench.phone("1002", "practice"));

    let call = bench.dial(caller, "1002");
    let rings = bench.incoming(one);
    bench.incoming(other);
    bench.answer(one, &rings);

    assert!(bench.events(caller).iter().any(|event| {
        matches!(event, Event::Established { invitation, .. } if *invitation == call)
    }));
    assert_eq!(ended(&bench.events(other)), [Cause::AnsweredElsewhere]);
    assert_eq!(bench.wrote("Reason: SIP;cause=200;text=\"Call completed elsewhere\""), 1);
}

#[test]
fn of_several_refusals_the_best_is_told() {
    let mut bench = Bench::new();
    let caller = bench.phone("1001", "practice");
    let (one, other) = (bench.phone("1002", "practice"), bench.phone("1002", "practice"));

    bench.dial(caller, "1002");
    for (phone, status) in [(one, 486), (other, 480)] {
        let rings = bench.incoming(phone).invitation;
        bench.act(phone, |agent, now| agent.refuse(now, rings, status));
    }

    assert_eq!(ended(&bench.events(caller)), [refused(480)]);
}

#[test]
fn who_declines_for_everybody_ends_the_search() {
    let mut bench = Bench::new();
    let caller = bench.phone("1001", "practice");
    let (one, other) = (bench.phone("1002", "practice"), bench.phone("1002", "practice"));

    bench.dial(caller, "1002");
    let rings = bench.incoming(one).invitation;
    bench.incoming(other);
    bench.act(one, |agent, now| agent.refuse(now, rings, 603));

    assert_eq!(ended(&bench.events(caller)), [refused(603)]);
    assert_eq!(ended(&bench.events(other)), [Cause::Cancelled]);
}

/// Fault: the called phone's socket breaks while it rings.
/// Seen: the caller hears that nobody is there.
/// Kept: nothing hangs; the other phones of the extension go on ringing.
#[test]
fn a_phone_that_vanishes_while_it_rings_does_not_keep_the_caller() {
    let mut bench = Bench::new();
    let caller = bench.phone("1001", "practice");
    let called = bench.phone("1002", "practice");

    bench.dial(caller, "1002");
    bench.incoming(called);
    bench.cut(called);

    assert_eq!(ended(&bench.events(caller)), [refused(480)]);
}

/// Fault: the caller's socket breaks while it rings.
/// Seen: the called phone stops ringing.
/// Kept: nothing hangs.
#[test]
fn a_caller_that_vanishes_stops_the_ringing() {
    let mut bench = Bench::new();
    let caller = bench.phone("1001", "practice");
    let called = bench.phone("1002", "practice");

    bench.dial(caller, "1002");
    bench.incoming(called);
    bench.cut(caller);

    assert_eq!(ended(&bench.events(called)), [Cause::Cancelled]);
}

/// Fault: the caller hangs up in the moment in which the other side answers.
/// Seen: the call is over on both sides.
/// Kept: nothing hangs.
#[test]
fn an_answer_that_crosses_the_cancel_is_hung_up_on() {
    let mut bench = Bench::new();
    let caller = bench.phone("1001", "practice");
    let called = bench.phone("1002", "practice");
    let call = bench.dial(caller, "1002");
    let rings = bench.incoming(called).invitation;

    let now = bench.now();
    bench.phones[caller].agent.hang_up(now, call);
    bench.phones[called].agent.answer(now, rings, "answer".to_owned());
    bench.run_for(SOON);

    assert_eq!(ended(&bench.events(caller)), [Cause::HungUp]);
    assert_eq!(ended(&bench.events(called)), [Cause::PeerHungUp]);
}

#[test]
fn a_keep_alive_is_answered_and_an_answer_is_not() {
    let mut bench = Bench::new();
    let phone = bench.phone("1001", "practice");
    let flow = bench.phones[phone].flow;

    bench.switch.receive(bench.now(), flow, b"\r\n\r\n");
    bench.switch.receive(bench.now(), flow, b"\r\n");

    let Some(Output::Send(to, bytes)) = bench.switch.poll_output() else { panic!("an answer") };
    assert_eq!((to, &bytes[..]), (flow, &b"\r\n"[..]));
    assert!(bench.switch.poll_output().is_none());
}

#[test]
fn a_phone_that_asks_for_too_little_gets_the_least() {
    let mut bench = Bench::new();
    let mut account =
        Account::new("sip:1001@pbx.localhost", credentials(), "urn:uuid:1".to_owned()).unwrap();
    account.registration_life = Duration::from_secs(5);

    let phone = bench.phone_of(account);

    assert_eq!(registrations(&bench.events(phone)), [Registration::Registered]);
    assert_eq!(bench.wrote("SIP/2.0 423 "), 1);
    assert!(bench.wrote(";expires=10;") > 0);
}

#[test]
fn who_unregisters_is_not_found_any_more() {
    let mut bench = Bench::new();
    let caller = bench.phone("1001", "practice");
    let gone = bench.phone("1002", "practice");

    bench.act(gone, |agent, now| agent.unregister(now));
    bench.dial(caller, "1002");

    assert!(bench.switch.registrar.of("1002").is_empty());
    assert_eq!(ended(&bench.events(caller)), [refused(480)]);
}

#[test]
fn the_light_is_lit_for_whoever_asked_and_again_after_each_change() {
    let mut bench = Bench::new();
    let phone = bench.phone("1001", "practice");
    let other = bench.phone("1002", "practice");
    bench.events(other);

    bench.switch.set_messages(bench.now(), "1001", Messages { new: 2, old: 1 });
    bench.run_for(SOON);

    let told: Vec<Event> = bench.events(phone).into_iter().filter(is_light).collect();
    let light =
        |waiting, new, old| Event::MessageWaiting { waiting, new: Some(new), old: Some(old) };
    assert_eq!(told, [light(false, 0, 0), light(true, 2, 1)]);
    assert!(!bench.events(other).iter().any(is_light));
}

#[test]
fn what_is_no_sip_is_not_answered_and_what_is_unsound_is() {
    let mut bench = Bench::new();
    let flow = bench.switch.connect_phone();
    let via = "Via: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n";
    let rest = "From: <sip:1001@pbx.localhost>;tag=1\r\nTo: <sip:600@pbx.localhost>\r\n\
                Call-ID: 1\r\nMax-Forwards: 0\r\nContent-Length: 0\r\n\r\n";

    for (text, status) in [
        ("GET / HTTP/1.1\r\n\r\n".to_owned(), None),
        (
            format!("INVITE sip:600@pbx.localhost SIP/2.0\r\n{via}CSeq: 1 BYE\r\n{rest}"),
            Some("400"),
        ),
        (
            format!("INVITE sip:600@pbx.localhost SIP/2.0\r\n{via}CSeq: 1 INVITE\r\n{rest}"),
            Some("483"),
        ),
        (
            format!("CANCEL sip:600@pbx.localhost SIP/2.0\r\n{via}CSeq: 1 CANCEL\r\n{rest}"),
            Some("481"),
        ),
    ] {
        bench.switch.receive(bench.now(), flow, text.as_bytes());
        match (status, bench.switch.poll_output()) {
            (None, None) => {}
            (Some(status), Some(Output::Send(_, bytes))) => {
                let answer = String::from_utf8(bytes).unwrap();
                assert!(answer.starts_with(&format!("SIP/2.0 {status} ")), "{answer}");
            }
            (status, output) => panic!("{status:?}, but {output:?} to {text}"),
        }
    }
}

#[test]
fn a_credential_that_ends_soon_makes_a_registration_that_ends_with_it() {
    let mut bench = Bench::new();
    let expiry = START.as_secs() + 120;
    let username = format!("{expiry}:1001");
    let password =
        super::super::account::Account::named(&username, &Secret::new("secret")).unwrap().password;
    let phone = bench.phone_with("1001", Credentials::new(username, password));
    assert_eq!(registrations(&bench.events(phone)), [Registration::Registered]);

    bench.cut(phone);
    bench.run_for(Duration::from_secs(121));
    bench.reconnect(phone);

    let told = registrations(&bench.events(phone));
    assert!(
        matches!(told[..], [Registration::Lost, Registration::Refused { status: 403, .. }]),
        "{told:?}"
    );
}

// ── The bench ─────────────────────────────────────────────────────

struct Bench {
    switch: Switch,
    clock: Duration,
    phones: Vec<Phone>,
    /// Everything that phones said, and the PBX.
    heard: Vec<(FlowId, String)>,
    said: Vec<(FlowId, String)>,
}

struct Phone {
    agent: UserAgent,
    flow: FlowId,
    connected: bool,
    events: Vec<Event>,
}

impl Bench {
    fn new() -> Self {
        let chance = Chance { key: [1; 32], run: "test".to_owned() };
        Self {
            switch: Switch::new("pbx.localhost", Secret::new("secret"), &chance),
            clock: Duration::ZERO,
            phones: Vec::new(),
            heard: Vec::new(),
            said: Vec::new(),
        }
    }

    fn now(&self) -> Duration {
        START + self.clock
    }

    fn phone(&mut self, extension: &str, password: &str) -> usize {
        self.phone_with(extension, Credentials::new(extension, password))
    }

    fn phone_with(&mut self, extension: &str, credentials: Credentials) -> usize {
        let born = self.phones.len();
        let instance = format!("urn:uuid:00000000-0000-4000-8000-00000000000{born}");
        let address = format!("sip:{extension}@pbx.localhost");
        self.phone_of(Account::new(&address, credentials, instance).unwrap())
    }

    fn phone_of(&mut self, account: Account) -> usize {
        let born = self.phones.len();
        let seed = [u8::try_from(born).unwrap() + 1; 32];
        let flow = self.switch.connect_phone();
        let mut agent = UserAgent::new(account, seed);
        agent.link_up(self.now());
        agent.register(self.now());
        self.phones.push(Phone { agent, flow, connected: true, events: Vec::new() });
        self.run_for(SOON);
        born
    }

    fn cut(&mut self, phone: usize) {
        let now = self.now();
        let cut = &mut self.phones[phone];
        cut.connected = false;
        cut.agent.link_down(now);
        self.switch.disconnect(cut.flow);
        self.run_for(SOON);
    }

    fn reconnect(&mut self, phone: usize) {
        let (now, flow) = (self.now(), self.switch.connect_phone());
        let back = &mut self.phones[phone];
        (back.connected, back.flow) = (true, flow);
        back.agent.link_up(now);
        self.run_for(SOON);
    }

    fn dial(&mut self, phone: usize, number: &str) -> InvitationId {
        let now = self.now();
        let dial = Dial { target: number.to_owned(), offer: "offer".to_owned(), ..Dial::default() };
        self.events(phone);
        let call = self.phones[phone].agent.dial(now, dial).unwrap();
        self.run_for(SOON);
        call
    }

    fn act(&mut self, phone: usize, act: impl FnOnce(&mut UserAgent, Duration)) {
        let now = self.now();
        act(&mut self.phones[phone].agent, now);
        self.run_for(SOON);
    }

    fn incoming(&mut self, phone: usize) -> Incoming {
        let events = self.events(phone);
        let found = events.iter().find_map(|event| match event {
            Event::Incoming(incoming) => Some(incoming.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("nobody calls; instead {events:?}"))
    }

    fn answer(&mut self, phone: usize, rings: &Incoming) {
        self.act(phone, |agent, now| agent.answer(now, rings.invitation, "answer".to_owned()));
    }

    fn events(&mut self, phone: usize) -> Vec<Event> {
        std::mem::take(&mut self.phones[phone].events)
    }

    fn wrote(&self, what: &str) -> usize {
        self.said.iter().filter(|(_, text)| text.contains(what)).count()
    }

    fn answer_to(&mut self, flow: FlowId) -> String {
        self.carry();
        self.said.iter().rfind(|(to, _)| *to == flow).unwrap().1.clone()
    }

    fn run_for(&mut self, span: Duration) {
        let end = self.clock + span;
        loop {
            self.carry();
            let next = self.phones.iter().filter_map(|phone| phone.agent.next_timeout()).min();
            match next.map(|at| at.saturating_sub(START)).filter(|at| *at <= end) {
                Some(at) => self.clock = self.clock.max(at),
                None => break,
            }
            let now = self.now();
            for phone in &mut self.phones {
                phone.agent.handle_timeout(now);
            }
        }
        self.clock = end;
    }

    fn carry(&mut self) {
        let now = self.now();
        loop {
            let mut quiet = true;
            for index in 0..self.phones.len() {
                while let Some(output) = self.phones[index].agent.poll_output() {
                    quiet = false;
                    let phone = &mut self.phones[index];
                    match output {
                        sip::Output::Event(event) => phone.events.push(event),
                        sip::Output::Transmit(bytes) if phone.connected => {
                            self.heard
                                .push((phone.flow, String::from_utf8(bytes.clone()).unwrap()));
                            self.switch.receive(now, phone.flow, &bytes);
                        }
                        _ => {}
                    }
                }
            }
            while let Some(output) = self.switch.poll_output() {
                quiet = false;
                let (Output::Send(flow, bytes) | Output::CallOff(flow, bytes)) = output else {
                    continue;
                };
                self.said.push((flow, String::from_utf8(bytes.clone()).unwrap()));
                let to = self.phones.iter_mut().find(|phone| phone.flow == flow && phone.connected);
                if let Some(phone) = to {
                    phone.agent.receive(now, &bytes);
                }
            }
            if quiet {
                return;
            }
        }
    }
}

fn registrations(events: &[Event]) -> Vec<Registration> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Registration(registration) => Some(registration.clone()),
            _ => None,
        })
        .collect()
}

fn is_light(event: &Event) -> bool {
    matches!(event, Event::MessageWaiting { .. })
}

fn credentials() -> Credentials {
    Credentials::new("1001", "practice")
}

fn ended(events: &[Event]) -> Vec<Cause> {
    events
        .iter()
        .filter_map(|event| match event {
            // What the phrase says is not what is asked here.
            Event::Ended { cause: Cause::Refused { status, .. }, .. } => Some(refused(*status)),
            Event::Ended { cause, .. } => Some(cause.clone()),
            _ => None,
        })
        .collect()
}

fn refused(status: u16) -> Cause {
    Cause::Refused { status, reason: String::new() }
}

const START: Duration = Duration::from_secs(1_800_000_000);
const SOON: Duration = Duration::from_millis(200);
