//! The adapter's clock; everything below is told the time.

use jiff::Timestamp;

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
