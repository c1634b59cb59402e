//! Wrong attempts with a typed credential: the more of them, the later the answer to the next. Nobody is ever
//! locked out, a right one never waits, and what was wrong is forgotten with time.

use jiff::{SignedDuration, Timestamp};

/// What attempts are counted of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// An operator ID of an organisation, whether it exists or not.
    Operator,
    /// A login of an organisation, likewise.
    Login,
    /// Where the attempts come from. A whole call centre may stand behind one address, so ten times as many
    /// count as much.
    Address,
}

/// The wrong attempts in one scope, as the moment at which the last of them is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Attempts {
    pub forgotten_at: Timestamp,
}

impl Scope {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Login => "login",
            Self::Address => "address",
        }
    }

    /// One attempt is forgotten after each such time.
    fn forgets_one_in(self) -> SignedDuration {
        match self {
            Self::Operator | Self::Login => SignedDuration::from_secs(120),
            Self::Address => SignedDuration::from_secs(12),
        }
    }

    /// More than these make no difference, so that everything is forgotten after an hour and a quarter.
    fn most(self) -> u32 {
        match self {
            Self::Operator | Self::Login => 38,
            Self::Address => 380,
        }
    }

    fn worth(self) -> u32 {
        match self {
            Self::Operator | Self::Login => 1,
            Self::Address => 10,
        }
    }
}

impl Attempts {
    /// One more was wrong.
    #[must_use]
    pub fn one_more(self, scope: Scope, now: Timestamp) -> Self {
        let count = (self.count(scope, now) + 1).min(scope.most());
        let forgotten_at = now.max(self.forgotten_at) + scope.forgets_one_in();
        // The clock may have been set back; then the count alone says for how long they are remembered.
        let latest = now + scope.forgets_one_in() * count.cast_signed();
        Self { forgotten_at: forgotten_at.min(latest) }
    }

    /// How long after its request a wrong attempt is answered.
    pub fn delay(self, scope: Scope, now: Timestamp) -> SignedDuration {
        match self.count(scope, now) / scope.worth() {
            0..3 => FIRST,
            3..9 => SignedDuration::from_secs(3),
            9..25 => SignedDuration::from_secs(5),
            _ => LONGEST,
        }
    }

    fn count(self, scope: Scope, now: Timestamp) -> u32 {
        let left = self.forgotten_at.duration_since(now).as_millis();
        let one = scope.forgets_one_in().as_millis();
        u32::try_from((left.max(0) + one - 1) / one).unwrap_or(u32::MAX).min(scope.most())
    }
}

/// Longer than any path to a wrong answer takes, so that what was wrong cannot be told from the time.
pub const FIRST: SignedDuration = SignedDuration::from_millis(400);

pub const LONGEST: SignedDuration = SignedDuration::from_secs(10);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_operators_answers_come_later_and_later() {
        let mut attempts = Attempts::default();
        let delays = (0..26).map(|_| {
            let delay = attempts.delay(Scope::Operator, at(0));
            attempts = attempts.one_more(Scope::Operator, at(0));
            delay.as_millis()
        });

        let expected = [[400; 3].as_slice(), &[3_000; 6], &[5_000; 16], &[10_000; 1]].concat();
        assert_eq!(delays.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn an_office_behind_one_address_is_slowed_by_ten_times_as_many() {
        let attempts = wrong(Scope::Address, 29, at(0));

        assert_eq!(attempts.delay(Scope::Address, at(0)), FIRST);
        let attempts = attempts.one_more(Scope::Address, at(0));
        assert_eq!(attempts.delay(Scope::Address, at(0)), SignedDuration::from_secs(3));
    }

    #[test]
    fn a_clock_that_was_set_back_slows_nobody_for_longer() {
        let tomorrow = wrong(Scope::Operator, 2, at(24 * 60 * 60));

        let today = tomorrow.one_more(Scope::Operator, at(0));

        assert!(today.forgotten_at <= at(QUIET), "{today:?}");
    }

    proptest! {
        #[test]
        fn no_answer_comes_later_than_ten_seconds_or_sooner_for_more_wrong_ones(
            scope in scope(),
            gaps in prop::collection::vec(0_i64..200, 0..500),
        ) {
            let mut attempts = Attempts::default();
            let mut now = 0;
            for gap in gaps {
                now += gap;
                let before = attempts.delay(scope, at(now));
                attempts = attempts.one_more(scope, at(now));
                let after = attempts.delay(scope, at(now));
                prop_assert!(before <= after && after <= LONGEST && before >= FIRST);
            }
        }

        #[test]
        fn after_a_quiet_time_everything_is_forgotten(scope in scope(), count in 0_u32..1_000) {
            let attempts = wrong(scope, count, at(0));

            prop_assert_eq!(attempts.delay(scope, at(QUIET)), FIRST);
            prop_assert!(attempts.forgotten_at <= at(QUIET));
        }
    }

    fn wrong(scope: Scope, count: u32, now: Timestamp) -> Attempts {
        (0..count).fold(Attempts::default(), |attempts, _| attempts.one_more(scope, now))
    }

    fn scope() -> impl Strategy<Value = Scope> {
        prop_oneof![Just(Scope::Operator), Just(Scope::Address)]
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }

    const QUIET: i64 = 38 * 120;
}
