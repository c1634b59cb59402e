//! One party of the PBX's own: a user agent at the far end of a wire, with media, that does its part.
//!
//! It lives for one call, or for two while somebody transfers it.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use sip::{Account, Cause, Credentials, Dial, Event, Incoming, InvitationId, Output, UserAgent};
use str0m::media::Direction;
use tokio::sync::mpsc;

use super::{
    Pbx,
    call::{Call, Ended, Order, State},
    media::{Media, Source},
    plan::Part,
    switch::FlowId,
};

/// What arrives at a party.
pub enum Inbound {
    Wire(Vec<u8>),
    Order(Order),
}

/// Who a party is.
#[derive(Clone, Debug)]
pub struct Identity {
    pub number: String,
    pub name: Option<String>,
}

pub struct Party {
    pbx: Arc<Pbx>,
    call: Arc<Call>,
    flow: FlowId,
    inbox: mpsc::UnboundedReceiver<Inbound>,
    agent: UserAgent,
    born: Instant,
    /// Calls that ring, with the caller's offer where it made one.
    ringing: BTreeMap<InvitationId, Option<String>>,
    legs: BTreeMap<InvitationId, Media>,
    /// What the caller hears before the call is answered.
    early: Option<(InvitationId, Media, String)>,
    /// Whom the party calls, if it does.
    calls: Option<String>,
    /// The leg that is talked on, and reported of.
    current: Option<InvitationId>,
    /// When a call is answered by itself.
    answers: Option<(Instant, InvitationId)>,
}

impl Party {
    pub fn new(
        pbx: Arc<Pbx>,
        call: Arc<Call>,
        flow: FlowId,
        inbox: mpsc::UnboundedReceiver<Inbound>,
        identity: &Identity,
        seed: [u8; 32],
    ) -> Option<Self> {
        let domain = &pbx.settings.domain;
        let number: String =
            identity.number.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '+').collect();
        let instance = format!("urn:cordboard:practice:{}", flow.0);
        // Parties are at home here and never asked who they are.
        let credentials = Credentials::new("", "");
        let mut account = Account::new(&format!("sip:{number}@{domain}"), credentials, instance)?;
        account.display_name = identity.name.clone();
        account.secure = false;
        account.product = "Cordboard practice PBX".to_owned();
        let mut agent = UserAgent::new(account, seed);
        agent.link_up(Duration::ZERO);
        Some(Self {
            pbx,
            call,
            flow,
            inbox,
            agent,
            born: now(),
            ringing: BTreeMap::new(),
            legs: BTreeMap::new(),
            early: None,
            calls: None,
            current: None,
            answers: None,
        })
    }

    /// Waits to be called, until the call is over.
    pub async fn wait(mut self) {
        while self.turn().await {}
        self.leave();
    }

    /// Calls somebody, until the call is over.
    pub async fn call(mut self, target: String) {
        let dialled = self.dial(&target, Dial::default());
        if dialled.is_none() {
            self.call.end(Ended::NotCalled);
            return self.leave();
        }
        self.calls = Some(target);
        self.wait().await;
    }

    fn leave(self) {
        for media in self.legs.values() {
            media.close();
        }
        self.pbx.disconnect(self.flow);
    }

    /// Whatever comes next; `false` when there is nothing more to wait for.
    async fn turn(&mut self) -> bool {
        self.drain();
        if self.call.is_over() {
            return false;
        }
        let timeout = self.agent.next_timeout().map(|at| self.born + at);
        let answer = self.answers.map(|(at, _)| at);
        let next = timeout.into_iter().chain(answer).min();
        let at = next.unwrap_or_else(|| now() + Duration::from_secs(3600));
        tokio::select! {
            inbound = self.inbox.recv() => match inbound {
                Some(Inbound::Wire(bytes)) => self.agent.receive(self.clock(), &bytes),
                Some(Inbound::Order(order)) => self.obey(order),
                None => return false,
            },
            () = tokio::time::sleep_until(at.into()) => {
                self.agent.handle_timeout(self.clock());
                if let Some((_, invitation)) = self.answers.take_if(|(at, _)| *at <= now()) {
                    self.answer(invitation);
                }
            }
        }
        true
    }

    fn drain(&mut self) {
        while let Some(output) = self.agent.poll_output() {
            match output {
                Output::Transmit(bytes) => self.pbx.receive(self.flow, &bytes),
                Output::Event(event) => self.on_event(event),
                // The wire is a channel; it is not deaf.
                Output::Reconnect => {}
            }
        }
    }

    fn clock(&self) -> Duration {
        now().saturating_duration_since(self.born)
    }

    // ── What the user agent tells ─────────────────────────────────

    fn on_event(&mut self, event: Event) {
        match event {
            Event::Incoming(incoming) => self.on_incoming(&incoming),
            Event::Progress { status, .. } if status >= 180 => self.call.enter(State::Ringing),
            Event::Established { invitation, answer, dialog } => {
                self.on_established(invitation, answer, &dialog.call_id);
            }
            Event::Offered { invitation, sdp } => self.on_offer(invitation, sdp),
            Event::Answered { invitation, sdp } => self.accept(invitation, &sdp),
            Event::OfferRefused { invitation, .. } => {
                if let Some(media) = self.legs.get(&invitation) {
                    media.roll_back();
                    self.call.enter(State::Established);
                }
            }
            Event::Referred { invitation, target, referred_by } => {
                let dial = Dial {
                    replaces: target.replaces,
                    referred: Some((invitation, referred_by)),
                    ..Dial::default()
                };
                self.dial(&target.uri, dial);
            }
            Event::Transferring { status, .. } => self.call.transferring(status),
            Event::Digit { invitation, digit } => {
                if let Some(media) = self.legs.get(&invitation) {
                    media.hear_key(digit);
                }
            }
            Event::Ended { invitation, cause } => self.on_ended(invitation, cause),
            _ => {}
        }
    }

    fn on_incoming(&mut self, incoming: &Incoming) {
        self.call.called_by(incoming);
        let invitation = incoming.invitation;
        self.ringing.insert(invitation, incoming.offer.clone());
        let pause = match self.call.part {
            _ if incoming.replaces.is_some() => Some(Duration::ZERO),
            Part::Echo | Part::Music | Part::Keys | Part::Voicemail => Some(Duration::ZERO),
            Part::Customer => Some(PICKS_UP_AFTER),
            Part::EarlyMedia => {
                self.speak_early(invitation, incoming.offer.as_deref());
                Some(SPEAKS_EARLY_FOR)
            }
            Part::NoAnswer => None,
        };
        self.answers = pause.map(|pause| (now() + pause, invitation));
    }

    fn speak_early(&mut self, invitation: InvitationId, offer: Option<&str>) {
        let Some((media, offer)) = self.open().zip(offer) else { return };
        match media.answer(offer) {
            Ok(answer) => {
                media.play(Source::Tone(620.0));
                self.agent.speak_early(self.clock(), invitation, &answer);
                self.early = Some((invitation, media, answer));
            }
            Err(error) => {
                tracing::info!(%error, "nothing can be heard early");
                media.close();
            }
        }
    }

    fn answer(&mut self, invitation: InvitationId) {
        self.answers = None;
        let Some(offer) = self.ringing.remove(&invitation) else { return };
        if let Some((_, media, answer)) = self.early.take_if(|(early, ..)| *early == invitation) {
            media.play(self.source());
            self.legs.insert(invitation, media);
            return self.agent.answer(self.clock(), invitation, answer);
        }
        let described = self.open().and_then(|media| {
            let answer = match &offer {
                Some(offer) => media.answer(offer),
                None => media.offer(),
            };
            match answer {
                Ok(answer) => Some((media, answer)),
                Err(error) => {
                    tracing::info!(%error, "a call cannot be answered");
                    media.close();
                    None
                }
            }
        });
        match described {
            Some((media, sdp)) => {
                self.legs.insert(invitation, media);
                self.agent.answer(self.clock(), invitation, sdp);
            }
            None => self.agent.refuse(self.clock(), invitation, 488),
        }
    }

    fn on_established(&mut self, invitation: InvitationId, answer: Option<String>, call_id: &str) {
        if let Some(answer) = answer {
            self.accept(invitation, &answer);
        }
        if let Some(media) = self.legs.get(&invitation) {
            self.current = Some(invitation);
            self.call.established(call_id, media.clone());
        }
        if let (Part::Voicemail, Some(peer)) = (self.call.part, self.call.report().peer) {
            self.pbx.hear_messages(&peer);
        }
    }

    fn on_offer(&mut self, invitation: InvitationId, sdp: Option<String>) {
        let Some(media) = self.legs.get(&invitation) else { return };
        let answer = match sdp {
            Some(offer) => media.answer(&offer),
            None => media.offer(),
        };
        match answer {
            Ok(answer) => self.agent.answer_offer(self.clock(), invitation, answer),
            Err(error) => {
                tracing::info!(%error, "an offer is refused");
                self.agent.refuse_offer(self.clock(), invitation);
            }
        }
    }

    fn accept(&mut self, invitation: InvitationId, answer: &str) {
        let Some(media) = self.legs.get(&invitation) else { return };
        if let Err(error) = media.accept(answer) {
            tracing::info!(%error, "an answer that leads nowhere");
            self.agent.hang_up(self.clock(), invitation);
        }
    }

    fn on_ended(&mut self, invitation: InvitationId, cause: Cause) {
        self.ringing.remove(&invitation);
        // Who calls and reaches nobody leaves a message.
        if let (Some(called), None, Cause::Refused { .. } | Cause::NoAnswer) =
            (&self.calls, self.current, &cause)
        {
            self.pbx.leave_message(called);
        }
        if let Some((_, media, _)) = self.early.take_if(|(early, ..)| *early == invitation) {
            media.close();
        }
        if let Some(media) = self.legs.remove(&invitation) {
            media.close();
        }
        match self.legs.keys().next_back() {
            // The other half of a transfer.
            Some(other) => self.current = Some(*other),
            None => self.call.end(Ended::By(cause)),
        }
    }

    // ── What the party does ───────────────────────────────────────

    fn dial(&mut self, target: &str, dial: Dial) -> Option<InvitationId> {
        let media = self.open()?;
        let offer = media.offer();
        let invitation = offer.ok().and_then(|offer| {
            let dial = Dial { target: target.to_owned(), offer, ..dial };
            self.agent.dial(self.clock(), dial)
        });
        match invitation {
            Some(invitation) => {
                self.call.calls(target);
                self.legs.insert(invitation, media);
            }
            None => media.close(),
        }
        invitation
    }

    fn open(&self) -> Option<Media> {
        let opened = Media::open(self.source(), self.pbx.loss.clone(), self.pbx.news.clone());
        opened.inspect_err(|error| tracing::warn!(%error, "no media")).ok()
    }

    fn source(&self) -> Source {
        match self.call.part {
            Part::Echo => Source::Echo,
            Part::Music | Part::EarlyMedia => Source::Tone(440.0),
            Part::Customer => Source::Tone(350.0),
            Part::Voicemail => Source::Tone(880.0),
            Part::NoAnswer | Part::Keys => Source::Silence,
        }
    }

    fn obey(&mut self, order: Order) {
        let now = self.clock();
        let current = self.current.or_else(|| self.legs.keys().next_back().copied());
        let ringing = self.ringing.keys().next().copied();
        match order {
            Order::Answer => {
                if let Some(invitation) = ringing {
                    self.answer(invitation);
                }
            }
            Order::Decline { status } => {
                if let Some(invitation) = ringing {
                    self.answers = None;
                    self.agent.refuse(now, invitation, status);
                }
            }
            Order::HangUp => {
                let all = self.legs.keys().chain(self.ringing.keys()).copied();
                for invitation in all.collect::<Vec<_>>() {
                    self.agent.hang_up(now, invitation);
                }
            }
            Order::Hold { inactive } => {
                let direction = if inactive { Direction::Inactive } else { Direction::SendOnly };
                self.direct(current, direction, State::Holding);
            }
            Order::Resume => self.direct(current, Direction::SendRecv, State::Established),
            Order::Transfer { to } => {
                if let Some(invitation) = current {
                    self.agent.refer(now, invitation, &to);
                }
            }
            Order::SendKey { key } => {
                let Some(invitation) = current else { return };
                let pressed = self.legs.get(&invitation).is_some_and(|media| media.press(key));
                if !pressed {
                    self.agent.send_digit(now, invitation, key);
                }
            }
            // Done already.
            Order::Listen => {}
            Order::Play { hertz } => {
                if let Some(media) = current.and_then(|invitation| self.legs.get(&invitation)) {
                    media.play(hertz.map_or(Source::Silence, Source::Tone));
                }
            }
        }
    }

    fn direct(&mut self, current: Option<InvitationId>, direction: Direction, state: State) {
        let Some((invitation, media)) =
            current.and_then(|invitation| Some((invitation, self.legs.get(&invitation)?)))
        else {
            return;
        };
        match media.offer_direction(direction) {
            Ok(offer) => {
                self.agent.offer(self.clock(), invitation, offer);
                self.call.enter(state);
            }
            Err(error) => tracing::info!(%error, "the session cannot be changed"),
        }
    }
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

/// Long enough to be heard.
const SPEAKS_EARLY_FOR: Duration = Duration::from_secs(5);

/// How long somebody lets it ring who means to answer.
const PICKS_UP_AFTER: Duration = Duration::from_millis(1500);
