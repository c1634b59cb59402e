//! A token bucket: so many requests at once, so many a second for as long as anybody likes.

use std::num::NonZeroU32;

use jiff::{SignedDuration, Timestamp};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub burst: NonZeroU32,
    pub per_second: NonZeroU32,
}

/// One caller's bucket, as the moment at which it is full again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Bucket {
    full_at: Timestamp,
}

/// After how long there is room for one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooMany {
    pub wait: SignedDuration,
}

impl Rate {
    fn interval(self) -> SignedDuration {
        SignedDuration::from_secs(1) / self.per_second.get().cast_signed().max(1)
    }

    /// From empty to full.
    fn whole(self) -> SignedDuration {
        self.interval().saturating_mul(i32::try_from(self.burst.get()).unwrap_or(i32::MAX))
    }
}

impl Bucket {
    pub fn admit(&mut self, rate: Rate, now: Timestamp) -> Result<(), TooMany> {
        let empty = now.saturating_add(rate.whole()).unwrap_or(Timestamp::MAX);
        // Emptier than empty says that the clock was set back, and nothing of who asks; the bucket is new.
        let start = if self.full_at > empty { now } else { self.full_at.max(now) };
        let next = start.saturating_add(rate.interval()).unwrap_or(Timestamp::MAX);
        self.full_at = start;
        if next > empty {
            return Err(TooMany { wait: next.duration_since(empty) });
        }
        self.full_at = next;
        Ok(())
    }

    /// Nothing is lost with a full bucket.
    pub fn is_full(&self, now: Timestamp) -> bool {
        self.full_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_burst_passes_and_then_one_at_a_time() {
        let mut bucket = Bucket::default();
        for _ in 0..3 {
            assert_eq!(bucket.admit(rate(3, 2), at(0)), Ok(()));
        }

        let wait = SignedDuration::from_millis(500);
        assert_eq!(bucket.admit(rate(3, 2), at(0)), Err(TooMany { wait }));
        assert_eq!(bucket.admit(rate(3, 2), at(500)), Ok(()));
        assert!(bucket.admit(rate(3, 2), at(500)).is_err());
        assert!(!bucket.is_full(at(1_999)));
        assert!(bucket.is_full(at(2_000)));
    }

    #[test]
    fn a_clock_that_was_set_back_keeps_nobody_out() {
        let mut bucket = Bucket::default();
        bucket.admit(rate(3, 1), at(3_600_000)).unwrap();

        for _ in 0..3 {
            assert_eq!(bucket.admit(rate(3, 1), at(0)), Ok(()));
        }

        assert!(bucket.admit(rate(3, 1), at(0)).is_err());
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_rate_allow(
            burst in 1_u32..50,
            per_second in 1_u32..50,
            gaps in prop::collection::vec(0_i64..100, 1..400),
        ) {
            let (mut bucket, mut now, mut admitted) = (Bucket::default(), 0, 0_i64);
            for gap in gaps {
                now += gap;
                admitted += i64::from(bucket.admit(rate(burst, per_second), at(now)).is_ok());
                // The interval is rounded down to whole nanoseconds: one more in a hundred days.
                let most = i64::from(burst) + i64::from(per_second) * now / 1_000 + 1;
                prop_assert!(admitted <= most, "{admitted} in {now} ms");
            }
        }

        #[test]
        fn whoever_waits_as_told_is_admitted(
            burst in 1_u32..20,
            per_second in 1_u32..50,
            calls in 1_usize..100,
        ) {
            let (mut bucket, mut now) = (Bucket::default(), at(0));
            for _ in 0..calls {
                if let Err(refused) = bucket.admit(rate(burst, per_second), now) {
                    now += refused.wait;
                    prop_assert_eq!(bucket.admit(rate(burst, per_second), now), Ok(()));
                }
            }
        }
    }

    fn rate(burst: u32, per_second: u32) -> Rate {
        let number = |number| NonZeroU32::new(number).unwrap();
        Rate { burst: number(burst), per_second: number(per_second) }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + millis).unwrap()
    }
}
