//! The registration (RFC 3261 §10, RFC 5626): where calls for the agent arrive.
//!
//! ~~~text
//! Idle --> Registering --> Registered --> (refresh) Registering
//!   ^           |              |
//!   |           +--> Refused   +--> Lost --> (socket is back) Registering
//!   +-- Unregistering <--------+
//! ~~~
//!
//! `+sip.instance` and `reg-id` name the phone, so a phone that starts again takes its own place
//! and does not ring twice.

use std::time::Duration;

use sipx_sip::headers::Expires;

use crate::{
    endpoint::{Deadline, Endpoint, Owner, SUPPORTED, Sent},
    event::{Event, Registration as State},
    message::{
        Address, Draft, HeaderName, Method, Request, Response, contacts, name_addr, says, text,
        typed,
    },
};

pub(crate) struct Registration {
    wanted: bool,
    call_id: String,
    tag: String,
    cseq: u32,
    life: Duration,
    failures: u32,
    told: Option<State>,
}

impl Registration {
    pub(crate) fn new(endpoint: &mut Endpoint) -> Self {
        Self {
            wanted: false,
            call_id: endpoint.tokens.token(),
            tag: endpoint.tokens.token(),
            cseq: 0,
            life: endpoint.account.registration_life,
            failures: 0,
            told: None,
        }
    }

    pub(crate) fn is_registered(&self) -> bool {
        self.told == Some(State::Registered)
    }

    pub(crate) fn register(&mut self, now: Duration, endpoint: &mut Endpoint) {
        self.want();
        self.failures = 0;
        self.send(now, endpoint, self.life);
    }

    /// As soon as there is a socket.
    pub(crate) fn want(&mut self) {
        self.wanted = true;
        // Whoever asks again is told again, though the answer be the same.
        self.told.take_if(|told| matches!(told, State::Refused { .. }));
    }

    /// RFC 3261 §10.2.2: a binding is removed by an expiry of zero.
    pub(crate) fn unregister(&mut self, now: Duration, endpoint: &mut Endpoint) {
        self.wanted = false;
        endpoint.clear(&Deadline::Registration);
        self.send(now, endpoint, Duration::ZERO);
        self.tell(endpoint, State::Unregistered);
    }

    pub(crate) fn link_is_up(&mut self, now: Duration, endpoint: &mut Endpoint) {
        if self.wanted {
            self.send(now, endpoint, self.life);
        }
    }

    pub(crate) fn link_is_down(&mut self, endpoint: &mut Endpoint) {
        endpoint.clear(&Deadline::Registration);
        if self.wanted {
            self.tell(endpoint, State::Lost);
        }
    }

    pub(crate) fn on_deadline(&mut self, now: Duration, endpoint: &mut Endpoint) {
        if self.wanted {
            self.send(now, endpoint, self.life);
        }
    }

    pub(crate) fn on_response(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        sent: Sent,
        request: Request,
        response: &Response,
    ) {
        let asked_to_stay = typed::<Expires>(&request.headers).is_none_or(|expires| expires.0 > 0);
        match response.status.code() {
            ..200 => {}
            200..300 if !asked_to_stay => {}
            200..300 => self.accepted(now, endpoint, response),
            401 | 407 => {
                self.cseq += 1;
                let again = endpoint.authenticate(now, sent, request, response, self.cseq);
                if again.is_none() && asked_to_stay {
                    self.refused(endpoint, response);
                }
            }
            // "the registrar's minimum" in Min-Expires (RFC 3261 §10.2.8).
            423 if asked_to_stay => match minimum(response) {
                Some(minimum) if minimum > self.life && minimum <= LONGEST => {
                    self.life = minimum;
                    self.send(now, endpoint, minimum);
                }
                _ => self.refused(endpoint, response),
            },
            408 | 480 | 500.. if asked_to_stay => self.failed(now, endpoint, retry_after(response)),
            _ if asked_to_stay => self.refused(endpoint, response),
            _ => {}
        }
    }

    /// No answer, or no way to ask.
    pub(crate) fn on_silence(&mut self, now: Duration, endpoint: &mut Endpoint) {
        if self.wanted {
            self.failed(now, endpoint, None);
        }
    }

    fn send(&mut self, now: Duration, endpoint: &mut Endpoint, life: Duration) {
        self.cseq += 1;
        let address =
            name_addr(endpoint.account.display_name.as_deref(), &endpoint.account.address);
        let draft = Draft {
            method: Method::Register,
            uri: endpoint.account.registrar.clone(),
            from: format!("{address};tag={}", self.tag),
            to: address,
            call_id: self.call_id.clone(),
            cseq: self.cseq,
            routes: Vec::new(),
            headers: vec![
                (HeaderName::Contact, self.binding(endpoint)),
                (HeaderName::Expires, life.as_secs().to_string()),
                (HeaderName::Supported, SUPPORTED.to_owned()),
            ],
            body: None,
        };
        endpoint.send(now, Owner::Registration, draft);
    }

    /// The binding names no GRUU: that is what the registrar makes of it.
    fn binding(&self, endpoint: &mut Endpoint) -> String {
        let gruu = endpoint.gruu.take();
        let contact = endpoint.contact();
        endpoint.gruu = gruu;
        format!("{contact};reg-id=1;+sip.instance=\"<{}>\"", endpoint.account.instance)
    }

    fn accepted(&mut self, now: Duration, endpoint: &mut Endpoint, response: &Response) {
        self.failures = 0;
        let ours = contacts(&response.headers)
            .into_iter()
            .find(|contact| names(contact, &endpoint.account.instance));
        let granted = ours
            .as_ref()
            .and_then(|contact| seconds(contact.param("expires")?))
            .or_else(|| typed::<Expires>(&response.headers).map(|expires| expires.0.into()))
            .map_or(self.life, Duration::from_secs);
        endpoint.gruu = ours.and_then(|contact| {
            crate::dialog::uri(&String::from_utf8_lossy(contact.param("pub-gruu")?))
        });
        endpoint.service_route = response
            .headers
            .typed_all::<sipx_sip::headers::address::ServiceRoute>()
            .filter_map(|route| route.ok().map(|route| crate::message::route_value(&route)))
            .collect();

        endpoint.set(now + refresh_after(granted), Deadline::Registration);
        self.tell(endpoint, State::Registered);
    }

    fn refused(&mut self, endpoint: &mut Endpoint, response: &Response) {
        self.wanted = false;
        endpoint.clear(&Deadline::Registration);
        let reason = String::from_utf8_lossy(&response.reason).into_owned();
        self.tell(endpoint, State::Refused { status: response.status.code(), reason });
    }

    /// RFC 5626 §4.5: wait longer after each failure, and not all phones equally long.
    fn failed(&mut self, now: Duration, endpoint: &mut Endpoint, asked: Option<Duration>) {
        self.failures += 1;
        let longest = (FIRST_PAUSE * 2u32.pow(self.failures.min(6))).min(LONGEST_PAUSE);
        let half = longest / 2;
        let pause = half + Duration::from_millis(endpoint.tokens.below(half.as_secs() * 1_000));
        endpoint.set(now + asked.unwrap_or(pause).min(LONGEST), Deadline::Registration);
        self.tell(endpoint, State::Lost);
    }

    fn tell(&mut self, endpoint: &mut Endpoint, state: State) {
        if self.told.as_ref() != Some(&state) {
            self.told = Some(state.clone());
            endpoint.tell(Event::Registration(state));
        }
    }
}

fn names(contact: &Address, instance: &str) -> bool {
    contact.param("+sip.instance").is_some_and(|given| says(given, instance))
}

fn minimum(response: &Response) -> Option<Duration> {
    seconds(text(&response.headers, &HeaderName::MinExpires)?.as_bytes()).map(Duration::from_secs)
}

pub(crate) fn retry_after(response: &Response) -> Option<Duration> {
    let text = text(&response.headers, &HeaderName::RetryAfter)?;
    let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
    seconds(digits.as_bytes()).map(Duration::from_secs)
}

fn seconds(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.trim().parse::<u32>().ok().map(u64::from)
}

/// Early enough that one lost answer does not lose the registration.
fn refresh_after(granted: Duration) -> Duration {
    (granted * 4 / 5).max(Duration::from_secs(1))
}

const FIRST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST: Duration = Duration::from_secs(24 * 3600);
