//! JSON Web Signature in compact serialization (RFC 7515 §7.1): taken apart and put together, never
//! verified here.

use serde::{Deserialize, Serialize};

use crate::{base64url, jwk::Jwk};

/// The algorithms we speak. `none` and the HMACs are not among them, so no header can ask for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256: identity providers and running-user proofs.
    #[serde(rename = "RS256")]
    Rs256,
    /// ECDSA on P-256 with SHA-256: DPoP proofs.
    #[serde(rename = "ES256")]
    Es256,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub alg: Algorithm,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwk: Option<Jwk>,
    /// RFC 7515 §4.1.11: a header that lists extensions we do not understand must be refused. We
    /// understand none, so any `crit` is refused.
    #[serde(default, skip_serializing)]
    crit: Option<serde_json::Value>,
}

impl Header {
    pub fn new(alg: Algorithm) -> Self {
        Self { alg, typ: None, kid: None, jwk: None, crit: None }
    }
}

/// A token taken apart. Holding one says nothing about who signed it.
#[derive(Clone, PartialEq, Eq)]
pub struct Compact<'a> {
    pub header: Header,
    /// `BASE64URL(header) "." BASE64URL(payload)`: what the signature covers.
    pub signing_input: &'a str,
    pub payload: Vec<u8>,
    pub signature: Vec<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("longer than {MAX_LENGTH} characters")]
    TooLong,
    #[error("not three parts of base64url")]
    NotThreeParts,
    #[error("the header is not one we understand")]
    Header,
}

impl<'a> Compact<'a> {
    pub fn parse(token: &'a str) -> Result<Self, Malformed> {
        if token.len() > MAX_LENGTH {
            return Err(Malformed::TooLong);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(Malformed::NotThreeParts)?;
        let (header, payload) = signing_input.split_once('.').ok_or(Malformed::NotThreeParts)?;
        let part = |text| base64url::decode(text).ok_or(Malformed::NotThreeParts);
        let (header, payload, signature) = (part(header)?, part(payload)?, part(signature)?);
        let header: Header = serde_json::from_slice(&header).map_err(|_| Malformed::Header)?;
        if header.crit.is_some() {
            return Err(Malformed::Header);
        }
        Ok(Self { header, signing_input, payload, signature })
    }
}

impl std::fmt::Debug for Compact<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Compact").field("header", &self.header).finish_non_exhaustive()
    }
}

/// What is to be signed.
pub fn signing_input(header: &Header, claims: &impl Serialize) -> String {
    let part = |json: serde_json::Result<Vec<u8>>| {
        base64url::encode(json.expect("headers and claims are plain data with string keys"))
    };
    format!("{}.{}", part(serde_json::to_vec(header)), part(serde_json::to_vec(claims)))
}

/// The finished token.
pub fn with_signature(signing_input: &str, signature: &[u8]) -> String {
    format!("{signing_input}.{}", base64url::encode(signature))
}

/// Longer than any ID token or proof met in the field, short enough to parse without a thought.
const MAX_LENGTH: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_token_put_together_comes_apart_the_same() {
        let mut header = Header::new(Algorithm::Rs256);
        header.kid = Some("1".into());
        let input = signing_input(&header, &serde_json::json!({ "sub": "a" }));
        let token = with_signature(&input, &[1, 2, 3]);

        let compact = Compact::parse(&token).unwrap();

        assert_eq!(compact.header, header);
        assert_eq!(compact.payload, br#"{"sub":"a"}"#);
        assert_eq!(compact.signing_input, input);
        assert_eq!(compact.signature, [1, 2, 3]);
    }

    #[test]
    fn unsigned_and_shared_secret_algorithms_are_not_understood() {
        for alg in ["none", "HS256", "RS384", "PS256", "rs256"] {
            let header = base64url::encode(format!(r#"{{"alg":"{alg}"}}"#));

            assert_eq!(
                Compact::parse(&format!("{header}.e30.AA")),
                Err(Malformed::Header),
                "{alg}"
            );
        }
    }

    #[test]
    fn critical_extensions_are_refused_since_we_understand_none() {
        let header = base64url::encode(r#"{"alg":"RS256","crit":["exp"],"exp":1}"#);

        assert_eq!(Compact::parse(&format!("{header}.e30.AA")), Err(Malformed::Header));
    }

    #[test]
    fn a_token_longer_than_any_met_is_refused_unread() {
        assert_eq!(Compact::parse(&"a".repeat(MAX_LENGTH + 1)), Err(Malformed::TooLong));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,200}|[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_=-]{0,40}") {
            let _ = Compact::parse(&text);
        }
    }
}
