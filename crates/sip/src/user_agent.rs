//! The user agent: routes what the wire, the clock and the agent say to whom it concerns.

mod requests;

use std::time::Duration;

use sipx_sip::{TransactionKey, TuEvent, session};

use crate::{
    authentication::Credentials,
    dialog::{self},
    endpoint::{Deadline, Endpoint, Owner, Purpose, Wait},
    event::{Cause, Output},
    few::Few,
    invitation::{Calling, Dial, InvitationId, Phase, Session},
    message::{Message, Response, Uri, parse},
    message_waiting::MessageWaiting,
    registration::Registration,
    transfer::{Replaces, TransferTarget},
};

/// Whom the user agent speaks for, and where.
#[derive(Debug, Clone)]
pub struct Account {
    /// Address of record, `sip:1001@pbx.example`.
    pub address: Uri,
    pub registrar: Uri,
    pub display_name: Option<String>,
    pub credentials: Credentials,
    /// Names this phone across restarts: a URN such as `urn:uuid:…` (RFC 5626 §4.1).
    pub instance: String,
    /// `User-Agent` (RFC 3261 §20.41).
    pub product: String,
    /// Whether the socket is `wss:`.
    pub secure: bool,
    pub registration_life: Duration,
    /// The session interval to ask for (RFC 4028); none asks for none.
    pub session_interval: Option<Duration>,
}

impl Account {
    /// For an address of record at its own domain; nothing where it is no SIP address.
    pub fn new(address: &str, credentials: Credentials, instance: String) -> Option<Self> {
        let address = dialog::uri(address)?;
        let registrar = address.host().and_then(|host| dialog::uri(&format!("sip:{host}")))?;
        Some(Self {
            address,
            registrar,
            display_name: None,
            credentials,
            instance,
            product: concat!("Cordboard/", env!("CARGO_PKG_VERSION")).to_owned(),
            secure: true,
            registration_life: Duration::from_secs(600),
            session_interval: Some(session::DEFAULT_INTERVAL),
        })
    }

    pub(crate) fn domain(&self) -> String {
        self.address.host().map(ToString::to_string).unwrap_or_default()
    }
}

/// A SIP user agent without IO: tell it what arrives and what time it is, and drain
/// [`poll_output`](Self::poll_output). `now` is the time since any fixed moment, on a clock that only
/// goes forward.
pub struct UserAgent {
    endpoint: Endpoint,
    registration: Registration,
    message_waiting: MessageWaiting,
    invitations: Few<InvitationId, Phase>,
    /// Calls that were made because the peer of another asked for them, and that other.
    referrals: Few<InvitationId, InvitationId>,
    born: u32,
    link_was_lost: bool,
    /// Whether the server has ever answered a keep-alive: only then is silence a sign.
    pongs: bool,
}

impl UserAgent {
    pub fn new(account: Account, seed: [u8; 32]) -> Self {
        let mut endpoint = Endpoint::new(account, seed);
        let registration = Registration::new(&mut endpoint);
        let message_waiting = MessageWaiting::new(&mut endpoint);
        Self {
            endpoint,
            registration,
            message_waiting,
            invitations: Few::new(),
            referrals: Few::new(),
            born: 0,
            link_was_lost: false,
            pongs: false,
        }
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.endpoint.poll_output()
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to do.
    pub fn next_timeout(&self) -> Option<Duration> {
        self.endpoint.next_timeout()
    }

    /// How many transactions are open; all of them close by themselves.
    pub fn transactions(&self) -> usize {
        self.endpoint.transactions()
    }

    // ── The link ──────────────────────────────────────────────────

    pub fn link_up(&mut self, now: Duration) {
        self.endpoint.link_is_up = true;
        self.registration.link_is_up(now, &mut self.endpoint);
        self.endpoint.set(now + KEEP_ALIVE, Deadline::KeepAlive);
        self.react(now);
    }

    pub fn link_down(&mut self, now: Duration) {
        self.endpoint.link_is_up = false;
        self.link_was_lost = true;
        self.pongs = false;
        for deadline in [Deadline::KeepAlive, Deadline::Pong, Deadline::MessageWaiting] {
            self.endpoint.clear(&deadline);
        }
        self.registration.link_is_down(&mut self.endpoint);
        self.endpoint.abandon_requests(now);
        self.react(now);
    }

    /// One WebSocket message: one SIP message (RFC 7118 §5), or the line break of a keep-alive.
    pub fn receive(&mut self, now: Duration, bytes: &[u8]) {
        if bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
            self.pongs = true;
            return self.endpoint.clear(&Deadline::Pong);
        }
        let Ok(message) = parse(bytes) else { return self.on_unreadable(bytes) };
        if let Some((request, status)) = requests::unsound(&message) {
            return self.endpoint.protest(request, status);
        }
        match self.endpoint.receive(now, message) {
            Some(Message::Request(ack)) => self.on_ack(now, &ack),
            Some(Message::Response(response)) => self.on_stray(&response),
            None => {}
        }
        self.react(now);
    }

    pub fn handle_timeout(&mut self, now: Duration) {
        while let Some(deadline) = self.endpoint.due(now) {
            match deadline {
                Deadline::Transaction(key, timer) => self.endpoint.fire(now, &key, timer),
                Deadline::Abandoned(key) => self.endpoint.abandon(now, &key),
                Deadline::Registration => self.registration.on_deadline(now, &mut self.endpoint),
                Deadline::MessageWaiting => {
                    self.message_waiting.on_deadline(now, &mut self.endpoint)
                }
                Deadline::KeepAlive => self.keep_alive(now),
                Deadline::Pong => self.endpoint.output(Output::Reconnect),
                Deadline::Invitation(id, wait) => self.on_wait(now, id, wait),
            }
            self.react(now);
        }
    }

    /// RFC 5626 §3.5.1: a double line break, answered by a single one within 10 s.
    fn keep_alive(&mut self, now: Duration) {
        self.endpoint.output(Output::Transmit(b"\r\n\r\n".to_vec()));
        self.endpoint.set(now + KEEP_ALIVE, Deadline::KeepAlive);
        if self.pongs {
            self.endpoint.set(now + PONG, Deadline::Pong);
        }
    }

    // ── The agent ─────────────────────────────────────────────────

    pub fn register(&mut self, now: Duration) {
        if self.endpoint.link_is_up {
            self.registration.register(now, &mut self.endpoint);
        } else {
            self.registration.want();
        }
        self.react(now);
    }

    pub fn unregister(&mut self, now: Duration) {
        self.endpoint.clear(&Deadline::MessageWaiting);
        self.registration.unregister(now, &mut self.endpoint);
        self.react(now);
    }

    /// Credentials that take over from the next challenge on.
    pub fn renew(&mut self, credentials: Credentials) {
        self.endpoint.authenticator.replace(credentials);
    }

    /// Calls; nothing where the target is no address.
    pub fn dial(&mut self, now: Duration, dial: Dial) -> Option<InvitationId> {
        let id = InvitationId(self.born + 1);
        let referrer = dial.referred.as_ref().map(|(referrer, _)| *referrer);
        let calling = Calling::dial(now, &mut self.endpoint, id, dial)?;
        self.born += 1;
        self.invitations.insert(id, Phase::Calling(Box::new(calling)));
        if let Some(referrer) = referrer {
            self.referrals.insert(id, referrer);
        }
        self.react(now);
        Some(id)
    }

    /// Answers a call with an answer to its offer, or with an offer where it has none.
    pub fn answer(&mut self, now: Duration, id: InvitationId, sdp: String) {
        let replaced = self.replaced_by(id);
        self.step(id, |phase, endpoint| match phase {
            Phase::Ringing(ringing) => ringing.answer(now, endpoint, sdp),
            other => other,
        });
        if let Some(replaced) = replaced {
            self.end(now, replaced, Cause::Replaced);
        }
        self.react(now);
    }

    /// Lets the caller hear us while it still rings (RFC 3960); [`answer`](Self::answer) then takes the
    /// same description.
    pub fn speak_early(&mut self, now: Duration, id: InvitationId, sdp: &str) {
        self.step(id, |phase, endpoint| match phase {
            Phase::Ringing(mut ringing) => {
                ringing.speak(now, endpoint, sdp);
                Phase::Ringing(ringing)
            }
            other => other,
        });
        self.react(now);
    }

    /// Declines a call that rings: 486 is busy here, 603 busy everywhere.
    pub fn refuse(&mut self, now: Duration, id: InvitationId, status: u16) {
        self.step(id, |phase, endpoint| match phase {
            Phase::Ringing(ringing) => ringing.refuse(now, endpoint, status),
            other => other,
        });
        self.react(now);
    }

    pub fn hang_up(&mut self, now: Duration, id: InvitationId) {
        self.end(now, id, Cause::HungUp);
        self.react(now);
    }

    /// Offers a change of the session; it waits its turn where another offer is open.
    pub fn offer(&mut self, now: Duration, id: InvitationId, sdp: String) {
        self.with_session(id, |session, endpoint| session.offer(now, endpoint, sdp));
        self.react(now);
    }

    /// Answers [`Event::Offered`].
    pub fn answer_offer(&mut self, now: Duration, id: InvitationId, sdp: String) {
        self.with_session(id, |session, endpoint| session.answer(now, endpoint, sdp));
        self.react(now);
    }

    pub fn refuse_offer(&mut self, now: Duration, id: InvitationId) {
        self.with_session(id, |session, endpoint| session.refuse_offer(now, endpoint, 488));
        self.react(now);
    }

    /// Takes back an offer that waits for its turn, where one does.
    pub fn withdraw_offer(&mut self, id: InvitationId) {
        self.with_session(id, |session, _| session.withdraw_offer());
    }

    /// Asks the peer to call somebody (blind transfer); `false` where the target is no address.
    pub fn refer(&mut self, now: Duration, id: InvitationId, target: &str) -> bool {
        let Some(uri) = crate::invitation::target(&self.endpoint, target) else { return false };
        let target = TransferTarget { uri: uri.to_string(), replaces: None };
        self.refer_to(now, id, &target)
    }

    /// Tells the peer that nobody is called for it.
    pub fn decline_referral(&mut self, now: Duration, id: InvitationId) {
        self.with_session(id, |session, endpoint| session.report(now, endpoint, DECLINE));
        self.react(now);
    }

    /// Connects the peers of two calls with each other (attended transfer, RFC 5589 §7).
    pub fn connect(&mut self, now: Duration, id: InvitationId, with: InvitationId) -> bool {
        let Some(Phase::Established(other)) = self.invitations.get(&with) else { return false };
        let saved = other.dialog.saved();
        let target =
            TransferTarget { uri: saved.peer.clone(), replaces: Some(Replaces::of(&saved)) };
        self.refer_to(now, id, &target)
    }

    pub fn send_digit(&mut self, now: Duration, id: InvitationId, digit: char) {
        self.with_session(id, |session, endpoint| session.send_digit(now, endpoint, digit));
        self.react(now);
    }

    fn refer_to(&mut self, now: Duration, id: InvitationId, target: &TransferTarget) -> bool {
        let mut sent = false;
        self.with_session(id, |session, endpoint| sent = session.refer(now, endpoint, target));
        self.react(now);
        sent
    }

    fn end(&mut self, now: Duration, id: InvitationId, cause: Cause) {
        self.step(id, |phase, endpoint| match phase {
            Phase::Calling(calling) => calling.give_up(now, endpoint, cause),
            Phase::Ringing(ringing) => ringing.refuse(now, endpoint, 486),
            Phase::Established(session) => session.hang_up(now, endpoint, cause),
            Phase::Over => Phase::Over,
        });
    }

    fn step(&mut self, id: InvitationId, step: impl FnOnce(Phase, &mut Endpoint) -> Phase) {
        let Some(phase) = self.invitations.remove(&id) else { return };
        match step(phase, &mut self.endpoint) {
            Phase::Over => {}
            next => self.invitations.insert(id, next),
        }
    }

    fn with_session(&mut self, id: InvitationId, act: impl FnOnce(&mut Session, &mut Endpoint)) {
        if let Some(Phase::Established(session)) = self.invitations.get_mut(&id) {
            act(session, &mut self.endpoint);
        }
    }

    fn on_wait(&mut self, now: Duration, id: InvitationId, wait: Wait) {
        self.step(id, |phase, endpoint| match (phase, wait) {
            (Phase::Calling(calling), Wait::Ringing) => calling.on_ringing_deadline(now, endpoint),
            (Phase::Ringing(ringing), Wait::Ringing) => ringing.on_ringing_deadline(now, endpoint),
            (Phase::Ringing(ringing), Wait::Acknowledgement) => {
                ringing.on_acknowledgement_deadline(now, endpoint)
            }
            (Phase::Established(session), Wait::Acknowledgement) => {
                session.on_acknowledgement_deadline(now, endpoint)
            }
            (Phase::Established(mut session), Wait::Glare) => {
                session.on_glare_deadline(now, endpoint);
                Phase::Established(session)
            }
            (Phase::Established(session), Wait::Session) => {
                session.on_session_deadline(now, endpoint)
            }
            (phase, _) => phase,
        });
    }

    // ── What transactions say ─────────────────────────────────────

    fn react(&mut self, now: Duration) {
        while let Some((key, heard)) = self.endpoint.next_heard() {
            match heard {
                TuEvent::Request(request) => self.on_request(now, key, *request),
                TuEvent::Ack(ack) => self.on_ack(now, &ack),
                TuEvent::Response(response) => self.on_response(now, &key, *response),
                TuEvent::Timeout => self.on_silence(now, &key, false),
                TuEvent::TransportError => self.on_silence(now, &key, true),
                _ => {}
            }
        }
        self.report_progress(now);
    }

    fn on_response(&mut self, now: Duration, key: &TransactionKey, response: Response) {
        let sent = self.endpoint.sent(key);
        self.endpoint.release(key);
        let Some((sent, request)) = sent else { return };
        match sent.owner {
            Owner::Registration => {
                let before = self.registration.is_registered();
                self.registration.on_response(now, &mut self.endpoint, sent, request, &response);
                if self.registration.is_registered() {
                    self.on_registered(now, before);
                }
            }
            Owner::MessageWaiting => {
                self.message_waiting.on_response(now, &mut self.endpoint, sent, request, &response);
            }
            Owner::Invitation(id, purpose) if self.invitations.get(&id).is_some() => {
                self.step(id, |phase, endpoint| match phase {
                    Phase::Calling(calling) if purpose == Purpose::Invite => {
                        calling.on_response(now, endpoint, sent, response)
                    }
                    Phase::Established(session) => {
                        session.on_response(now, endpoint, (sent, purpose), request, &response)
                    }
                    other => other,
                });
            }
            // Another phone answers a call that is over already.
            Owner::Invitation(_, Purpose::Invite) if response.status.is_success() => {
                crate::invitation::dismiss(now, &mut self.endpoint, &request, &response);
            }
            Owner::Invitation(..) | Owner::Farewell => {}
        }
    }

    fn on_registered(&mut self, now: Duration, before: bool) {
        if !before {
            self.message_waiting.subscribe(now, &mut self.endpoint);
        }
        self.endpoint.say_farewells(now);
        if std::mem::take(&mut self.link_was_lost) {
            let ids: Vec<InvitationId> = self.invitations.iter().map(|(id, _)| *id).collect();
            for id in ids {
                self.with_session(id, |session, endpoint| session.reattached(now, endpoint));
            }
        }
    }

    fn on_silence(&mut self, now: Duration, key: &TransactionKey, link_lost: bool) {
        let sent = self.endpoint.sent(key);
        self.endpoint.release(key);
        let Some((sent, request)) = sent else { return };
        match sent.owner {
            Owner::Farewell if link_lost => self.endpoint.say_later(request),
            Owner::Registration if !link_lost => {
                self.registration.on_silence(now, &mut self.endpoint);
            }
            Owner::Invitation(id, purpose) => {
                self.step(id, |phase, endpoint| match phase {
                    Phase::Calling(calling) if purpose == Purpose::Invite => {
                        calling.on_silence(endpoint, link_lost)
                    }
                    Phase::Established(session) => {
                        session.on_silence(now, endpoint, purpose, link_lost)
                    }
                    other => other,
                });
            }
            _ => {}
        }
    }

    // ── Calls made for somebody ───────────────────────────────────

    /// A call that a peer asked for tells it how it goes, by what was told to our own side.
    fn report_progress(&mut self, now: Duration) {
        for (id, status) in self.endpoint.take_reports() {
            let referrer = match status {
                ..200 => self.referrals.get(&id).copied(),
                _ => self.referrals.remove(&id),
            };
            if let Some(referrer) = referrer {
                self.with_session(referrer, |session, endpoint| {
                    session.report(now, endpoint, status);
                });
            }
        }
    }

    /// Whether the registrar knows this phone.
    pub fn is_registered(&self) -> bool {
        self.registration.is_registered()
    }
}

const DECLINE: u16 = 603;
const KEEP_ALIVE: Duration = Duration::from_secs(25);
const PONG: Duration = Duration::from_secs(10);
