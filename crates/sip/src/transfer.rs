//! Transfer (RFC 3515, RFC 3891, RFC 5589): who is to be called, and in whose place.

use crate::{
    dialog::{SavedDialog, uri},
    message::{Address, HeaderName, Headers, Uri, text},
};

/// Whom a transferred party has to call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferTarget {
    pub uri: String,
    /// The call that the new one takes the place of (attended transfer).
    pub replaces: Option<Replaces>,
}

/// RFC 3891 §6.1, from the point of view of who receives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaces {
    pub call_id: String,
    pub to_tag: String,
    pub from_tag: String,
    /// Only while nobody has answered.
    pub early_only: bool,
}

impl Replaces {
    /// To take over a dialog of ours from elsewhere: its peer knows it with the tags turned round.
    pub fn of(dialog: &SavedDialog) -> Self {
        Self {
            call_id: dialog.call_id.clone(),
            to_tag: dialog.remote_tag.clone(),
            from_tag: dialog.local_tag.clone(),
            early_only: false,
        }
    }

    pub(crate) fn parse(value: &str) -> Option<Self> {
        let mut parts = value.split(';').map(str::trim);
        let call_id = parts.next().filter(|call_id| !call_id.is_empty())?.to_owned();
        let (mut to_tag, mut from_tag, mut early_only) = (None, None, false);
        for part in parts {
            match part.split_once('=') {
                Some(("to-tag", tag)) => to_tag = Some(tag.to_owned()),
                Some(("from-tag", tag)) => from_tag = Some(tag.to_owned()),
                None if part == "early-only" => early_only = true,
                _ => {}
            }
        }
        Some(Self { call_id, to_tag: to_tag?, from_tag: from_tag?, early_only })
    }

    pub(crate) fn header(headers: &Headers) -> Option<Self> {
        Self::parse(&text(headers, &HeaderName::Replaces)?)
    }

    pub(crate) fn value(&self) -> String {
        let early_only = if self.early_only { ";early-only" } else { "" };
        format!("{};to-tag={};from-tag={}{early_only}", self.call_id, self.to_tag, self.from_tag)
    }
}

impl TransferTarget {
    /// `Refer-To` (RFC 3515 §2.1), whose URI may carry the `Replaces` of the request to be made.
    pub(crate) fn header(headers: &Headers) -> Option<Self> {
        let address =
            Address::parse(text(headers, &HeaderName::ReferTo)?.as_bytes(), "Refer-To").ok()?;
        let mut uri = address.uri;
        let replaces = uri
            .headers()
            .and_then(|headers| headers.value("Replaces"))
            .and_then(|value| Replaces::parse(&unescaped(value)));
        let mut text = uri.to_string();
        // What the URI asks to be put into the request is ours to decide (RFC 3261 §19.1.5).
        if uri.has_headers() {
            while let Some(name) = first_header(&uri) {
                uri.remove_header(&name);
            }
            text = uri.to_string();
        }
        Some(Self { uri: text, replaces })
    }

    pub(crate) fn value(&self) -> Option<String> {
        let target: Uri = uri(&self.uri)?;
        match &self.replaces {
            Some(replaces) => Some(format!("<{target}?Replaces={}>", escaped(&replaces.value()))),
            None => Some(format!("<{target}>")),
        }
    }
}

/// The status line in the body of a NOTIFY (RFC 3420): how the referred call goes.
pub(crate) fn sipfrag_status(body: &[u8]) -> Option<u16> {
    let text = std::str::from_utf8(body).ok()?;
    let mut words = text.lines().next()?.split_whitespace();
    words.next().filter(|version| *version == "SIP/2.0")?;
    words.next()?.parse().ok().filter(|status| (100..700).contains(status))
}

fn first_header(uri: &Uri) -> Option<String> {
    let first = uri.headers()?.iter().next()?;
    Some(String::from_utf8_lossy(first.name()).into_owned())
}

/// RFC 3261 §25.1, `hvalue`: unreserved characters and a few others stand for themselves.
fn escaped(value: &str) -> String {
    value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

fn unescaped(value: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, tail @ ..] = rest {
        let code = (*first == b'%')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::header;

    #[test]
    fn a_refer_to_loses_the_headers_it_would_put_into_our_request() {
        let value = "<sip:bob@pbx.example?Replaces=abc%40d%3Bto-tag%3D1%3Bfrom-tag%3D2&Subject=x>";

        let target = read(value).unwrap();

        assert_eq!(target.uri, "sip:bob@pbx.example");
        let replaces = target.replaces.unwrap();
        assert_eq!((replaces.call_id.as_str(), replaces.to_tag.as_str()), ("abc@d", "1"));
    }

    #[test]
    fn a_status_line_is_read_and_nothing_else() {
        assert_eq!(sipfrag_status(b"SIP/2.0 200 OK\r\n"), Some(200));
        for body in ["", "200 OK", "SIP/2.0", "SIP/2.0 9 Low", "HTTP/1.1 200 OK"] {
            assert_eq!(sipfrag_status(body.as_bytes()), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn what_is_referred_to_is_read_as_it_was_written(
            call_id in "[a-zA-Z0-9.@%*+-]{1,40}", to_tag in "[a-z0-9]{1,12}", from_tag in "[a-z0-9]{1,12}",
            early_only: bool,
        ) {
            let target = TransferTarget {
                uri: "sip:1002@pbx.example;user=phone".to_owned(),
                replaces: Some(Replaces { call_id, to_tag, from_tag, early_only }),
            };

            prop_assert_eq!(read(&target.value().unwrap()), Some(target));
        }

        #[test]
        fn no_value_panics(value in "\\PC{0,80}") {
            read(&value);
            Replaces::parse(&value);
        }
    }

    fn read(value: &str) -> Option<TransferTarget> {
        let mut headers = Headers::new();
        headers.push(header(HeaderName::ReferTo, value));
        TransferTarget::header(&headers)
    }
}
