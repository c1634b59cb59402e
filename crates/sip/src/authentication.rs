//! Digest authentication (RFC 3261 §22, RFC 7616, RFC 8760).

use sipx_sip::auth::{self, Challenge};

use crate::{
    few::Few,
    message::{HeaderName, Request, Response, header, says},
    token::Tokens,
};

/// What the user agent authenticates with.
#[derive(Clone)]
pub struct Credentials(auth::Credentials);

impl Credentials {
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self(auth::Credentials::new(username, password))
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Credentials(…)")
    }
}

pub(crate) struct Authenticator {
    credentials: Credentials,
    /// How often each server nonce was used: RFC 7616 §3.4.5 wants a fresh count each time.
    uses: Few<String, u32>,
}

impl Authenticator {
    pub(crate) fn new(credentials: Credentials) -> Self {
        Self { credentials, uses: Few::new() }
    }

    pub(crate) fn replace(&mut self, credentials: Credentials) {
        self.credentials = credentials;
    }

    /// The request again, with an answer to the response's challenge; nothing where there is none
    /// that can be answered, or where the same answer was refused.
    ///
    /// RFC 8760 §2.4: the client "SHOULD use the topmost header field that it supports" and "MUST
    /// ignore any challenge it does not understand".
    pub(crate) fn answer(
        &mut self,
        tokens: &mut Tokens,
        mut request: Request,
        response: &Response,
    ) -> Option<Request> {
        let challenge = auth::topmost_supported(challenges(response))?;
        let answers = challenge.response_header();
        let refused =
            request.headers.get_all(&answers).any(|given| says(given.value(), &realm(&challenge)));
        if refused && !challenge.stale {
            return None;
        }

        let count = self.count(&challenge.nonce);
        let answer = auth::respond(
            &challenge,
            &self.credentials.0,
            &request.method.to_string(),
            &request.uri.to_string(),
            count,
            &tokens.token(),
        );
        request
            .headers
            .retain(|given| *given.name() != answers || !says(given.value(), &realm(&challenge)));
        request.headers.push(header(answers, answer));
        Some(request)
    }

    fn count(&mut self, nonce: &str) -> u32 {
        // A registrar that challenges each request hands out nonces without end.
        if self.uses.len() > REMEMBERED_NONCES {
            self.uses.clear();
        }
        let uses = self.uses.get(&nonce.to_owned()).copied().unwrap_or_default() + 1;
        self.uses.insert(nonce.to_owned(), uses);
        uses
    }
}

fn challenges(response: &Response) -> Vec<Challenge> {
    [(HeaderName::WwwAuthenticate, false), (HeaderName::ProxyAuthenticate, true)]
        .into_iter()
        .flat_map(|(name, from_proxy)| {
            let rows: Vec<_> = response.headers.get_all(&name).collect();
            rows.into_iter()
                .filter_map(|row| Challenge::parse(&row.value(), from_proxy))
                .collect::<Vec<_>>()
        })
        .collect()
}

fn realm(challenge: &Challenge) -> String {
    format!("realm=\"{}\"", challenge.realm)
}

const REMEMBERED_NONCES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Message, parse};

    #[test]
    fn the_first_supported_challenge_is_answered() {
        let answered = answer(&register(), "SHA-3", "SHA-256", "MD5").unwrap();

        let authorization = answered.headers.value(&HeaderName::Authorization).unwrap();
        let authorization = String::from_utf8(authorization.into_owned()).unwrap();
        assert!(authorization.contains("algorithm=SHA-256"), "{authorization}");
        assert!(authorization.contains("uri=\"sip:pbx.example\""), "{authorization}");
    }

    #[test]
    fn a_refused_answer_is_not_given_again_unless_only_the_nonce_was_old() {
        let mut authenticator = authenticator();
        let mut tokens = Tokens::new([1; 32]);
        let challenge = unauthorized(&["nonce=\"one\""]);
        let first = authenticator.answer(&mut tokens, register(), &challenge).unwrap();

        let again = authenticator.answer(&mut tokens, first.clone(), &challenge);
        let stale = unauthorized(&["nonce=\"two\", stale=true"]);
        let renewed = authenticator.answer(&mut tokens, first, &stale).unwrap();

        assert!(again.is_none());
        assert_eq!(renewed.headers.count(&HeaderName::Authorization), 1);
    }

    #[test]
    fn a_password_is_never_shown() {
        let shown = format!("{:?}", Credentials::new("1001", "open sesame"));

        assert!(!shown.contains("sesame"), "{shown}");
    }

    fn answer(request: &Request, first: &str, second: &str, third: &str) -> Option<Request> {
        let rows = [first, second, third].map(|name| format!("nonce=\"n\", algorithm={name}"));
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let mut tokens = Tokens::new([1; 32]);
        authenticator().answer(&mut tokens, request.clone(), &unauthorized(&rows))
    }

    fn authenticator() -> Authenticator {
        Authenticator::new(Credentials::new("1001", "open sesame"))
    }

    fn register() -> Request {
        let text = "REGISTER sip:pbx.example SIP/2.0\r\nVia: SIP/2.0/WS a.invalid;branch=z9hG4bK1\r\n\
                    From: <sip:1001@pbx.example>;tag=1\r\nTo: <sip:1001@pbx.example>\r\n\
                    Call-ID: 1\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
        let Ok(Message::Request(request)) = parse(text.as_bytes()) else { panic!("a request") };
        request
    }

    fn unauthorized(challenges: &[&str]) -> Response {
        let rows: String = challenges
            .iter()
            .map(|rest| format!("WWW-Authenticate: Digest realm=\"pbx\", {rest}, qop=\"auth\"\r\n"))
            .collect();
        let text = format!("SIP/2.0 401 Unauthorized\r\n{rows}Content-Length: 0\r\n\r\n");
        let Ok(Message::Response(response)) = parse(text.as_bytes()) else { panic!("a response") };
        response
    }
}
