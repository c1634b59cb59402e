//! Message waiting (RFC 3842): the light, and how many messages there are.
//!
//! A PBX may notify without being asked; one that does not is asked after each registration. One that
//! knows no message summaries says so once and is left alone.

use std::time::Duration;

use sipx_sip::{TransactionKey, headers::Expires};

use crate::{
    dialog::Dialog,
    endpoint::{Deadline, Endpoint, Owner, Sent},
    event::Event,
    message::{Draft, HeaderName, Method, Request, Response, text, typed},
};

pub(crate) struct MessageWaiting {
    call_id: String,
    tag: String,
    cseq: u32,
    dialog: Option<Dialog>,
}

impl MessageWaiting {
    pub(crate) fn new(endpoint: &mut Endpoint) -> Self {
        let (call_id, tag) = (endpoint.tokens.token(), endpoint.tokens.token());
        Self { call_id, tag, cseq: 0, dialog: None }
    }

    /// Begins anew: after a lost socket the PBX may have forgotten the subscription.
    pub(crate) fn subscribe(&mut self, now: Duration, endpoint: &mut Endpoint) {
        self.dialog = None;
        (self.call_id, self.tag) = (endpoint.tokens.token(), endpoint.tokens.token());
        self.send(now, endpoint);
    }

    pub(crate) fn on_deadline(&mut self, now: Duration, endpoint: &mut Endpoint) {
        self.send(now, endpoint);
    }

    fn send(&mut self, now: Duration, endpoint: &mut Endpoint) {
        let address = endpoint.account.address.clone();
        let draft = match &mut self.dialog {
            Some(dialog) => dialog.draft(Method::Subscribe),
            None => {
                self.cseq += 1;
                Draft {
                    method: Method::Subscribe,
                    from: format!("<{address}>;tag={}", self.tag),
                    to: format!("<{address}>"),
                    uri: address,
                    call_id: self.call_id.clone(),
                    cseq: self.cseq,
                    routes: endpoint.service_route.clone(),
                    headers: Vec::new(),
                    body: None,
                }
            }
        };
        let draft = draft
            .with(HeaderName::Contact, endpoint.contact())
            .with(HeaderName::Event, PACKAGE)
            .with(HeaderName::Accept, "application/simple-message-summary")
            .with(HeaderName::Expires, LIFE.as_secs().to_string());
        endpoint.send(now, Owner::MessageWaiting, draft);
    }

    pub(crate) fn on_response(
        &mut self,
        now: Duration,
        endpoint: &mut Endpoint,
        sent: Sent,
        request: Request,
        response: &Response,
    ) {
        match response.status.code() {
            200..300 => {
                if self.dialog.is_none() {
                    self.dialog = Dialog::of_caller(&request, response);
                }
                let granted = typed::<Expires>(&response.headers);
                let granted = granted.map_or(LIFE, |expires| Duration::from_secs(expires.0.into()));
                let again = (granted * 4 / 5).max(Duration::from_secs(30));
                endpoint.set(now + again, Deadline::MessageWaiting);
            }
            401 | 407 => {
                let cseq = match &mut self.dialog {
                    Some(dialog) => dialog.next_cseq(),
                    None => {
                        self.cseq += 1;
                        self.cseq
                    }
                };
                endpoint.authenticate(now, sent, request, response, cseq);
            }
            // RFC 6665 §4.1.2.2: "the subscription has been terminated": a new one, once.
            481 if self.dialog.is_some() => self.subscribe(now, endpoint),
            _ => {}
        }
    }
}

/// A summary, asked for or not.
pub(crate) fn on_notify(
    now: Duration,
    endpoint: &mut Endpoint,
    key: &TransactionKey,
    request: &Request,
) {
    let package = text(&request.headers, &HeaderName::Event).unwrap_or_default();
    let named = package.split(';').next().unwrap_or_default().trim();
    if !named.eq_ignore_ascii_case(PACKAGE) {
        return endpoint.reply(now, key, request, 489);
    }
    endpoint.reply(now, key, request, 200);
    if let Some(summary) = summary(request.body()) {
        endpoint.tell(summary);
    }
}

/// RFC 3842 §5.2: `Messages-Waiting: yes`, then `Voice-Message: 2/8 (0/2)`.
fn summary(body: &[u8]) -> Option<Event> {
    let body = std::str::from_utf8(body).ok()?;
    let field = |name: &str| {
        body.lines().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    };
    let waiting = match field("Messages-Waiting")?.to_ascii_lowercase().as_str() {
        "yes" => true,
        "no" => false,
        _ => return None,
    };
    let counts = field("Voice-Message").and_then(|counts| counts.split_once('/'));
    let count = |text: &str| text.split_whitespace().next()?.parse().ok();
    let new = counts.and_then(|(new, _)| count(new));
    let old = counts.and_then(|(_, old)| count(old));
    Some(Event::MessageWaiting { waiting, new, old })
}

const PACKAGE: &str = "message-summary";
const LIFE: Duration = Duration::from_secs(3600);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_counts_where_the_server_counts() {
        let counted =
            b"Messages-Waiting: yes\r\nMessage-Account: sip:1@b\r\nVoice-Message: 2/8 (0/2)\r\n";

        assert_eq!(
            summary(counted),
            Some(Event::MessageWaiting { waiting: true, new: Some(2), old: Some(8) })
        );
        assert_eq!(
            summary(b"messages-waiting:no\r\n"),
            Some(Event::MessageWaiting { waiting: false, new: None, old: None })
        );
        for nonsense in ["", "Voice-Message: 2/8", "Messages-Waiting: perhaps", "\u{0}"] {
            assert_eq!(summary(nonsense.as_bytes()), None, "{nonsense}");
        }
    }
}
