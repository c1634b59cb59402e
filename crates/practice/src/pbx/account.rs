//! Who may register and call: static accounts, and ephemeral ones as coturn's REST API and Kamailio's
//! `auth_ephemeral` make them. An ephemeral username is `EXPIRY:EXTENSION`, the expiry in seconds since
//! 1970, and its password the base64 of HMAC-SHA1 over the username under a shared secret.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::hmac;

/// What the PBX shares with who hands out ephemeral credentials.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self(secret.into())
    }

    fn password(&self, username: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        STANDARD.encode(hmac::sign(&key, username.as_bytes()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// What the PBX holds against an answer to its challenge.
#[derive(Debug, PartialEq, Eq)]
pub struct Account {
    pub extension: String,
    /// In seconds since 1970; a static account has none.
    pub expiry: Option<u64>,
    pub password: String,
}

impl Account {
    /// The account that a username names; nothing where there is none.
    pub fn named(username: &str, secret: &Secret) -> Option<Self> {
        let (expiry, extension) = match username.split_once(':') {
            Some((expiry, extension)) => (Some(expiry.parse().ok()?), extension),
            None => (None, username),
        };
        if !is_extension(extension) {
            return None;
        }
        let password = match expiry {
            Some(_) => secret.password(username),
            None => PASSWORD.to_owned(),
        };
        Some(Self { extension: extension.to_owned(), expiry, password })
    }
}

pub fn is_extension(number: &str) -> bool {
    number.len() == 4 && number.parse().is_ok_and(|number: u32| EXTENSIONS.contains(&number))
}

pub fn extensions() -> impl Iterator<Item = String> {
    EXTENSIONS.map(|number| number.to_string())
}

/// The numbers by which an extension may be seen: the office's, and its own from outside.
pub fn numbers(extension: &str) -> [String; 2] {
    [OFFICE.to_owned(), format!("+1415555{extension}")]
}

/// Of the numbers that are kept for stories.
const OFFICE: &str = "+14155550100";

const EXTENSIONS: std::ops::RangeInclusive<u32> = 1001..=1010;

/// Everybody's, as everywhere in the practice world.
pub const PASSWORD: &str = "practice";

/// The shared secret where none is given: as open as everything else here.
pub const PRACTICE_SECRET: &str = "practice secret of the practice PBX";

#[cfg(test)]
mod tests {
    use super::*;

    /// The expected password is that of `printf 1700000000:1001 | openssl dgst -sha1 -hmac secret -binary | base64`.
    #[test]
    fn an_ephemeral_password_is_that_of_coturns_rest_interface() {
        let account = Account::named("1700000000:1001", &Secret::new("secret")).unwrap();

        assert_eq!(account.password, "NbvjL95ofzRFrZ6+NU/Ha2xQ+0w=");
        assert_eq!((account.extension.as_str(), account.expiry), ("1001", Some(1_700_000_000)));
    }

    #[test]
    fn nobody_else_has_an_account() {
        for username in ["", "1000", "1011", "01001", "alice", "1:", ":1001", "x:1001", "1:2:1001"]
        {
            assert_eq!(Account::named(username, &Secret::new("secret")), None, "{username}");
        }
    }

    #[test]
    fn a_secret_is_never_shown() {
        assert!(!format!("{:?}", Secret::new("open sesame")).contains("sesame"));
    }
}
