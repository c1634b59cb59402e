//! What must not leave the runtime: the session's tokens and the verifiers of open transactions.

use std::collections::VecDeque;

use adapter_api::{Secret, session::Granted};
use oauth::pkce::Verifier;

/// The tokens of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    pub access: Secret,
    pub refresh: Secret,
    /// When `access` runs out, in milliseconds since the Unix epoch.
    pub expires_at: u64,
}

impl Tokens {
    /// `asked_at`: before the adapter was asked, so that a slow answer makes no token live longer.
    pub fn new(asked_at: u64, granted: &Granted) -> Self {
        Self {
            access: granted.access_token.clone(),
            refresh: granted.refresh_token.clone(),
            expires_at: asked_at + u64::from(granted.expires_in) * 1_000,
        }
    }
}

#[derive(Debug, Default)]
pub struct Held {
    tokens: Option<Tokens>,
    verifiers: VecDeque<(String, Verifier)>,
}

impl Held {
    pub fn adopt(&mut self, tokens: Tokens) {
        self.tokens = Some(tokens);
    }

    /// A verifier belongs to a window and outlives the session: it opens nothing by itself.
    pub fn forget(&mut self) {
        self.tokens = None;
    }

    /// Nothing once it has run out: after the computer's sleep a call would be refused for a session that
    /// a refresh is about to continue.
    pub fn access(&self, now: u64) -> Option<&Secret> {
        self.tokens.as_ref().filter(|tokens| now < tokens.expires_at).map(|tokens| &tokens.access)
    }

    pub fn refresh(&self) -> Option<&Secret> {
        self.tokens.as_ref().map(|tokens| &tokens.refresh)
    }

    pub fn keep(&mut self, transaction: String, verifier: Verifier) {
        if self.verifiers.len() == OPEN_TRANSACTIONS {
            self.verifiers.pop_front();
        }
        self.verifiers.push_back((transaction, verifier));
    }

    pub fn verifier(&self, transaction: &str) -> Option<&Verifier> {
        self.verifiers.iter().find(|(kept, _)| kept == transaction).map(|(_, verifier)| verifier)
    }
}

/// A transaction is renewed every eight minutes and lives for ten, so more than two are rarely alive.
const OPEN_TRANSACTIONS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_that_has_run_out_is_not_used_but_still_refreshed() {
        let held = signed_in();

        assert!(held.access(999).is_some());
        assert!(held.access(1_000).is_none());
        assert!(held.refresh().is_some());
    }

    #[test]
    fn nothing_of_a_forgotten_session_stays_and_the_window_can_still_be_claimed() {
        let mut held = signed_in();
        held.keep("t".into(), Verifier::from_random([1; 32]));

        held.forget();

        assert_eq!((held.access(0), held.refresh()), (None, None));
        assert!(held.verifier("t").is_some());
    }

    #[test]
    fn the_oldest_verifier_makes_room() {
        let mut held = Held::default();

        for number in 0..=OPEN_TRANSACTIONS {
            held.keep(number.to_string(), Verifier::from_random([number as u8; 32]));
        }

        assert!(held.verifier("0").is_none());
        assert_eq!(held.verifier("1"), Some(&Verifier::from_random([1; 32])));
    }

    #[test]
    fn nothing_held_ever_shows_itself() {
        let mut held = signed_in();
        held.keep("t".into(), Verifier::from_random([1; 32]));

        let shown = format!("{held:?}");

        assert!(
            !shown.contains("s3cret") && !shown.contains(Verifier::from_random([1; 32]).as_str())
        );
    }

    fn signed_in() -> Held {
        let secret = || Secret("s3cret".into());
        let mut held = Held::default();
        held.adopt(Tokens { access: secret(), refresh: secret(), expires_at: 1_000 });
        held
    }
}
