//! How many voice messages wait for each extension, and who is told (RFC 3842, RFC 6665).

use std::{collections::BTreeMap, time::Duration};

use sip::message::{Expires, HeaderName, Method, Request, Uri, contact, header, tag, text, typed};

/// Voice messages of one extension.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    pub new: u32,
    pub old: u32,
}

#[derive(Default)]
pub struct Mailboxes {
    messages: BTreeMap<String, Messages>,
    subscriptions: Vec<Subscription>,
}

/// Somebody who is told, and the dialog by which.
struct Subscription {
    extension: String,
    call_id: String,
    /// `From` and `To` of what is sent.
    local: String,
    remote: String,
    target: Uri,
    cseq: u32,
    until: Duration,
}

impl Mailboxes {
    pub fn of(&self, extension: &str) -> Messages {
        self.messages.get(extension).copied().unwrap_or_default()
    }

    pub fn set(&mut self, extension: &str, messages: Messages) {
        self.messages.insert(extension.to_owned(), messages);
    }

    /// Makes, refreshes or ends a subscription, and says for how long it is; the answer has `local` as its tag.
    /// Nothing where the request has no address to write to.
    pub fn subscribe(
        &mut self,
        now: Duration,
        extension: &str,
        request: &Request,
        local: &str,
    ) -> Option<Duration> {
        let call_id = text(&request.headers, &HeaderName::CallId)?;
        let asked = typed::<Expires>(&request.headers)
            .map_or(LONGEST, |Expires(seconds)| Duration::from_secs(seconds.into()).min(LONGEST));
        let known = self.subscriptions.iter().position(|known| known.call_id == call_id);
        let cseq = known.map_or(0, |known| self.subscriptions.remove(known).cseq);
        let to = text(&request.headers, &HeaderName::To)?;
        let tagged = tag(&request.headers, &HeaderName::To).is_some();
        self.subscriptions.push(Subscription {
            extension: extension.to_owned(),
            call_id,
            local: if tagged { to } else { format!("{to};tag={local}") },
            remote: text(&request.headers, &HeaderName::From)?,
            target: contact(&request.headers)?.uri,
            cseq,
            until: now + asked,
        });
        Some(asked)
    }

    /// Whose mailbox a subscription within its dialog is about.
    pub fn subscriber(&self, request: &Request) -> Option<String> {
        let call_id = text(&request.headers, &HeaderName::CallId)?;
        let known = self.subscriptions.iter().find(|known| known.call_id == call_id)?;
        Some(known.extension.clone())
    }

    /// RFC 3842 §5.2, to everybody who subscribed; a subscription whose time is over hears it for the last time.
    pub fn notify(&mut self, now: Duration, extension: &str) -> Vec<Request> {
        let messages = self.of(extension);
        let told = self.subscriptions.iter_mut().filter(|known| known.extension == extension);
        let requests = told.map(|subscription| subscription.notify(now, messages)).collect();
        self.subscriptions.retain(|subscription| subscription.until > now);
        requests
    }
}

impl Subscription {
    fn notify(&mut self, now: Duration, messages: Messages) -> Request {
        self.cseq += 1;
        let left = self.until.saturating_sub(now).as_secs();
        let state = match left {
            0 => "terminated;reason=timeout".to_owned(),
            left => format!("active;expires={left}"),
        };
        let Messages { new, old } = messages;
        let waiting = if new > 0 { "yes" } else { "no" };
        let body = format!("Messages-Waiting: {waiting}\r\nVoice-Message: {new}/{old}\r\n");
        let mut request = Request::new(Method::Notify, self.target.clone());
        for (name, value) in [
            (HeaderName::MaxForwards, "70".to_owned()),
            (HeaderName::From, self.local.clone()),
            (HeaderName::To, self.remote.clone()),
            (HeaderName::CallId, self.call_id.clone()),
            (HeaderName::CSeq, format!("{} NOTIFY", self.cseq)),
            (HeaderName::Event, PACKAGE.to_owned()),
            (HeaderName::SubscriptionState, state),
            (HeaderName::ContentType, "application/simple-message-summary".to_owned()),
            (HeaderName::ContentLength, body.len().to_string()),
        ] {
            request.headers.push(header(name, value));
        }
        request.set_body(body.into_bytes().into());
        request
    }
}

pub const PACKAGE: &str = "message-summary";
const LONGEST: Duration = Duration::from_secs(3600);
