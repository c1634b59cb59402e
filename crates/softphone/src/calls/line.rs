//! The line: the account, the socket to the PBX and the registration.
//!
//! ~~~text
//! Off --> Asking --> Opening --> Open (registered or not) --> Off
//!           |           ^  ^       |    \
//!           v           |  |       |     +--> Offline (as the agent wants it, after the last call)
//!       Unavailable     |  +-------|------------+
//!                       +- Waiting-+ (the socket is lost)
//! ~~~

use std::collections::VecDeque;

use adapter_api::{
    Code,
    calling_account::{Account, IceServer},
};
use sip::{Credentials, Registration, UserAgent};

use super::{Birth, since};
use crate::{
    protocol::{AdapterCall, AdapterFact, Effect, PhoneEffect, Refusal, Ticket},
    snapshot::MessagesSnapshot,
};

pub(super) struct Line {
    birth: Birth,
    /// How many user agents this page has had, so that none repeats another's tokens.
    born: u8,
    next_ticket: u32,
    asked: Option<Ticket>,
    ask_at: Option<u64>,
    asks: u32,
    account: Option<Box<Account>>,
    user_agent: Option<UserAgent>,
    socket: Socket,
    /// Whether the PBX has ever answered.
    reached: bool,
    pub registration: Option<Registration>,
    pub refusal: Option<Refusal>,
    pub messages: Option<MessagesSnapshot>,
    session: Session,
    /// The agent wants no registration; one that a call needs goes on as long as it does.
    pub offline: bool,
    /// The number by which the agent is seen outside; empty where it is the PBX's affair.
    pub caller_id: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Socket {
    Closed,
    Opening {
        attempt: u32,
    },
    Open,
    Waiting {
        at: u64,
        attempt: u32,
    },
    /// The farewell is said; it closes now.
    Leaving,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Session {
    None,
    Live,
    /// Over; the calls are not.
    Over,
}

impl Line {
    pub fn new(birth: Birth) -> Self {
        Self {
            birth,
            born: 0,
            next_ticket: FIRST_TICKET,
            asked: None,
            ask_at: None,
            asks: 0,
            account: None,
            user_agent: None,
            socket: Socket::Closed,
            reached: false,
            registration: None,
            refusal: None,
            messages: None,
            session: Session::None,
            offline: false,
            caller_id: String::new(),
        }
    }

    pub fn user_agent(&mut self) -> Option<&mut UserAgent> {
        self.user_agent.as_mut()
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        let retry = match self.socket {
            Socket::Waiting { at, .. } => Some(at),
            _ => None,
        };
        // Rounded up, or the timer would fire before it is due, and again.
        let sip = self
            .user_agent
            .as_ref()
            .and_then(UserAgent::next_timeout)
            .map(|at| at.as_secs() * 1_000 + u64::from(at.subsec_nanos().div_ceil(1_000_000)));
        [retry, sip, self.ask_at].into_iter().flatten().min()
    }

    pub fn number(&self) -> Option<&str> {
        self.account.as_deref().map(own_number)
    }

    /// Whether an address is one of our own PBX, or a bare number, which goes there.
    pub fn is_at_home(&self, uri: &str) -> bool {
        let own = self.account.as_deref().map(|account| domain(&account.address));
        uri.starts_with("tel:") || own.is_some_and(|own| domain(uri).eq_ignore_ascii_case(own))
    }

    pub fn is_off(&self) -> bool {
        self.session == Session::None && self.user_agent.is_none()
    }

    /// Whether it is there, or comes by itself.
    pub fn can_come(&self) -> bool {
        self.session == Session::Live && self.refusal.is_none() && !self.offline
    }

    pub fn is_ready(&self) -> bool {
        self.socket == Socket::Open && self.registration == Some(Registration::Registered)
    }

    /// After the session's end the calls in progress go on, and none comes in addition.
    pub fn takes_calls(&self) -> bool {
        self.session == Session::Live
    }

    pub fn voicemail(&self) -> Option<String> {
        self.account.as_ref()?.voicemail.clone()
    }

    pub fn choices(&self) -> (&[String], &[String]) {
        let Some(account) = &self.account else { return (&[], &[]) };
        (&account.busy_reasons, &account.caller_ids)
    }

    /// Whether calls end with a session that somebody has ended for good.
    pub fn stops_at_once(&self) -> bool {
        self.account.as_deref().is_some_and(|account| account.stops_at_once)
    }

    pub fn ice_servers(&self) -> Vec<IceServer> {
        self.account.as_ref().map(|account| account.ice_servers.clone()).unwrap_or_default()
    }

    // ── The session ───────────────────────────────────────────────

    pub fn session_began(&mut self, effects: &mut VecDeque<Effect>) {
        self.session = Session::Live;
        self.asks = 0;
        self.ask(effects);
    }

    pub fn session_ended(&mut self) {
        self.session = match self.session {
            Session::None => Session::None,
            Session::Live | Session::Over => Session::Over,
        };
        (self.asked, self.ask_at, self.refusal) = (None, None, None);
    }

    /// The PBX refused, or the browser did, and the agent tries again.
    pub fn reconnect(&mut self, now: u64, effects: &mut VecDeque<Effect>) {
        self.refusal = None;
        self.hurry(now);
        self.ask_anew(effects);
    }

    /// Something may have changed; until the answer what is shown stays.
    pub fn ask_anew(&mut self, effects: &mut VecDeque<Effect>) {
        if self.session == Session::Live && self.asked.is_none() {
            self.ask(effects);
        }
    }

    fn ask(&mut self, effects: &mut VecDeque<Effect>) {
        self.next_ticket += 1;
        let ticket = Ticket(self.next_ticket);
        (self.asked, self.ask_at) = (Some(ticket), None);
        ask_account(effects, ticket);
    }

    pub fn answered(&mut self, now: u64, ticket: Ticket, fact: &AdapterFact) -> bool {
        if self.asked != Some(ticket) {
            return false;
        }
        self.asked = None;
        match fact {
            AdapterFact::CallingAccount(account) => self.take(now, account.clone()),
            AdapterFact::Refused(refusal) if is_lasting(refusal.code) => {
                self.refusal = Some(refusal.clone());
            }
            _ => {
                self.asks += 1;
                self.ask_at = Some(now + pause(self.asks));
            }
        }
        true
    }

    /// New credentials for the same line change nothing else; another line is another user agent.
    fn take(&mut self, now: u64, account: Box<Account>) {
        (self.asks, self.refusal) = (0, None);
        self.ask_at = account.expires_in.map(|life| now + u64::from(life) * 500);
        let same = self.account.as_ref().is_some_and(|known| {
            (&known.websocket, &known.address) == (&account.websocket, &account.address)
        });
        if let (true, Some(user_agent)) = (same, &mut self.user_agent) {
            user_agent.renew(credentials(&account));
            if self.registration != Some(Registration::Registered) {
                user_agent.register(since(now));
            }
        } else {
            (self.user_agent, self.registration, self.messages) = (None, None, None);
            self.reached = false;
        }
        self.account = Some(account);
    }

    /// What this line is in this browser: whoever speaks for its address is the same phone.
    pub fn phone(&self) -> Option<&str> {
        self.account.as_deref().map(|account| account.address.as_str())
    }

    /// Nothing to do for a line that has begun, or is over.
    pub fn begin(&mut self, now: u64, effects: &mut VecDeque<Effect>) {
        let (Some(account), None, Session::Live) = (&self.account, &self.user_agent, self.session)
        else {
            return;
        };
        let instance = self.birth.instance.clone();
        let Some(mut settings) =
            sip::Account::new(&account.address, credentials(account), instance)
        else {
            self.refusal = Some(Refusal::with_value(Code::CallingAddress, &account.address));
            return;
        };
        settings.display_name = Some(account.display_name.clone());
        settings.secure = account.websocket.starts_with("wss:");
        let mut seed = self.birth.seed;
        seed[0] ^= self.born;
        self.born = self.born.wrapping_add(1);
        let mut user_agent = UserAgent::new(settings, seed);
        user_agent.register(since(now));
        self.user_agent = Some(user_agent);
        self.open(0, effects);
    }

    // ── The socket ────────────────────────────────────────────────

    fn open(&mut self, attempt: u32, effects: &mut VecDeque<Effect>) {
        if let Some(account) = &self.account {
            self.socket = Socket::Opening { attempt };
            let websocket = account.websocket.clone();
            effects.push_back(Effect::Phone(PhoneEffect::OpenSocket { websocket }));
        }
    }

    pub fn opened(&mut self, now: u64) {
        if let (Socket::Opening { .. }, Some(user_agent)) = (self.socket, &mut self.user_agent) {
            self.socket = Socket::Open;
            self.reached = true;
            self.refusal.take_if(|refusal| refusal.code == Code::CallingLocalNetwork);
            user_agent.link_up(since(now));
        }
    }

    pub fn lost(&mut self, now: u64) {
        let attempt = match self.socket {
            Socket::Open => 0,
            Socket::Opening { attempt } => attempt + 1,
            Socket::Closed | Socket::Waiting { .. } | Socket::Leaving => return,
        };
        // The first try is at once: most sockets are lost to a moment.
        let at = if attempt == 0 { now } else { now + pause(attempt) };
        self.socket = Socket::Waiting { at, attempt };
        if let Some(user_agent) = &mut self.user_agent {
            user_agent.link_down(since(now));
        }
    }

    /// Perhaps it is in the local network. It is tried on, since the agent may allow it meanwhile.
    pub fn barred(&mut self) {
        if let (Socket::Waiting { .. }, false, Some(account)) =
            (self.socket, self.reached, &self.account)
        {
            self.refusal = Some(Refusal::with_value(Code::CallingLocalNetwork, &account.websocket));
        }
    }

    /// Nothing comes through it any more.
    pub fn deaf(&mut self, now: u64, effects: &mut VecDeque<Effect>) {
        if self.socket == Socket::Open {
            effects.push_back(Effect::Phone(PhoneEffect::CloseSocket));
            self.lost(now);
        }
    }

    /// What was open over the network before may lead nowhere, and a pause has no point any more.
    pub fn online(&mut self, now: u64, effects: &mut VecDeque<Effect>) {
        self.deaf(now, effects);
        self.hurry(now);
    }

    fn hurry(&mut self, now: u64) {
        if let Socket::Waiting { at, .. } = &mut self.socket {
            *at = now;
        }
    }

    pub fn received(&mut self, now: u64, bytes: &[u8]) {
        if let (Socket::Open, Some(user_agent)) = (self.socket, &mut self.user_agent) {
            user_agent.receive(since(now), bytes);
        }
    }

    pub fn handle_timeout(&mut self, now: u64, effects: &mut VecDeque<Effect>) {
        if let Some(user_agent) = &mut self.user_agent {
            user_agent.handle_timeout(since(now));
        }
        if let Socket::Waiting { at, attempt } = self.socket
            && at <= now
        {
            self.open(attempt, effects);
        }
        if self.ask_at.is_some_and(|at| at <= now) && self.session == Session::Live {
            self.ask(effects);
        }
    }

    // ── The registration ──────────────────────────────────────────

    pub fn registered(&mut self, registration: Registration) {
        self.refusal = match &registration {
            Registration::Refused { status, reason } => {
                let value = format!("{status} {reason}");
                Some(Refusal::with_value(Code::CallingRegistration, value.trim()))
            }
            _ => None,
        };
        self.registration = Some(registration);
    }

    pub fn messages(&mut self, waiting: bool, new: Option<u32>) {
        self.messages = waiting.then_some(MessagesSnapshot { new });
    }

    /// With the session over or the agent offline, and the last call hung up, the phone takes its leave of the PBX.
    pub fn settle(&mut self, now: u64, is_idle: bool) {
        let is_over = self.session == Session::Over;
        let is_left = self.offline && self.user_agent.is_some();
        if !(is_over || is_left) || !is_idle {
            return;
        }
        if is_over {
            self.session = Session::None;
        }
        match (self.socket, &mut self.user_agent) {
            (Socket::Open, Some(user_agent)) => {
                user_agent.unregister(since(now));
                self.socket = Socket::Leaving;
            }
            (Socket::Closed, _) if is_over => self.account = None,
            _ => self.socket = Socket::Leaving,
        }
    }

    pub fn close_if_done(&mut self, effects: &mut VecDeque<Effect>) {
        if self.socket == Socket::Leaving {
            effects.push_back(Effect::Phone(PhoneEffect::CloseSocket));
            self.socket = Socket::Closed;
            (self.user_agent, self.registration, self.messages) = (None, None, None);
            if self.session == Session::None {
                self.account = None;
            }
        }
        if self.session == Session::None && self.socket == Socket::Closed {
            self.user_agent = None;
        }
    }
}

fn ask_account(effects: &mut VecDeque<Effect>, ticket: Ticket) {
    effects.push_back(Effect::Adapter(ticket, AdapterCall::CallingAccount));
}

fn own_number(account: &Account) -> &str {
    let address =
        account.address.split_once(':').map_or(account.address.as_str(), |(_, rest)| rest);
    address.split('@').next().unwrap_or(address)
}

fn credentials(account: &Account) -> Credentials {
    Credentials::new(&account.username, &account.password.0)
}

fn domain(uri: &str) -> &str {
    let rest = uri.split_once('@').map_or(uri, |(_, rest)| rest);
    rest.split([';', '?', ':']).next().unwrap_or(rest)
}

/// Trying again by itself cannot help: somebody has to change something.
fn is_lasting(code: Code) -> bool {
    matches!(
        code,
        Code::CallingNotConfigured | Code::CallingNoExtension | Code::CallingNoCredentials
    )
}

/// 1, 2, 4, 8, 16, 30, 30 … seconds.
fn pause(attempt: u32) -> u64 {
    (1_000 << attempt.saturating_sub(1).min(5)).min(30_000)
}

/// Far above those of the sign-in, so that neither takes the other's answers.
const FIRST_TICKET: u32 = 1 << 31;
