//! What others ask of the user agent, outside and inside of calls (RFC 3261 §8.2).

use std::time::Duration;

use sipx_sip::{TransactionKey, session, validate_request};

use super::UserAgent;
use crate::{
    dialog::Dialog,
    endpoint::{ALLOW, REQUIRABLE, SUPPORTED},
    event::{Event, Incoming, Party},
    invitation::{InvitationId, Phase, Ringing, caller, party},
    message::{
        CSeq, HeaderName, Message, Method, Request, Response, SDP, Scheme, address, header,
        is_foreign, remains, says, sdp, tag, takes_sdp, text, tokens, typed,
    },
    message_waiting,
    transfer::Replaces,
};

impl UserAgent {
    /// RFC 3261 §18.3: a response that cannot be read is dropped, and a request is answered 400 where
    /// there is a way back.
    pub(super) fn on_unreadable(&mut self, bytes: &[u8]) {
        if let Some(request) = remains(bytes).filter(|request| request.method != Method::Ack) {
            self.endpoint.protest(&request, 400);
        }
    }

    pub(super) fn on_request(&mut self, now: Duration, key: TransactionKey, request: Request) {
        if request.method == Method::Cancel {
            return self.on_cancel(now, &key, &request);
        }
        // RFC 3261 §21.5.2: a method that nobody has heard of is not implemented.
        if matches!(request.method, Method::Other(_)) {
            let allow = ALLOW.to_owned();
            return self.refuse_with(now, &key, &request, 501, HeaderName::Allow, allow);
        }
        let refused: Vec<String> = tokens(&request.headers, &HeaderName::Require)
            .into_iter()
            .filter(|option| !REQUIRABLE.iter().any(|known| known.eq_ignore_ascii_case(option)))
            .collect();
        if !refused.is_empty() {
            return self.refuse_with(
                now,
                &key,
                &request,
                420,
                HeaderName::Unsupported,
                refused.join(", "),
            );
        }
        let offers = matches!(request.method, Method::Invite | Method::Update);
        if offers && is_foreign(&request) {
            let accept = SDP.to_owned();
            return self.refuse_with(now, &key, &request, 415, HeaderName::Accept, accept);
        }
        if offers && !takes_sdp(&request.headers) {
            return self.endpoint.reply(now, &key, &request, 406);
        }
        if tag(&request.headers, &HeaderName::To).is_some() {
            return self.on_request_within(now, key, request);
        }
        if !matches!(request.uri.scheme(), Scheme::Sip | Scheme::Sips | Scheme::Tel) {
            return self.endpoint.reply(now, &key, &request, 416);
        }
        match request.method {
            Method::Invite => self.on_invite(now, key, request),
            Method::Options => self.on_options(now, &key, &request),
            Method::Notify => message_waiting::on_notify(now, &mut self.endpoint, &key, &request),
            Method::Bye | Method::Update | Method::Prack | Method::Info => {
                self.endpoint.reply(now, &key, &request, 481);
            }
            _ => self.refuse_with(now, &key, &request, 405, HeaderName::Allow, ALLOW.to_owned()),
        }
    }

    pub(super) fn on_request_within(
        &mut self,
        now: Duration,
        key: TransactionKey,
        request: Request,
    ) {
        let Some(id) = self.dialog_of(&request) else {
            // The notifier of our own subscription has a dialog that no call has.
            if request.method == Method::Notify {
                return message_waiting::on_notify(now, &mut self.endpoint, &key, &request);
            }
            return self.endpoint.reply(now, &key, &request, 481);
        };
        self.step(id, |phase, endpoint| match phase {
            Phase::Established(session) => session.on_request(now, endpoint, key, request),
            Phase::Ringing(mut ringing) => {
                let known = request.method == Method::Prack && ringing.on_prack(endpoint, &request);
                match request.method {
                    Method::Bye => return ringing.ended_early(now, endpoint, &key, &request),
                    _ if known => endpoint.reply(now, &key, &request, 200),
                    _ => endpoint.reply(now, &key, &request, 481),
                }
                Phase::Ringing(ringing)
            }
            other => {
                endpoint.reply(now, &key, &request, 481);
                other
            }
        });
    }

    pub(super) fn dialog_of(&self, request: &Request) -> Option<InvitationId> {
        self.invitations.iter().find_map(|(id, phase)| {
            let dialog = match phase {
                Phase::Established(session) => &session.dialog,
                Phase::Ringing(ringing) => &ringing.dialog,
                Phase::Calling(_) | Phase::Over => return None,
            };
            dialog.has(&request.headers).then_some(*id)
        })
    }

    pub(super) fn on_invite(&mut self, now: Duration, key: TransactionKey, request: Request) {
        // RFC 3261 §8.2.2.2: the same request by another way is a loop.
        if self.is_merged(&request) {
            return self.endpoint.reply(now, &key, &request, 482);
        }
        let asked = typed::<session::SessionExpires>(&request.headers);
        let least = session::ABSOLUTE_MIN_INTERVAL;
        if asked.is_some_and(|asked| asked.interval < least) {
            let least = least.as_secs().to_string();
            return self.refuse_with(now, &key, &request, 422, HeaderName::MinSe, least);
        }
        let replaces = match Replaces::header(&request.headers) {
            None => None,
            Some(replaces) => match self.replaceable(&replaces) {
                Ok(id) => Some(id),
                Err(status) => return self.endpoint.reply(now, &key, &request, status),
            },
        };
        // A storm of calls must not take the call in progress with it.
        if replaces.is_none() && self.invitations.len() >= MOST_INVITATIONS {
            return self.endpoint.reply(now, &key, &request, 486);
        }
        let local_tag = self.endpoint.tokens.token();
        let parties = caller(&request.headers).zip(called(&request));
        let (Some(dialog), Some((from, to))) = (Dialog::of_callee(&request, &local_tag), parties)
        else {
            return self.endpoint.reply(now, &key, &request, 400);
        };

        self.born += 1;
        let id = InvitationId(self.born);
        self.endpoint.tell(Event::Incoming(Incoming {
            invitation: id,
            call_id: dialog.call_id.clone(),
            from,
            to,
            offer: sdp(&request.headers, request.body()),
            replaces,
            answers_itself: answers_itself(&request),
        }));
        let ringing = Ringing::new(now, &mut self.endpoint, id, key, request, dialog);
        self.invitations.insert(id, Phase::Ringing(Box::new(ringing)));
    }

    pub(super) fn is_merged(&self, request: &Request) -> bool {
        self.invitations.iter().any(|(_, phase)| match phase {
            Phase::Ringing(ringing) => [HeaderName::CallId, HeaderName::CSeq, HeaderName::From]
                .iter()
                .all(|name| text(&ringing.request.headers, name) == text(&request.headers, name)),
            _ => false,
        })
    }

    /// RFC 3891 §3: an answered call may be replaced, a ringing one only where the other side makes it.
    pub(super) fn replaceable(&self, replaces: &Replaces) -> Result<InvitationId, u16> {
        let found = self.invitations.iter().find_map(|(id, phase)| match phase {
            Phase::Established(session)
                if session.dialog.is(&replaces.call_id, &replaces.to_tag, &replaces.from_tag) =>
            {
                Some(*id)
            }
            _ => None,
        });
        match found {
            Some(_) if replaces.early_only => Err(486),
            Some(id) => Ok(id),
            None => Err(481),
        }
    }

    /// The call that the ringing one was asked to take the place of.
    pub(super) fn replaced_by(&self, id: InvitationId) -> Option<InvitationId> {
        let Phase::Ringing(ringing) = self.invitations.get(&id)? else { return None };
        self.replaceable(&Replaces::header(&ringing.request.headers)?).ok()
    }

    pub(super) fn on_cancel(&mut self, now: Duration, key: &TransactionKey, cancel: &Request) {
        let invite = TransactionKey::for_cancelled_invite(cancel);
        let invite = invite.filter(|invite| self.endpoint.received_request(invite).is_some());
        let status = if invite.is_some() { 200 } else { 481 };
        // RFC 3261 §9.2: with the tag that the response to the INVITE has.
        let tag = invite.as_ref().and_then(|invite| self.ringing_tag(invite));
        if let Some(response) = self.endpoint.response(cancel, status, tag.as_deref(), None) {
            self.endpoint.respond(now, key, response);
        }
        let Some(invite) = invite else { return };
        let ids: Vec<InvitationId> = self.invitations.iter().map(|(id, _)| *id).collect();
        for id in ids {
            self.step(id, |phase, endpoint| match phase {
                Phase::Ringing(ringing) if ringing.is(&invite) => {
                    ringing.cancelled(now, endpoint, cancel)
                }
                Phase::Established(mut session) => {
                    session.on_cancel(now, endpoint, &invite);
                    Phase::Established(session)
                }
                other => other,
            });
        }
    }

    fn ringing_tag(&self, invite: &TransactionKey) -> Option<String> {
        self.invitations.iter().find_map(|(_, phase)| match phase {
            Phase::Ringing(ringing) if ringing.is(invite) => Some(ringing.dialog.local_tag.clone()),
            _ => None,
        })
    }

    pub(super) fn on_ack(&mut self, now: Duration, ack: &Request) {
        if let Some(id) = self.dialog_of(ack) {
            self.step(id, |phase, endpoint| match phase {
                Phase::Established(session) => session.on_ack(now, endpoint, ack),
                other => other,
            });
        }
    }

    /// An answer whose question is forgotten.
    pub(super) fn on_stray(&mut self, response: &Response) {
        let invites =
            typed::<CSeq>(&response.headers).is_some_and(|cseq| cseq.method == Method::Invite);
        if !invites || !response.status.is_success() {
            return;
        }
        for phase in self.invitations.values_mut() {
            if let Phase::Established(session) = phase
                && session.dialog.is_answered_by(&response.headers)
            {
                session.on_stray_answer(&mut self.endpoint, response);
            }
        }
    }

    /// RFC 3261 §11.2: what an INVITE would be answered, and what is understood here.
    pub(super) fn on_options(&mut self, now: Duration, key: &TransactionKey, request: &Request) {
        let tag = self.endpoint.tokens.token();
        let Some(mut response) = self.endpoint.response(request, 200, Some(&tag), None) else {
            return;
        };
        response.headers.push(header(HeaderName::Contact, self.endpoint.contact()));
        response.headers.push(header(HeaderName::Allow, ALLOW));
        response.headers.push(header(HeaderName::Supported, SUPPORTED));
        response.headers.push(header(HeaderName::Accept, "application/sdp, message/sipfrag"));
        self.endpoint.respond(now, key, response);
    }

    pub(super) fn refuse_with(
        &mut self,
        now: Duration,
        key: &TransactionKey,
        request: &Request,
        status: u16,
        name: HeaderName,
        value: String,
    ) {
        if let Some(mut response) = self.endpoint.response(request, status, None, None) {
            response.headers.push(header(name, value));
            self.endpoint.respond(now, key, response);
        }
    }
}

/// What is wrong with a request, as a status. A caller of RFC 2543 sends no `Max-Forwards`, and an
/// endpoint forwards nothing.
pub(super) fn unsound(message: &Message) -> Option<(&Request, u16)> {
    let request = message.as_request().filter(|request| request.method != Method::Ack)?;
    let findings = validate_request(request);
    let finding = findings.iter().find(|finding| !finding.is_repairable())?;
    Some((request, finding.status()))
}

fn called(request: &Request) -> Option<Party> {
    address(&request.headers, &HeaderName::To).map(|to| party(&to))
}

/// The two ways in which PBXes ask for an answer without a click.
fn answers_itself(request: &Request) -> bool {
    let asks = |name: &HeaderName, words: &str| {
        text(&request.headers, name).is_some_and(|value| says(value.to_ascii_lowercase(), words))
    };
    asks(&HeaderName::CallInfo, "answer-after=0")
        || asks(&HeaderName::AlertInfo, "auto answer")
        || asks(&HeaderName::AlertInfo, "info=alert-autoanswer")
}

/// More than any agent handles; beyond it a caller hears that the line is busy.
const MOST_INVITATIONS: usize = 8;
