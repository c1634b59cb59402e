//! Checking a DPoP proof (RFC 9449 §4.3): who holds the key, and that this request is the one proved.

use jiff::Timestamp;
use oauth::dpop::{Proof, access_token_hash};
use ring::signature;

use crate::keys::{Keys, same};

/// What the request was, as the adapter knows it; `url` comes from the configured public URL.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    pub method: &'a str,
    pub url: &'a str,
    /// The access token that came along.
    pub access_token: Option<&'a str>,
}

/// The holder of a key. `jti` has still to be remembered, so that the proof is not taken twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The key's thumbprint (RFC 7638).
    pub jkt: String,
    pub jti: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// RFC 9449 §8: the answer carries the nonce to use.
    #[error("the DPoP proof needs a fresh nonce")]
    Nonce,
    #[error("the DPoP proof does not prove this request")]
    Invalid,
}

/// A nonce that we gave tells the proof's age better than the panel's clock, so `iat` is not judged
/// (RFC 9449 §11.1 allows either).
pub fn holder(
    header: &str,
    request: Request<'_>,
    keys: &Keys,
    now: Timestamp,
) -> Result<Holder, Refusal> {
    let proof = Proof::parse(header).map_err(|_| Refusal::Invalid)?;
    let point = proof.key.p256_point().ok_or(Refusal::Invalid)?;
    signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)
        .verify(proof.compact.signing_input.as_bytes(), &proof.compact.signature)
        .map_err(|_| Refusal::Invalid)?;
    let claims = &proof.claims;
    let nonce = claims.nonce.as_deref().ok_or(Refusal::Nonce)?;
    if !keys.is_dpop_nonce(nonce, now) {
        return Err(Refusal::Nonce);
    }
    let right_token = match (request.access_token, &claims.ath) {
        (Some(token), Some(ath)) => same(&access_token_hash(token), ath),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let right_jti = (8..=128).contains(&claims.jti.len());
    if claims.htm != request.method || claims.htu != request.url || !right_token || !right_jti {
        return Err(Refusal::Invalid);
    }
    Ok(Holder { jkt: proof.key.thumbprint(), jti: claims.jti.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use oauth::{dpop, jwk::Jwk, jws};
    use proptest::prelude::*;
    use ring::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
    };

    #[test]
    fn the_holder_of_the_key_is_named_by_its_thumbprint() {
        let (pair, key) = key();

        let holder = check(&pair, &key, &claims()).unwrap();

        assert_eq!(holder, Holder { jkt: key.thumbprint(), jti: "jti-00000001".into() });
    }

    #[test]
    fn a_proof_of_another_request_is_refused() {
        let (pair, key) = key();
        type Change = fn(&mut dpop::Claims);
        let cases: [(&str, Change); 5] = [
            ("method", |claims| claims.htm = "GET".into()),
            ("address", |claims| claims.htu = "https://phone.example/session".into()),
            ("host", |claims| claims.htu = "https://evil.example/sign-in/proof".into()),
            ("token", |claims| claims.ath = Some("x".into())),
            ("jti", |claims| claims.jti = "1".into()),
        ];
        for (what, change) in cases {
            let mut claims = claims();
            change(&mut claims);

            assert_eq!(check(&pair, &key, &claims), Err(Refusal::Invalid), "{what}");
        }
    }

    #[test]
    fn a_missing_or_stale_nonce_asks_for_a_fresh_one() {
        let (pair, key) = key();
        let stale = keys().dpop_nonce(Timestamp::from_second(1_699_990_000).unwrap());
        for nonce in [None, Some(stale), Some("made-up".into())] {
            assert_eq!(
                check(&pair, &key, &dpop::Claims { nonce, ..claims() }),
                Err(Refusal::Nonce)
            );
        }
    }

    #[test]
    fn a_proof_signed_by_another_key_than_it_shows_is_refused() {
        let ((pair, _), (_, other_key)) = (key(), key());

        assert_eq!(check(&pair, &other_key, &claims()), Err(Refusal::Invalid));
    }

    #[test]
    fn a_proof_for_an_access_token_belongs_to_that_token() {
        let (pair, key) = key();
        let claims = dpop::Claims { ath: Some(access_token_hash("token")), ..claims() };
        let header = signed(&pair, &key, &claims);
        let request = |token| Request { access_token: Some(token), ..request() };

        assert!(holder(&header, request("token"), &keys(), now()).is_ok());
        assert_eq!(holder(&header, request("other"), &keys(), now()), Err(Refusal::Invalid));
        assert_eq!(holder(&header, super::tests::request(), &keys(), now()), Err(Refusal::Invalid));
    }

    proptest! {
        #[test]
        fn a_proof_changed_in_any_place_is_refused(place in any::<prop::sample::Index>(), byte in "[A-Za-z0-9_-]") {
            let (pair, key) = key();
            let header = signed(&pair, &key, &claims());
            let place = place.index(header.len());
            let mut changed = header.clone();
            changed.replace_range(place..=place, &byte);
            prop_assume!(changed != header);

            prop_assert!(holder(&changed, request(), &keys(), now()).is_err());
        }

        #[test]
        fn a_proof_counts_for_its_own_request_alone(
            made in (METHOD, PATH, prop::option::of("one|other")),
            used in (METHOD, PATH, prop::option::of("one|other")),
        ) {
            let (pair, key) = key();
            let address = |path: &str| format!("https://phone.example{path}");
            let claims = dpop::Claims {
                htm: made.0.clone(),
                htu: address(&made.1),
                ath: made.2.as_deref().map(access_token_hash),
                ..claims()
            };
            let url = address(&used.1);
            let request =
                Request { method: &used.0, url: &url, access_token: used.2.as_deref() };

            let held = holder(&signed(&pair, &key, &claims), request, &keys(), now());

            prop_assert_eq!(held.is_ok(), made == used);
        }

        #[test]
        fn a_nonce_counts_for_a_while_and_no_longer(age in -600_i64..1_200) {
            let (pair, key) = key();
            let then = Timestamp::from_second(1_700_000_000 - age).unwrap();
            let claims = dpop::Claims { nonce: Some(keys().dpop_nonce(then)), ..claims() };

            // One window of sixty seconds and the one before it.
            let windows = 1_700_000_000 / 60 - then.as_second() / 60;
            let counts = (0..=1).contains(&windows);
            prop_assert_eq!(check(&pair, &key, &claims).is_ok(), counts);
        }
    }

    const METHOD: &str = "GET|POST|DELETE";
    const PATH: &str = "/session|/sign-in/proof|/events/ticket";

    fn check(pair: &EcdsaKeyPair, key: &Jwk, claims: &dpop::Claims) -> Result<Holder, Refusal> {
        holder(&signed(pair, key, claims), request(), &keys(), now())
    }

    fn signed(pair: &EcdsaKeyPair, key: &Jwk, claims: &dpop::Claims) -> String {
        let input = dpop::signing_input(key, claims);
        let signature = pair.sign(&SystemRandom::new(), input.as_bytes()).unwrap();
        jws::with_signature(&input, signature.as_ref())
    }

    fn key() -> (EcdsaKeyPair, Jwk) {
        let random = SystemRandom::new();
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                .unwrap();
        let point = pair.public_key().as_ref();
        let key = Jwk::p256(point[1..33].try_into().unwrap(), point[33..].try_into().unwrap());
        (pair, key)
    }

    fn claims() -> dpop::Claims {
        dpop::Claims {
            jti: "jti-00000001".into(),
            htm: "POST".into(),
            htu: "https://phone.example/sign-in/proof".into(),
            iat: 0,
            nonce: Some(keys().dpop_nonce(now())),
            ath: None,
        }
    }

    fn request() -> Request<'static> {
        Request { method: "POST", url: "https://phone.example/sign-in/proof", access_token: None }
    }

    fn keys() -> Keys {
        Keys::from_secret(&[1; 32])
    }

    fn now() -> Timestamp {
        Timestamp::from_second(1_700_000_000).unwrap()
    }
}
