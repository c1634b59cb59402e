//! Counting wrong credentials, and answering them late.

use adapter_api::Code;
use axum::response::Response;
use identity::{
    attempts::{FIRST, LONGEST, Scope},
    organization::Organization,
};
use jiff::SignedDuration;
use store::{StoreError, Unit};
use tokio::{
    sync::Semaphore,
    time::{Duration, Instant, sleep_until},
};

use super::{client::Client, limit, refusal::Refusal};
use crate::{app::App, clock, network::household};

/// The two keys under which an attempt is counted.
pub struct Counted {
    scope: Scope,
    account: [u8; 32],
    address: [u8; 32],
}

impl Counted {
    /// `scope` says what `name` is: an operator ID or a login.
    pub fn new(
        app: &App,
        organization: &Organization,
        scope: Scope,
        name: &str,
        client: Client,
    ) -> Self {
        let handle = organization.handle.as_str();
        let address = household(client.0).to_string();
        Self {
            scope,
            account: app.keys.attempts_mac(scope, handle, name),
            // Whoever tries one organisation after the other is the same person.
            address: app.keys.attempts_mac(Scope::Address, "", &address),
        }
    }

    /// The answer to a sign-in that was refused. A wrong credential counts, and is answered when that is due;
    /// any other refusal at once.
    pub async fn answer_late(
        &self,
        app: &App,
        asked_at: Instant,
        refusal: Refusal,
    ) -> Result<Response, Refusal> {
        if refusal.code() == Code::WrongCredentials {
            let delay = self.wrong(app).await?;
            if let Err(Full) = hold(&app.late_answers, asked_at, delay).await {
                return Ok(limit::too_many(Full::WAIT));
            }
        }
        Err(refusal)
    }

    /// Counts one that was wrong, and says how long after its request it is to be answered.
    async fn wrong(&self, app: &App) -> Result<SignedDuration, StoreError> {
        let now = clock::now();
        let mut unit = app.store.begin().await?;
        let mut longest = FIRST;
        for (scope, key) in [(self.scope, &self.account), (Scope::Address, &self.address)] {
            let attempts = unit.attempts(key).await?;
            longest = longest.max(attempts.delay(scope, now));
            unit.save_attempts(key, attempts.one_more(scope, now)).await?;
        }
        unit.commit().await?;
        Ok(longest)
    }

    /// The account has shown the right credential. The address stays as it is: one account of one's own would
    /// clear it between the attempts at others'.
    pub async fn right(&self, unit: &mut Unit) -> Result<(), StoreError> {
        unit.forget_attempts(&self.account).await
    }
}

/// Waits until a wrong answer is due, where there is room to wait: each one held keeps a connection.
async fn hold(places: &Semaphore, asked_at: Instant, delay: SignedDuration) -> Result<(), Full> {
    let _place = places.try_acquire().map_err(|_| Full)?;
    sleep_until(asked_at + Duration::try_from(delay).unwrap_or_default()).await;
    Ok(())
}

/// As many wrong answers are held as may be.
#[derive(Debug, PartialEq, Eq)]
struct Full;

impl Full {
    /// By then those that are held have been given.
    const WAIT: SignedDuration = LONGEST;
}

/// Wrong answers held at once.
pub const MOST_HELD: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_that_finds_no_place_is_not_held_and_a_place_is_given_back() {
        let places = Semaphore::new(1);
        let delay = SignedDuration::from_millis(50);
        let asked_at = Instant::now();

        let (first, second) =
            tokio::join!(hold(&places, asked_at, delay), hold(&places, asked_at, delay));

        assert_eq!((first, second), (Ok(()), Err(Full)));
        assert!(asked_at.elapsed() >= Duration::from_millis(50));
        assert_eq!(hold(&places, asked_at, delay).await, Ok(()));
    }
}
