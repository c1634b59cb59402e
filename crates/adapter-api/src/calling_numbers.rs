//! `POST /calling/numbers`
//!
//! Reads telephone numbers as people write them, and says how to dial and to show each. Numbers without a `+`
//! are of the organisation's own country.

use salesforce::call_center::DialingOptions;
use serde::{Deserialize, Serialize};

pub const PATH: &str = "/calling/numbers";

/// More in one request are refused as `request.too_large`.
pub const MOST: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub numbers: Vec<String>,
    /// What the call center has dialled first.
    #[serde(default)]
    pub dialing: DialingOptions,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// One for each, in the same order.
    pub numbers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "answer", rename_all = "snake_case")]
pub enum Answer {
    Number(Number),
    /// Not everybody can dial it: an extension, a local number, or no number at all. The PBX may know it.
    NoNumber,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Number {
    /// The number itself: `+33142685300`.
    pub e164: String,
    /// To show in its own country: `01 42 68 53 00`.
    pub national: String,
    /// To show everywhere else: `+33 1 42 68 53 00`.
    pub international: String,
    /// As the agent is shown it: nationally at home, and internationally else.
    pub shown: String,
    /// What the phone system is told: the number, or what the call center has dialled in its place.
    pub dial: String,
    /// Two letters, `FR`; nothing for numbers of no one country.
    pub region: Option<String>,
    pub plan: Plan,
}

/// What the numbering plan says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// It lies in a range that is given out.
    Assigned,
    /// It is as long as numbers are there, so it may be newer than our plan, or mistyped.
    Unassigned,
}
