//! Addresses of the telephone world, each checked once where it is entered: what has parsed can stand in a
//! header, in a SIP message and in a policy.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use salesforce::frame::Origin;

/// `wss://pbx.example:7443/ws`; `ws://` only where nothing leaves the computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSocketUrl {
    text: String,
    /// Where the path begins.
    path_at: usize,
}

/// A host name, or an IPv4 address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SipDomain(String);

/// The left side of a SIP address: an agent's, or that of the voicemail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension(String);

/// A STUN or TURN server (RFC 7064, RFC 7065).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IceUrl(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAWebSocket {
    #[error("an address such as `wss://pbx.example:7443/ws` is needed")]
    Malformed,
    #[error("`ws://` is for a PBX on the same computer; `wss://` is needed")]
    Unencrypted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a host name is needed, such as `pbx.example`, without a port")]
pub struct NotADomain;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("1 to 32 letters, digits and `.`, `_`, `+`, `-`, `*` are needed, such as `1001`")]
pub struct NotAnExtension;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an address such as `stun:stun.example:3478` or `turns:turn.example:443?transport=tcp` is needed"
)]
pub struct NotAnIceUrl;

impl WebSocketUrl {
    pub fn parse(text: &str) -> Result<Self, NotAWebSocket> {
        let (scheme, rest) = text.split_once("://").ok_or(NotAWebSocket::Malformed)?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let authority = authority.to_ascii_lowercase();
        let (web, default_port) = match scheme {
            "wss" => ("https", ":443"),
            "ws" => ("http", ":80"),
            _ => return Err(NotAWebSocket::Malformed),
        };
        // A policy names an origin as a browser does, without the default port.
        let authority = authority.strip_suffix(default_port).unwrap_or(&authority);
        let origin = Origin::parse(&format!("{web}://{authority}"));
        let origin = origin.filter(|_| path.len() <= 100 && path.chars().all(may_stand_in_a_path));
        let origin = origin.ok_or(NotAWebSocket::Malformed)?;
        if scheme == "ws" && !is_loopback(origin.host()) {
            return Err(NotAWebSocket::Unencrypted);
        }
        let origin = format!("{scheme}://{authority}");
        Ok(Self { text: format!("{origin}{path}"), path_at: origin.len() })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Scheme, host and port: what a page's policy lets it connect to.
    pub fn origin(&self) -> &str {
        &self.text[..self.path_at]
    }
}

impl SipDomain {
    pub fn parse(text: &str) -> Result<Self, NotADomain> {
        let domain = text.to_ascii_lowercase();
        if is_host(&domain) { Ok(Self(domain)) } else { Err(NotADomain) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Extension {
    /// Only what needs no escape in a SIP address (RFC 3261 §25.1) and no colon, which ends an expiry.
    pub fn parse(text: &str) -> Result<Self, NotAnExtension> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._+-*".contains(c);
        let right = (1..=32).contains(&text.len()) && text.chars().all(allowed);
        if right { Ok(Self(text.to_owned())) } else { Err(NotAnExtension) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl IceUrl {
    pub fn parse(text: &str) -> Result<Self, NotAnIceUrl> {
        let (scheme, rest) = text.split_once(':').ok_or(NotAnIceUrl)?;
        let (address, query) = match rest.split_once('?') {
            Some((address, query)) => (address, Some(query)),
            None => (rest, None),
        };
        let right_query = match scheme {
            "stun" | "stuns" => query.is_none(),
            "turn" | "turns" => {
                matches!(query, None | Some("transport=udp" | "transport=tcp"))
            }
            _ => false,
        };
        let right = right_query && is_address(address);
        if right { Ok(Self(text.to_owned())) } else { Err(NotAnIceUrl) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a TURN server, which asks who one is.
    pub fn relays(&self) -> bool {
        self.0.starts_with("turn")
    }
}

impl fmt::Display for SipDomain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn may_stand_in_a_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || "/-._~".contains(c)
}

/// The names that never leave the computer (RFC 6761 §6.3), and its own addresses.
fn is_loopback(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// Labels with dots between, in any case.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    text.len() <= 100 && text.split('.').all(is_label)
}

/// `host[:port]`, the host also as `[IPv6]`.
fn is_address(text: &str) -> bool {
    let (is_right_host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host.parse::<Ipv6Addr>().is_ok(), rest),
        None => {
            let (host, port) = text.split_at(text.find(':').unwrap_or(text.len()));
            (is_host(host), port)
        }
    };
    let is_port = |port: &str| {
        port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|n| n > 0)
    };
    is_right_host && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_pbx_is_reached_over_tls_or_on_the_same_computer() {
        for (text, origin) in [
            ("wss://pbx.example", "wss://pbx.example"),
            ("wss://pbx.example:7443/ws", "wss://pbx.example:7443"),
            ("wss://192.0.2.7/a/b-c", "wss://192.0.2.7"),
            ("ws://127.0.0.1:8089/ws", "ws://127.0.0.1:8089"),
            ("ws://pbx.localhost:8800", "ws://pbx.localhost:8800"),
        ] {
            let url = WebSocketUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.origin()), (text, origin));
        }
        for text in ["ws://pbx.example", "ws://192.0.2.7", "ws://localhost.example"] {
            assert_eq!(WebSocketUrl::parse(text), Err(NotAWebSocket::Unencrypted), "{text}");
        }
    }

    #[test]
    fn an_address_is_kept_as_a_browser_writes_it() {
        assert_eq!(
            WebSocketUrl::parse("wss://PBX.example:443/WS").unwrap().as_str(),
            "wss://pbx.example/WS"
        );
        assert_eq!(SipDomain::parse("PBX.example").unwrap().as_str(), "pbx.example");
    }

    #[test]
    fn anything_else_is_no_pbx() {
        for text in [
            "",
            "pbx.example",
            "https://pbx.example",
            "wss://",
            "wss://a b",
            "wss://user@pbx.example",
            "wss://pbx.example:0",
            "wss://pbx.example/?x=1",
            "wss://pbx.example/;",
            "wss://pbx.example#x",
            "WSS://pbx.example",
        ] {
            assert_eq!(WebSocketUrl::parse(text), Err(NotAWebSocket::Malformed), "{text}");
        }
        for text in ["", "pbx.example:5060", "sip:pbx.example", "a..b", "a b", "é.fr"] {
            assert_eq!(SipDomain::parse(text), Err(NotADomain), "{text}");
        }
    }

    #[test]
    fn an_extension_needs_no_escape_and_has_no_colon() {
        for text in ["1001", "anna.agent", "+33123", "*97", "a_b-c"] {
            assert!(Extension::parse(text).is_ok(), "{text}");
        }
        for text in ["", "10 01", "1:2", "a@b", "a;b", "#9", "é", &"1".repeat(33)] {
            assert_eq!(Extension::parse(text), Err(NotAnExtension), "{text}");
        }
    }

    #[test]
    fn ice_servers_are_stun_or_turn() {
        for text in [
            "stun:stun.example",
            "stun:192.0.2.7:3478",
            "stuns:[2001:db8::1]:5349",
            "turn:turn.example:3478?transport=udp",
            "turns:turn.example:443?transport=tcp",
        ] {
            assert_eq!(IceUrl::parse(text).unwrap().relays(), text.starts_with("turn"), "{text}");
        }
        for text in [
            "",
            "stun.example",
            "stun:",
            "stun://stun.example",
            "stun:stun.example?transport=tcp",
            "turn:turn.example?transport=sctp",
            "turn:user@turn.example",
            "turn:turn.example:0",
            "turn:turn.example:+80",
            "turn:[::1",
            "http://turn.example",
        ] {
            assert_eq!(IceUrl::parse(text), Err(NotAnIceUrl), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_parses_can_stand_in_a_policy(text in "wss?://[a-z0-9.:;,'\"<>/* -]{1,40}") {
            if let Ok(url) = WebSocketUrl::parse(&text) {
                prop_assert!(url.as_str().bytes().all(|b| b.is_ascii_graphic() && !b";,'\"<>*".contains(&b)));
                prop_assert!(url.as_str().starts_with(url.origin()));
            }
        }
    }
}
