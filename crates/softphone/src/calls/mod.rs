//! The agent's calls, over one line.
//!
//! ~~~text
//!            CallIntent                     Transmit, OpenSocket
//!  view -------------------> +-------+ -----------------------> SIP socket
//!                            | Calls | <-----------------------
//!                            +-------+ ------- MediaAsk ------> RTCPeerConnection
//!                    sip::UserAgent   <------ MediaFact ------
//! ~~~
//!
//! The line ([`line`]) is the account and its socket; a call ([`call`]) is an invitation and its media. Of an
//! agent's tabs one has the line and the calls, and the others mirror it ([`tabs`]).
//! Signing out touches no call: the line outlives the session until the last one is hung up.

mod agreement;
pub(crate) mod buttons;
mod call;
mod conference;
mod line;
mod quality;
mod reach;
mod tabs;
mod view;

#[cfg(test)]
mod tests;

use std::{collections::VecDeque, time::Duration};

use salesforce::screen_pop::{ClickToDial, Record};
use sip::{Cause, Event, Incoming, InvitationId, Output, UserAgent};

use crate::{
    presence::Reach,
    protocol::{
        AdapterFact, CallId, CallIntent, Effect, Intent, KeptCall, MediaAsk, PhoneEffect,
        PhoneFact, Ring, TabId, TabsEffect, TabsFact, Ticket,
    },
    snapshot::EndSnapshot,
};
use call::{Call, Phase};
use line::Line;
use tabs::Tabs;

/// What makes this phone this phone: it is given, since a mind has neither chance nor memory.
#[derive(Clone, PartialEq, Eq)]
pub struct Birth {
    /// Unguessable.
    pub seed: [u8; 32],
    /// The same at each start on this desk, so that a phone which starts again takes its own place
    /// (RFC 5626 §4.1): `urn:uuid:…`.
    pub instance: String,
    /// Another for each page.
    pub tab: TabId,
}

impl std::fmt::Debug for Birth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Birth").field("instance", &self.instance).finish_non_exhaustive()
    }
}

pub struct Calls {
    line: Line,
    tabs: Tabs,
    calls: Vec<Call>,
    next_call: u32,
    ring: Ring,
    /// The browser does not let it be heard.
    rings_mute: bool,
    reach: Reach,
    /// Where the next call goes, if not to its own number.
    target: Option<String>,
    turned_away: Vec<Call>,
    effects: VecDeque<Effect>,
}

impl std::fmt::Debug for Calls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Calls").field("calls", &self.calls.len()).finish_non_exhaustive()
    }
}

impl Calls {
    pub fn new(birth: Birth) -> Self {
        let tab = birth.tab;
        Self {
            line: Line::new(birth),
            tabs: Tabs::new(tab),
            calls: Vec::new(),
            next_call: 0,
            ring: Ring::Silent,
            rings_mute: false,
            reach: Reach::Rings,
            target: None,
            turned_away: Vec::new(),
            effects: VecDeque::new(),
        }
    }

    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        let calls = self.calls.iter().filter_map(Call::poll_timeout);
        self.line.poll_timeout().into_iter().chain(calls).min()
    }

    /// The frame has no microphone: some other page has to be the phone.
    pub fn without_microphone(&mut self) {
        self.tabs.only_follow();
    }

    /// Asks the tab that is the phone for what the agent wants.
    pub fn ask(&mut self, intent: Intent) {
        self.effects.push_back(Effect::Tabs(TabsEffect::Ask(intent)));
    }

    pub fn is_following(&self) -> bool {
        self.tabs.is_following()
    }

    /// Whether this is the tab in which something is shown that is shown once.
    pub fn is_in_front(&self) -> bool {
        self.tabs.is_in_front()
    }

    // ── In ────────────────────────────────────────────────────────

    pub fn session_began(&mut self, now: u64) {
        self.line.session_began(&mut self.effects);
        self.settle(now);
    }

    /// The line is asked for again; calls in progress go on as they are.
    pub fn account_changed(&mut self, now: u64) {
        self.line.ask_anew(&mut self.effects);
        self.settle(now);
    }

    /// Who has `deactivated` the agent may want calls to end as well.
    pub fn session_ended(&mut self, now: u64, deactivated: bool) {
        if deactivated && self.line.stops_at_once() {
            let all: Vec<_> = self.calls.iter().map(|call| call.id).collect();
            for id in all {
                self.hang_up(now, id);
            }
        }
        self.line.session_ended();
        self.settle(now);
    }

    /// Takes its leave and comes anew, in a session that goes on.
    pub fn begin_anew(&mut self, now: u64) {
        self.session_ended(now, false);
        self.session_began(now);
    }

    /// Whether the answer was one that the line waits for.
    pub fn answered(&mut self, now: u64, ticket: Ticket, fact: &AdapterFact) -> bool {
        let taken = self.line.answered(now, ticket, fact);
        if taken && let Some(phone) = self.line.phone() {
            self.tabs.want(phone, &mut self.effects);
            self.begin(now);
        }
        self.settle(now);
        taken
    }

    pub fn told(&mut self, now: u64, fact: PhoneFact) {
        match fact {
            PhoneFact::SocketOpened => self.line.opened(now),
            PhoneFact::SocketLost => self.line.lost(now),
            PhoneFact::SocketBarred => self.line.barred(),
            PhoneFact::RingMute(mute) => self.rings_mute = mute,
            PhoneFact::Received(bytes) => self.line.received(now, &bytes),
            PhoneFact::Online => self.line.online(now, &mut self.effects),
            PhoneFact::Media { call, fact } => self.with(call, |call, user_agent, effects| {
                call.media(now, fact, user_agent, effects);
            }),
            PhoneFact::Audio(_) => {}
        }
        self.settle(now);
    }

    pub fn heard_of_tabs(&mut self, now: u64, fact: TabsFact) {
        match fact {
            TabsFact::Leading { kept } => self.lead(now, kept),
            TabsFact::Published(published) => self.tabs.heard(published, &mut self.effects),
            TabsFact::Asked(Intent::Call(intent)) if self.tabs.is_leading() => {
                self.intended(now, intent);
            }
            TabsFact::Joined => self.tabs.tell_again(),
            TabsFact::InFront(tab) => self.tabs.came_to_front(tab),
            TabsFact::Gone(tab) => self.tabs.gone(tab),
            TabsFact::Asked(_) | TabsFact::Pressed(_) | TabsFact::ExtensionFound => {}
        }
    }

    pub fn handle_timeout(&mut self, now: u64) {
        self.line.handle_timeout(now, &mut self.effects);
        self.calls.retain(|call| call.leaves_at().is_none_or(|at| at > now));
        for call in &mut self.calls {
            call.measure(now, &mut self.effects);
        }
        self.settle(now);
    }

    pub fn is_leading(&self) -> bool {
        self.tabs.is_leading()
    }

    /// The same, where another number is to be dialled than the one that is shown.
    pub fn dialled(&mut self, now: u64, intent: CallIntent, target: Option<String>) {
        self.target = target;
        self.intended(now, intent);
    }

    pub fn intended(&mut self, now: u64, intent: CallIntent) {
        match intent {
            intent if self.is_following() => self.ask(Intent::Call(intent)),
            CallIntent::Dial(number) => self.dial(now, number, None),
            CallIntent::ClickToDial(ClickToDial { number, record }) => {
                self.clicked(now, &number, record)
            }
            CallIntent::Answer(id) => self.answer(now, id),
            CallIntent::Decline(id) => self.decline(now, id),
            CallIntent::HangUp(id) => self.hang_up(now, id),
            CallIntent::Mute(id) => self.with_all(id, |call, effects| call.mute(true, effects)),
            CallIntent::Unmute(id) => self.with_all(id, |call, effects| call.mute(false, effects)),
            CallIntent::Hold(id) => self.with_all(id, Call::hold),
            CallIntent::Resume(id) => self.resume(id),
            CallIntent::Press { call, digit } => {
                self.with(call, |call, _, effects| call.press(digit, effects));
            }
            CallIntent::Transfer { call, to } => self.transfer(now, call, &to),
            CallIntent::Connect { call, with } => self.connect(now, call, with),
            CallIntent::Merge(id) => self.merge(id),
            CallIntent::Split(id) => self.split(id),
            CallIntent::Dismiss(id) => self.calls.retain(|call| call.id != id || !call.is_over()),
            CallIntent::DialClicked | CallIntent::ForgetClicked => {}
            CallIntent::Reconnect => self.line.reconnect(now, &mut self.effects),
        }
        self.settle(now);
    }

    /// This tab is the phone now. The calls of the one that was it before are taken over where they stand.
    fn lead(&mut self, now: u64, kept: Vec<KeptCall>) {
        if !self.tabs.lead() {
            return;
        }
        for call in kept {
            self.next_call = self.next_call.max(call.id.0);
            self.calls.push(Call::taken_over(call, now));
        }
        self.begin(now);
        self.settle(now);
    }

    // ── The agent ─────────────────────────────────────────────────

    fn dial(&mut self, now: u64, number: String, record: Option<Record>) {
        if number.trim().is_empty() || self.is_queued() || self.line.offline {
            return;
        }
        self.hold_others(None);
        let id = self.next_id();
        let mut call = Call::outgoing(id, number.trim().to_owned(), now);
        if let Some(target) = self.target.take() {
            call.dial_by(target);
        }
        call.be_seen_by(&self.line.caller_id);
        if let Some(record) = record {
            call.belong_to(record);
        }
        if self.line.is_ready() {
            call.prepare(self.line.ice_servers(), &mut self.effects);
        }
        self.calls.push(call);
    }

    /// A number as it is written in a record. One click is one call, however often it is repeated while nobody has
    /// answered; where there is no line, none.
    fn clicked(&mut self, now: u64, number: &str, record: Option<Record>) {
        let number: String = number.chars().filter(|c| !" ()-./\u{a0}".contains(*c)).collect();
        let is_under_way = |call: &Call| {
            call.number == number
                && matches!(call.phase, Phase::Queued | Phase::Preparing | Phase::Dialling { .. })
        };
        if self.line.can_come() && !self.calls.iter().any(is_under_way) {
            self.dial(now, number, record);
        }
    }

    fn answer(&mut self, now: u64, id: CallId) {
        self.hold_others(Some(id));
        let ice_servers = self.line.ice_servers();
        self.with(id, |call, _, effects| call.answer(now, ice_servers, effects));
    }

    fn decline(&mut self, now: u64, id: CallId) {
        self.with(id, |call, user_agent, _| {
            if let (Phase::RingingHere { .. }, Some(invitation)) = (&call.phase, call.invitation) {
                user_agent.refuse(since(now), invitation, BUSY_HERE);
            }
        });
    }

    fn hang_up(&mut self, now: u64, id: CallId) {
        let Some(call) = self.calls.iter_mut().find(|call| call.id == id) else { return };
        match (call.invitation, self.line.user_agent()) {
            _ if call.is_taken_over() && !call.is_over() => call.hang_up_later(now),
            (Some(invitation), Some(user_agent)) if !call.is_over() => {
                user_agent.hang_up(since(now), invitation);
            }
            _ => call.end(now, EndSnapshot::HungUp, &mut self.effects),
        }
    }

    fn resume(&mut self, id: CallId) {
        self.hold_others(Some(id));
        self.with_all(id, Call::resume);
    }

    fn transfer(&mut self, now: u64, id: CallId, to: &str) {
        self.with(id, |call, user_agent, _| {
            let asked = call
                .invitation
                .is_some_and(|invitation| user_agent.refer(since(now), invitation, to.trim()));
            call.transferring(asked);
        });
    }

    fn connect(&mut self, now: u64, id: CallId, with: CallId) {
        let other = self.calls.iter().find(|call| call.id == with).and_then(|call| call.invitation);
        self.with(id, |call, user_agent, _| {
            let asked = call.invitation.zip(other).is_some_and(|(invitation, other)| {
                user_agent.connect(since(now), invitation, other)
            });
            call.transferring(asked);
        });
    }

    /// One call is talked on at a time, or one conference.
    fn hold_others(&mut self, but: Option<CallId>) {
        let joined = self.is_joined(but);
        let waits = |call: &&mut Call| Some(call.id) != but && !(joined && call.joined);
        for call in self.calls.iter_mut().filter(waits) {
            call.hold(&mut self.effects);
        }
    }

    fn with(
        &mut self,
        id: CallId,
        act: impl FnOnce(&mut Call, &mut UserAgent, &mut VecDeque<Effect>),
    ) {
        let call = self.calls.iter_mut().find(|call| call.id == id);
        if let (Some(call), Some(user_agent)) = (call, self.line.user_agent()) {
            act(call, user_agent, &mut self.effects);
        }
    }

    // ── The wire ──────────────────────────────────────────────────

    /// After anything that happened: what the user agent has to say, and what follows from it.
    fn settle(&mut self, now: u64) {
        self.drain(now);
        if self.line.is_ready() {
            let ice_servers = self.line.ice_servers();
            for call in self.calls.iter_mut().filter(|call| matches!(call.phase, Phase::Queued)) {
                call.prepare(ice_servers.clone(), &mut self.effects);
            }
        }
        self.line.settle(now, self.is_idle());
        // The farewell to the registrar is on the socket before it closes.
        self.drain(now);
        self.settle_ring();
        self.settle_conference();
        self.line.close_if_done(&mut self.effects);
        if self.line.is_off() {
            self.tabs.leave(&mut self.effects);
        }
    }

    fn drain(&mut self, now: u64) {
        while let Some(output) = self.line.user_agent().and_then(UserAgent::poll_output) {
            match output {
                Output::Transmit(bytes) => {
                    self.effects.push_back(Effect::Phone(PhoneEffect::Transmit(bytes)));
                }
                Output::Reconnect => self.line.deaf(now, &mut self.effects),
                Output::Event(event) => self.heard(now, event),
            }
        }
    }

    fn heard(&mut self, now: u64, event: Event) {
        match event {
            Event::Registration(registration) => self.line.registered(registration),
            Event::MessageWaiting { waiting, new, .. } => self.line.messages(waiting, new),
            Event::Incoming(incoming) => self.ring_for(now, incoming),
            Event::Progress { invitation, .. }
            | Event::Established { invitation, .. }
            | Event::Offered { invitation, .. }
            | Event::Answered { invitation, .. }
            | Event::OfferRefused { invitation, .. }
            | Event::OfferWithdrawn { invitation }
            | Event::Reattached { invitation }
            | Event::Transferring { invitation, .. }
            | Event::Digit { invitation, .. }
            | Event::Referred { invitation, .. }
            | Event::Ended { invitation, .. } => self.heard_of(now, invitation, event),
        }
    }

    fn ring_for(&mut self, now: u64, incoming: Incoming) {
        let replaced =
            incoming.replaces.and_then(|replaced| self.of(replaced)).map(|call| call.joined);
        let id = self.next_id();
        let own = self.line.number().map(str::to_owned);
        let mut call = Call::incoming(id, incoming, own.as_deref(), now);
        match replaced {
            // The other side has moved the conversation; nobody has to answer it again.
            Some(joined) => {
                call.joined = joined;
                call.answer(now, self.line.ice_servers(), &mut self.effects);
            }
            None => {
                let rings = matches!(self.reach, Reach::Rings | Reach::Answered);
                let status = match self.reach {
                    Reach::Refused => Some(BUSY_HERE),
                    _ if rings && self.line.takes_calls() => None,
                    _ => Some(UNAVAILABLE),
                };
                let invitation = call.invitation.zip(self.line.user_agent());
                if let (Some(status), Some((invitation, user_agent))) = (status, invitation) {
                    user_agent.refuse(since(now), invitation, status);
                    if !rings {
                        call.end(now, EndSnapshot::TurnedAway, &mut VecDeque::new());
                        self.turned_away.push(call);
                    }
                    return;
                }
                if self.reach == Reach::Answered && self.is_idle() {
                    self.effects.push_back(Effect::Phone(PhoneEffect::Ring(Ring::Beep)));
                    call.answer(now, self.line.ice_servers(), &mut self.effects);
                }
            }
        }
        self.calls.push(call);
    }

    fn heard_of(&mut self, now: u64, invitation: InvitationId, event: Event) {
        let Some(index) = self.calls.iter().position(|call| call.invitation == Some(invitation))
        else {
            return;
        };
        if let Event::Referred { target, referred_by, .. } = event {
            return self.follow(now, index, target, referred_by);
        }
        if let Event::Ended { cause: Cause::Replaced, .. } = event {
            self.calls.remove(index).close(&mut self.effects);
            return;
        }
        let Some(user_agent) = self.line.user_agent() else { return };
        self.calls[index].heard(now, event, user_agent, &mut self.effects);
        // Nobody was there to talk to: the conversation goes back to who sent us there.
        if let (true, Some(referrer)) =
            (self.calls[index].is_over(), self.calls[index].stands_in_for())
            && let Some(call) = self.calls.iter().find(|call| call.invitation == Some(referrer))
        {
            self.resume(call.id);
        }
    }

    /// The peer asks us to call somebody in its place: the conversation moves there. A peer may send us on within
    /// our own PBX, whose rules hold for it; anywhere else only into a conversation that goes on already.
    fn follow(
        &mut self,
        now: u64,
        index: usize,
        target: sip::TransferTarget,
        referred_by: Option<String>,
    ) {
        let Some(referrer) = self.calls[index].invitation else { return };
        if target.replaces.is_none() && !self.line.is_at_home(&target.uri) {
            if let Some(user_agent) = self.line.user_agent() {
                user_agent.decline_referral(since(now), referrer);
            }
            return;
        }
        let id = self.next_id();
        let mut call = Call::outgoing(id, target.uri.clone(), now);
        call.refer(target, (referrer, referred_by));
        call.joined = self.calls[index].joined;
        self.calls[index].hold(&mut self.effects);
        call.prepare(self.line.ice_servers(), &mut self.effects);
        self.calls.push(call);
    }

    fn settle_ring(&mut self) {
        let incoming =
            self.calls.iter().any(|call| matches!(call.phase, Phase::RingingHere { .. }));
        let outgoing = self.calls.iter().any(|call| call.wants_ringback());
        let ring = match (incoming, outgoing) {
            (true, _) => Ring::Incoming,
            (false, true) => Ring::Outgoing,
            (false, false) => Ring::Silent,
        };
        if std::mem::replace(&mut self.ring, ring) != ring {
            self.effects.push_back(Effect::Phone(PhoneEffect::Ring(ring)));
        }
    }

    fn of(&self, invitation: InvitationId) -> Option<&Call> {
        self.calls.iter().find(|call| call.invitation == Some(invitation))
    }

    fn is_idle(&self) -> bool {
        self.calls.iter().all(Call::is_over)
    }

    fn is_queued(&self) -> bool {
        self.calls.iter().any(|call| matches!(call.phase, Phase::Queued) && !call.is_taken_over())
    }

    fn next_id(&mut self) -> CallId {
        self.next_call += 1;
        CallId(self.next_call)
    }
}

/// Milliseconds since the Unix epoch, as the user agent counts time.
fn since(now: u64) -> Duration {
    Duration::from_millis(now)
}

fn media(effects: &mut VecDeque<Effect>, call: CallId, ask: MediaAsk) {
    effects.push_back(Effect::Phone(PhoneEffect::Media { call, ask }));
}

/// A phone for those who look at something else.
#[cfg(test)]
pub(crate) fn nobody() -> Birth {
    Birth { seed: [0; 32], instance: "urn:uuid:0".to_owned(), tab: 0 }
}

const BUSY_HERE: u16 = 486;
const UNAVAILABLE: u16 = 480;
