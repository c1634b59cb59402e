//! This hand's own clock.

use jiff::Timestamp;

#[allow(clippy::disallowed_methods)] // The one place where this crate asks for the time.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Seconds since the Unix epoch, as JWTs count them.
pub fn seconds() -> u64 {
    shifted(None)
}

/// The same by a clock that is so many minutes ahead.
pub fn shifted(minutes: Option<i64>) -> u64 {
    let ahead = minutes.unwrap_or_default().saturating_mul(60);
    u64::try_from(now().as_second().saturating_add(ahead)).unwrap_or_default()
}
