//! This hand's own clock.

use jiff::Timestamp;

#[allow(clippy::disallowed_methods)] // The one place where this crate asks for the time.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// Seconds since the Unix epoch, as JWTs count them.
pub fn seconds() -> u64 {
    u64::try_from(now().as_second()).unwrap_or_default()
}
