//! An answered call: offers in both directions, and in its rooms session timers, transfer, the end.
//!
//! One offer at a time (RFC 3264 §4). An offer of ours waits while another is open; one of the peer's
//! that crosses ours is answered 491 and both try again after different pauses (RFC 3261 §14).

mod requests;
mod timer;

use std::time::Duration;

use sipx_sip::{
    TransactionKey,
    session::{self, SessionExpires},
};

use super::{InvitationId, Phase};
use crate::{
    dialog::Dialog,
    endpoint::{
        ALLOW, Deadline, Endpoint, Owner, Purpose, SUPPORTED, Sent, Wait, allows, supports,
    },
    event::{Cause, Event},
    message::{
        Body, CSeq, Draft, HeaderName, Headers, Message, Method, Request, Response, header, sdp,
        typed,
    },
    registration::retry_after,
};

/// A session description; opaque here.
pub(crate) type Sdp = String;

pub(crate) struct Session {
    id: InvitationId,
    pub dialog: Dialog,
    /// The ACK to the peer's answer, sent again when the answer is (RFC 3261 §13.2.2.4).
    ack: Option<Request>,
    unacknowledged: Option<Unacknowledged>,
    /// An offer of ours that is not answered yet.
    offering: Option<Sdp>,
    /// An offer that waits for its turn.
    queued: Option<Sdp>,
    /// An offer of the peer's that is ours to answer.
    owed: Option<Owed>,
    /// Our description as the peer knows it.
    agreed: Sdp,
    /// RFC 3261 §14.1: who owns the Call-ID waits longer after a glare.
    owns_call_id: bool,
    peer_updates: bool,
    timer: Option<session::Session>,
    hang_up_when_acknowledged: bool,
}

/// A 2xx of ours, sent again until its ACK comes (RFC 3261 §13.3.1.4).
struct Unacknowledged {
    key: TransactionKey,
    response: Response,
    cseq: u32,
    pause: Duration,
    since: Duration,
    /// The 2xx has an offer, so the ACK has the answer.
    offers: bool,
}

struct Owed {
    key: TransactionKey,
    request: Request,
    offers: bool,
}

impl Session {
    #[allow(clippy::too_many_arguments, reason = "the facts of one answer, named at the one call")]
    pub(crate) fn of_caller(
        now: Duration,
        endpoint: &mut Endpoint,
        id: InvitationId,
        dialog: Dialog,
        ack: Request,
        offer: Sdp,
        asked: Option<Duration>,
        answer: &Response,
    ) -> Self {
        let mut session = Self::new(id, dialog, offer, true, &answer.headers);
        session.ack = Some(ack);
        let peer_runs_timers = supports(&answer.headers, "timer");
        session.timer = session::adopt(
            typed::<SessionExpires>(&answer.headers),
            asked.filter(|_| peer_runs_timers),
        );
        session.rearm(now, endpoint);
        session
    }

    #[allow(clippy::too_many_arguments, reason = "the facts of one answer, named at the one call")]
    pub(crate) fn of_callee(
        now: Duration,
        endpoint: &mut Endpoint,
        id: InvitationId,
        dialog: Dialog,
        key: &TransactionKey,
        invite: &Request,
        answer: Response,
        description: Sdp,
    ) -> Self {
        let mut session = Self::new(id, dialog, description, false, &invite.headers);
        let offers = sdp(&invite.headers, invite.body()).is_none();
        session.accept(now, endpoint, key, invite, answer, offers);
        endpoint.tell(Event::Established {
            invitation: id,
            dialog: session.dialog.saved(),
            answer: None,
        });
        session
    }

    fn new(
        id: InvitationId,
        dialog: Dialog,
        agreed: Sdp,
        owns_call_id: bool,
        peer: &Headers,
    ) -> Self {
        Self {
            id,
            dialog,
            ack: None,
            unacknowledged: None,
            offering: None,
            queued: None,
            owed: None,
            agreed,
            owns_call_id,
            peer_updates: allows(peer, &Method::Update),
            timer: None,
            hang_up_when_acknowledged: false,
        }
    }

    // ── Offers of ours ────────────────────────────────────────────

    /// Changes the session: hold, resume, restarted ICE. At once, or after the offer that is open.
    pub(crate) fn offer(&mut self, now: Duration, endpoint: &mut Endpoint, sdp: Sdp) {
        if self.offering.is_some() || self.owed.is_some() || self.unacknowledged.is_some() {
            self.queued = Some(sdp);
            return;
        }
        self.offering = Some(sdp.clone());
        let draft = self.dialog.draft(Method::Invite).with_body(Body::sdp(sdp));
        let draft = self.timed(described(draft, endpoint));
        endpoint.send(now, Owner::Invitation(self.id, Purpose::Reinvite), draft);
    }

    pub(crate) fn withdraw_offer(&mut self) {
        self.queued = None;
    }

    fn offer_what_waits(&mut self, now: Duration, endpoint: &mut Endpoint) {
        let free = self.offering.is_none() && self.owed.is_none() && self.unacknowledged.is_none();
        if free && let Some(sdp) = self.queued.take() {
            self.offer(now, endpoint, sdp);
        }
    }

    pub(crate) fn on_glare_deadline(&mut self, now: Duration, endpoint: &mut Endpoint) {
        self.offer_what_waits(now, endpoint);
    }

    pub(crate) fn on_response(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        (sent, purpose): (Sent, Purpose),
        request: Request,
        response: &Response,
    ) -> Phase {
        let status = response.status.code();
        if status < 200 {
            return Phase::Established(self);
        }
        if matches!(status, 401 | 407) {
            let cseq = self.dialog.next_cseq();
            if endpoint.authenticate(now, sent, request.clone(), response, cseq).is_some() {
                return Phase::Established(self);
            }
        }
        match (purpose, status) {
            // The peer's answer came again: our ACK was lost (RFC 3261 §13.2.2.4).
            (Purpose::Invite, 200..300) => {
                self.acknowledge_again(now, endpoint, &request, response);
            }
            (Purpose::Reinvite, 200..300) if self.offering.is_none() => {
                self.acknowledge(endpoint, &request);
            }
            (Purpose::Reinvite, 200..300) => self.on_answer(now, endpoint, &request, response),
            // RFC 3261 §12.2.1.2: the peer knows no such dialog, or is silent: it is over.
            (Purpose::Reinvite | Purpose::Refresh, 408 | 481) => {
                return self.hang_up(now, endpoint, Cause::PeerHungUp);
            }
            (Purpose::Reinvite, 491) => self.on_glare(now, endpoint),
            // RFC 3261 §14.2: the peer has not done with the offer before this one.
            (Purpose::Reinvite, 500) if retry_after(response).is_some() => {
                let pause = retry_after(response).unwrap_or_default().min(LONGEST_PAUSE);
                self.offer_again(endpoint, now + pause);
            }
            (Purpose::Reinvite | Purpose::Refresh, 422) => {
                self.lengthen(response);
                self.refresh(now, endpoint);
            }
            (Purpose::Reinvite, _) => self.on_refusal(now, endpoint, status),
            (Purpose::Refresh, 200..300) => self.refreshed(now, endpoint, response),
            (Purpose::Refer, 300..) => {
                endpoint.tell(Event::Transferring { invitation: self.id, status });
            }
            _ => {}
        }
        Phase::Established(self)
    }

    /// A request of ours was never answered.
    pub(crate) fn on_silence(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        purpose: Purpose,
        link_lost: bool,
    ) -> Phase {
        match purpose {
            // The socket comes back, and the offer with it. With a socket it was the peer that lost its own,
            // and the answer.
            Purpose::Reinvite if link_lost => {
                if self.queued.is_none() {
                    self.queued = self.offering.take();
                }
                self.offering = None;
                if endpoint.link_is_up {
                    self.offer_what_waits(now, endpoint);
                }
                Phase::Established(self)
            }
            Purpose::Reinvite | Purpose::Refresh if !link_lost => {
                self.hang_up(now, endpoint, Cause::PeerHungUp)
            }
            Purpose::Refer => {
                endpoint.tell(Event::Transferring { invitation: self.id, status: 408 });
                Phase::Established(self)
            }
            _ => Phase::Established(self),
        }
    }

    fn on_answer(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        request: &Request,
        response: &Response,
    ) {
        self.acknowledge(endpoint, request);
        self.dialog.refresh(&response.headers);
        if let Some(offered) = self.offering.take() {
            self.agreed = offered;
        }
        if let Some(sdp) = sdp(&response.headers, response.body()) {
            endpoint.tell(Event::Answered { invitation: self.id, sdp });
        }
        self.refreshed(now, endpoint, response);
        self.offer_what_waits(now, endpoint);
    }

    fn acknowledge(&mut self, endpoint: &mut Endpoint, invite: &Request) {
        let Some(cseq) = typed::<CSeq>(&invite.headers) else { return };
        let ack = endpoint.sealed(self.dialog.ack(cseq.sequence));
        endpoint.transmit(&Message::Request(ack.clone()));
        self.ack = Some(ack);
    }

    fn acknowledge_again(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        invite: &Request,
        response: &Response,
    ) {
        let of_this = crate::message::tag(&response.headers, &HeaderName::To)
            .is_some_and(|tag| tag == self.dialog.remote_tag);
        match &self.ack {
            Some(ack) if of_this => endpoint.transmit(&Message::Request(ack.clone())),
            _ => super::calling::dismiss(now, endpoint, invite, response),
        }
    }

    /// RFC 3261 §14.1: 2.1 to 4 s for the owner of the Call-ID, 0 to 2 s for the other, in steps of
    /// 10 ms.
    fn on_glare(&mut self, now: Duration, endpoint: &mut Endpoint) {
        let steps = match self.owns_call_id {
            true => 210 + endpoint.tokens.below(191),
            false => endpoint.tokens.below(201),
        };
        self.offer_again(endpoint, now + Duration::from_millis(steps * 10));
    }

    fn offer_again(&mut self, endpoint: &mut Endpoint, at: Duration) {
        if self.queued.is_none() {
            self.queued = self.offering.take();
        }
        self.offering = None;
        endpoint.set(at, Deadline::Invitation(self.id, Wait::Glare));
    }

    /// A 2xx whose transaction went with the socket: it is acknowledged, or the peer hangs up.
    pub(crate) fn on_stray_answer(&mut self, endpoint: &mut Endpoint, response: &Response) {
        if let Some(cseq) = typed::<CSeq>(&response.headers) {
            let ack = endpoint.sealed(self.dialog.ack(cseq.sequence));
            endpoint.transmit(&Message::Request(ack));
        }
    }

    fn on_refusal(&mut self, now: Duration, endpoint: &mut Endpoint, status: u16) {
        self.offering = None;
        endpoint.tell(Event::OfferRefused { invitation: self.id, status });
        self.offer_what_waits(now, endpoint);
    }

    // ── Offers of the peer's ──────────────────────────────────────

    pub(crate) fn on_request(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        key: TransactionKey,
        request: Request,
    ) -> Phase {
        // RFC 3261 §12.2.2: "the request is out of order and MUST be rejected with a 500".
        if !self.dialog.admits(&request) {
            endpoint.reply(now, &key, &request, 500);
            return Phase::Established(self);
        }
        match request.method {
            Method::Invite | Method::Update => self.on_offer(now, endpoint, key, request),
            Method::Bye => return self.on_bye(now, endpoint, &key, &request),
            Method::Refer => self.on_refer(now, endpoint, &key, &request),
            Method::Notify => self.on_notify(now, endpoint, &key, &request),
            Method::Info => self.on_info(now, endpoint, &key, &request),
            Method::Options => self.accept_plainly(now, endpoint, &key, &request),
            // The PRACK of a call that is answered already.
            _ => endpoint.reply(now, &key, &request, 481),
        }
        Phase::Established(self)
    }

    fn on_offer(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: TransactionKey,
        request: Request,
    ) {
        let description = sdp(&request.headers, request.body());
        let invites = request.method == Method::Invite;
        if description.is_none() && !invites {
            self.dialog.refresh(&request.headers);
            return self.accept_refresh(now, endpoint, &key, &request);
        }
        // RFC 3261 §14.2, RFC 3311 §5.2: 491 to an offer that crosses ours, 500 with a pause to one
        // that comes before the last is answered.
        if self.offering.is_some() {
            return endpoint.reply(now, &key, &request, 491);
        }
        if self.owed.is_some() || self.unacknowledged.is_some() {
            let pause = endpoint.tokens.below(11);
            if let Some(mut response) = endpoint.response(&request, 500, None, None) {
                response.headers.push(header(HeaderName::RetryAfter, pause.to_string()));
                endpoint.respond(now, &key, response);
            }
            return;
        }
        self.dialog.refresh(&request.headers);
        let offers = description.is_some();
        self.owed = Some(Owed { key, request, offers });
        endpoint.tell(Event::Offered { invitation: self.id, sdp: description });
    }

    /// The answer to the peer's offer; or our offer, where it asked for one.
    pub(crate) fn answer(&mut self, now: Duration, endpoint: &mut Endpoint, sdp: Sdp) {
        let Some(owed) = self.owed.take() else { return };
        let body = Some(Body::sdp(&sdp));
        let Some(mut response) = endpoint.response(&owed.request, 200, None, body) else { return };
        self.agreed = sdp;
        response.headers.push(header(HeaderName::Contact, endpoint.contact()));
        response.headers.push(header(HeaderName::Allow, ALLOW));
        response.headers.push(header(HeaderName::Supported, SUPPORTED));
        match owed.request.method {
            Method::Invite => {
                self.accept(now, endpoint, &owed.key, &owed.request, response, !owed.offers);
            }
            _ => {
                self.agree_on_timer(now, endpoint, &owed.request, &mut response);
                endpoint.respond(now, &owed.key, response);
                self.offer_what_waits(now, endpoint);
            }
        }
    }

    /// RFC 3261 §14.2: the session "continues as if the re-INVITE had never been issued".
    pub(crate) fn refuse_offer(&mut self, now: Duration, endpoint: &mut Endpoint, status: u16) {
        let Some(owed) = self.owed.take() else { return };
        endpoint.reply(now, &owed.key, &owed.request, status);
        self.offer_what_waits(now, endpoint);
    }

    /// A CANCEL for the offer that waits for our answer.
    pub(crate) fn on_cancel(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
    ) -> bool {
        let Some(owed) = self.owed.take_if(|owed| owed.key == *key) else { return false };
        endpoint.reply(now, &owed.key, &owed.request, 487);
        endpoint.tell(Event::OfferWithdrawn { invitation: self.id });
        self.offer_what_waits(now, endpoint);
        true
    }

    /// A 2xx to an INVITE: agreed on a timer, and sent until it is acknowledged.
    fn accept(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        invite: &Request,
        mut response: Response,
        offers: bool,
    ) {
        self.agree_on_timer(now, endpoint, invite, &mut response);
        let cseq = typed::<CSeq>(&invite.headers).map_or(0, |cseq| cseq.sequence);
        endpoint.respond(now, key, response.clone());
        endpoint.set(now + T1, Deadline::Invitation(self.id, Wait::Acknowledgement));
        self.unacknowledged = Some(Unacknowledged {
            key: key.clone(),
            response,
            cseq,
            pause: T1,
            since: now,
            offers,
        });
    }

    pub(crate) fn on_ack(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        ack: &Request,
    ) -> Phase {
        let cseq = typed::<CSeq>(&ack.headers).map(|cseq| cseq.sequence);
        let Some(acknowledged) = self.unacknowledged.take_if(|sent| Some(sent.cseq) == cseq) else {
            return Phase::Established(self);
        };
        endpoint.clear(&Deadline::Invitation(self.id, Wait::Acknowledgement));
        if self.hang_up_when_acknowledged {
            return self.hang_up(now, endpoint, Cause::HungUp);
        }
        if acknowledged.offers
            && let Some(sdp) = sdp(&ack.headers, ack.body())
        {
            endpoint.tell(Event::Answered { invitation: self.id, sdp });
        }
        self.offer_what_waits(now, endpoint);
        Phase::Established(self)
    }

    /// RFC 3261 §13.3.1.4: T1, doubling to T2; after 64*T1 "the dialog is confirmed, but the session
    /// SHOULD be terminated".
    pub(crate) fn on_acknowledgement_deadline(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
    ) -> Phase {
        let Some(sent) = &mut self.unacknowledged else { return Phase::Established(self) };
        if now >= sent.since + T1 * 64 {
            self.unacknowledged = None;
            return self.hang_up(now, endpoint, Cause::PeerHungUp);
        }
        sent.pause = (sent.pause * 2).min(T2);
        let (key, response, pause) = (sent.key.clone(), sent.response.clone(), sent.pause);
        endpoint.respond(now, &key, response);
        endpoint.set(now + pause, Deadline::Invitation(self.id, Wait::Acknowledgement));
        Phase::Established(self)
    }

    /// The socket is back and calls arrive: what waited is offered.
    pub(crate) fn reattached(&mut self, now: Duration, endpoint: &mut Endpoint) {
        if self.queued.is_some() {
            self.offer_what_waits(now, endpoint);
        } else {
            endpoint.tell(Event::Reattached { invitation: self.id });
        }
    }
}

fn described(draft: Draft, endpoint: &Endpoint) -> Draft {
    draft
        .with(HeaderName::Contact, endpoint.contact())
        .with(HeaderName::Allow, ALLOW)
        .with(HeaderName::Supported, SUPPORTED)
}

const T1: Duration = Duration::from_millis(500);
const T2: Duration = Duration::from_secs(4);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
