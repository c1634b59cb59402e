//! When a story gives up waiting.

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// A point in time after which waiting is in vain.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    at: Instant,
}

impl Deadline {
    pub fn after(patience: Duration) -> Self {
        Self { at: now() + patience }
    }

    /// Nothing when it has passed.
    pub fn left(self) -> Option<Duration> {
        self.at.checked_duration_since(now()).filter(|left| !left.is_zero())
    }
}

#[expect(clippy::disallowed_methods, reason = "a story waits by the machine's own clock")]
pub fn now() -> Instant {
    Instant::now()
}

/// What the audit log's times, and the ends of passwords, are compared with.
#[expect(clippy::disallowed_methods, reason = "the adapter's clock is this machine's")]
pub fn wall() -> Timestamp {
    Timestamp::now()
}
