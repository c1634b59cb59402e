//! A call that somebody makes to us, until we answer.

use std::time::Duration;

use sipx_sip::{
    TransactionKey,
    rel::{Numbering, RAck},
};

use super::{InvitationId, Phase, Session, ended_by_peer, over};
use crate::{
    dialog::Dialog,
    endpoint::{ALLOW, Deadline, Endpoint, SUPPORTED, Wait},
    event::Cause,
    message::{Body, CSeq, HeaderName, Request, Response, has_token, header, typed},
};

pub(crate) struct Ringing {
    id: InvitationId,
    key: TransactionKey,
    pub request: Request,
    pub dialog: Dialog,
    /// The provisional response that waits for its PRACK.
    reliable: Option<Reliable>,
    /// Of the reliable responses, from the first on (RFC 3262 §3).
    numbering: Option<Numbering>,
}

struct Reliable {
    response: Response,
    pause: Duration,
    sent: Duration,
}

impl Ringing {
    pub(crate) fn new(
        now: Duration,
        endpoint: &mut Endpoint,
        id: InvitationId,
        key: TransactionKey,
        request: Request,
        dialog: Dialog,
    ) -> Self {
        endpoint.set(now + LONGEST_RINGING, Deadline::Invitation(id, Wait::Ringing));
        let mut ringing = Self { id, key, request, dialog, reliable: None, numbering: None };
        ringing.progress(now, endpoint, 180, None);
        ringing
    }

    /// Early media: the caller hears us before we answer.
    pub(crate) fn speak(&mut self, now: Duration, endpoint: &mut Endpoint, sdp: &str) {
        self.progress(now, endpoint, 183, Some(Body::sdp(sdp)));
    }

    /// A provisional response, and reliably where the caller insists (RFC 3262 §3).
    fn progress(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        status: u16,
        body: Option<Body>,
    ) {
        let tag = self.dialog.local_tag.clone();
        let Some(mut response) = endpoint.response(&self.request, status, Some(&tag), body) else {
            return;
        };
        self.describe(endpoint, &mut response);
        if has_token(&self.request.headers, &HeaderName::Require, "100rel") {
            let first = u32::try_from(endpoint.tokens.below(1 << 30)).unwrap_or(0) + 1;
            let numbering = self.numbering.get_or_insert_with(|| Numbering::starting_at(first));
            // RFC 3262 §3: not before the last is acknowledged. The caller misses nothing that it needs.
            let Some(number) = numbering.allocate() else { return };
            response.headers.push(header(HeaderName::Require, "100rel"));
            response.headers.push(header(HeaderName::RSeq, number.to_string()));
            endpoint.set(now + T1, Deadline::Invitation(self.id, Wait::Acknowledgement));
            let response = response.clone();
            self.reliable = Some(Reliable { response, pause: T1, sent: now });
        }
        endpoint.respond(now, &self.key, response);
    }

    /// A reliable response is sent again until its PRACK comes; without one for 64*T1 "the UAS
    /// SHOULD reject the original request with a 5xx response" (RFC 3262 §3).
    pub(crate) fn on_acknowledgement_deadline(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
    ) -> Phase {
        let Some(reliable) = &mut self.reliable else { return Phase::Ringing(self) };
        if now >= reliable.sent + T1 * 64 {
            self.finish(now, endpoint, 500);
            return over(endpoint, self.id, Cause::NoAnswer);
        }
        reliable.pause *= 2;
        endpoint.set(now + reliable.pause, Deadline::Invitation(self.id, Wait::Acknowledgement));
        let response = reliable.response.clone();
        endpoint.respond(now, &self.key, response);
        Phase::Ringing(self)
    }

    /// Whether the PRACK acknowledges what was sent; another one is answered 481 (RFC 3262 §3).
    pub(crate) fn on_prack(&mut self, endpoint: &mut Endpoint, prack: &Request) -> bool {
        let (Some(acknowledged), Some(cseq)) =
            (typed::<RAck>(&prack.headers), typed::<CSeq>(&self.request.headers))
        else {
            return false;
        };
        let Some(numbering) = &mut self.numbering else { return false };
        let matches = numbering.acknowledge(&acknowledged, cseq.sequence, b"INVITE");
        if matches {
            self.reliable = None;
            endpoint.clear(&Deadline::Invitation(self.id, Wait::Acknowledgement));
        }
        matches
    }

    pub(crate) fn answer(
        self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        sdp: String,
    ) -> Phase {
        endpoint.clear_invitation(self.id);
        let tag = self.dialog.local_tag.clone();
        let body = Some(Body::sdp(&sdp));
        let Some(mut response) = endpoint.response(&self.request, 200, Some(&tag), body) else {
            return over(endpoint, self.id, Cause::Refused { status: 400, reason: String::new() });
        };
        self.describe(endpoint, &mut response);
        let session = Session::of_callee(
            now,
            endpoint,
            self.id,
            self.dialog,
            &self.key,
            &self.request,
            response,
            sdp,
        );
        Phase::Established(Box::new(session))
    }

    pub(crate) fn refuse(
        self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        status: u16,
    ) -> Phase {
        self.finish(now, endpoint, status);
        over(endpoint, self.id, Cause::HungUp)
    }

    /// The final response: it bears the tag that those before it had (RFC 3261 §8.2.6.2).
    fn finish(&self, now: Duration, endpoint: &mut Endpoint, status: u16) {
        let tag = &self.dialog.local_tag;
        if let Some(response) = endpoint.response(&self.request, status, Some(tag), None) {
            endpoint.respond(now, &self.key, response);
        }
    }

    /// Whether a CANCEL means this call (RFC 3261 §9.2).
    pub(crate) fn is(&self, key: &TransactionKey) -> bool {
        self.key == *key
    }

    pub(crate) fn cancelled(
        self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        cancel: &Request,
    ) -> Phase {
        self.finish(now, endpoint, 487);
        over(endpoint, self.id, ended_by_peer(&cancel.headers, Cause::Cancelled))
    }

    /// RFC 3261 §15: a caller may end an early dialog by BYE.
    pub(crate) fn ended_early(
        self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        bye: &Request,
    ) -> Phase {
        endpoint.reply(now, key, bye, 200);
        self.cancelled(now, endpoint, bye)
    }

    pub(crate) fn on_ringing_deadline(
        self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
    ) -> Phase {
        self.finish(now, endpoint, 480);
        over(endpoint, self.id, Cause::NoAnswer)
    }

    /// RFC 3261 §12.1.1: `Record-Route` goes back as it came, and `Contact` says where we are.
    fn describe(&self, endpoint: &Endpoint, response: &mut Response) {
        for route in self.request.headers.get_all(&HeaderName::RecordRoute) {
            response.headers.push(route.clone());
        }
        response.headers.push(header(HeaderName::Contact, endpoint.contact()));
        response.headers.push(header(HeaderName::Allow, ALLOW));
        response.headers.push(header(HeaderName::Supported, SUPPORTED));
    }
}

const T1: Duration = Duration::from_millis(500);
const LONGEST_RINGING: Duration = Duration::from_secs(180);
