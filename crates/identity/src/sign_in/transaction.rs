//! One sign-in in a window, from the panel's button to its claim.
//!
//! ~~~text
//! Open --(provider's callback)--> Verified --(form)--> Allowed --(claim)--> Claimed
//!   |                                 |
//!   +------------> Failed <-----------+
//! ~~~
//!
//! The state, nonce, PKCE verifier and cookie of a transaction are HMACs of its id, so the store keeps no
//! secret of a sign-in under way.

use jiff::{SignedDuration, Timestamp};
use oauth::{base64url, pkce};
use salesforce::id::UserId;

use super::{Refusal, Standing, phrase::Phrases};
use crate::{
    Random,
    agent::AgentId,
    consent::ConsentId,
    keys::{KeyId, Keys, same},
    organization::Handle,
    session::SessionId,
};

/// 128 random bits in base64url. Not secret: it completes nothing without verifier and key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TransactionId(pub String);

impl TransactionId {
    pub fn from_random(bytes: Random<16>) -> Self {
        Self(base64url::encode(bytes))
    }

    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 22 && base64url::decode(text)?.len() == 16).then(|| Self(text.to_owned()))
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub id: TransactionId,
    pub organization: Handle,
    /// The panel's key.
    pub jkt: String,
    /// base64url(SHA-256(verifier)); only who knows the verifier can claim.
    pub challenge: String,
    /// The key that its secrets follow from, to its end.
    pub key: KeyId,
    /// The running user, where the organisation requires a proof: nobody else can finish.
    pub bound_to: Option<BoundUser>,
    /// The agent of the legacy session that *Switch* came from.
    pub switching: Option<AgentId>,
    pub expires_at: Timestamp,
    pub stage: Stage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundUser {
    pub user: UserId,
    pub operator_id: Option<String>,
    pub standing: Standing,
    pub language: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stage {
    Open,
    /// Salesforce has verified a user; the form is out.
    Verified {
        user: VerifiedUser,
        form: FormToken,
    },
    Allowed {
        agent: AgentId,
        consent: ConsentId,
    },
    Claimed {
        session: SessionId,
        at: Timestamp,
    },
    Failed(Failure),
}

/// A user whom the provider vouched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedUser {
    pub user: UserId,
    pub username: String,
    pub name: String,
    pub standing: Standing,
    pub language: Option<String>,
}

/// The code and value that the panel will be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: String,
    pub value: Option<String>,
}

/// 128 random bits made when the form is drawn; good once.
#[derive(Clone, PartialEq, Eq)]
pub struct FormToken(pub String);

impl std::fmt::Debug for FormToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormToken(…)")
    }
}

/// Whether the window's user may finish this transaction.
pub fn check_user(transaction: &Transaction, user: UserId) -> Result<(), Refusal> {
    match &transaction.bound_to {
        Some(bound) if bound.user != user => Err(Refusal::OtherUser),
        Some(_) | None => Ok(()),
    }
}

impl Transaction {
    /// The Salesforce language of whoever is known to be there, the window's user before the console's.
    pub fn language(&self) -> Option<&str> {
        let verified = match &self.stage {
            Stage::Verified { user, .. } => user.language.as_deref(),
            Stage::Open | Stage::Allowed { .. } | Stage::Claimed { .. } | Stage::Failed(_) => None,
        };
        verified.or(self.bound_to.as_ref().and_then(|bound| bound.language.as_deref()))
    }

    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at <= now
    }

    /// Where no proof binds the panel, the window asks for the panel's phrase.
    pub fn phrases(&self, keys: &Keys) -> Option<Phrases> {
        self.bound_to.is_none().then(|| Phrases::of(&self.id, &self.key, keys))
    }

    /// `state` of the authorization request: the id, and a MAC that only we can make.
    pub fn state(&self, keys: &Keys) -> String {
        self.id.state(&self.key, keys)
    }

    pub fn nonce(&self, keys: &Keys) -> String {
        self.id.secret(&self.key, "nonce", keys)
    }

    pub fn pkce(&self, keys: &Keys) -> pkce::Verifier {
        pkce::Verifier::from_random(keys.of_transaction(&self.key, "pkce", &self.id.0))
    }

    /// The window's cookie: the browser that started is the browser that returns.
    pub fn cookie_value(&self, keys: &Keys) -> String {
        self.id.secret(&self.key, "cookie", keys)
    }

    /// The claim proves itself as PKCE does.
    pub fn is_verifier(&self, verifier: &str) -> bool {
        pkce::Verifier::parse(verifier)
            .is_some_and(|verifier| same(&verifier.challenge(), &self.challenge))
    }
}

/// What comes from outside, before the transaction is read: any of our keys may have made it.
impl TransactionId {
    pub fn from_state(state: &str, keys: &Keys) -> Option<Self> {
        let (id, _) = state.split_once('.')?;
        let id = Self::parse(id)?;
        keys.ids().any(|key| same(&id.state(key, keys), state)).then_some(id)
    }

    pub fn cookie_name(&self) -> String {
        format!("__Host-tx-{}", &self.0[..8])
    }

    pub fn is_cookie(&self, value: &str, keys: &Keys) -> bool {
        keys.ids().any(|key| same(value, &self.secret(key, "cookie", keys)))
    }

    fn state(&self, key: &KeyId, keys: &Keys) -> String {
        format!("{}.{}", self.0, self.secret(key, "state", keys))
    }

    fn secret(&self, key: &KeyId, purpose: &str, keys: &Keys) -> String {
        base64url::encode(keys.of_transaction(key, purpose, &self.0))
    }
}

/// How long a transaction lives.
pub const LIFETIME: SignedDuration = SignedDuration::from_secs(600);
/// For how long the same key may claim again, should the answer have been lost.
pub const REPEAT: SignedDuration = SignedDuration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::tests::{standing, user};
    use proptest::prelude::*;

    #[test]
    fn a_transaction_of_a_running_user_is_finished_by_that_user_alone() {
        let bound =
            BoundUser { user: user(), operator_id: None, standing: standing(), language: None };
        let transaction = Transaction { bound_to: Some(bound), ..transaction() };
        let other = "005xx000001Sv6B".parse().unwrap();

        assert_eq!(check_user(&transaction, user()), Ok(()));
        assert_eq!(check_user(&transaction, other), Err(Refusal::OtherUser));
        assert_eq!(transaction.phrases(&keys()), None);
    }

    #[test]
    fn a_transaction_of_nobody_asks_for_the_phrase() {
        assert!(transaction().phrases(&keys()).is_some());
    }

    #[test]
    fn only_the_verifier_claims() {
        let verifier = pkce::Verifier::from_random([3; 32]);
        let transaction = Transaction { challenge: verifier.challenge(), ..transaction() };

        assert!(transaction.is_verifier(verifier.as_str()));
        assert!(!transaction.is_verifier(pkce::Verifier::from_random([4; 32]).as_str()));
        assert!(!transaction.is_verifier(&transaction.challenge));
    }

    #[test]
    fn a_state_that_we_did_not_make_names_no_transaction() {
        let transaction = transaction();
        let state = transaction.state(&keys());

        assert_eq!(TransactionId::from_state(&state, &keys()), Some(id()));
        assert_eq!(TransactionId::from_state(&state, &Keys::from_secret(&[9; 32])), None);
        assert_eq!(TransactionId::from_state(&id().0, &keys()), None);
    }

    #[test]
    fn a_transaction_goes_on_under_the_key_that_it_began_with() {
        let rotated = Keys::from_secrets(&[9; 32], &[[1; 32]]);
        let transaction = transaction();
        let state = transaction.state(&keys());

        assert_eq!(TransactionId::from_state(&state, &rotated), Some(id()));
        assert!(id().is_cookie(&transaction.cookie_value(&keys()), &rotated));
        assert_eq!(transaction.phrases(&rotated), transaction.phrases(&keys()));
        let secrets = |keys: &Keys| (transaction.nonce(keys), transaction.pkce(keys).challenge());
        assert_eq!(secrets(&rotated), secrets(&keys()));
    }

    #[test]
    fn the_secrets_of_a_transaction_differ_by_purpose() {
        let transaction = transaction();
        let values = [
            transaction.nonce(&keys()),
            transaction.cookie_value(&keys()),
            transaction.pkce(&keys()).as_str().to_owned(),
            transaction.state(&keys()),
        ];

        for (place, value) in values.iter().enumerate() {
            assert!(!values[..place].contains(value));
        }
    }

    proptest! {
        #[test]
        fn no_made_up_state_is_taken(text in ".{0,80}|[A-Za-z0-9_-]{22}\\.[A-Za-z0-9_-]{43}") {
            prop_assert_eq!(TransactionId::from_state(&text, &keys()), None);
        }

        #[test]
        fn a_state_names_its_own_transaction_and_changed_in_any_place_none(
            bytes: [u8; 16],
            place in any::<prop::sample::Index>(),
            byte in "[A-Za-z0-9_.-]",
        ) {
            let id = TransactionId::from_random(bytes);
            let state = Transaction { id: id.clone(), ..transaction() }.state(&keys());
            let place = place.index(state.len());
            let mut changed = state.clone();
            changed.replace_range(place..=place, &byte);

            prop_assert_eq!(TransactionId::from_state(&state, &keys()), Some(id));
            if changed != state {
                prop_assert_eq!(TransactionId::from_state(&changed, &keys()), None);
            }
        }

        #[test]
        fn only_the_verifier_of_its_challenge_claims(right: [u8; 32], typed in "[A-Za-z0-9._~-]{0,130}") {
            let right = pkce::Verifier::from_random(right);
            let transaction = Transaction { challenge: right.challenge(), ..transaction() };

            prop_assert!(transaction.is_verifier(right.as_str()));
            prop_assert_eq!(transaction.is_verifier(&typed), typed == right.as_str());
        }
    }

    fn transaction() -> Transaction {
        Transaction {
            id: id(),
            organization: Handle::parse("acme").unwrap(),
            jkt: "jkt".into(),
            challenge: String::new(),
            key: keys().in_use().clone(),
            bound_to: None,
            switching: None,
            expires_at: Timestamp::UNIX_EPOCH,
            stage: Stage::Open,
        }
    }

    fn id() -> TransactionId {
        TransactionId::from_random([5; 16])
    }

    fn keys() -> Keys {
        Keys::from_secret(&[1; 32])
    }
}
