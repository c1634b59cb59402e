//! What is known of a call.

use jiff::Timestamp;
use salesforce::{case::is_case, id::RecordId};

/// 128 random bits in hexadecimal; it stands in the Task's `CallObject`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CallId(pub String);

impl std::fmt::Display for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub direction: Direction,
    /// Empty where it is withheld.
    pub number: String,
    pub began_at: Timestamp,
    pub answered_at: Option<Timestamp>,
    /// Nothing while the call goes on, as far as we know.
    pub ended_at: Option<Timestamp>,
    /// Minutes by which the agent's clock is ahead of UTC.
    pub utc_offset: i16,
    pub outcome: Outcome,
    pub subject: Option<String>,
    pub disposition: Option<String>,
    pub notes: String,
    pub who: Option<RecordId>,
    pub what: Option<RecordId>,
}

impl Entry {
    /// The case that the call was about, where it was with nobody that is known.
    pub fn case_of_nobody(&self) -> Option<RecordId> {
        self.what.filter(|what| self.who.is_none() && is_case(*what))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Inbound,
    Outbound,
    Internal,
}

impl Direction {
    pub const ALL: [Direction; 3] = [Direction::Inbound, Direction::Outbound, Direction::Internal];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Internal => "internal",
        }
    }
}

/// How it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Answered,
    Transferred,
    NoAnswer,
    Busy,
    Declined,
    Missed,
    Cancelled,
    Failed,
}

impl Outcome {
    pub const ALL: [Outcome; 8] = [
        Outcome::Answered,
        Outcome::Transferred,
        Outcome::NoAnswer,
        Outcome::Busy,
        Outcome::Declined,
        Outcome::Missed,
        Outcome::Cancelled,
        Outcome::Failed,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Transferred => "transferred",
            Self::NoAnswer => "no_answer",
            Self::Busy => "busy",
            Self::Declined => "declined",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}
