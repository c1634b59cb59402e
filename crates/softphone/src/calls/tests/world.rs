//! Softphones, their browsers and their PBX.

use std::collections::{BTreeMap, VecDeque};

use adapter_api::{Secret, calling_account::Account};
use sip::message::{HeaderName, Message, Method, Request, parse};

use super::super::{Birth, Calls};
use crate::{
    call_log::CallLog,
    presence::Reach,
    protocol::{
        AdapterCall, AdapterFact, CallId, CallIntent, Effect, KeptCall, MediaAsk, MediaFact,
        PhoneEffect, PhoneFact, Ring, TabsEffect, TabsFact,
    },
    snapshot::{CallSnapshot, CallState, LineSnapshot, PresenceSnapshot},
};

pub struct World {
    pub now: u64,
    pub softphones: Vec<Phone>,
    /// All that each browser was asked for.
    pub effects: Vec<Vec<PhoneEffect>>,
    /// What the administrator wants of calls when their agent is deactivated.
    pub stops_at_once: bool,
    /// What the microphone says instead of a description.
    pub microphone: Option<MediaFact>,
    /// Which phone of this browser each tab is, or wants to be; those that wait in the order of their coming.
    tabs: Vec<(String, usize)>,
    /// Those that want to be none.
    followers: Vec<(String, usize)>,
    /// What each phone has kept in the browser.
    kept: BTreeMap<String, Vec<KeptCall>>,
    numbers: Vec<String>,
    connected: Vec<bool>,
    hosts: BTreeMap<String, usize>,
    wire: VecDeque<(usize, PhoneFact)>,
    described: u32,
}

pub struct Phone(Calls);

pub struct Seen {
    pub line: LineSnapshot,
    pub calls: Vec<CallSnapshot>,
}

impl Phone {
    pub fn snapshot(&self) -> Seen {
        Seen { line: self.0.line(), calls: self.0.snapshot(|at| at) }
    }
}

pub fn id(call: u32) -> CallId {
    CallId(call)
}

impl World {
    pub fn of(numbers: &[&str]) -> Self {
        let phones = (1..=numbers.len()).map(|seed| {
            let seed = u8::try_from(seed).expect("few phones");
            Phone(Calls::new(birth(seed.into(), seed)))
        });
        let mut world = Self {
            now: 1_700_000_000_000,
            softphones: phones.collect(),
            effects: vec![Vec::new(); numbers.len()],
            stops_at_once: false,
            microphone: None,
            tabs: Vec::new(),
            followers: Vec::new(),
            kept: BTreeMap::new(),
            numbers: numbers.iter().map(ToString::to_string).collect(),
            connected: vec![true; numbers.len()],
            hosts: BTreeMap::new(),
            wire: VecDeque::new(),
            described: 0,
        };
        for phone in 0..numbers.len() {
            world.softphones[phone].0.session_began(world.now);
        }
        world.run();
        world
    }

    /// Does it, and lets everything follow that follows at once.
    pub fn intend(&mut self, phone: usize, intent: CallIntent) {
        self.quietly(phone, intent);
        self.run();
        self.pass(300);
    }

    pub fn quietly(&mut self, phone: usize, intent: CallIntent) {
        self.softphones[phone].0.intended(self.now, intent);
    }

    pub fn reach(&mut self, phone: usize, reach: Reach) {
        self.softphones[phone].0.reach(self.now, reach);
        self.run();
        self.pass(300);
    }

    pub fn be_seen_by(&mut self, phone: usize, number: &str) {
        self.softphones[phone].0.be_seen_by(number.to_owned());
    }

    pub fn turned_away(&mut self, phone: usize) -> Vec<String> {
        let calls = std::iter::from_fn(|| self.softphones[phone].0.turned_away(0));
        calls.map(|call| call.peer.number).collect()
    }

    pub fn sign_out(&mut self, phone: usize) {
        self.softphones[phone].0.session_ended(self.now, false);
        self.run();
    }

    /// Whose phone has heard of the policy.
    pub fn deactivate(&mut self, phone: usize) {
        self.softphones[phone].0.account_changed(self.now);
        self.run();
        self.softphones[phone].0.session_ended(self.now, true);
        self.run();
    }

    pub fn states(&self, phone: usize) -> Vec<CallState> {
        self.softphones[phone].snapshot().calls.into_iter().map(|call| call.state).collect()
    }

    pub fn ring(&self, phone: usize) -> Ring {
        let rings = self.effects[phone].iter().rev().find_map(|effect| match effect {
            PhoneEffect::Ring(ring) => Some(*ring),
            _ => None,
        });
        rings.unwrap_or(Ring::Silent)
    }

    pub fn media_of(&self, phone: usize) -> Vec<MediaAsk> {
        let asks = self.effects[phone].iter().filter_map(|effect| match effect {
            PhoneEffect::Media { ask, .. } => Some(ask.clone()),
            _ => None,
        });
        asks.collect()
    }

    /// Whose media its browser mixes.
    pub fn mixed(&self, phone: usize) -> Vec<CallId> {
        let mut mixed = Vec::new();
        for effect in &self.effects[phone] {
            let PhoneEffect::Media { call, ask } = effect else { continue };
            match ask {
                MediaAsk::Mix(true) => mixed.push(*call),
                MediaAsk::Mix(false) | MediaAsk::Close => mixed.retain(|one| one != call),
                _ => {}
            }
        }
        mixed
    }

    pub fn cut(&mut self, phone: usize) {
        self.connected[phone] = false;
        self.wire.retain(|(to, _)| *to != phone);
        self.softphones[phone].0.told(self.now, PhoneFact::SocketLost);
        self.run();
        self.pass(3_000);
    }

    pub fn told(&mut self, phone: usize, fact: PhoneFact) {
        self.softphones[phone].0.told(self.now, fact);
        self.run();
    }

    pub fn restore(&mut self, phone: usize) {
        self.connected[phone] = true;
        self.pass(5_000);
    }

    pub fn online(&mut self, phone: usize) {
        self.connected[phone] = true;
        self.softphones[phone].0.told(self.now, PhoneFact::Online);
        self.pass(500);
    }

    pub fn pass(&mut self, milliseconds: u64) {
        let end = self.now + milliseconds;
        self.run();
        while let Some(next) = self.next_timeout().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            for phone in 0..self.softphones.len() {
                self.softphones[phone].0.handle_timeout(self.now);
            }
            self.run();
        }
        self.now = end;
    }

    fn next_timeout(&self) -> Option<u64> {
        self.softphones.iter().filter_map(|phone| phone.0.poll_timeout()).min()
    }

    pub fn run(&mut self) {
        for _ in 0..MOST_STEPS {
            for phone in 0..self.softphones.len() {
                let (log, presence) = (CallLog::new([0; 32]), PresenceSnapshot::default());
                self.softphones[phone].0.publish(|at| at, &log, presence);
                while let Some(effect) = self.softphones[phone].0.poll_effect() {
                    self.perform(phone, effect);
                }
            }
            let Some((phone, fact)) = self.wire.pop_front() else { return };
            self.softphones[phone].0.told(self.now, fact);
        }
        panic!("they never come to rest: {:?}", self.effects);
    }

    fn perform(&mut self, phone: usize, effect: Effect) {
        match effect {
            Effect::Adapter(ticket, AdapterCall::CallingAccount) => {
                let account = Box::new(self.account(phone));
                let fact = AdapterFact::CallingAccount(account);
                assert!(self.softphones[phone].0.answered(self.now, ticket, &fact));
            }
            Effect::Tabs(effect) => self.among_tabs(phone, effect),
            Effect::Phone(effect) => {
                self.effects[phone].push(effect.clone());
                self.browse(phone, effect);
            }
            other => panic!("{other:?}"),
        }
    }

    /// A browser that lets one tab at a time be a phone.
    fn among_tabs(&mut self, tab: usize, effect: TabsEffect) {
        match effect {
            TabsEffect::Lead { phone } => {
                self.tabs.push((phone.clone(), tab));
                match self.tabs_of(&phone)[..] {
                    [_] => self.let_lead(&phone),
                    [leads, ..] => self.tell_tab(leads, TabsFact::Joined),
                    [] => {}
                }
            }
            TabsEffect::Follow { phone } => {
                self.followers.push((phone.clone(), tab));
                if let Some(leads) = self.tabs_of(&phone).first() {
                    self.tell_tab(*leads, TabsFact::Joined);
                }
            }
            TabsEffect::Leave => self.leave(tab),
            TabsEffect::Publish(published) => {
                let phone = self.phone_of(tab);
                self.kept.insert(phone.clone(), published.kept.clone());
                let followers = self.followers.iter().filter(|(one, _)| *one == phone);
                let followers: Vec<_> = followers.map(|(_, tab)| *tab).collect();
                let others = self.tabs_of(&phone).into_iter().filter(|other| *other != tab);
                for other in others.chain(followers) {
                    self.tell_tab(other, TabsFact::Published(published.clone()));
                }
            }
            TabsEffect::Ask(intent) => {
                let leads = self.tabs_of(&self.phone_of(tab))[0];
                self.tell_tab(leads, TabsFact::Asked(intent));
            }
            // Where the agent looks matters to records that are shown, of which this world has none.
            TabsEffect::InFront => {}
        }
    }

    fn let_lead(&mut self, phone: &str) {
        if let Some(first) = self.tabs_of(phone).first() {
            let kept = self.kept.get(phone).cloned().unwrap_or_default();
            self.tell_tab(*first, TabsFact::Leading { kept });
        }
    }

    fn leave(&mut self, tab: usize) {
        let Some(at) = self.tabs.iter().position(|(_, one)| *one == tab) else { return };
        let led = self.tabs_of(&self.tabs[at].0)[0] == tab;
        let (phone, _) = self.tabs.remove(at);
        if led {
            self.let_lead(&phone);
        }
    }

    fn tell_tab(&mut self, tab: usize, fact: TabsFact) {
        self.softphones[tab].0.heard_of_tabs(self.now, fact);
    }

    fn phone_of(&self, tab: usize) -> String {
        let mut tabs = self.tabs.iter().chain(&self.followers);
        tabs.find(|(_, one)| *one == tab).expect("it wants to be a phone").0.clone()
    }

    fn tabs_of(&self, phone: &str) -> Vec<usize> {
        self.tabs.iter().filter(|(one, _)| one == phone).map(|(_, tab)| *tab).collect()
    }

    /// The page of this tab is gone in an instant, without a word to anybody; and a new one is loaded, unless the
    /// tab is closed.
    pub fn reload(&mut self, tab: usize) {
        self.close(tab);
        self.softphones[tab] = Phone(Calls::new(birth(tab as u32 + 1, 100 + tab as u8)));
        self.connected[tab] = true;
        self.softphones[tab].0.session_began(self.now);
        self.run();
        self.pass(1_000);
    }

    /// As one does that joins the phone of the browser extension.
    pub fn begin_anew(&mut self, tab: usize) {
        self.softphones[tab].0.begin_anew(self.now);
        self.run();
        self.pass(1_000);
    }

    /// A page whose frame has no microphone takes the place of this one.
    pub fn reload_without_microphone(&mut self, tab: usize) {
        self.close(tab);
        self.softphones[tab].0.without_microphone();
        self.softphones[tab].0.session_began(self.now);
        self.run();
        self.pass(1_000);
    }

    /// The same, and the way to the PBX breaks as soon as the phone has called, before anybody hears it.
    pub fn reload_and_drop(&mut self, tab: usize) {
        self.close(tab);
        self.softphones[tab] = Phone(Calls::new(birth(tab as u32 + 1, 99)));
        self.connected[tab] = true;
        self.softphones[tab].0.session_began(self.now);
        self.run_until_sent(tab, b"INVITE ");
        self.wire.clear();
        self.cut(tab);
    }

    fn run_until_sent(&mut self, tab: usize, start: &[u8]) {
        let sent = |effect: &PhoneEffect| matches!(effect, PhoneEffect::Transmit(bytes) if bytes.starts_with(start));
        let before = self.effects[tab].len();
        while !self.effects[tab][before..].iter().any(sent) {
            let effect = std::iter::from_fn(|| self.softphones[tab].0.poll_effect()).next();
            match effect {
                Some(effect) => self.perform(tab, effect),
                None => {
                    let (phone, fact) = self.wire.pop_front().expect("something is on its way");
                    self.softphones[phone].0.told(self.now, fact);
                }
            }
        }
    }

    pub fn close(&mut self, tab: usize) {
        self.connected[tab] = false;
        self.wire.retain(|(to, _)| *to != tab);
        self.softphones[tab] = Phone(Calls::new(birth(0, 0)));
        self.leave(tab);
        self.run();
        self.pass(1_000);
    }

    pub fn registrations(&self, tab: usize) -> usize {
        let registers = |effect: &&PhoneEffect| matches!(effect, PhoneEffect::Transmit(bytes) if bytes.starts_with(b"REGISTER "));
        self.effects[tab].iter().filter(registers).count()
    }

    fn browse(&mut self, phone: usize, effect: PhoneEffect) {
        match effect {
            PhoneEffect::OpenSocket { .. } => {
                let fact = match self.connected[phone] {
                    true => PhoneFact::SocketOpened,
                    false => PhoneFact::SocketLost,
                };
                self.wire.push_back((phone, fact));
            }
            PhoneEffect::Transmit(bytes) if self.connected[phone] => self.pass_on(phone, &bytes),
            PhoneEffect::Media { call, ask } => {
                if let Some(fact) = self.media(&ask) {
                    self.wire.push_back((phone, PhoneFact::Media { call, fact }));
                }
            }
            PhoneEffect::Transmit(_)
            | PhoneEffect::CloseSocket
            | PhoneEffect::Ring(_)
            | PhoneEffect::Audio(_) => {}
        }
    }

    /// A browser that describes by words what it is asked for.
    fn media(&mut self, ask: &MediaAsk) -> Option<MediaFact> {
        let direction = match ask {
            MediaAsk::Offer { .. } | MediaAsk::Accept { .. } => {
                if let Some(refused) = &self.microphone {
                    return Some(refused.clone());
                }
                "sendrecv"
            }
            MediaAsk::Reoffer { flow: crate::protocol::Flow::Held, .. } => "inactive",
            MediaAsk::Reoffer { .. } => "sendrecv",
            MediaAsk::AcceptOffer { .. } => "sendrecv",
            _ => return None,
        };
        self.described += 1;
        Some(MediaFact::Described(format!("v=0\r\ns={}\r\na={direction}\r\n", self.described)))
    }

    fn account(&self, phone: usize) -> Account {
        let number = &self.numbers[phone];
        Account {
            websocket: "wss://pbx.example/ws".into(),
            address: format!("sip:{number}@pbx.example"),
            display_name: format!("Agent {number}"),
            username: number.clone(),
            password: Secret("secret".into()),
            expires_in: Some(3600),
            ice_servers: Vec::new(),
            voicemail: None,
            busy_reasons: Vec::new(),
            caller_ids: vec!["+1 415-555-0100".into(), "+1 415-555-1001".into()],
            stops_at_once: self.stops_at_once,
        }
    }

    // ── The PBX ───────────────────────────────────────────────────

    fn pass_on(&mut self, from: usize, bytes: &[u8]) {
        let Ok(message) = parse(bytes) else { return };
        match &message {
            Message::Request(request) if request.method == Method::Register => {
                let contact = header(request, &HeaderName::Contact);
                self.hosts.insert(host(&contact), from);
                self.answer(
                    from,
                    request,
                    "200 OK",
                    &format!("Contact: {contact};expires=600\r\n"),
                );
            }
            Message::Request(request) if request.method == Method::Subscribe => {
                self.answer(from, request, "489 Bad Event", "");
            }
            Message::Request(request) => match self.addressed(&request.uri.to_string()) {
                Some(to) => self.carry(to, bytes),
                None if request.method == Method::Ack => {}
                None => self.answer(from, request, "404 Not Found", ""),
            },
            Message::Response(response) => {
                let via = response.headers.value(&HeaderName::Via).expect("a Via");
                let via = String::from_utf8_lossy(&via).into_owned();
                let to = self.hosts.iter().find(|(host, _)| via.contains(host.as_str()));
                if let Some(to) = to.map(|(_, phone)| *phone) {
                    self.carry(to, bytes);
                }
            }
        }
    }

    fn carry(&mut self, to: usize, bytes: &[u8]) {
        if self.connected[to] {
            self.wire.push_back((to, PhoneFact::Received(bytes.to_vec())));
        }
    }

    fn addressed(&self, uri: &str) -> Option<usize> {
        let by_number =
            self.numbers.iter().position(|number| uri.starts_with(&format!("sip:{number}@")));
        by_number.or_else(|| self.hosts.get(&host(uri)).copied())
    }

    fn answer(&mut self, to: usize, request: &Request, status: &str, more: &str) {
        let mut text = format!("SIP/2.0 {status}\r\n");
        for name in [
            HeaderName::Via,
            HeaderName::From,
            HeaderName::To,
            HeaderName::CallId,
            HeaderName::CSeq,
        ] {
            let tag = if name == HeaderName::To { ";tag=pbx" } else { "" };
            text += &format!("{name}: {}{tag}\r\n", header(request, &name));
        }
        text += more;
        text += "Content-Length: 0\r\n\r\n";
        self.carry(to, text.as_bytes());
    }
}

fn birth(tab: u32, seed: u8) -> Birth {
    Birth { seed: [seed; 32], instance: format!("urn:uuid:{tab}"), tab }
}

fn header(request: &Request, name: &HeaderName) -> String {
    let value = request.headers.value(name).expect("the header");
    String::from_utf8_lossy(&value).into_owned()
}

fn host(uri: &str) -> String {
    let rest = uri.split_once('@').map_or(uri, |(_, rest)| rest);
    rest.split([';', '>']).next().unwrap_or(rest).to_owned()
}

const MOST_STEPS: usize = 1_000;
