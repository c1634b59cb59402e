//! Passwords, and the Argon2id hashes that are kept of them as PHC strings.
//!
//! No randomness: whoever hashes brings the salt. Hashing takes tens of milliseconds and 19 MiB, so it
//! belongs on a thread of its own.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHash as Phc, PasswordHasher as _, PasswordVerifier as _, SaltString},
};
use unicode_normalization::UnicodeNormalization as _;

use crate::Random;

/// A password as it is hashed: NFKC, so that it is the same from whatever keyboard.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// What is kept of a password, or of a token that is as weak as one.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Nobody can have such a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a password has 12 to 256 characters")]
pub struct Unfit;

impl Password {
    pub fn parse(typed: &str) -> Result<Self, Unfit> {
        // NFKC makes at most eighteen characters of one, so what is far too long need not be normalised.
        if typed.chars().nth(LONGEST).is_some() {
            return Err(Unfit);
        }
        let normal: String = typed.nfkc().collect();
        match normal.chars().count() {
            SHORTEST..=LONGEST => Ok(Self(normal)),
            _ => Err(Unfit),
        }
    }

    pub fn hash(&self, salt: Random<16>) -> PasswordHash {
        hash(&self.0, salt)
    }
}

impl PasswordHash {
    /// As it was kept.
    pub fn from_kept(text: String) -> Self {
        Self(text)
    }

    pub fn as_kept(&self) -> &str {
        &self.0
    }

    /// Whether it was made with other parameters than new ones are.
    pub fn needs_rehash(&self) -> bool {
        let Ok(hash) = Phc::new(&self.0) else { return true };
        let is_ours = Params::try_from(&hash).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES)
        });
        hash.algorithm != argon2::ARGON2ID_IDENT || !is_ours
    }
}

/// Whether `typed` is the password that `kept` was made of. Where there is no account, no password or
/// nothing that could be one, it takes as long.
pub fn verify(typed: &str, kept: Option<&PasswordHash>) -> bool {
    let (password, fit) = match Password::parse(typed) {
        Ok(password) => (password, true),
        Err(Unfit) => (Password(String::new()), false),
    };
    is_made_of(&password.0, kept) && fit
}

/// What is kept of an SSO token that is no harder to guess than a password. It is compared as it stands.
pub fn hash_token(token: &str, salt: Random<16>) -> PasswordHash {
    hash(token, salt)
}

/// Whether `kept` was made of this token. Nobody's takes as long as somebody's.
pub fn verify_token(token: &str, kept: Option<&PasswordHash>) -> bool {
    is_made_of(token, kept)
}

fn hash(text: &str, salt: Random<16>) -> PasswordHash {
    let salt = SaltString::encode_b64(&salt).expect("sixteen bytes are a salt");
    let hash = hasher().hash_password(text.as_bytes(), &salt);
    PasswordHash(hash.expect("the parameters are Argon2's").to_string())
}

fn is_made_of(text: &str, kept: Option<&PasswordHash>) -> bool {
    let Ok(hash) = Phc::new(kept.map_or(NOBODYS, PasswordHash::as_kept)) else { return false };
    hasher().verify_password(text.as_bytes(), &hash).is_ok() && kept.is_some()
}

fn hasher() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the parameters are Argon2's");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// OWASP's Password Storage Cheat Sheet: "Argon2id with a minimum configuration of 19 MiB of memory, an
/// iteration count of 2, and 1 degree of parallelism".
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// In characters.
const SHORTEST: usize = 12;
const LONGEST: usize = 256;

/// A hash with our parameters that belongs to nobody.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$Y29yZGJvYXJkLW5vYm9keQ\
                       $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_verified_against_its_own_hash_alone() {
        let hash = hash_of("correct horse battery");

        assert!(verify("correct horse battery", Some(&hash)));
        assert!(!verify("correct horse batterz", Some(&hash)));
        assert!(!verify("correct horse battery", None));
        assert!(!verify("", Some(&hash)));
        assert!(!hash.needs_rehash());
        assert!(hash.as_kept().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn a_weak_token_is_hashed_as_it_stands_however_short() {
        let hash = hash_token("op 42", [7; 16]);

        assert!(verify_token("op 42", Some(&hash)));
        assert!(!verify_token("op 43", Some(&hash)));
        assert!(!verify_token("op 42", None));
        assert!(!hash.needs_rehash());
    }

    #[test]
    fn nobodys_hash_is_one_that_takes_the_whole_time() {
        assert!(!PasswordHash::from_kept(NOBODYS.into()).needs_rehash());
    }

    #[test]
    fn a_password_is_the_same_from_whatever_keyboard() {
        let hash = hash_of("caf\u{e9} \u{fb01}nance desk");

        assert!(verify("cafe\u{301} finance desk", Some(&hash)));
    }

    #[test]
    fn a_password_has_twelve_to_256_characters() {
        assert_eq!(Password::parse(&"é".repeat(11)), Err(Unfit));
        assert!(Password::parse(&"é".repeat(12)).is_ok());
        assert!(Password::parse(&"é".repeat(256)).is_ok());
        assert_eq!(Password::parse(&"é".repeat(257)), Err(Unfit));
    }

    #[test]
    fn a_hash_with_other_parameters_is_made_anew() {
        let weaker = hash_of("correct horse battery").as_kept().replace("t=2", "t=1");

        assert!(PasswordHash::from_kept(weaker).needs_rehash());
    }

    #[test]
    fn neither_a_password_nor_its_hash_shows_itself() {
        let password = Password::parse("correct horse battery").unwrap();

        assert_eq!(format!("{password:?}"), "Password(…)");
        assert_eq!(format!("{:?}", password.hash([7; 16])), "PasswordHash(…)");
    }

    fn hash_of(text: &str) -> PasswordHash {
        Password::parse(text).unwrap().hash([7; 16])
    }
}
