//! The other side of digest authentication: what a server asks and how it checks the answer
//! (RFC 3261 §22, RFC 7616, RFC 8760). The side that answers is `authentication`.
//!
//! Which nonces are good, and whose password it is, the server decides.

use sipx_sip::auth::{self, Algorithm, Challenge, Credentials};

use crate::message::Method;

/// The challenges of a server, the preferred one first: RFC 8760 §2.3 wants them "in the order in
/// which it would prefer to see them used". `stale`: the answer was right, but its nonce too old.
pub fn challenges(realm: &str, nonce: &str, stale: bool) -> [String; 2] {
    let stale = if stale { ", stale=true" } else { "" };
    [Algorithm::Sha256, Algorithm::Md5].map(|algorithm| {
        let algorithm = algorithm.as_str();
        format!(
            "Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm={algorithm}, qop=\"auth\"{stale}"
        )
    })
}

/// What stands in `Authorization` or `Proxy-Authorization`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub username: String,
    pub realm: String,
    pub nonce: String,
    /// RFC 7616 §3.4.5: how often this nonce was used; the server sees replays by it.
    pub count: u32,
    /// Has to be the Request-URI (RFC 3261 §22.4).
    pub uri: String,
    algorithm: Algorithm,
    cnonce: String,
    response: String,
}

impl Answer {
    /// Nothing where it is no digest, or one that was not asked for: only `qop=auth` is.
    pub fn parse(value: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(value).ok()?.trim();
        let (scheme, rest) = text.split_once(char::is_whitespace)?;
        if !scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let parameters = parameters(rest);
        let parameter = |name: &str| {
            let found = parameters.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.clone())
        };
        if parameter("qop")? != "auth" {
            return None;
        }
        Some(Self {
            username: parameter("username")?,
            realm: parameter("realm")?,
            nonce: parameter("nonce")?,
            count: u32::from_str_radix(&parameter("nc")?, 16).ok()?,
            uri: parameter("uri")?,
            algorithm: match parameter("algorithm") {
                Some(name) => Algorithm::parse(&name)?,
                None => Algorithm::Md5,
            },
            cnonce: parameter("cnonce")?,
            response: parameter("response")?,
        })
    }

    /// Whether who answered knows the password.
    pub fn knows(&self, password: &str, method: &Method) -> bool {
        let challenge = Challenge {
            realm: self.realm.clone(),
            nonce: self.nonce.clone(),
            opaque: None,
            algorithm: self.algorithm,
            qop_auth: true,
            stale: false,
            from_proxy: false,
        };
        let right = auth::respond(
            &challenge,
            &Credentials::new(self.username.clone(), password),
            &method.to_string(),
            &self.uri,
            self.count,
            &self.cnonce,
        );
        Self::parse(right.as_bytes()).is_some_and(|right| same(&right.response, &self.response))
    }
}

/// In the same time, whatever is wrong.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len()
        && one.bytes().zip(other.bytes()).fold(0, |wrong, (a, b)| wrong | (a ^ b)) == 0
}

/// `name=value` and `name="value"`, separated by commas.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut parameters = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, left) = match after.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let (value, left) = after.split_once(',').unwrap_or((after, ""));
                (value.trim().to_owned(), left)
            }
        };
        let name = name.trim_matches([',', ' ', '\t', '\r', '\n']);
        parameters.push((name.to_owned(), value));
        rest = left;
    }
    parameters
}

/// A quoted string without its escapes, and what stands behind it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((index, character)) = characters.next() {
        match character {
            '"' => return (value, &text[index + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            _ => value.push(character),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Credentials,
        authentication::Authenticator,
        message::{HeaderName, Message, parse},
        token::Tokens,
    };

    #[test]
    fn who_knows_the_password_is_known_by_the_preferred_algorithm() {
        let answer = answer("open \"sesame\"", &challenges("pbx.example", "n1", false));

        assert_eq!(answer.algorithm, Algorithm::Sha256);
        assert_eq!((answer.username.as_str(), answer.count), ("10:\"01", 1));
        assert!(answer.knows("open \"sesame\"", &Method::Register));
        assert!(!answer.knows("open sesame", &Method::Register));
        assert!(!answer.knows("open \"sesame\"", &Method::Invite));
    }

    #[test]
    fn a_phone_that_knows_only_md5_is_understood() {
        let [_, md5] = challenges("pbx.example", "n1", true);

        let answer = answer("secret", std::slice::from_ref(&md5));

        assert!(md5.ends_with("stale=true"));
        assert_eq!(answer.algorithm, Algorithm::Md5);
        assert!(answer.knows("secret", &Method::Register));
    }

    #[test]
    fn what_is_no_answer_is_none() {
        for nonsense in [
            "",
            "Basic dXNlcjpwYXNzd29yZA==",
            "Digest",
            "Digest username=\"a",
            "Digest username=\"a\", realm=\"b\", nonce=\"c\", uri=\"d\", response=\"e\"",
            "Digest qop=auth-int, nc=00000001, username=a, realm=b, nonce=c, uri=d, cnonce=e, response=f",
            "Digest qop=auth, nc=0000000g, username=a, realm=b, nonce=c, uri=d, cnonce=e, response=f",
        ] {
            assert_eq!(Answer::parse(nonsense.as_bytes()), None, "{nonsense}");
        }
    }

    fn answer(password: &str, challenges: &[String]) -> Answer {
        let rows: String =
            challenges.iter().map(|row| format!("WWW-Authenticate: {row}\r\n")).collect();
        let response = format!("SIP/2.0 401 Unauthorized\r\n{rows}Content-Length: 0\r\n\r\n");
        let request = "REGISTER sip:pbx.example SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n\
                       From: <sip:1001@pbx.example>;tag=1\r\nTo: <sip:1001@pbx.example>\r\n\
                       Call-ID: 1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
        let (Ok(Message::Request(request)), Ok(Message::Response(response))) =
            (parse(request.as_bytes()), parse(response.as_bytes()))
        else {
            panic!("a request and a response")
        };
        let mut phone = Authenticator::new(Credentials::new("10:\"01", password));
        let answered = phone.answer(&mut Tokens::new([1; 32]), request, &response).unwrap();
        let value = answered.headers.value(&HeaderName::Authorization).unwrap();
        Answer::parse(&value).unwrap()
    }
}
