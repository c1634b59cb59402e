//! The PBX's signalling: registrar and proxy between phones and the parties of its own, without IO.
//!
//! ~~~text
//!  phone ==socket==> receive(flow, bytes) --+-- REGISTER --> registrar, behind the gate
//!                                           +-- CANCEL, answers --> relay
//!                                           +-- else: whither? --> relay --> Send(flow, bytes)
//!                                                     |
//!                                                     +-- a party of our own --> Start(flow, part)
//! ~~~
//!
//! Requests within a call find a phone by the address that it registered, so they arrive after it came back by
//! another socket, too.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};

use sip::message::{
    HeaderName, Message, Method, Request, Response, Uri, address, contact, has_token, header,
    parse, tag, text, validate_request,
};

use super::{
    account::{Secret, numbers},
    answer::{LocalTag, answer},
    gate::{Door, Gate, Verdict},
    mailbox::{Mailboxes, Messages, PACKAGE},
    plan::{Part, Place, place},
    registrar::{Refusal, Registrar},
    relay::{Asked, Relay, Target},
};

/// One wire: a phone's socket, or the line to a party of the PBX's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FlowId(pub u64);

#[derive(Debug)]
pub enum Output {
    Send(FlowId, Vec<u8>),
    /// A CANCEL.
    CallOff(FlowId, Vec<u8>),
    /// A party of the PBX's own is called by this number, at the far end of a new wire.
    Start {
        flow: FlowId,
        part: Part,
        number: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Phone,
    Party,
}

/// What differs from run to run.
pub struct Chance {
    pub key: [u8; 32],
    pub run: String,
}

pub struct Switch {
    domain: String,
    tag: LocalTag,
    gate: Gate,
    pub registrar: Registrar,
    pub mailboxes: Mailboxes,
    /// Whether every call of a phone's is answered 503.
    pub unavailable: bool,
    relay: Relay,
    flows: BTreeMap<FlowId, Side>,
    born: u64,
    /// Which wire leads to the host of a `Contact`, for parties that do not register.
    homes: HashMap<String, FlowId>,
    /// Which of our own parties is in the call of this `Call-ID` (RFC 3891 names calls by it).
    calls: HashMap<String, FlowId>,
    outputs: VecDeque<Output>,
}

impl Switch {
    pub fn new(domain: &str, secret: Secret, chance: &Chance) -> Self {
        let tag = LocalTag(format!("pbx{}", chance.run));
        Self {
            domain: domain.to_owned(),
            gate: Gate::new(domain, secret, chance.key),
            registrar: Registrar::new(domain),
            mailboxes: Mailboxes::default(),
            unavailable: false,
            relay: Relay::new(domain, tag.clone(), &chance.run),
            tag,
            flows: BTreeMap::new(),
            born: 0,
            homes: HashMap::new(),
            calls: HashMap::new(),
            outputs: VecDeque::new(),
        }
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        while let Some((flow, message)) = self.relay.poll() {
            match &message {
                Message::Request(request) if request.method == Method::Cancel => {
                    self.outputs.push_back(Output::CallOff(flow, message.to_bytes().to_vec()));
                }
                _ => self.send(flow, &message),
            }
        }
        self.outputs.pop_front()
    }

    // ── Wires ─────────────────────────────────────────────────────

    pub fn connect_phone(&mut self) -> FlowId {
        self.connect(Side::Phone)
    }

    /// A wire for a party that calls.
    pub fn connect_party(&mut self) -> FlowId {
        self.connect(Side::Party)
    }

    fn connect(&mut self, side: Side) -> FlowId {
        self.born += 1;
        let flow = FlowId(self.born);
        self.flows.insert(flow, side);
        flow
    }

    pub fn disconnect(&mut self, flow: FlowId) {
        self.flows.remove(&flow);
        self.registrar.lose(flow);
        self.homes.retain(|_, home| *home != flow);
        self.calls.retain(|_, party| *party != flow);
        self.relay.lose(flow);
    }

    /// One message: a WebSocket's (RFC 7118 §5), or a party's.
    pub fn receive(&mut self, now: Duration, flow: FlowId, bytes: &[u8]) {
        // RFC 5626 §3.5.1: a double line break is answered by a single one.
        if bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            if bytes.len() >= 4 {
                self.outputs.push_back(Output::Send(flow, b"\r\n".to_vec()));
            }
            return;
        }
        match parse(bytes) {
            Ok(Message::Request(request)) => self.on_request(now, flow, request),
            Ok(Message::Response(response)) => self.on_response(flow, response),
            // RFC 3261 §18.3: there is nobody to answer.
            Err(error) => tracing::debug!(%error, ?flow, "not SIP"),
        }
    }

    fn on_response(&mut self, flow: FlowId, response: Response) {
        if let Some(contact) = contact(&response.headers) {
            self.learn(flow, &contact.uri);
        }
        self.relay.on_response(response);
    }

    fn on_request(&mut self, now: Duration, flow: FlowId, mut request: Request) {
        let findings = validate_request(&request);
        if let Some(finding) = findings.first().filter(|_| request.method != Method::Ack) {
            return self.reply(flow, &request, finding.status());
        }
        if let Some(contact) = contact(&request.headers)
            && request.method != Method::Register
        {
            self.learn(flow, &contact.uri);
        }
        self.unroute(&mut request);
        match request.method {
            Method::Register => self.on_register(now, flow, &request),
            Method::Cancel => self.on_cancel(flow, &request),
            Method::Ack => self.on_ack(flow, &request),
            _ => self.on_other(now, flow, request),
        }
    }

    // ── Registrar ─────────────────────────────────────────────────

    fn on_register(&mut self, now: Duration, flow: FlowId, request: &Request) {
        let extension = address(&request.headers, &HeaderName::To).and_then(|to| user(&to.uri));
        let expiry = match self.gate.examine(now, Door::Registrar, request) {
            Verdict::Admitted { extension: known, expiry }
                if Some(&known) == extension.as_ref() =>
            {
                expiry
            }
            // RFC 3261 §10.3 step 4.
            Verdict::Admitted { .. } | Verdict::Expired => return self.reply(flow, request, 403),
            Verdict::Challenged(rows) => {
                return self.challenge(flow, request, Door::Registrar, rows);
            }
        };
        let extension = extension.unwrap_or_default();
        let registered = self.registrar.register(now, flow, &extension, request, expiry);
        let (status, rows) = match registered {
            Ok(()) => (200, self.registrar.contacts(now, &extension, request)),
            Err(Refusal::TooBrief) => (423, Vec::new()),
            Err(Refusal::Malformed) => (400, Vec::new()),
            Err(Refusal::OutOfOrder) => (500, Vec::new()),
        };
        let Some(mut response) = answer(request, status, &self.tag) else { return };
        for row in rows {
            response.headers.push(header(HeaderName::Contact, row));
        }
        let outbound = has_token(&request.headers, &HeaderName::Supported, "outbound");
        match status {
            // RFC 5626 §6: "outbound" in the answer says that the flow is used.
            200 if outbound => response.headers.push(header(HeaderName::Require, "outbound")),
            423 => response.headers.push(header(HeaderName::MinExpires, "10")),
            _ => {}
        }
        self.send(flow, &Message::Response(response));
    }

    // ── Proxy ─────────────────────────────────────────────────────

    fn on_cancel(&mut self, flow: FlowId, cancel: &Request) {
        let known =
            Asked::invite_of(flow, cancel).is_some_and(|invite| self.relay.cancel(&invite, cancel));
        self.reply(flow, cancel, if known { 200 } else { 481 });
    }

    fn on_ack(&mut self, flow: FlowId, ack: &Request) {
        let refused = Asked::invite_of(flow, ack).is_some_and(|invite| self.relay.knows(&invite));
        let ours = tag(&ack.headers, &HeaderName::To).as_ref() == Some(&self.tag.0);
        if refused || ours {
            return;
        }
        if let Ok(Way::To(targets)) = self.whither(ack) {
            for target in targets {
                self.relay.pass_on(ack, &target);
            }
        }
    }

    fn on_other(&mut self, now: Duration, flow: FlowId, mut request: Request) {
        let Some(asked) = Asked::by(flow, &request) else { return };
        if self.relay.knows(&asked) {
            return;
        }
        match hops(&request) {
            Some(0) => return self.reply(flow, &request, 483),
            hops => {
                let left = hops.map_or(70, |hops| hops - 1);
                request.headers.remove_all(&HeaderName::MaxForwards);
                request.headers.push(header(HeaderName::MaxForwards, left.to_string()));
            }
        }
        let within = tag(&request.headers, &HeaderName::To).is_some();
        if self.is_phone(flow) && !within && !self.admits(now, flow, &mut request) {
            return;
        }
        if !self.is_phone(flow)
            && !within
            && request.method == Method::Invite
            && let Some(call_id) = text(&request.headers, &HeaderName::CallId)
        {
            self.calls.insert(call_id, flow);
        }
        if self.unavailable && self.is_phone(flow) && request.method == Method::Invite {
            return self.reply(flow, &request, 503);
        }
        if request.method == Method::Subscribe {
            return self.on_subscribe(now, flow, &request);
        }
        if request.method == Method::Invite {
            self.reply(flow, &request, 100);
        }
        match self.whither(&request) {
            Ok(Way::To(targets)) => self.relay.open(now, asked, request, targets),
            Ok(Way::Begin(parts)) => {
                let targets = parts.into_iter().map(|part| self.begin(&request, part)).collect();
                self.relay.open(now, asked, request, targets);
            }
            Err(status) => self.reply(flow, &request, status),
        }
    }

    // ── Message waiting ───────────────────────────────────────────

    /// A phone asks for the messages of its own extension (RFC 3842).
    fn on_subscribe(&mut self, now: Duration, flow: FlowId, request: &Request) {
        let package = text(&request.headers, &HeaderName::Event).unwrap_or_default();
        if package.split(';').next() != Some(PACKAGE) {
            return self.reply(flow, request, 489);
        }
        let extension = match tag(&request.headers, &HeaderName::To) {
            Some(_) => self.mailboxes.subscriber(request),
            None => address(&request.headers, &HeaderName::From)
                .and_then(|from| user(&from.uri))
                .filter(|own| user(&request.uri).as_ref() == Some(own)),
        };
        let Some(extension) = extension else { return self.reply(flow, request, 481) };
        let life = self.mailboxes.subscribe(now, &extension, request, &self.tag.0);
        let Some(life) = life else { return self.reply(flow, request, 400) };
        let Some(mut response) = answer(request, 200, &self.tag) else { return };
        let contact = format!("<sip:voicemail@{};transport=ws>", self.domain);
        response.headers.push(header(HeaderName::Contact, contact));
        response.headers.push(header(HeaderName::Expires, life.as_secs().to_string()));
        self.send(flow, &Message::Response(response));
        self.notify(now, &extension);
    }

    pub fn set_messages(&mut self, now: Duration, extension: &str, messages: Messages) {
        self.mailboxes.set(extension, messages);
        self.notify(now, extension);
    }

    fn notify(&mut self, now: Duration, extension: &str) {
        for request in self.mailboxes.notify(now, extension) {
            if let Ok(Way::To(targets)) = self.whither(&request)
                && let Some(target) = targets.first()
            {
                self.relay.pass_on(&request, target);
            }
        }
    }

    // ── Whither ───────────────────────────────────────────────────

    /// RFC 3261 §22.3; a phone speaks for its own extension only.
    fn admits(&mut self, now: Duration, flow: FlowId, request: &mut Request) -> bool {
        let extension = match self.gate.examine(now, Door::Proxy, request) {
            Verdict::Admitted { extension, .. } => {
                let from =
                    address(&request.headers, &HeaderName::From).and_then(|from| user(&from.uri));
                if from.as_ref() != Some(&extension) {
                    self.reply(flow, request, 403);
                    return false;
                }
                extension
            }
            Verdict::Challenged(rows) => {
                self.challenge(flow, request, Door::Proxy, rows);
                return false;
            }
            Verdict::Expired => {
                self.reply(flow, request, 403);
                return false;
            }
        };
        request.headers.remove_all(&HeaderName::ProxyAuthorization);
        // RFC 3325 §9.2: by what the phone would like to be seen. The PBX vouches for the extension's own numbers.
        let preferred = address(&request.headers, &HeaderName::PPreferredIdentity)
            .and_then(|preferred| user(&preferred.uri))
            .filter(|number| numbers(&extension).contains(number));
        request.headers.remove_all(&HeaderName::PAssertedIdentity);
        request.headers.remove_all(&HeaderName::PPreferredIdentity);
        if let Some(number) = preferred {
            let identity = format!("<sip:{number}@{}>", self.domain);
            request.headers.push(header(HeaderName::PAssertedIdentity, identity));
        }
        true
    }

    /// Where a request goes, or the status that refuses it.
    fn whither(&self, request: &Request) -> Result<Way, u16> {
        let target = &request.uri;
        let within = tag(&request.headers, &HeaderName::To).is_some();
        if let Some(binding) = self.registrar.find(target) {
            return Ok(Way::To(vec![Target::phone(binding)]));
        }
        let Some(host) = host(target) else { return Err(404) };
        if let Some(flow) = self.homes.get(&host) {
            return Ok(Way::To(vec![Target { flow: *flow, uri: None }]));
        }
        if host != self.domain {
            return Err(if within { 480 } else { 404 });
        }
        let number = user(target).unwrap_or_default();
        match place(&number) {
            Place::Extension(extension) => {
                let targets: Vec<Target> =
                    self.registrar.of(&extension).iter().map(Target::phone).collect();
                if targets.is_empty() { Err(480) } else { Ok(Way::To(targets)) }
            }
            Place::Busy if request.method == Method::Invite => Err(486),
            Place::Parties(parts) if request.method == Method::Invite => {
                Ok(self.replaced(request).unwrap_or(Way::Begin(parts)))
            }
            Place::Nobody if request.method == Method::Options && number.is_empty() => Err(200),
            _ => Err(404),
        }
    }

    /// The call to be replaced is one of our own party's, so that party is meant and no new one (RFC 3891).
    fn replaced(&self, request: &Request) -> Option<Way> {
        let replaces = text(&request.headers, &HeaderName::Replaces)?;
        let call_id = replaces.split(';').next()?.trim();
        let flow = *self.calls.get(call_id)?;
        Some(Way::To(vec![Target { flow, uri: None }]))
    }

    fn begin(&mut self, request: &Request, part: Part) -> Target {
        let flow = self.connect_party();
        let number = user(&request.uri).unwrap_or_default();
        if let Some(call_id) = text(&request.headers, &HeaderName::CallId) {
            self.calls.insert(call_id, flow);
        }
        self.outputs.push_back(Output::Start { flow, part, number });
        Target { flow, uri: None }
    }

    /// RFC 3261 §16.4: a `Route` that names this proxy has been followed.
    fn unroute(&self, request: &mut Request) {
        let own = address(&request.headers, &HeaderName::Route)
            .is_some_and(|route| host(&route.uri).as_ref() == Some(&self.domain));
        if own && request.headers.remove_address_value(&HeaderName::Route, 0).is_err() {
            tracing::debug!("a route that cannot be removed");
        }
    }

    fn is_phone(&self, flow: FlowId) -> bool {
        self.flows.get(&flow) == Some(&Side::Phone)
    }

    fn learn(&mut self, flow: FlowId, contact: &Uri) {
        if let Some(host) = host(contact).filter(|host| *host != self.domain) {
            self.homes.insert(host, flow);
        }
    }

    // ── Answers of our own ────────────────────────────────────────

    fn challenge(&mut self, flow: FlowId, request: &Request, door: Door, rows: [String; 2]) {
        let Some(mut response) = answer(request, door.status(), &self.tag) else { return };
        for row in rows {
            response.headers.push(header(door.challenge(), row));
        }
        self.send(flow, &Message::Response(response));
    }

    fn reply(&mut self, flow: FlowId, request: &Request, status: u16) {
        match answer(request, status, &self.tag) {
            Some(response) => self.send(flow, &Message::Response(response)),
            None => tracing::debug!(status, "a request that cannot be answered"),
        }
    }

    fn send(&mut self, flow: FlowId, message: &Message) {
        self.outputs.push_back(Output::Send(flow, message.to_bytes().to_vec()));
    }
}

enum Way {
    To(Vec<Target>),
    /// New parties are called.
    Begin(Vec<Part>),
}

fn hops(request: &Request) -> Option<u32> {
    text(&request.headers, &HeaderName::MaxForwards)?.parse().ok()
}

fn host(uri: &Uri) -> Option<String> {
    uri.host().map(|host| host.to_string().to_ascii_lowercase())
}

fn user(uri: &Uri) -> Option<String> {
    String::from_utf8(uri.decoded_user()?).ok()
}

#[cfg(test)]
mod tests;
