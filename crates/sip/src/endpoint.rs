//! What every part of the user agent shares: who it is, its transactions, its deadlines and the
//! queue of what it wants from the world.

use std::{collections::VecDeque, time::Duration};

use bytes::Bytes;
use sipx_sip::{
    Output as Step, Reliability, Timer, Timers, TransactionKey, TransactionLayer, TuEvent,
    transaction::Dispatch,
};

use crate::{
    authentication::Authenticator,
    event::{Cause, Event, Output},
    few::Few,
    invitation::InvitationId,
    message::{
        Body, Draft, HeaderName, Headers, Message, Method, Request, Response, StatusCode, Uri,
        has_token, header, set_body, tag, text,
    },
    token::Tokens,
    user_agent::Account,
};

pub(crate) struct Endpoint {
    pub account: Account,
    pub authenticator: Authenticator,
    pub tokens: Tokens,
    /// The globally routable address that the registrar gave (RFC 5627), if it gave one.
    pub gruu: Option<Uri>,
    /// Where the registrar wants requests to pass first (RFC 3608).
    pub service_route: Vec<String>,
    pub link_is_up: bool,
    /// What has to be said as soon as there is a socket: BYE and CANCEL of calls that are over.
    farewells: Vec<Request>,
    layer: TransactionLayer,
    owners: Few<TransactionKey, (Sent, Request)>,
    deadlines: Vec<(Duration, Deadline)>,
    outputs: VecDeque<Output>,
    heard: VecDeque<(TransactionKey, TuEvent)>,
    /// How the calls go, for those who asked for one.
    reports: Vec<(InvitationId, u16)>,
    /// Stands in `Via` and `Contact`: a browser has no address of its own (RFC 7118 §5).
    host: String,
    user: String,
}

/// Whose request it was, and how often it was authenticated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sent {
    pub owner: Owner,
    pub attempts: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Owner {
    Registration,
    MessageWaiting,
    Invitation(InvitationId, Purpose),
    /// Nobody waits for the answer, but the peer has to hear it.
    Farewell,
}

/// Which of its requests an invitation hears the answer of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Invite,
    Reinvite,
    /// An UPDATE without an offer: it keeps the session alive (RFC 4028 §7.4).
    Refresh,
    Refer,
    Info,
    Other,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deadline {
    Transaction(TransactionKey, Timer),
    /// An offer that is waited on no longer.
    Abandoned(TransactionKey),
    Registration,
    MessageWaiting,
    KeepAlive,
    Pong,
    Invitation(InvitationId, Wait),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Nobody answers.
    Ringing,
    /// A 2xx or a reliable provisional response is sent again.
    Acknowledgement,
    /// Two offers crossed; the next try.
    Glare,
    /// The session is refreshed, or was not (RFC 4028 §10).
    Session,
}

impl Endpoint {
    pub(crate) fn new(account: Account, seed: [u8; 32]) -> Self {
        let mut tokens = Tokens::new(seed);
        Self {
            authenticator: Authenticator::new(account.credentials.clone()),
            host: format!("{}.invalid", tokens.token()),
            user: tokens.token(),
            account,
            tokens,
            gruu: None,
            service_route: Vec::new(),
            link_is_up: false,
            farewells: Vec::new(),
            layer: TransactionLayer::new(Timers::default()),
            owners: Few::new(),
            deadlines: Vec::new(),
            outputs: VecDeque::new(),
            heard: VecDeque::new(),
            reports: Vec::new(),
        }
    }

    // ── Out ───────────────────────────────────────────────────────

    pub(crate) fn tell(&mut self, event: Event) {
        self.reports.extend(report_of(&event));
        self.outputs.push_back(Output::Event(event));
    }

    pub(crate) fn take_reports(&mut self) -> Vec<(InvitationId, u16)> {
        std::mem::take(&mut self.reports)
    }

    pub(crate) fn output(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Sends a request in a transaction of its own, whose answer its owner hears.
    pub(crate) fn send(&mut self, now: Duration, owner: Owner, draft: Draft) -> Request {
        let request = self.sealed(draft);
        self.dispatch(now, Sent { owner, attempts: 0 }, request.clone());
        request
    }

    /// Sends a request as it is: an ACK to a 2xx has no transaction (RFC 3261 §13.2.2.4), and a
    /// CANCEL has the branch of what it cancels.
    pub(crate) fn transmit(&mut self, message: &Message) {
        if self.link_is_up {
            self.outputs.push_back(Output::Transmit(message.to_bytes().to_vec()));
        }
    }

    /// The request with a `Via` and a branch of its own.
    pub(crate) fn sealed(&mut self, draft: Draft) -> Request {
        let via = self.via();
        draft.with(HeaderName::UserAgent, self.account.product.clone()).into_request(via)
    }

    pub(crate) fn dispatch(&mut self, now: Duration, sent: Sent, request: Request) {
        let sending = self.layer.send_request(request.clone(), Reliability::Reliable);
        let Some((key, steps)) = sending else {
            unreachable!("a sealed request has a branch");
        };
        // Told 100 and nothing else, a re-INVITE waits for ever (RFC 3261 §17.1.1.2); nobody answers it who
        // has lost the socket meanwhile.
        if matches!(sent.owner, Owner::Invitation(_, Purpose::Reinvite)) {
            self.set(now + PATIENCE, Deadline::Abandoned(key.clone()));
        }
        self.owners.insert(key.clone(), (sent, request));
        self.perform(now, &key, steps);
        if !self.link_is_up {
            self.abandon(now, &key);
        }
    }

    pub(crate) fn say_later(&mut self, farewell: Request) {
        self.farewells.push(farewell);
    }

    pub(crate) fn say_farewells(&mut self, now: Duration) {
        for farewell in std::mem::take(&mut self.farewells) {
            self.dispatch(now, Sent { owner: Owner::Farewell, attempts: 0 }, farewell);
        }
    }

    /// Sends the request again with an answer to the challenge, where that can help. The number of
    /// the attempt is bounded: a server that finds every nonce stale is not argued with.
    pub(crate) fn authenticate(
        &mut self,
        now: Duration,
        sent: Sent,
        request: Request,
        response: &Response,
        cseq: u32,
    ) -> Option<Request> {
        if !matches!(response.status.code(), 401 | 407) || sent.attempts >= ATTEMPTS {
            return None;
        }
        let mut again = self.authenticator.answer(&mut self.tokens, request, response)?;
        self.renumber(&mut again, cseq);
        let sent = Sent { attempts: sent.attempts + 1, ..sent };
        self.dispatch(now, sent, again.clone());
        Some(again)
    }

    /// RFC 3261 §22.2: the retried request has the same Call-ID and a higher CSeq; §8.1.1.7: and a
    /// branch of its own.
    pub(crate) fn renumber(&mut self, request: &mut Request, cseq: u32) {
        let via = self.via();
        request.headers.remove_first(&HeaderName::Via);
        request.headers.push_front(header(HeaderName::Via, via));
        request.headers.remove_all(&HeaderName::CSeq);
        request.headers.push(header(HeaderName::CSeq, format!("{cseq} {}", request.method)));
    }

    pub(crate) fn respond(&mut self, now: Duration, key: &TransactionKey, response: Response) {
        let steps = self.layer.send_response(key, response);
        self.perform(now, key, steps);
    }

    pub(crate) fn reply(
        &mut self,
        now: Duration,
        key: &TransactionKey,
        request: &Request,
        status: u16,
    ) {
        if let Some(response) = self.response(request, status, None, None) {
            self.respond(now, key, response);
        }
    }

    /// A response to the request, with as much of it as there is to repeat; none where there is no way back.
    /// RFC 3261 §8.2.6.2: where the request has no `To` tag, every response but a 100 has one: the dialog's,
    /// where there is a dialog.
    pub(crate) fn response(
        &mut self,
        request: &Request,
        status: u16,
        local_tag: Option<&str>,
        body: Option<Body>,
    ) -> Option<Response> {
        request.headers.get(&HeaderName::Via)?;
        let mut response = Response::new(StatusCode::new(status)?, reason_phrase(status));
        for row in request.headers.iter().filter(|row| REPEATED.contains(row.name())) {
            response.headers.push(row.clone());
        }
        if status > 100 && tag(&request.headers, &HeaderName::To).is_none() {
            let tag = local_tag.map_or_else(|| self.tokens.token(), str::to_owned);
            if let Some(to) = text(&request.headers, &HeaderName::To) {
                response.headers.remove_all(&HeaderName::To);
                response.headers.push(header(HeaderName::To, format!("{to};tag={tag}")));
            }
        }
        match body {
            Some(body) => {
                set_body(&mut response.headers, &body);
                response.set_body(Bytes::from(body.text));
            }
            None => response.headers.push(header(HeaderName::ContentLength, "0")),
        }
        Some(response)
    }

    /// Answers what cannot become a transaction.
    pub(crate) fn protest(&mut self, request: &Request, status: u16) {
        if let Some(response) = self.response(request, status, None, None) {
            self.transmit(&Message::Response(response));
        }
    }

    pub(crate) fn contact(&self) -> String {
        match &self.gruu {
            Some(gruu) => format!("<{gruu}>"),
            None => format!("<sip:{}@{};transport=ws;ob>", self.user, self.host),
        }
    }

    fn via(&mut self) -> String {
        let branch = self.tokens.token();
        let transport = if self.account.secure { "WSS" } else { "WS" };
        format!("SIP/2.0/{transport} {};branch=z9hG4bK{branch}", self.host)
    }

    // ── In ────────────────────────────────────────────────────────

    /// Routes a message to its transaction; what belongs to none is given back.
    pub(crate) fn receive(&mut self, now: Duration, message: Message) -> Option<Message> {
        match self.layer.receive(message, Reliability::Reliable) {
            Dispatch::Matched { key, outputs } | Dispatch::Created { key, outputs } => {
                self.perform(now, &key, outputs);
                None
            }
            Dispatch::Unmatched(message) => Some(*message),
        }
    }

    pub(crate) fn next_heard(&mut self) -> Option<(TransactionKey, TuEvent)> {
        self.heard.pop_front()
    }

    /// Whose request it was, and the request.
    pub(crate) fn sent(&self, key: &TransactionKey) -> Option<(Sent, Request)> {
        self.owners.get(key).cloned()
    }

    pub(crate) fn received_request(&self, key: &TransactionKey) -> Option<Request> {
        self.layer.server_request(key).cloned()
    }

    /// The socket is gone: nothing that was asked will be answered.
    pub(crate) fn abandon_requests(&mut self, now: Duration) {
        let keys: Vec<TransactionKey> = self.owners.iter().map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.abandon(now, &key);
        }
    }

    /// RFC 3261 §9.1: a request that was cancelled and is never answered finally is given up.
    pub(crate) fn give_up(&mut self, request: &Request) {
        if let Some(key) = TransactionKey::from_sent_request(request) {
            self.layer.on_transport_error(&key);
            self.owners.remove(&key);
        }
    }

    pub(crate) fn abandon(&mut self, now: Duration, key: &TransactionKey) {
        let steps = self.layer.on_transport_error(key);
        self.perform(now, key, steps);
    }

    /// How many transactions there are, to see that none is left behind.
    pub(crate) fn transactions(&self) -> usize {
        let (client, server) = self.layer.len();
        client + server
    }

    // ── Time ──────────────────────────────────────────────────────

    pub(crate) fn set(&mut self, at: Duration, deadline: Deadline) {
        self.clear(&deadline);
        self.deadlines.push((at, deadline));
    }

    pub(crate) fn clear(&mut self, deadline: &Deadline) {
        self.deadlines.retain(|(_, set)| set != deadline);
    }

    pub(crate) fn clear_invitation(&mut self, invitation: InvitationId) {
        self.deadlines
            .retain(|(_, set)| !matches!(set, Deadline::Invitation(of, _) if *of == invitation));
    }

    pub(crate) fn next_timeout(&self) -> Option<Duration> {
        self.deadlines.iter().map(|(at, _)| *at).min()
    }

    /// The earliest deadline that has come.
    pub(crate) fn due(&mut self, now: Duration) -> Option<Deadline> {
        let earliest = self
            .deadlines
            .iter()
            .enumerate()
            .filter(|(_, (at, _))| *at <= now)
            .min_by_key(|(_, (at, _))| *at)?;
        let index = earliest.0;
        Some(self.deadlines.remove(index).1)
    }

    pub(crate) fn fire(&mut self, now: Duration, key: &TransactionKey, timer: Timer) {
        let steps = self.layer.on_timer(key, timer);
        self.perform(now, key, steps);
    }

    fn perform(&mut self, now: Duration, key: &TransactionKey, steps: Vec<Step>) {
        for step in steps {
            match step {
                Step::Send(message) => self.transmit(&message),
                Step::SetTimer { timer, after } => {
                    self.set(now + after, Deadline::Transaction(key.clone(), timer));
                }
                Step::ClearTimer(timer) => {
                    self.clear(&Deadline::Transaction(key.clone(), timer));
                }
                Step::ToTu(event) => self.heard.push_back((key.clone(), *event)),
                Step::Terminated(_) => self.forget(key),
                _ => {}
            }
        }
    }

    fn forget(&mut self, key: &TransactionKey) {
        // What was heard last is still to be told to the owner; so the owner goes with it.
        if !self.heard.iter().any(|(heard, _)| heard == key) {
            self.owners.remove(key);
        }
        self.deadlines.retain(|(_, set)| match set {
            Deadline::Transaction(of, _) | Deadline::Abandoned(of) => of != key,
            _ => true,
        });
    }

    /// After the owner has heard the last of a transaction.
    pub(crate) fn release(&mut self, key: &TransactionKey) {
        if self.layer.client_state(key).is_none() {
            self.owners.remove(key);
        }
    }
}

/// What the peer says that it supports or wants, in the words of the headers.
pub(crate) fn supports(headers: &Headers, option: &str) -> bool {
    has_token(headers, &HeaderName::Supported, option)
        || has_token(headers, &HeaderName::Require, option)
}

pub(crate) fn allows(headers: &Headers, method: &Method) -> bool {
    has_token(headers, &HeaderName::Allow, &method.to_string())
}

/// What a peer that asked for a call hears of it.
fn report_of(event: &Event) -> Option<(InvitationId, u16)> {
    match event {
        Event::Progress { invitation, status, .. } => Some((*invitation, *status)),
        Event::Established { invitation, .. } => Some((*invitation, 200)),
        Event::Ended { invitation, cause: Cause::Refused { status, .. } } => {
            Some((*invitation, *status))
        }
        Event::Ended { invitation, cause: Cause::NoAnswer } => Some((*invitation, 408)),
        Event::Ended { invitation, .. } => Some((*invitation, 487)),
        _ => None,
    }
}

/// RFC 3261 §21, and the RFCs that add to it.
pub(crate) fn reason_phrase(status: u16) -> &'static str {
    match status {
        100 => "Trying",
        180 => "Ringing",
        183 => "Session Progress",
        200 => "OK",
        202 => "Accepted",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        415 => "Unsupported Media Type",
        416 => "Unsupported URI Scheme",
        420 => "Bad Extension",
        422 => "Session Interval Too Small",
        480 => "Temporarily Unavailable",
        481 => "Call/Transaction Does Not Exist",
        482 => "Loop Detected",
        486 => "Busy Here",
        487 => "Request Terminated",
        488 => "Not Acceptable Here",
        489 => "Bad Event",
        491 => "Request Pending",
        500 => "Server Internal Error",
        501 => "Not Implemented",
        505 => "Version Not Supported",
        600 => "Busy Everywhere",
        603 => "Decline",
        _ => "",
    }
}

/// What this user agent understands (RFC 3261 §20.5 and §20.37).
pub(crate) const ALLOW: &str =
    "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, REFER, NOTIFY";
pub(crate) const SUPPORTED: &str = "outbound, path, gruu, 100rel, timer, replaces, norefersub";
/// The extensions that a request may require.
pub(crate) const REQUIRABLE: [&str; 4] = ["100rel", "timer", "replaces", "norefersub"];

/// What a response repeats of its request (RFC 3261 §8.2.6.2).
const REPEATED: [HeaderName; 5] =
    [HeaderName::Via, HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq];

const ATTEMPTS: u8 = 3;

/// 64*T1 (RFC 3261 §17.1.1.2).
const PATIENCE: Duration = Duration::from_secs(32);
