//! User agents on one virtual clock, around a PBX of a few lines.
//!
//! The PBX registers phones with digest, finds a phone by its number or by the address it gave, and
//! passes messages on. Nothing takes time but what says so; a wire that is cut loses what is on it.

#![allow(dead_code, reason = "each conversation uses what it needs of the world")]

use std::{collections::VecDeque, time::Duration};

use sip::{
    Account, Credentials, Dial, Event, Incoming, InvitationId, Output, UserAgent,
    message::{HeaderName, Message, Method, Request, Response, parse},
};

pub struct World {
    pub now: Duration,
    pub phones: Vec<Phone>,
    wire: VecDeque<(Duration, usize, Vec<u8>)>,
    /// How long a message is on its way.
    pub latency: Duration,
    /// Everything that passed, as `number method-or-status`.
    pub passed: Vec<String>,
    /// Messages to the phone with this number that the wire loses.
    pub loses: Loses,
    /// The registrar takes nobody.
    pub turns_away: bool,
}

pub struct Phone {
    pub number: String,
    pub user_agent: UserAgent,
    pub events: VecDeque<Event>,
    pub connected: bool,
    pub reconnects: u32,
    contact: Option<String>,
    challenged: bool,
}

impl World {
    pub fn of(numbers: &[&str]) -> Self {
        let phones = numbers.iter().enumerate().map(|(index, number)| Phone::new(index, number));
        let mut world = Self {
            now: Duration::ZERO,
            phones: phones.collect(),
            wire: VecDeque::new(),
            latency: Duration::from_millis(10),
            passed: Vec::new(),
            loses: Box::new(|_, _| false),
            turns_away: false,
        };
        for phone in 0..world.phones.len() {
            world.connect(phone);
            world.phones[phone].user_agent.register(world.now);
        }
        world.run_for(SOON);
        for phone in &mut world.phones {
            assert!(phone.user_agent.is_registered());
            phone.events.clear();
        }
        world.passed.clear();
        world
    }

    pub fn connect(&mut self, phone: usize) {
        self.phones[phone].connected = true;
        self.phones[phone].user_agent.link_up(self.now);
    }

    pub fn cut(&mut self, phone: usize) {
        self.phones[phone].connected = false;
        self.wire.retain(|(_, to, _)| *to != phone);
        self.phones[phone].user_agent.link_down(self.now);
    }

    pub fn agent(&mut self, phone: usize) -> &mut UserAgent {
        &mut self.phones[phone].user_agent
    }

    pub fn dial(&mut self, phone: usize, target: &str) -> InvitationId {
        let dial = Dial { target: target.to_owned(), offer: "offer".to_owned(), ..Dial::default() };
        self.phones[phone].user_agent.dial(self.now, dial).expect("an address")
    }

    /// The first phone calls the second; both are told that the call stands.
    pub fn call(&mut self, from: usize, to: usize) -> (InvitationId, InvitationId) {
        let number = self.phones[to].number.clone();
        let made = self.dial(from, &number);
        self.run_for(SOON);
        let rings = self.incoming(to).invitation;
        self.phones[to].user_agent.answer(self.now, rings, "answer".to_owned());
        self.run_for(SOON);
        for phone in [from, to] {
            let events = self.events(phone);
            let stands = events.iter().any(|event| matches!(event, Event::Established { .. }));
            assert!(stands, "{events:?}");
        }
        (made, rings)
    }

    pub fn incoming(&mut self, phone: usize) -> Incoming {
        let events = self.events(phone);
        let found = events.iter().find_map(|event| match event {
            Event::Incoming(incoming) => Some(incoming.clone()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("nobody calls; instead {events:?}"))
    }

    /// What the phone told since it was last asked.
    pub fn events(&mut self, phone: usize) -> Vec<Event> {
        self.flush();
        self.phones[phone].events.drain(..).collect()
    }

    /// Lets the clock go on; whatever falls due happens at its time.
    pub fn run_for(&mut self, span: Duration) {
        let end = self.now + span;
        loop {
            self.flush();
            let timers = self.phones.iter().filter_map(|phone| phone.user_agent.next_timeout());
            let arrival = self.wire.iter().map(|(at, ..)| *at);
            let next = timers.chain(arrival).min();
            match next.filter(|next| *next <= end) {
                Some(next) => self.now = self.now.max(next),
                None => break,
            }
            self.deliver();
            for phone in &mut self.phones {
                phone.user_agent.handle_timeout(self.now);
            }
        }
        self.now = end;
    }

    /// A message of nobody's in particular arrives at a phone.
    pub fn inject(&mut self, phone: usize, text: &str) {
        self.phones[phone].user_agent.receive(self.now, text.as_bytes());
        self.flush();
    }

    fn deliver(&mut self) {
        while let Some(index) = self.wire.iter().position(|(at, ..)| *at <= self.now) {
            let Some((_, phone, bytes)) = self.wire.remove(index) else { return };
            if self.phones[phone].connected {
                self.phones[phone].user_agent.receive(self.now, &bytes);
            }
            self.flush();
        }
    }

    fn flush(&mut self) {
        loop {
            let output = self
                .phones
                .iter_mut()
                .enumerate()
                .find_map(|(index, phone)| Some((index, phone.user_agent.poll_output()?)));
            match output {
                None => return,
                Some((phone, Output::Event(event))) => self.phones[phone].events.push_back(event),
                Some((phone, Output::Reconnect)) => self.phones[phone].reconnects += 1,
                Some((phone, Output::Transmit(bytes))) if self.phones[phone].connected => {
                    self.pass_on(phone, &bytes);
                }
                Some((_, Output::Transmit(_))) => {}
            }
        }
    }

    // ── The PBX ───────────────────────────────────────────────────

    fn pass_on(&mut self, from: usize, bytes: &[u8]) {
        if bytes == b"\r\n\r\n" {
            return self.send(from, b"\r\n".to_vec());
        }
        let message = parse(bytes).expect("a user agent writes what it can read");
        self.passed.push(format!("{} {}", self.phones[from].number, named(&message)));
        match &message {
            Message::Request(request) if request.method == Method::Register => {
                let answer = self.register(from, request);
                self.send(from, answer);
            }
            Message::Request(request) if request.method == Method::Subscribe => {
                let answer = answer(request, "489 Bad Event", "");
                self.send(from, answer);
            }
            Message::Request(request) => match self.addressed(&request.uri.to_string()) {
                Some(to) => self.carry(to, message),
                None if request.method == Method::Ack => {}
                None => {
                    let answer = answer(request, "404 Not Found", "");
                    self.send(from, answer);
                }
            },
            Message::Response(response) => {
                let via = response.headers.value(&HeaderName::Via).expect("a Via");
                let via = String::from_utf8_lossy(&via).into_owned();
                if let Some(to) = self.phones.iter().position(|phone| phone.is_named_in(&via)) {
                    self.carry(to, message);
                }
            }
        }
    }

    fn carry(&mut self, to: usize, message: Message) {
        let number = self.phones[to].number.clone();
        if !(self.loses)(&number, &message) {
            self.send(to, message.to_bytes().to_vec());
        }
    }

    fn send(&mut self, to: usize, bytes: Vec<u8>) {
        self.wire.push_back((self.now + self.latency, to, bytes));
    }

    fn addressed(&self, uri: &str) -> Option<usize> {
        self.phones.iter().position(|phone| {
            uri.starts_with(&format!("sip:{}@", phone.number)) || phone.is_named_in(uri)
        })
    }

    fn register(&mut self, from: usize, request: &Request) -> Vec<u8> {
        if self.turns_away {
            return answer(request, "403 Forbidden", "");
        }
        let phone = &mut self.phones[from];
        let contact = request.headers.value(&HeaderName::Contact).expect("a Contact");
        let contact = String::from_utf8_lossy(&contact).into_owned();
        phone.contact = host(&contact);
        if !std::mem::replace(&mut phone.challenged, true) {
            let challenge = "WWW-Authenticate: Digest realm=\"pbx\", nonce=\"n\", qop=\"auth\"\r\n";
            return answer(request, "401 Unauthorized", challenge);
        }
        answer(request, "200 OK", &format!("Contact: {contact};expires=600\r\n"))
    }
}

impl Phone {
    fn new(index: usize, number: &str) -> Self {
        let credentials = Credentials::new(number, "secret");
        let address = format!("sip:{number}@pbx.example");
        let instance = format!("urn:uuid:00000000-0000-4000-8000-00000000000{index}");
        let account = Account::new(&address, credentials, instance).expect("an address");
        let seed = [u8::try_from(index).expect("few phones") + 1; 32];
        Self {
            number: number.to_owned(),
            user_agent: UserAgent::new(account, seed),
            events: VecDeque::new(),
            connected: false,
            reconnects: 0,
            contact: None,
            challenged: false,
        }
    }

    fn is_named_in(&self, text: &str) -> bool {
        self.contact.as_ref().is_some_and(|host| text.contains(host.as_str()))
    }
}

/// What the first phone sends in answer to a message.
pub fn answers(world: &mut World, message: &(impl AsRef<[u8]> + ?Sized)) -> Vec<String> {
    let now = world.now;
    world.phones[0].user_agent.receive(now, message.as_ref());
    sent(world)
}

/// What the first phone wants to send; nothing of it reaches anybody.
pub fn sent(world: &mut World) -> Vec<String> {
    let phone = &mut world.phones[0];
    let mut all = Vec::new();
    while let Some(output) = phone.user_agent.poll_output() {
        match output {
            Output::Transmit(bytes) => all.push(String::from_utf8(bytes).unwrap()),
            Output::Event(event) => phone.events.push_back(event),
            Output::Reconnect => {}
        }
    }
    all
}

/// A response to a request, by the rule of RFC 3261 §8.2.6.2.
pub fn answer(request: &Request, status: &str, more: &str) -> Vec<u8> {
    let mut text = format!("SIP/2.0 {status}\r\n");
    for name in
        [HeaderName::Via, HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq]
    {
        for row in request.headers.get_all(&name) {
            let tagged =
                name == HeaderName::To && !String::from_utf8_lossy(&row.value()).contains("tag=");
            let tag = if tagged && !more.contains("To:") { ";tag=pbx" } else { "" };
            text += &format!("{name}: {}{tag}\r\n", String::from_utf8_lossy(&row.value()));
        }
    }
    text += more;
    text += "Content-Length: 0\r\n\r\n";
    text.into_bytes()
}

pub fn named(message: &Message) -> String {
    match message {
        Message::Request(request) => request.method.to_string(),
        Message::Response(Response { status, .. }) => status.to_string(),
    }
}

fn host(contact: &str) -> Option<String> {
    let rest = contact.split_once('@')?.1;
    Some(rest.split([';', '>']).next()?.to_owned())
}

pub fn ended(events: &[Event]) -> Vec<sip::Cause> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Ended { cause, .. } => Some(cause.clone()),
            _ => None,
        })
        .collect()
}

pub const SOON: Duration = Duration::from_millis(200);
pub const TO_THE_END: Duration = Duration::from_secs(120);

/// Whether the wire loses a message to the phone with this number.
pub type Loses = Box<dyn FnMut(&str, &Message) -> bool>;
