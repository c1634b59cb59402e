//! Session timers (RFC 4028): a call whose peer is gone does not go on for ever.

use std::time::Duration;

use sipx_sip::{
    TransactionKey,
    session::{self, Accepted, MinSe, Refresher, SessionExpires},
};

use super::{Session, described};
use crate::{
    endpoint::{Deadline, Endpoint, Owner, Purpose, Wait, supports},
    event::Cause,
    invitation::Phase,
    message::{Draft, HeaderName, Method, Request, Response, header, typed},
};

impl Session {
    pub(super) fn agree_on_timer(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        request: &Request,
        response: &mut Response,
    ) {
        let asked = typed::<SessionExpires>(&request.headers);
        let least = typed::<MinSe>(&request.headers).map(|MinSe(least)| least);
        let supported = supports(&request.headers, "timer");
        let answer = session::answer(supported, asked, least, session::ABSOLUTE_MIN_INTERVAL);
        let session::Answer::Accept(Accepted { interval, refresher, require }) = answer else {
            self.timer = None;
            return self.rearm(now, endpoint);
        };
        let expires = SessionExpires { interval, refresher: Some(refresher) };
        response.headers.push(header(HeaderName::SessionExpires, expires.to_string()));
        if require {
            response.headers.push(header(HeaderName::Require, "timer"));
        }
        self.timer = Some(session::Session { interval, we_refresh: refresher == Refresher::Uas });
        self.rearm(now, endpoint);
    }

    pub(super) fn accept_refresh(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        key: &TransactionKey,
        request: &Request,
    ) {
        let Some(mut response) = endpoint.response(request, 200, None, None) else { return };
        response.headers.push(header(HeaderName::Contact, endpoint.contact()));
        self.agree_on_timer(now, endpoint, request, &mut response);
        endpoint.respond(now, key, response);
    }

    pub(super) fn refreshed(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        response: &Response,
    ) {
        let asked = self.timer.map(|timer| timer.interval);
        self.timer = session::adopt(typed::<SessionExpires>(&response.headers), asked);
        self.rearm(now, endpoint);
    }

    pub(super) fn lengthen(&mut self, response: &Response) {
        if let (Some(timer), Some(MinSe(least))) =
            (&mut self.timer, typed::<MinSe>(&response.headers))
        {
            timer.interval = timer.interval.max(least);
        }
    }

    pub(super) fn rearm(&mut self, now: Duration, endpoint: &mut Endpoint) {
        let deadline = Deadline::Invitation(self.id, Wait::Session);
        match self.timer {
            Some(timer) => endpoint.set(now + timer.act_after(), deadline),
            None => endpoint.clear(&deadline),
        }
    }

    pub(crate) fn on_session_deadline(
        mut self: Box<Self>,
        now: Duration,
        endpoint: &mut Endpoint,
    ) -> Phase {
        match self.timer {
            Some(timer) if timer.we_refresh => {
                self.refresh(now, endpoint);
                // Should the answer be lost with the socket, there is time for another.
                let deadline = Deadline::Invitation(self.id, Wait::Session);
                endpoint.set(now + timer.interval / 4, deadline);
                Phase::Established(self)
            }
            Some(_) => self.hang_up(now, endpoint, Cause::Expired),
            None => Phase::Established(self),
        }
    }

    /// By UPDATE where the peer allows it, since that moves no description (RFC 4028 §7.4).
    pub(super) fn refresh(&mut self, now: Duration, endpoint: &mut Endpoint) {
        if !self.peer_updates {
            let agreed = self.agreed.clone();
            return self.offer(now, endpoint, agreed);
        }
        let draft = self.dialog.draft(Method::Update);
        let draft = self.timed(described(draft, endpoint));
        endpoint.send(now, Owner::Invitation(self.id, Purpose::Refresh), draft);
    }

    pub(super) fn timed(&self, draft: Draft) -> Draft {
        let Some(timer) = self.timer else { return draft };
        let refresher = if timer.we_refresh { Refresher::Uac } else { Refresher::Uas };
        let expires = SessionExpires { interval: timer.interval, refresher: Some(refresher) };
        draft.with(HeaderName::SessionExpires, expires.to_string())
    }
}
