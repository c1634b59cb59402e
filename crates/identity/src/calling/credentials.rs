//! Credentials that end by themselves, as coturn's REST API and Kamailio's `auth_ephemeral` take them: the
//! user name is `EXPIRY:EXTENSION`, the password an HMAC of it under a secret that only the servers share.
//! (draft-uberti-behave-turn-rest-00 §2.2.)

use base64::{Engine as _, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use ring::hmac;

use super::Extension;

/// A user name and a password for a PBX or a TURN server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub username: String,
    pub password: Secret,
}

/// A secret of a PBX's or a TURN server's, or a password made with it. It stands sealed in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// For sealing, and for the agent's own phone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Credentials {
    /// Good for [`LIFETIME`] from `now` on, by the server's own clock.
    pub fn ephemeral(shared: &Secret, extension: &Extension, now: Timestamp) -> Self {
        let username = format!("{}:{extension}", (now + LIFETIME).as_second());
        let password = password(shared, &username);
        Self { username, password }
    }
}

/// Both servers take SHA-1 unless they are told otherwise, and coturn takes nothing else.
fn password(shared: &Secret, username: &str) -> Secret {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, shared.reveal().as_bytes());
    Secret(STANDARD.encode(hmac::sign(&key, username.as_bytes())))
}

/// The phone asks for new ones at half of it.
pub const LIFETIME: SignedDuration = SignedDuration::from_mins(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_name_their_end_and_are_what_openssl_computes() {
        let extension = Extension::parse("1001").unwrap();
        let now = Timestamp::from_second(1_700_000_000).unwrap();

        let credentials = Credentials::ephemeral(&Secret::new("north"), &extension, now);

        assert_eq!(credentials.username, "1700003600:1001");
        // printf 1700003600:1001 | openssl dgst -sha1 -hmac north -binary | base64
        assert_eq!(credentials.password.reveal(), "6BMwxCcQmem9j2CqchAoA72tQPE=");
    }

    #[test]
    fn the_password_is_the_hmac_of_rfc_2202() {
        // RFC 2202 §3, test case 2: 0xeffcdf6ae5eb2fa2d27416d5f184df9c259a7c79.
        let password = password(&Secret::new("Jefe"), "what do ya want for nothing?");

        assert_eq!(password.reveal(), "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    }

    #[test]
    fn a_password_never_shows_itself() {
        let password = Secret::new("s3cret");
        let credentials = Credentials { username: "1:1001".into(), password };

        assert!(!format!("{credentials:?} {:?}", credentials.password).contains("s3cret"));
    }
}
