//! What else is asked within a call: transfer, digits, the end.

use std::time::Duration;

use sipx_sip::TransactionKey;

use super::{Session, described};
use crate::{
    endpoint::{Endpoint, Owner, Purpose, reason_phrase},
    event::{Cause, Event},
    invitation::{Phase, ended_by_peer, over},
    message::{Body, HeaderName, Method, Request, header, text},
    transfer::{TransferTarget, sipfrag_status},
};

impl Session {
    pub(crate) fn refer(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        target: &TransferTarget,
    ) -> bool {
        let Some(refer_to) = target.value() else { return false };
        let referred_by = format!("<{}>", endpoint.account.address);
        let draft = described(self.dialog.draft(Method::Refer), endpoint)
            .with(HeaderName::ReferTo, refer_to)
            .with(HeaderName::ReferredBy, referred_by);
        endpoint.send(now, Owner::Invitation(self.id, Purpose::Refer), draft);
        true
    }

    pub(super) fn on_refer(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        request: &Request,
    ) {
        let Some(target) = TransferTarget::header(&request.headers) else {
            return endpoint.reply(now, key, request, 400);
        };
        let Some(mut response) = endpoint.response(request, 202, None, None) else { return };
        response.headers.push(header(HeaderName::Contact, endpoint.contact()));
        endpoint.respond(now, key, response);
        let referred_by = text(&request.headers, &HeaderName::ReferredBy);
        endpoint.tell(Event::Referred { invitation: self.id, target, referred_by });
        self.report(now, endpoint, 100);
    }

    /// How the call goes that the peer asked for (RFC 3515 §2.4.4).
    pub(crate) fn report(&mut self, now: Duration, endpoint: &mut Endpoint, status: u16) {
        let state =
            if status < 200 { "active;expires=180" } else { "terminated;reason=noresource" };
        let body = Body {
            content_type: "message/sipfrag;version=2.0",
            text: format!("SIP/2.0 {status} {}\r\n", reason_phrase(status)),
        };
        let draft = described(self.dialog.draft(Method::Notify), endpoint)
            .with(HeaderName::Event, "refer")
            .with(HeaderName::SubscriptionState, state)
            .with_body(body);
        endpoint.send(now, Owner::Invitation(self.id, Purpose::Other), draft);
    }

    pub(super) fn on_notify(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        request: &Request,
    ) {
        let event = text(&request.headers, &HeaderName::Event).unwrap_or_default();
        if !event.to_ascii_lowercase().starts_with("refer") {
            return endpoint.reply(now, key, request, 489);
        }
        self.accept_plainly(now, endpoint, key, request);
        if let Some(status) = sipfrag_status(request.body()) {
            endpoint.tell(Event::Transferring { invitation: self.id, status });
        }
    }

    /// A digit as INFO, for peers that take no telephone-event (`application/dtmf-relay`).
    pub(crate) fn send_digit(&mut self, now: Duration, endpoint: &mut Endpoint, digit: char) {
        let text = format!("Signal={digit}\r\nDuration=160\r\n");
        let draft = self.dialog.draft(Method::Info);
        let draft = draft.with_body(Body { content_type: "application/dtmf-relay", text });
        endpoint.send(now, Owner::Invitation(self.id, Purpose::Info), draft);
    }

    pub(super) fn on_info(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        request: &Request,
    ) {
        match digit(request.body()) {
            Some(digit) => {
                self.accept_plainly(now, endpoint, key, request);
                endpoint.tell(Event::Digit { invitation: self.id, digit });
            }
            None => endpoint.reply(now, key, request, 415),
        }
    }

    pub(super) fn accept_plainly(
        &self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        request: &Request,
    ) {
        if let Some(response) = endpoint.response(request, 200, None, None) {
            endpoint.respond(now, key, response);
        }
    }

    pub(super) fn on_bye(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        request: &Request,
    ) -> Phase {
        self.accept_plainly(now, endpoint, key, request);
        self.refuse_what_is_owed(now, endpoint);
        over(endpoint, self.id, ended_by_peer(&request.headers, Cause::PeerHungUp))
    }

    /// RFC 3261 §15: the side that was called "MUST NOT send a BYE on a confirmed dialog until it has
    /// received an ACK"; the agent need not wait for that.
    pub(crate) fn hang_up(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        cause: Cause,
    ) -> Phase {
        if self.unacknowledged.is_some() && !self.hang_up_when_acknowledged {
            self.hang_up_when_acknowledged = true;
            return Phase::Established(self);
        }
        self.refuse_what_is_owed(now, endpoint);
        let bye = self.dialog.draft(Method::Bye);
        endpoint.send(now, Owner::Farewell, bye);
        over(endpoint, self.id, cause)
    }

    /// RFC 3261 §15.1.2: what is asked when the call ends is answered all the same.
    fn refuse_what_is_owed(&mut self, now: Duration, endpoint: &mut Endpoint) {
        if let Some(owed) = self.owed.take() {
            endpoint.reply(now, &owed.key, &owed.request, 487);
        }
    }
}

fn digit(body: &[u8]) -> Option<char> {
    let text = std::str::from_utf8(body).ok()?;
    let signal = text.lines().find_map(|line| {
        let (name, value) = line.split_once('=')?;
        name.trim().eq_ignore_ascii_case("signal").then(|| value.trim())
    });
    let mut characters = signal.unwrap_or_else(|| text.trim()).chars();
    let digit = characters.next()?.to_ascii_uppercase();
    (characters.next().is_none() && "0123456789*#ABCD".contains(digit)).then_some(digit)
}
