//! The process's own keys, all derived from one secret (HKDF, RFC 5869), and what they make: tokens,
//! nonces, states, and the HMACs that stand in the database in place of secrets.

use jiff::Timestamp;
use oauth::base64url;
use ring::{aead, hkdf, hmac};
use subtle::ConstantTimeEq;

use crate::{Random, attempts::Scope};

/// One for all nodes of an installation: a nonce or a token made by one is good at the others.
pub struct Keys {
    pepper: hmac::Key,
    token: hmac::Key,
    nonce: hmac::Key,
    transaction: hmac::Key,
    sealing: aead::LessSafeKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(…)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the sealed secret was made with another key")]
pub struct NotOurs;

impl Keys {
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, b"cordboard").extract(secret);
        let derive = |purpose: &'static str| {
            let mut bytes = [0; 32];
            root.expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
                .and_then(|okm| okm.fill(&mut bytes))
                .expect("HKDF-SHA256 yields 32 bytes");
            bytes
        };
        let mac = |purpose| hmac::Key::new(hmac::HMAC_SHA256, &derive(purpose));
        let sealing = aead::UnboundKey::new(&aead::AES_256_GCM, &derive("sealing"))
            .expect("AES-256 takes 32 bytes");
        Self {
            pepper: mac("pepper"),
            token: mac("token"),
            nonce: mac("nonce"),
            transaction: mac("transaction"),
            sealing: aead::LessSafeKey::new(sealing),
        }
    }

    /// What is kept of an SSO token.
    pub fn token_mac(&self, sso_token: &str) -> [u8; 32] {
        sign(&self.pepper, &[b"sso-token", sso_token.as_bytes()])
    }

    /// What wrong attempts are counted under: nobody reads operator IDs or addresses out of it.
    pub fn attempts_mac(&self, scope: Scope, organization: &str, of: &str) -> [u8; 32] {
        let parts = [scope.as_str(), organization, of].map(str::as_bytes);
        sign(&self.pepper, &[b"attempts", parts[0], parts[1], parts[2]])
    }

    /// What is kept of an invitation's code.
    pub fn invitation_mac(&self, code: &str) -> [u8; 32] {
        sign(&self.token, &[b"invitation", code.as_bytes()])
    }

    /// What is kept of an events socket's ticket.
    pub fn ticket_mac(&self, ticket: &str) -> [u8; 32] {
        sign(&self.token, &[b"events-ticket", ticket.as_bytes()])
    }

    /// The secret part of a session's token of one generation.
    pub(crate) fn session_mac(&self, kind: &str, session: &[u8; 16], generation: u32) -> [u8; 32] {
        sign(&self.token, &[kind.as_bytes(), session, &generation.to_be_bytes()])
    }

    /// A value that belongs to one transaction and one purpose, and that nobody else can name.
    pub(crate) fn of_transaction(&self, purpose: &str, transaction: &str) -> [u8; 32] {
        sign(&self.transaction, &[purpose.as_bytes(), transaction.as_bytes()])
    }

    /// The DPoP nonce of the window that `now` falls into (RFC 9449 §8).
    pub fn dpop_nonce(&self, now: Timestamp) -> String {
        self.nonce_of_window(now.as_second().div_euclid(NONCE_WINDOW))
    }

    /// A nonce is good in its own window and the one after, so at least for a minute.
    pub fn is_dpop_nonce(&self, nonce: &str, now: Timestamp) -> bool {
        let window = now.as_second().div_euclid(NONCE_WINDOW);
        [window, window - 1].into_iter().any(|window| same(nonce, &self.nonce_of_window(window)))
    }

    fn nonce_of_window(&self, window: i64) -> String {
        base64url::encode(&sign(&self.nonce, &[b"dpop", &window.to_be_bytes()])[..16])
    }

    /// Encrypts an organisation's secret for the database, bound to `name`.
    pub fn seal(&self, name: &str, secret: &str, random: Random<12>) -> Vec<u8> {
        let mut sealed = secret.as_bytes().to_vec();
        self.sealing
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(random),
                aead::Aad::from(name.as_bytes()),
                &mut sealed,
            )
            .expect("a secret is far shorter than AES-GCM's limit");
        [random.as_slice(), &sealed].concat()
    }

    pub fn unseal(&self, name: &str, sealed: &[u8]) -> Result<String, NotOurs> {
        let (nonce, sealed) = sealed.split_at_checked(12).ok_or(NotOurs)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).map_err(|_| NotOurs)?;
        let mut bytes = sealed.to_vec();
        let plain = self
            .sealing
            .open_in_place(nonce, aead::Aad::from(name.as_bytes()), &mut bytes)
            .map_err(|_| NotOurs)?;
        String::from_utf8(plain.to_vec()).map_err(|_| NotOurs)
    }
}

/// Compares two texts in a time that depends on their lengths alone.
pub fn same(left: &str, right: &str) -> bool {
    same_bytes(left.as_bytes(), right.as_bytes())
}

/// Compares two HMACs in constant time.
pub fn same_mac(left: &[u8; 32], right: &[u8; 32]) -> bool {
    same_bytes(left, right)
}

pub(crate) fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// Each part is preceded by its length, so that no two lists of parts make the same message.
fn sign(key: &hmac::Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut context = hmac::Context::with_key(key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut mac = [0; 32];
    mac.copy_from_slice(context.sign().as_ref());
    mac
}

/// Seconds.
const NONCE_WINDOW: i64 = 60;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_nonce_is_good_for_one_to_two_minutes() {
        let keys = keys();
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let nonce = keys.dpop_nonce(now);
        let later = |seconds: i64| Timestamp::from_second(1_700_000_000 + seconds).unwrap();

        assert!(keys.is_dpop_nonce(&nonce, now));
        assert!(keys.is_dpop_nonce(&nonce, later(59)));
        assert!(!keys.is_dpop_nonce(&nonce, later(120)));
        assert!(!keys.is_dpop_nonce("", now));
    }

    #[test]
    fn another_installations_nonce_is_none_of_ours() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();

        assert!(!keys().is_dpop_nonce(&Keys::from_secret(&[2; 32]).dpop_nonce(now), now));
    }

    #[test]
    fn a_sealed_secret_opens_under_its_own_name_and_key_alone() {
        let sealed = keys().seal("acme/sign_in_client", "s3cret", [9; 12]);

        assert_eq!(keys().unseal("acme/sign_in_client", &sealed), Ok("s3cret".into()));
        assert_eq!(keys().unseal("other/sign_in_client", &sealed), Err(NotOurs));
        assert_eq!(
            Keys::from_secret(&[2; 32]).unseal("acme/sign_in_client", &sealed),
            Err(NotOurs)
        );
        assert_eq!(keys().unseal("acme/sign_in_client", b"short"), Err(NotOurs));
    }

    #[test]
    fn keys_never_show_themselves() {
        assert_eq!(format!("{:?}", keys()), "Keys(…)");
    }

    proptest! {
        #[test]
        fn parts_that_flow_together_make_different_macs(left in "[a-c]{0,4}", right in "[a-c]{0,4}") {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &[0; 32]);
            let joined = format!("{left}{right}");
            let (apart, together) = ([left.as_bytes(), right.as_bytes()], [joined.as_bytes()]);

            prop_assert_ne!(sign(&key, &apart), sign(&key, &together));
        }
    }

    fn keys() -> Keys {
        Keys::from_secret(&[1; 32])
    }
}
