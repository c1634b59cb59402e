//! The process's own keys, and what they make: tokens, nonces, states, and the HMACs that stand in the
//! database in place of secrets. Each key is derived from a secret of its own (HKDF, RFC 5869).
//!
//! ~~~text
//! newest ── ... ── in use ── older ── ...
//!   waits until the     makes what    verifies and opens
//!   server takes it up  is new        what it has made
//! ~~~

use std::sync::Arc;

use jiff::Timestamp;
use oauth::base64url;
use ring::{aead, hkdf, hmac};
use subtle::ConstantTimeEq;

use crate::{Random, agent::TokenMac, attempts::Scope};

/// One for all nodes of an installation: a nonce or a token made by one is good at the others.
#[derive(Clone)]
pub struct Keys {
    /// The newest first; never empty.
    all: Arc<[Key]>,
    in_use: usize,
}

#[derive(Clone)]
struct Key {
    id: KeyId,
    pepper: hmac::Key,
    token: hmac::Key,
    nonce: hmac::Key,
    transaction: hmac::Key,
    sealing: aead::LessSafeKey,
}

/// What a key is called: eight hexadecimal digits that follow from it and give nothing of it away.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// As it was kept.
    pub fn from_kept(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
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
        Self::from_secrets(secret, &[])
    }

    /// The newest is in use.
    pub fn from_secrets(newest: &[u8; 32], older: &[[u8; 32]]) -> Self {
        Self { all: [newest].into_iter().chain(older).map(Key::from_secret).collect(), in_use: 0 }
    }

    /// Beside a server that knows only the keys `taken_up`, nothing is made that it could not verify.
    pub fn beside(&self, taken_up: &[KeyId]) -> Self {
        let in_use = self.all.iter().position(|key| taken_up.contains(&key.id));
        // None of them: whatever stands there was made with keys that are gone.
        Self { all: self.all.clone(), in_use: in_use.unwrap_or(0) }
    }

    /// The newest first.
    pub fn ids(&self) -> impl Iterator<Item = &KeyId> {
        self.all.iter().map(|key| &key.id)
    }

    /// The key that makes what is new.
    pub fn in_use(&self) -> &KeyId {
        &self.key_in_use().id
    }

    /// The key of whatever was made before keys had ids: it was the only one.
    pub fn oldest(&self) -> &KeyId {
        &self.all[self.all.len() - 1].id
    }

    fn key_in_use(&self) -> &Key {
        &self.all[self.in_use]
    }

    /// What `id` made verifies under no other key, so for one that is gone any does.
    fn key(&self, id: &KeyId) -> &Key {
        self.all.iter().find(|key| key.id == *id).unwrap_or(self.key_in_use())
    }

    /// What is kept of an SSO token.
    pub fn token_mac(&self, sso_token: &str) -> TokenMac {
        let key = self.key_in_use();
        TokenMac { key: key.id.clone(), mac: key.token_mac(sso_token) }
    }

    /// Whether `kept` was made of this token. Nobody's takes as long as somebody's.
    pub fn is_token(&self, sso_token: &str, kept: Option<&TokenMac>) -> bool {
        let key = kept.map_or(self.key_in_use(), |kept| self.key(&kept.key));
        let mac = kept.map_or([0; 32], |kept| kept.mac);
        same_bytes(&key.token_mac(sso_token), &mac) && kept.is_some()
    }

    /// What wrong attempts are counted under: nobody reads operator IDs or addresses out of it.
    pub fn attempts_mac(&self, scope: Scope, organization: &str, of: &str) -> [u8; 32] {
        let parts = [scope.as_str(), organization, of].map(str::as_bytes);
        sign(&self.key_in_use().pepper, &[b"attempts", parts[0], parts[1], parts[2]])
    }

    /// What is kept of an invitation's code.
    pub fn invitation_mac(&self, code: &str) -> [u8; 32] {
        self.key_in_use().invitation_mac(code)
    }

    /// What may have been kept of it, by any of the keys.
    pub fn invitation_macs(&self, code: &str) -> Vec<[u8; 32]> {
        self.all.iter().map(|key| key.invitation_mac(code)).collect()
    }

    /// What is kept of an events socket's ticket. It outlives no restart by more than a moment, so the key
    /// in use is the only one that counts.
    pub fn ticket_mac(&self, ticket: &str) -> [u8; 32] {
        sign(&self.key_in_use().token, &[b"events-ticket", ticket.as_bytes()])
    }

    /// The secret part of a session's token of one generation.
    pub(crate) fn session_mac(&self, kind: &str, session: &[u8; 16], generation: u32) -> [u8; 32] {
        self.key_in_use().session_mac(kind, session, generation)
    }

    /// Whether any of the keys made it.
    pub(crate) fn is_session_mac(
        &self,
        mac: &[u8],
        kind: &str,
        session: &[u8; 16],
        generation: u32,
    ) -> bool {
        self.all.iter().any(|key| same_bytes(mac, &key.session_mac(kind, session, generation)))
    }

    /// A value that belongs to one transaction and one purpose, and that nobody else can name.
    pub(crate) fn of_transaction(&self, key: &KeyId, purpose: &str, transaction: &str) -> [u8; 32] {
        self.key(key).of_transaction(purpose, transaction)
    }

    /// The DPoP nonce of the window that `now` falls into (RFC 9449 §8).
    pub fn dpop_nonce(&self, now: Timestamp) -> String {
        self.key_in_use().nonce_of_window(now.as_second().div_euclid(NONCE_WINDOW))
    }

    /// A nonce is good in its own window and the one after, so at least for a minute.
    pub fn is_dpop_nonce(&self, nonce: &str, now: Timestamp) -> bool {
        let window = now.as_second().div_euclid(NONCE_WINDOW);
        let is_of = |key: &Key, window| same(nonce, &key.nonce_of_window(window));
        self.all.iter().any(|key| is_of(key, window) || is_of(key, window - 1))
    }

    /// Encrypts an organisation's secret for the database, bound to `name`.
    pub fn seal(&self, name: &str, secret: &str, random: Random<12>) -> Vec<u8> {
        let mut sealed = secret.as_bytes().to_vec();
        self.key_in_use()
            .sealing
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(random),
                aead::Aad::from(name.as_bytes()),
                &mut sealed,
            )
            .expect("a secret is far shorter than AES-GCM's limit");
        [random.as_slice(), &sealed].concat()
    }

    pub fn unseal(&self, name: &str, sealed: &[u8]) -> Result<String, NotOurs> {
        self.opened(name, sealed).map(|(_, secret)| secret)
    }

    /// The key that opens it.
    pub fn sealed_by(&self, name: &str, sealed: &[u8]) -> Result<&KeyId, NotOurs> {
        self.opened(name, sealed).map(|(key, _)| key)
    }

    fn opened(&self, name: &str, sealed: &[u8]) -> Result<(&KeyId, String), NotOurs> {
        let opened = self.all.iter().find_map(|key| Some((&key.id, key.unseal(name, sealed)?)));
        opened.ok_or(NotOurs)
    }
}

impl Key {
    fn from_secret(secret: &[u8; 32]) -> Self {
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
            id: KeyId(derive("id")[..4].iter().map(|byte| format!("{byte:02x}")).collect()),
            pepper: mac("pepper"),
            token: mac("token"),
            nonce: mac("nonce"),
            transaction: mac("transaction"),
            sealing: aead::LessSafeKey::new(sealing),
        }
    }

    fn token_mac(&self, sso_token: &str) -> [u8; 32] {
        sign(&self.pepper, &[b"sso-token", sso_token.as_bytes()])
    }

    fn invitation_mac(&self, code: &str) -> [u8; 32] {
        sign(&self.token, &[b"invitation", code.as_bytes()])
    }

    fn session_mac(&self, kind: &str, session: &[u8; 16], generation: u32) -> [u8; 32] {
        sign(&self.token, &[kind.as_bytes(), session, &generation.to_be_bytes()])
    }

    fn of_transaction(&self, purpose: &str, transaction: &str) -> [u8; 32] {
        sign(&self.transaction, &[purpose.as_bytes(), transaction.as_bytes()])
    }

    fn nonce_of_window(&self, window: i64) -> String {
        base64url::encode(&sign(&self.nonce, &[b"dpop", &window.to_be_bytes()])[..16])
    }

    fn unseal(&self, name: &str, sealed: &[u8]) -> Option<String> {
        let (nonce, sealed) = sealed.split_at_checked(12)?;
        let nonce = aead::Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut bytes = sealed.to_vec();
        let aad = aead::Aad::from(name.as_bytes());
        let plain = self.sealing.open_in_place(nonce, aad, &mut bytes).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

/// Compares two texts in a time that depends on their lengths alone.
pub fn same(left: &str, right: &str) -> bool {
    same_bytes(left.as_bytes(), right.as_bytes())
}

fn same_bytes(left: &[u8], right: &[u8]) -> bool {
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
    fn what_an_older_key_made_is_still_good_and_new_things_come_from_the_newest() {
        let (old, both) = (keys(), Keys::from_secrets(&[2; 32], &[[1; 32]]));
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        let sealed = old.seal("acme/sign_in_client", "s3cret", [9; 12]);

        assert!(both.is_dpop_nonce(&old.dpop_nonce(now), now));
        assert!(both.is_token("token", Some(&old.token_mac("token"))));
        assert!(both.invitation_macs("code").contains(&old.invitation_mac("code")));
        assert!(both.is_session_mac(
            &old.session_mac("access", &[7; 16], 1),
            "access",
            &[7; 16],
            1
        ));
        assert_eq!(both.unseal("acme/sign_in_client", &sealed), Ok("s3cret".into()));
        assert_eq!(both.sealed_by("acme/sign_in_client", &sealed), Ok(old.in_use()));
        assert_eq!(
            both.of_transaction(old.in_use(), "pkce", "tx"),
            old.of_transaction(old.in_use(), "pkce", "tx")
        );

        assert_eq!((both.in_use(), both.oldest()), (newest().in_use(), old.in_use()));
        assert_eq!(both.token_mac("token"), newest().token_mac("token"));
        assert!(!old.is_token("token", Some(&both.token_mac("token"))));
        assert!(!old.is_dpop_nonce(&both.dpop_nonce(now), now));
    }

    #[test]
    fn beside_a_server_that_has_not_taken_the_newest_up_the_one_before_is_in_use() {
        let (old, both) = (keys(), Keys::from_secrets(&[2; 32], &[[1; 32]]));

        let beside = both.beside(&[old.in_use().clone()]);

        assert_eq!(beside.in_use(), old.in_use());
        assert!(old.is_token("token", Some(&beside.token_mac("token"))));
        assert!(beside.is_token("token", Some(&both.token_mac("token"))));
        assert_eq!(both.beside(&[]).in_use(), newest().in_use());
    }

    #[test]
    fn a_token_is_verified_against_its_own_mac_alone() {
        let kept = keys().token_mac("token");

        assert!(!keys().is_token("other", Some(&kept)));
        assert!(!keys().is_token("token", None));
        assert!(!newest().is_token("token", Some(&kept)), "its key is gone");
    }

    #[test]
    fn a_key_is_called_the_same_each_time_and_by_nothing_of_itself() {
        assert_eq!(keys().in_use(), keys().in_use());
        assert_ne!(keys().in_use(), newest().in_use());
        assert_eq!(keys().in_use().as_str().len(), 8);
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

    fn newest() -> Keys {
        Keys::from_secret(&[2; 32])
    }
}
