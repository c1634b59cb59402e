//! SIP messages: what the user agent reads in them and how it writes them.
//!
//! Parsing and printing are `sipx-sip`'s. Everything else in this room sees messages through this
//! module, so the library can be replaced here. A request is written from a [`Draft`], which cannot
//! be given a line break: what it is told is cleaned on the way to the wire.

pub use crate::dialog::uri;
use bytes::Bytes;
pub use sipx_sip::{
    Address, CSeq, Header, HeaderName, Headers, Message, Method, Request, Response,
    ResponseBuilder, Scheme, StatusCode, Uri, Via, error::ParseError, headers::Expires,
    validate_request,
};
use sipx_sip::{
    Limits, RequestBuilder, TypedHeader,
    headers::{ContactValue, ContentType, RecordRoute},
};

/// Reads one WebSocket message, which holds exactly one SIP message (RFC 7118 §5).
pub fn parse(bytes: &[u8]) -> Result<Message, ParseError> {
    sipx_sip::parse_frame(Bytes::copy_from_slice(bytes), &LIMITS)
}

/// What an answer repeats of a request that cannot be read as a whole: the rows that RFC 3261 §8.2.6.2
/// names, under a start line of which only the method is kept.
pub(crate) fn remains(bytes: &[u8]) -> Option<Request> {
    let text = String::from_utf8_lossy(bytes);
    let mut rows = text.lines();
    let mut kept = rows.next()?.split(' ').next()?.to_owned();
    kept.push_str(" sip:unread.invalid SIP/2.0");
    let mut keeps = false;
    for row in rows.take_while(|row| !row.is_empty()) {
        // A folded row belongs to the one before it.
        if !row.starts_with([' ', '\t']) {
            let name = row.split(':').next().unwrap_or_default().trim();
            keeps = REPEATED.iter().any(|repeated| repeated.eq_ignore_ascii_case(name));
        }
        if keeps {
            kept.push_str("\r\n");
            kept.push_str(row);
        }
    }
    kept.push_str("\r\n\r\n");
    match parse(kept.as_bytes()) {
        Ok(Message::Request(request)) => Some(request),
        _ => None,
    }
}

/// What a request says, before it has a branch and a place to go.
pub struct Draft {
    pub method: Method,
    pub uri: Uri,
    pub from: String,
    pub to: String,
    pub call_id: String,
    pub cseq: u32,
    pub routes: Vec<String>,
    pub headers: Vec<(HeaderName, String)>,
    pub body: Option<Body>,
}

/// A body with the type it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub content_type: &'static str,
    pub text: String,
}

impl Body {
    pub fn sdp(text: impl Into<String>) -> Self {
        Self { content_type: SDP, text: text.into() }
    }
}

impl Draft {
    pub fn with(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub fn with_body(mut self, body: Body) -> Self {
        self.body = Some(body);
        self
    }

    /// The request, with the given topmost `Via`.
    pub fn into_request(self, via: String) -> Request {
        let mut request =
            RequestBuilder::new(self.method.clone(), self.uri).max_forwards(70).build();
        // RFC 3261 §7.3.1 recommends that what a proxy needs stands first.
        request.headers.push_front(header(HeaderName::Via, via));
        for route in self.routes {
            request.headers.push(header(HeaderName::Route, route));
        }
        request.headers.push(header(HeaderName::From, self.from));
        request.headers.push(header(HeaderName::To, self.to));
        request.headers.push(header(HeaderName::CallId, self.call_id));
        request.headers.push(header(HeaderName::CSeq, format!("{} {}", self.cseq, self.method)));
        for (name, value) in self.headers {
            request.headers.push(header(name, value));
        }
        if let Some(body) = self.body {
            set_body(&mut request.headers, &body);
            request.set_body(Bytes::from(body.text));
        }
        request
    }
}

/// A header that cannot end its line early: control characters become spaces.
pub fn header(name: HeaderName, value: impl Into<String>) -> Header {
    let value: String =
        value.into().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    Header::build(name, value).unwrap_or_else(|_| {
        unreachable!("names are constants and values have no control characters")
    })
}

pub(crate) fn set_body(headers: &mut Headers, body: &Body) {
    headers.remove_all(&HeaderName::ContentLength);
    headers.push(header(HeaderName::ContentType, body.content_type));
    headers.push(header(HeaderName::ContentLength, body.text.len().to_string()));
}

pub fn text(headers: &Headers, name: &HeaderName) -> Option<String> {
    headers.value(name).map(|value| String::from_utf8_lossy(&value).trim().to_owned())
}

pub fn typed<H: TypedHeader>(headers: &Headers) -> Option<H> {
    headers.typed::<H>()?.ok()
}

pub fn address(headers: &Headers, name: &HeaderName) -> Option<Address> {
    Address::parse(&headers.value(name)?, "address").ok()
}

pub fn tag(headers: &Headers, name: &HeaderName) -> Option<String> {
    let address = address(headers, name)?;
    address.tag().map(|tag| String::from_utf8_lossy(tag).into_owned())
}

/// The first address of `Contact`; the wildcard of RFC 3261 §10.2.2 is none.
pub fn contact(headers: &Headers) -> Option<Address> {
    match typed::<ContactValue>(headers)? {
        ContactValue::Address(address) => Some(address),
        ContactValue::Wildcard => None,
    }
}

pub fn contacts(headers: &Headers) -> Vec<Address> {
    headers
        .typed_all::<ContactValue>()
        .filter_map(|contact| match contact {
            Ok(ContactValue::Address(address)) => Some(address),
            _ => None,
        })
        .collect()
}

/// The values of `Record-Route`, topmost first, as they go back into `Route`.
pub fn record_routes(headers: &Headers) -> Vec<String> {
    headers
        .typed_all::<RecordRoute>()
        .filter_map(|route| route.ok().map(|route| route_value(&route)))
        .collect()
}

pub(crate) fn route_value(address: &Address) -> String {
    let mut value = format!("<{}>", address.uri);
    for param in &address.params {
        value.push(';');
        value.push_str(&String::from_utf8_lossy(&param.name));
        if let Some(text) = &param.value {
            value.push('=');
            value.push_str(&String::from_utf8_lossy(text));
        }
    }
    value
}

/// Whether a list header (`Supported`, `Require`, `Allow`…) has this token, in any of its rows.
pub fn has_token(headers: &Headers, name: &HeaderName, token: &str) -> bool {
    tokens(headers, name).iter().any(|listed| listed.eq_ignore_ascii_case(token))
}

pub fn tokens(headers: &Headers, name: &HeaderName) -> Vec<String> {
    let rows = headers.get_all(name).map(Header::value);
    rows.flat_map(|row| {
        let row = String::from_utf8_lossy(&row).into_owned();
        row.split(',').map(|token| token.trim().to_owned()).collect::<Vec<_>>()
    })
    .filter(|token| !token.is_empty())
    .collect()
}

/// The session description in a body, if that is what it holds.
pub(crate) fn sdp(headers: &Headers, body: &[u8]) -> Option<String> {
    let holds_sdp = typed::<ContentType>(headers)?.is("application", "sdp");
    (holds_sdp && !body.is_empty()).then(|| String::from_utf8_lossy(body).into_owned())
}

/// A display name and an address as one header value (RFC 3261 §20.10).
pub fn name_addr(display_name: Option<&str>, uri: &Uri) -> String {
    match display_name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => {
            let name = name.replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{name}\" <{uri}>")
        }
        None => format!("<{uri}>"),
    }
}

/// Whether `words` stand anywhere in it. The search of `str` is made for long texts, and weighs 1 KiB in a browser.
pub(crate) fn says(text: impl AsRef<[u8]>, words: &str) -> bool {
    text.as_ref().windows(words.len().max(1)).any(|there| there == words.as_bytes())
}

/// RFC 3261 §8.2.3: a body of a type that is not understood is refused, unless the caller can do
/// without its being read.
pub(crate) fn is_foreign(request: &Request) -> bool {
    let described =
        typed::<ContentType>(&request.headers).is_some_and(|kind| kind.is("application", "sdp"));
    let disposition = text(&request.headers, &HeaderName::ContentDisposition).unwrap_or_default();
    !request.body().is_empty()
        && !described
        && !says(disposition.to_ascii_lowercase(), "handling=optional")
}

/// Whether the caller takes a session description in answer: `Accept` without one says no, and no
/// `Accept` at all says yes (RFC 3261 §20.1).
pub(crate) fn takes_sdp(headers: &Headers) -> bool {
    let takes = |range: &String| {
        let range = range.split(';').next().unwrap_or_default().trim();
        [SDP, "application/*", "*/*"].iter().any(|known| known.eq_ignore_ascii_case(range))
    };
    headers.get(&HeaderName::Accept).is_none()
        || tokens(headers, &HeaderName::Accept).iter().any(takes)
}

pub(crate) const SDP: &str = "application/sdp";

/// The rows of [`remains`], by their long and their compact names.
const REPEATED: [&str; 9] = ["Via", "v", "From", "f", "To", "t", "Call-ID", "i", "CSeq"];

/// A browser's offer has about 5 KiB; what is far beyond that is no conversation.
const LIMITS: Limits = Limits {
    max_message_bytes: 128 * 1024,
    max_body_bytes: 64 * 1024,
    max_headers: 256,
    max_header_bytes: 8 * 1024,
    max_folding_lines: 16,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_display_name_cannot_start_a_header_of_its_own() {
        let uri = Uri::parse(Bytes::from_static(b"sip:a@b")).unwrap();
        let value = name_addr(Some("Eve\r\nVia: forged \"quoted\""), &uri);

        let line = header(HeaderName::From, value);

        let mut written = Vec::new();
        line.write_to(&mut written);
        let written = String::from_utf8(written).unwrap();
        assert!(!written.contains(char::is_control), "{written}");
        assert!(written.contains("\\\"quoted\\\""), "{written}");
    }

    #[test]
    fn rows_and_commas_list_the_same_tokens() {
        let mut headers = Headers::new();
        headers.push(header(HeaderName::Supported, "timer, replaces"));
        headers.push(header(HeaderName::Supported, "100rel"));

        for token in ["timer", "REPLACES", "100rel"] {
            assert!(has_token(&headers, &HeaderName::Supported, token), "{token}");
        }
        assert!(!has_token(&headers, &HeaderName::Require, "timer"));
    }
}
