//! Demonstrating Proof of Possession (RFC 9449): the proof's claims, and the header it travels in.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    base64url,
    jwk::Jwk,
    jws::{self, Algorithm, Compact},
};

/// The request header that carries a proof (RFC 9449 §4.1).
pub const HEADER: &str = "DPoP";
/// The response header that carries the nonce to use next (RFC 9449 §8).
pub const NONCE_HEADER: &str = "DPoP-Nonce";
/// RFC 9449 §4.2: "`typ`: […] with value `dpop+jwt`".
pub const TYP: &str = "dpop+jwt";

/// RFC 9449 §4.2.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub jti: String,
    pub htm: String,
    pub htu: String,
    pub iat: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ath: Option<String>,
}

/// A proof taken apart; its signature still has to be verified with `key`.
#[derive(Clone, Debug)]
pub struct Proof<'a> {
    pub key: Jwk,
    pub claims: Claims,
    pub compact: Compact<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("the DPoP proof is no JWS: {0}")]
    Jws(#[from] jws::Malformed),
    #[error("the DPoP proof's `typ` is not `dpop+jwt`")]
    Typ,
    #[error("the DPoP proof is not signed with ES256 by an embedded P-256 key")]
    Key,
    #[error("the DPoP proof's claims are incomplete")]
    Claims,
}

impl<'a> Proof<'a> {
    pub fn parse(header: &'a str) -> Result<Self, Malformed> {
        let compact = Compact::parse(header)?;
        if compact.header.typ.as_deref() != Some(TYP) {
            return Err(Malformed::Typ);
        }
        let key = compact.header.jwk.clone().filter(|key| key.p256_point().is_some());
        let (Algorithm::Es256, Some(key)) = (compact.header.alg, key) else {
            return Err(Malformed::Key);
        };
        let claims = serde_json::from_slice(&compact.payload).map_err(|_| Malformed::Claims)?;
        Ok(Self { key, claims, compact })
    }
}

/// What the holder of `key` has to sign.
pub fn signing_input(key: &Jwk, claims: &Claims) -> String {
    let mut header = jws::Header::new(Algorithm::Es256);
    header.typ = Some(TYP.into());
    header.jwk = Some(key.clone());
    jws::signing_input(&header, claims)
}

/// RFC 9449 §4.2, `ath`: "the base64url encoding […] of the SHA-256 hash of the ASCII encoding of the
/// associated access token's value".
pub fn access_token_hash(access_token: &str) -> String {
    base64url::encode(Sha256::digest(access_token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_proof_comes_apart_as_it_was_put_together() {
        let claims = claims();
        let token = jws::with_signature(&signing_input(&key(), &claims), &[0; 64]);

        let proof = Proof::parse(&token).unwrap();

        assert_eq!((proof.key, proof.claims), (key(), claims));
    }

    #[test]
    fn a_token_of_another_type_is_no_proof() {
        let mut header = jws::Header::new(Algorithm::Es256);
        header.jwk = Some(key());
        let token = jws::with_signature(&jws::signing_input(&header, &claims()), &[0; 64]);

        assert_eq!(Proof::parse(&token).unwrap_err(), Malformed::Typ);
    }

    #[test]
    fn a_proof_without_its_key_is_refused() {
        let mut header = jws::Header::new(Algorithm::Es256);
        header.typ = Some(TYP.into());
        let token = jws::with_signature(&jws::signing_input(&header, &claims()), &[0; 64]);

        assert_eq!(Proof::parse(&token).unwrap_err(), Malformed::Key);
    }

    #[test]
    fn the_access_token_hash_is_the_one_of_rfc_9449_section_7_1() {
        let hash = access_token_hash("Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU");

        assert_eq!(hash, "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,300}") {
            let _ = Proof::parse(&text);
        }
    }

    fn key() -> Jwk {
        Jwk::p256(&[1; 32], &[2; 32])
    }

    fn claims() -> Claims {
        Claims {
            jti: "1".into(),
            htm: "POST".into(),
            htu: "https://phone.example/sign-in/proof".into(),
            iat: 1,
            nonce: Some("n".into()),
            ath: None,
        }
    }
}
