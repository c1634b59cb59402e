//! When an entry is written, and when it is tried again.

use jiff::{SignedDuration, Timestamp};

use crate::Entry;

/// How long one attempt has the entry to itself: longer than all of its questions may take together.
pub const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// After so long without a word the browser is gone, and a call that it never ended is written as it was.
pub const UNFINISHED: SignedDuration = SignedDuration::from_secs(3_600);

/// Nothing waits longer than for the end of a call, and then for a write to settle. What seems to was put down by a
/// clock that has been set back since, and is due.
pub const FARTHEST: SignedDuration = SignedDuration::from_secs(2 * 3_600 + 1);

/// When an entry that has just come is to be written. Nothing is asked before `settles_at`: until then an
/// earlier write, whose answer was lost, may still be going on.
pub fn due_at(entry: &Entry, now: Timestamp, settles_at: Option<Timestamp>) -> Timestamp {
    let due = match entry.ended_at {
        Some(_) => now,
        None => now + UNFINISHED,
    };
    settles_at.map_or(due, |settles_at| due.max(settles_at))
}

/// When to try again after so many attempts: soon at first, and within minutes always.
pub fn again_at(attempts: u32, now: Timestamp) -> Timestamp {
    let seconds = 1_i64.checked_shl(attempts.saturating_sub(1)).filter(|s| (1..MOST).contains(s));
    now + SignedDuration::from_secs(seconds.unwrap_or(MOST))
}

/// No Task of a call is older than the call. Clocks differ, and a day is more than any of them may be wrong by.
pub fn asked_since(entry: &Entry) -> Timestamp {
    entry.began_at.saturating_sub(DAY).unwrap_or(Timestamp::MIN)
}

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Seconds.
const MOST: i64 = 180;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::tests::entry;

    #[test]
    fn attempts_come_later_and_later_and_never_stop() {
        let waits: Vec<i64> = [1, 2, 3, 8, 9, 62, 63, 64, 65, u32::MAX]
            .map(|attempts| again_at(attempts, at(0)).as_second())
            .into();

        assert_eq!(waits, [1, 2, 4, 128, 180, 180, 180, 180, 180, 180]);
    }

    #[test]
    fn a_call_that_goes_on_waits_for_its_end_but_not_for_ever() {
        let unfinished = Entry { ended_at: None, ..entry() };

        assert_eq!(due_at(&entry(), at(5), None), at(5));
        assert_eq!(due_at(&unfinished, at(5), None), at(3_605));
    }

    #[test]
    fn a_write_that_may_still_go_on_is_let_finish() {
        assert_eq!(due_at(&entry(), at(5), Some(at(30))), at(30));
        assert_eq!(due_at(&entry(), at(40), Some(at(30))), at(40));
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }
}
