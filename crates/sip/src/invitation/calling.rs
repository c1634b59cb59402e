//! A call that we make, until somebody answers.

use std::time::Duration;

use sipx_sip::{
    rel::{RSeq, Received, Sequence},
    session::{MinSe, SessionExpires},
};

use super::{InvitationId, Phase, Session, ended_by_peer, over};
use crate::{
    dialog::{self, Dialog},
    endpoint::{ALLOW, Deadline, Endpoint, Owner, Purpose, SUPPORTED, Sent, Wait},
    event::{Cause, Event},
    few::Few,
    message::{
        Body, CSeq, Draft, HeaderName, Message, Method, Request, Response, Uri, contacts,
        has_token, header, name_addr, sdp, typed,
    },
    transfer::Replaces,
};

/// A call to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Dial {
    /// A SIP address, or what stands before the `@` of one at the agent's own PBX.
    pub target: String,
    pub offer: String,
    /// The call that this one takes the place of.
    pub replaces: Option<Replaces>,
    /// The caller ID that the PBX is asked to show (RFC 3325, `P-Preferred-Identity`).
    pub caller: Option<String>,
    /// The call whose peer asked for this one, and what it said of itself.
    pub referred: Option<(InvitationId, Option<String>)>,
}

pub(crate) struct Calling {
    id: InvitationId,
    offer: String,
    /// The INVITE that is on its way.
    request: Request,
    forks: Few<String, Fork>,
    /// RFC 3261 §9.1: no CANCEL before a provisional response.
    heard: bool,
    giving_up: Option<Cause>,
    tried: Vec<String>,
    alternatives: Vec<Uri>,
    cseq: u32,
    interval: Option<Duration>,
}

struct Fork {
    dialog: Dialog,
    reliable: Sequence,
}

impl Calling {
    /// Nothing where the target is no address.
    pub(crate) fn dial(
        now: Duration,
        endpoint: &mut Endpoint,
        id: InvitationId,
        dial: Dial,
    ) -> Option<Self> {
        let target = target(endpoint, &dial.target)?;
        let account = &endpoint.account;
        let from = name_addr(account.display_name.as_deref(), &account.address);
        let interval = account.session_interval;
        let draft = Draft {
            method: Method::Invite,
            from: format!("{from};tag={}", endpoint.tokens.token()),
            to: format!("<{target}>"),
            uri: target.clone(),
            call_id: endpoint.tokens.token(),
            cseq: 1,
            routes: endpoint.service_route.clone(),
            headers: Vec::new(),
            body: Some(Body::sdp(&dial.offer)),
        };
        let draft = described(draft, endpoint, &dial, interval);
        let owner = Owner::Invitation(id, Purpose::Invite);
        let request = endpoint.send(now, owner, draft);
        endpoint.set(now + LONGEST_RINGING, Deadline::Invitation(id, Wait::Ringing));
        Some(Self {
            id,
            offer: dial.offer,
            request,
            forks: Few::new(),
            heard: false,
            giving_up: None,
            tried: vec![target.to_string()],
            alternatives: Vec::new(),
            cseq: 1,
            interval,
        })
    }

    pub(crate) fn on_response(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        sent: Sent,
        response: Response,
    ) -> Phase {
        match response.status.code() {
            ..200 => self.on_provisional(now, endpoint, &response),
            200..300 => self.on_answer(now, endpoint, response),
            status => match self.giving_up.take() {
                Some(cause) => over(endpoint, self.id, cause),
                None => self.on_refusal(now, endpoint, sent, status, &response),
            },
        }
    }

    fn on_provisional(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        response: &Response,
    ) -> Phase {
        if !self.heard {
            self.heard = true;
            if self.giving_up.is_some() {
                self.cancel(now, endpoint);
            }
        }
        let fork = self.fork(now, endpoint, response);
        if let (Heard::Anew(fork), None) = (fork, &self.giving_up)
            && response.status.code() > 100
        {
            endpoint.tell(Event::Progress {
                invitation: self.id,
                fork,
                status: response.status.code(),
                sdp: sdp(&response.headers, response.body()),
            });
        }
        Phase::Calling(self)
    }

    /// Each tag is a phone of its own with an early dialog of its own (RFC 3261 §13.2.2.1). A
    /// reliable response is acknowledged there (RFC 3262 §4).
    fn fork(&mut self, now: Duration, endpoint: &mut Endpoint, response: &Response) -> Heard {
        let Some(dialog) = Dialog::of_caller(&self.request, response) else {
            return Heard::Anew(None);
        };
        let tag = dialog.remote_tag.clone();
        if self.forks.get(&tag).is_none() {
            self.forks.insert(tag.clone(), Fork { dialog, reliable: Sequence::default() });
        }
        let Some(fork) = self.forks.get_mut(&tag) else { return Heard::Anew(Some(tag)) };
        fork.dialog.refresh(&response.headers);
        if !has_token(&response.headers, &HeaderName::Require, "100rel") {
            return Heard::Anew(Some(tag));
        }
        let Some(RSeq(number)) = typed::<RSeq>(&response.headers) else {
            return Heard::Anew(Some(tag));
        };
        if fork.reliable.accept(number) != Received::Acknowledge {
            return Heard::Before;
        }
        let acknowledged = format!("{number} {} INVITE", self.cseq);
        let prack = fork.dialog.draft(Method::Prack).with(HeaderName::RAck, acknowledged);
        endpoint.send(now, Owner::Invitation(self.id, Purpose::Other), prack);
        Heard::Anew(Some(tag))
    }

    fn on_answer(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        response: Response,
    ) -> Phase {
        // The answer crossed our CANCEL: it is acknowledged, and hung up on (RFC 3261 §9.1).
        if let Some(cause) = self.giving_up.take() {
            dismiss(now, endpoint, &self.request, &response);
            return over(endpoint, self.id, cause);
        }
        let Some(mut dialog) = Dialog::of_caller(&self.request, &response) else {
            return over(endpoint, self.id, Cause::Refused { status: 400, reason: String::new() });
        };
        let early = self.forks.remove(&dialog.remote_tag);
        if let Some(early) = early {
            dialog.continues(&early.dialog);
        }
        let ack = endpoint.sealed(dialog.ack(self.cseq));
        endpoint.transmit(&Message::Request(ack.clone()));
        endpoint.clear_invitation(self.id);
        endpoint.tell(Event::Established {
            invitation: self.id,
            dialog: dialog.saved(),
            answer: sdp(&response.headers, response.body()),
        });
        let session = Session::of_caller(
            now,
            endpoint,
            self.id,
            dialog,
            ack,
            self.offer,
            self.interval,
            &response,
        );
        Phase::Established(Box::new(session))
    }

    fn on_refusal(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        sent: Sent,
        status: u16,
        response: &Response,
    ) -> Phase {
        self.forks.clear();
        let again = match status {
            401 | 407 => self.authenticated(now, endpoint, sent, response),
            300..=399 => self.redirected(now, endpoint, response),
            422 => self.lengthened(now, endpoint, response),
            // One alternative of several; the next one may answer (RFC 3261 §8.1.3.4).
            404 | 408 | 480 | 486 | 487 | 500.. if !self.alternatives.is_empty() => {
                self.redirected(now, endpoint, response)
            }
            _ => None,
        };
        if again.is_some() {
            return Phase::Calling(self);
        }
        let reason = String::from_utf8_lossy(&response.reason).into_owned();
        let cause = Cause::Refused { status, reason };
        over(endpoint, self.id, ended_by_peer(&response.headers, cause))
    }

    fn authenticated(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        sent: Sent,
        response: &Response,
    ) -> Option<()> {
        let cseq = self.cseq + 1;
        let request = self.request.clone();
        self.request = endpoint.authenticate(now, sent, request, response, cseq)?;
        self.cseq = cseq;
        self.heard = false;
        Some(())
    }

    /// RFC 3261 §8.1.3.4: "SHOULD NOT redirect to a target that was already tried", and not for
    /// ever.
    fn redirected(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        response: &Response,
    ) -> Option<()> {
        if (300..400).contains(&response.status.code()) {
            let found = contacts(&response.headers).into_iter().map(|contact| contact.uri);
            self.alternatives.extend(found);
        }
        let next = loop {
            if self.alternatives.is_empty() || self.tried.len() > MOST_REDIRECTS {
                return None;
            }
            let next = self.alternatives.remove(0);
            if !self.tried.contains(&next.to_string()) {
                break next;
            }
        };
        self.tried.push(next.to_string());
        self.request.set_uri(next).ok()?;
        self.send_again(now, endpoint);
        Some(())
    }

    /// RFC 4028 §7.4: a 422 names the shortest interval that would do.
    fn lengthened(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        response: &Response,
    ) -> Option<()> {
        let MinSe(minimum) = typed::<MinSe>(&response.headers)?;
        let asked = self.interval.filter(|asked| *asked < minimum)?;
        debug_assert!(asked < minimum);
        self.interval = Some(minimum);
        let headers = &mut self.request.headers;
        headers.remove_all(&HeaderName::SessionExpires);
        headers.remove_all(&HeaderName::MinSe);
        headers.push(header(HeaderName::SessionExpires, minimum.as_secs().to_string()));
        headers.push(header(HeaderName::MinSe, minimum.as_secs().to_string()));
        self.send_again(now, endpoint);
        Some(())
    }

    fn send_again(&mut self, now: Duration, endpoint: &mut Endpoint) {
        self.cseq += 1;
        self.heard = false;
        endpoint.renumber(&mut self.request, self.cseq);
        let owner = Owner::Invitation(self.id, Purpose::Invite);
        endpoint.dispatch(now, Sent { owner, attempts: 0 }, self.request.clone());
    }

    pub(crate) fn give_up(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
        cause: Cause,
    ) -> Phase {
        if self.giving_up.is_some() {
            return Phase::Calling(self);
        }
        self.giving_up = Some(cause);
        if self.heard {
            self.cancel(now, endpoint);
        }
        // RFC 3261 §9.1: without a final response "within 64*T1 seconds" it counts as cancelled.
        endpoint.set(now + CANCEL_ANSWER, Deadline::Invitation(self.id, Wait::Ringing));
        Phase::Calling(self)
    }

    pub(crate) fn on_ringing_deadline(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
    ) -> Phase {
        match self.giving_up.take() {
            Some(cause) => {
                endpoint.give_up(&self.request);
                over(endpoint, self.id, cause)
            }
            None => self.give_up(now, endpoint, Cause::NoAnswer),
        }
    }

    /// No answer at all, or no socket to hear it by.
    pub(crate) fn on_silence(
        mut self: Box<Self>,
        endpoint: &mut Endpoint,
        link_lost: bool,
    ) -> Phase {
        if link_lost && self.heard {
            endpoint.say_later(self.cancellation());
        }
        let otherwise = if link_lost { Cause::LinkLost } else { Cause::NoAnswer };
        let cause = self.giving_up.take().unwrap_or(otherwise);
        over(endpoint, self.id, cause)
    }

    fn cancel(&self, now: Duration, endpoint: &mut Endpoint) {
        let sent = Sent { owner: Owner::Farewell, attempts: 0 };
        endpoint.dispatch(now, sent, self.cancellation());
    }

    /// RFC 3261 §9.1: what the CANCEL has in common with its INVITE, the topmost `Via` included.
    fn cancellation(&self) -> Request {
        let mut cancel = Request::new(Method::Cancel, self.request.uri.clone());
        for name in [
            HeaderName::Via,
            HeaderName::Route,
            HeaderName::From,
            HeaderName::To,
            HeaderName::CallId,
            HeaderName::MaxForwards,
        ] {
            for copied in self.request.headers.get_all(&name) {
                cancel.headers.push(copied.clone());
            }
        }
        cancel.headers.push(header(HeaderName::CSeq, format!("{} CANCEL", self.cseq)));
        cancel.headers.push(header(HeaderName::ContentLength, "0"));
        cancel
    }
}

enum Heard {
    Anew(Option<String>),
    Before,
}

/// A second phone answered the same call, or one that was given up: RFC 3261 §13.2.2.4, "the UAC
/// core … acknowledges each 2xx and terminates" those it does not want.
pub(crate) fn dismiss(now: Duration, endpoint: &mut Endpoint, invite: &Request, answer: &Response) {
    let Some(mut dialog) = Dialog::of_caller(invite, answer) else { return };
    let Some(cseq) = typed::<CSeq>(&invite.headers) else { return };
    let ack = endpoint.sealed(dialog.ack(cseq.sequence));
    endpoint.transmit(&Message::Request(ack));
    endpoint.send(now, Owner::Farewell, dialog.draft(Method::Bye));
}

fn described(draft: Draft, endpoint: &Endpoint, dial: &Dial, interval: Option<Duration>) -> Draft {
    let mut draft = draft
        .with(HeaderName::Contact, endpoint.contact())
        .with(HeaderName::Allow, ALLOW)
        .with(HeaderName::Supported, SUPPORTED);
    if let Some(interval) = interval {
        let expires = SessionExpires { interval, refresher: None };
        draft = draft.with(HeaderName::SessionExpires, expires.to_string());
    }
    if let Some(replaces) = &dial.replaces {
        draft = draft
            .with(HeaderName::Require, "replaces")
            .with(HeaderName::Replaces, replaces.value());
    }
    if let Some(caller) = dial.caller.as_deref().and_then(|caller| target(endpoint, caller)) {
        draft = draft.with(HeaderName::PPreferredIdentity, format!("<{caller}>"));
    }
    if let Some((_, Some(referred_by))) = &dial.referred {
        draft = draft.with(HeaderName::ReferredBy, referred_by.clone());
    }
    draft
}

/// An address as it is, or a number or name at our own PBX.
pub(crate) fn target(endpoint: &Endpoint, text: &str) -> Option<Uri> {
    let text = text.trim();
    let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let whole = matches!(scheme.as_deref(), Some("sip" | "sips" | "tel"));
    if whole {
        return dialog::uri(text).filter(|uri| !uri.has_headers());
    }
    let named = !text.is_empty() && text.chars().all(is_user);
    let user = text.replace('#', "%23");
    named.then(|| dialog::uri(&format!("sip:{user}@{}", endpoint.account.domain()))).flatten()
}

/// What may stand in a user part unescaped (RFC 3261 §25.1), and `#`, which is escaped there.
fn is_user(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_.!~*'()&=+$,;?/#".contains(c)
}

const MOST_REDIRECTS: usize = 5;
/// RFC 3261 §16.6: timer C, after which a proxy gives up as well, "MUST be larger than 3 minutes".
const LONGEST_RINGING: Duration = Duration::from_secs(180);
const CANCEL_ANSWER: Duration = Duration::from_secs(32);
