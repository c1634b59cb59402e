//! Proof Key for Code Exchange (RFC 7636), method `S256` only.

use sha2::{Digest, Sha256};

use crate::base64url;

/// The secret half: 32 random bytes, so 43 characters, the shortest that RFC 7636 §4.1 allows.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier(String);

impl Verifier {
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self(base64url::encode(bytes))
    }

    /// RFC 7636 §4.1: 43 to 128 characters of `[A-Z] / [a-z] / [0-9] / "-" / "." / "_" / "~"`.
    pub fn parse(text: &str) -> Option<Self> {
        let unreserved = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        ((43..=128).contains(&text.len()) && text.chars().all(unreserved))
            .then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `code_challenge = BASE64URL-ENCODE(SHA256(ASCII(code_verifier)))` (RFC 7636 §4.2).
    pub fn challenge(&self) -> String {
        base64url::encode(Sha256::digest(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_challenge_is_the_one_of_rfc_7636_appendix_b() {
        let verifier = Verifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();

        assert_eq!(verifier.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_verifier_never_shows_itself() {
        let verifier = Verifier::from_random([7; 32]);

        assert!(!format!("{verifier:?}").contains(verifier.as_str()));
    }

    proptest! {
        #[test]
        fn every_random_verifier_is_one_that_parses(bytes: [u8; 32]) {
            let verifier = Verifier::from_random(bytes);

            prop_assert_eq!(Verifier::parse(verifier.as_str()), Some(verifier));
        }

        #[test]
        fn a_challenge_is_its_own_verifiers_alone(one: [u8; 32], bit in 0_usize..256) {
            let mut other = one;
            other[bit / 8] ^= 1 << (bit % 8);
            let (one, other) = (Verifier::from_random(one), Verifier::from_random(other));

            prop_assert_eq!(one.challenge(), one.clone().challenge());
            prop_assert_ne!(one.challenge(), other.challenge());
            // RFC 7636 §4.2: base64url of a SHA-256, which is itself no secret.
            prop_assert_eq!(one.challenge().len(), 43);
            prop_assert!(!one.challenge().contains(one.as_str()));
        }

        #[test]
        fn text_of_another_length_or_alphabet_is_no_verifier(text in "[a-z]{0,42}|[a-z]{129,140}|[a-z]{50}[ /+=é]") {
            prop_assert_eq!(Verifier::parse(&text), None);
        }
    }
}
