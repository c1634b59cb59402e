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

    pub fn hash(&self, salt: Random<16>, cost: Cost) -> PasswordHash {
        hash(&self.0, salt, cost)
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

    /// What was paid for it; nothing of what was hashed.
    pub fn parameters(&self) -> Option<String> {
        let hash = Phc::new(&self.0).ok()?;
        let params = Params::try_from(&hash).ok()?;
        let (memory, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
        Some(format!("{},m={memory},t={passes},p={lanes}", hash.algorithm))
    }

    /// Whether it was made with other parameters than new ones are.
    pub fn needs_rehash(&self, cost: Cost) -> bool {
        let Ok(hash) = Phc::new(&self.0) else { return true };
        let is_ours = Params::try_from(&hash).is_ok_and(|params| {
            (params.m_cost(), params.t_cost(), params.p_cost())
                == (cost.memory_kib, cost.passes, cost.lanes)
        });
        hash.algorithm != argon2::ARGON2ID_IDENT || !is_ours
    }
}

/// Whether `typed` is the password that `kept` was made of. Where there is no account, no password or
/// nothing that could be one, it takes as long.
pub fn verify(typed: &str, kept: Option<&PasswordHash>, cost: Cost) -> bool {
    let (password, fit) = match Password::parse(typed) {
        Ok(password) => (password, true),
        Err(Unfit) => (Password(String::new()), false),
    };
    is_made_of(&password.0, kept, cost) && fit
}

/// What is kept of an SSO token that is no harder to guess than a password. It is compared as it stands.
pub fn hash_token(token: &str, salt: Random<16>, cost: Cost) -> PasswordHash {
    hash(token, salt, cost)
}

/// Whether `kept` was made of this token. Nobody's takes as long as somebody's.
pub fn verify_token(token: &str, kept: Option<&PasswordHash>, cost: Cost) -> bool {
    is_made_of(token, kept, cost)
}

fn hash(text: &str, salt: Random<16>, cost: Cost) -> PasswordHash {
    let salt = SaltString::encode_b64(&salt).expect("sixteen bytes are a salt");
    let hash = cost.hasher().hash_password(text.as_bytes(), &salt);
    PasswordHash(hash.expect("the parameters are Argon2's").to_string())
}

fn is_made_of(text: &str, kept: Option<&PasswordHash>, cost: Cost) -> bool {
    let nobodys = cost.nobodys();
    let kept_or_nobodys = kept.map_or(nobodys.as_str(), PasswordHash::as_kept);
    let Ok(hash) = Phc::new(kept_or_nobodys) else { return false };
    // By the parameters that the hash names.
    cost.hasher().verify_password(text.as_bytes(), &hash).is_ok() && kept.is_some()
}

/// What it costs to hash one password, and so to guess one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, BadCost> {
        let strong = memory_kib.saturating_mul(passes) >= LEAST_MEMORY_TIMES_PASSES;
        if !LEAST_AND_MOST_MEMORY_KIB.contains(&memory_kib) {
            Err(BadCost::Memory)
        } else if !(1..=MOST_PASSES).contains(&passes) {
            Err(BadCost::Passes)
        } else if !(1..=MOST_LANES).contains(&lanes) {
            Err(BadCost::Lanes)
        } else if !strong {
            Err(BadCost::TooCheap)
        } else {
            Ok(Self { memory_kib, passes, lanes })
        }
    }

    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    pub fn passes(self) -> u32 {
        self.passes
    }

    pub fn lanes(self) -> u32 {
        self.lanes
    }

    fn hasher(self) -> Argon2<'static> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None);
        let params = params.expect("a cost is made within Argon2's bounds");
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
    }

    /// A hash that belongs to nobody and takes as long as one that does.
    fn nobodys(self) -> String {
        let Self { memory_kib, passes, lanes } = self;
        format!("$argon2id$v=19$m={memory_kib},t={passes},p={lanes}{NOBODYS}")
    }
}

/// OWASP's Password Storage Cheat Sheet: "Argon2id with a minimum configuration of 19 MiB of memory, an
/// iteration count of 2, and 1 degree of parallelism".
impl Default for Cost {
    fn default() -> Self {
        Self { memory_kib: 19 * 1024, passes: 2, lanes: 1 }
    }
}

/// Which parameter is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCost {
    #[error("`memory_kib` must be from 7168 (7 MiB) to 1048576 (1 GiB)")]
    Memory,
    #[error("`passes` must be from 1 to 20")]
    Passes,
    #[error("`lanes` must be from 1 to 16")]
    Lanes,
    #[error(
        "this is too cheap to guess: `memory_kib` times `passes` must be at least 35840, as with 47104 and 1, \
         19456 and 2, or 7168 and 5"
    )]
    TooCheap,
}

/// OWASP names five pairs that are equally strong, from 46 MiB in one pass to 7 MiB in five.
const LEAST_MEMORY_TIMES_PASSES: u32 = 7_168 * 5;
const LEAST_AND_MOST_MEMORY_KIB: std::ops::RangeInclusive<u32> = 7_168..=1_048_576;
const MOST_PASSES: u32 = 20;
const MOST_LANES: u32 = 16;

/// In characters.
const SHORTEST: usize = 12;
const LONGEST: usize = 256;

/// Salt and hash of no password.
const NOBODYS: &str = "$Y29yZGJvYXJkLW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_verified_against_its_own_hash_alone() {
        let hash = hash_of("correct horse battery");

        assert!(is_right("correct horse battery", Some(&hash)));
        assert!(!is_right("correct horse batterz", Some(&hash)));
        assert!(!is_right("correct horse battery", None));
        assert!(!is_right("", Some(&hash)));
        assert!(!hash.needs_rehash(Cost::default()));
        assert!(hash.as_kept().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    }

    #[test]
    fn a_weak_token_is_hashed_as_it_stands_however_short() {
        let cost = Cost::default();
        let hash = hash_token("op 42", [7; 16], cost);

        assert!(verify_token("op 42", Some(&hash), cost));
        assert!(!verify_token("op 43", Some(&hash), cost));
        assert!(!verify_token("op 42", None, cost));
        assert!(!hash.needs_rehash(cost));
    }

    #[test]
    fn nobodys_hash_is_one_that_takes_the_whole_time() {
        let costly = Cost::new(32_768, 3, 2).unwrap();
        for cost in [Cost::default(), costly] {
            assert!(!PasswordHash::from_kept(cost.nobodys()).needs_rehash(cost));
        }
    }

    #[test]
    fn a_password_is_the_same_from_whatever_keyboard() {
        let hash = hash_of("caf\u{e9} \u{fb01}nance desk");

        assert!(is_right("cafe\u{301} finance desk", Some(&hash)));
    }

    #[test]
    fn a_password_has_twelve_to_256_characters() {
        assert_eq!(Password::parse(&"é".repeat(11)), Err(Unfit));
        assert!(Password::parse(&"é".repeat(12)).is_ok());
        assert!(Password::parse(&"é".repeat(256)).is_ok());
        assert_eq!(Password::parse(&"é".repeat(257)), Err(Unfit));
    }

    #[test]
    fn a_hash_with_other_parameters_is_right_still_and_made_anew() {
        let other = Cost::new(7_168, 5, 1).unwrap();
        let password = Password::parse("correct horse battery").unwrap();
        let hash = password.hash([7; 16], other);

        assert!(is_right("correct horse battery", Some(&hash)));
        assert_eq!(hash.parameters().as_deref(), Some("argon2id,m=7168,t=5,p=1"));
        assert!(hash.needs_rehash(Cost::default()));
        assert!(!hash.needs_rehash(other));
    }

    #[test]
    fn a_cost_that_is_cheap_or_out_of_bounds_is_none() {
        let cost = Cost::default();
        let (memory_kib, passes, lanes) = (cost.memory_kib, cost.passes, cost.lanes);

        assert_eq!(Cost::new(memory_kib, passes, lanes), Ok(cost));
        assert_eq!(Cost::new(7_167, 20, 1), Err(BadCost::Memory));
        assert_eq!(Cost::new(1_048_577, 1, 1), Err(BadCost::Memory));
        assert_eq!(Cost::new(memory_kib, 0, 1), Err(BadCost::Passes));
        assert_eq!(Cost::new(memory_kib, 21, 1), Err(BadCost::Passes));
        assert_eq!(Cost::new(memory_kib, 2, 0), Err(BadCost::Lanes));
        assert_eq!(Cost::new(memory_kib, 1, 1), Err(BadCost::TooCheap));
    }

    #[test]
    fn neither_a_password_nor_its_hash_shows_itself() {
        let password = Password::parse("correct horse battery").unwrap();

        assert_eq!(format!("{password:?}"), "Password(…)");
        assert_eq!(format!("{:?}", password.hash([7; 16], Cost::default())), "PasswordHash(…)");
    }

    fn hash_of(text: &str) -> PasswordHash {
        Password::parse(text).unwrap().hash([7; 16], Cost::default())
    }

    fn is_right(typed: &str, kept: Option<&PasswordHash>) -> bool {
        verify(typed, kept, Cost::default())
    }
}
