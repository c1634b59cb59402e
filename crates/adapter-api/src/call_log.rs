//! `PUT /call-log`, `GET /call-log`
//!
//! `PUT` hands over what is to stand in Salesforce of one call. It is answered once the entry is stored: from
//! then on it is the adapter's to write, and the panel may forget it. A call is handed over as often as
//! something about it changes, each time whole and with a higher revision; the newest revision counts, and one
//! that comes late or twice is answered by how things stand. A call without `ended_at` is kept, and written as it
//! is when nothing more is heard of it for [`UNFINISHED_FOR`] seconds.
//!
//! `GET` says which of the agent's calls still wait, and what the panel has to know before a call ends.

use std::str::FromStr;

use salesforce::id::{RecordId, TaskId};
use serde::{Deserialize, Serialize};

use crate::error::Refused;

pub const PATH: &str = "/call-log";

/// UTF-16 units, as Salesforce and a page's `maxlength` count them. What is longer is refused as
/// `request.too_large`.
pub const MOST_NOTES: usize = 8_000;
/// Of subject and disposition: as long as Salesforce's fields.
pub const MOST_TEXT: usize = 255;
pub const MOST_NUMBER: usize = 128;

/// Seconds.
pub const UNFINISHED_FOR: u64 = 3_600;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub call: CallId,
    /// Grows with each version of the entry.
    pub revision: u32,
    pub entry: Entry,
}

/// A call from ring to log: 128 random bits as 32 lower-case hexadecimal digits. It stands in the Task's
/// `CallObject`, so that each call has exactly one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallId(String);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub direction: Direction,
    /// The other side's, as the PBX says it; empty where it is withheld.
    pub number: String,
    /// Seconds since the Unix epoch, as all times here: the first ring, or the dialling.
    pub began_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<u64>,
    /// Minutes by which the agent's clock is ahead of UTC: it says which day the call was on.
    #[serde(default)]
    pub utc_offset: i16,
    pub result: CallResult,
    /// Where the agent typed one; else the adapter makes it of direction and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// One of [`Response::dispositions`]. Where the agent chose none, the result stands in its field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposition: Option<String>,
    #[serde(default)]
    pub notes: String,
    /// A contact or a lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<RecordId>,
    /// What the call was about: an account, a case, any record that activities may belong to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub what: Option<RecordId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Inbound,
    Outbound,
    /// From colleague to colleague.
    Internal,
}

/// How the call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallResult {
    Answered,
    /// It was answered, and handed to somebody else.
    Transferred,
    /// The other side did not answer.
    NoAnswer,
    Busy,
    /// The side that was called declined.
    Declined,
    /// It rang here, and the agent did not answer.
    Missed,
    /// Whoever called gave up before it was answered.
    Cancelled,
    /// The network or the PBX let it down.
    Failed,
}

/// How an entry stands. On the wire `{"state": "written", "task": "00T…"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Frame", into = "Frame")]
pub enum Receipt {
    /// Stored, and on its way.
    Waiting,
    /// This revision, or a newer one, stands in this Task.
    Written { task: TaskId },
    /// Salesforce refuses it for good. A newer revision is tried again.
    Refused(Refused),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Calls of this agent's that stand in no Task yet, or in an older revision; the oldest first.
    pub waiting: Vec<CallId>,
    /// The administrator's list, in their order; empty where there is none.
    pub dispositions: Vec<String>,
    pub writer: Writer,
}

/// Who writes Tasks in this organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Writer {
    /// With the credentials of the organisation's integration client.
    Adapter,
    /// There are none: the agent's own user writes, by Apex in the console ([`crate::call_log_turn`]).
    Apex,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACallId;

impl std::fmt::Display for NotACallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the id of a call has 32 lower-case hexadecimal digits")
    }
}

impl std::error::Error for NotACallId {}

impl CallId {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CallId {
    type Error = NotACallId;

    fn try_from(text: String) -> Result<Self, NotACallId> {
        let is_one =
            text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        if is_one { Ok(Self(text)) } else { Err(NotACallId) }
    }
}

impl FromStr for CallId {
    type Err = NotACallId;

    fn from_str(text: &str) -> Result<Self, NotACallId> {
        text.to_owned().try_into()
    }
}

impl From<CallId> for String {
    fn from(call: CallId) -> Self {
        call.0
    }
}

impl std::fmt::Display for CallId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// The receipt as it is written; see [`crate::events`] for why it is flat.
#[derive(Serialize, Deserialize)]
struct Frame {
    state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<TaskId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<crate::Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Waiting,
    Written,
    Refused,
}

impl From<Receipt> for Frame {
    fn from(receipt: Receipt) -> Self {
        let waiting = Self { state: State::Waiting, task: None, code: None, value: None };
        match receipt {
            Receipt::Waiting => waiting,
            Receipt::Written { task } => {
                Self { state: State::Written, task: Some(task), ..waiting }
            }
            Receipt::Refused(Refused { code, value }) => {
                Self { state: State::Refused, code: Some(code), value, ..waiting }
            }
        }
    }
}

impl TryFrom<Frame> for Receipt {
    type Error = &'static str;

    fn try_from(frame: Frame) -> Result<Self, Self::Error> {
        match frame {
            Frame { state: State::Waiting, .. } => Ok(Self::Waiting),
            Frame { state: State::Written, task: Some(task), .. } => Ok(Self::Written { task }),
            Frame { state: State::Refused, code: Some(code), value, .. } => {
                Ok(Self::Refused(Refused { code, value }))
            }
            _ => Err("a receipt lacks its task or its code"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    #[test]
    fn an_entry_is_as_short_as_what_is_known() {
        let request = r#"{"call":"0123456789abcdef0123456789abcdef","revision":1,"entry":{"direction":"inbound","number":"+33142685300","began_at":1790000000,"utc_offset":60,"result":"missed","notes":""}}"#;

        let read: Request = serde_json::from_str(request).unwrap();

        assert_eq!(serde_json::to_string(&read).unwrap(), request);
    }

    #[test]
    fn what_an_entry_does_not_know_is_refused() {
        let entry =
            r#"{"direction":"inbound","number":"1","began_at":1,"result":"missed","owner":"x"}"#;

        assert!(serde_json::from_str::<Entry>(entry).is_err());
    }

    #[test]
    fn the_id_of_a_call_cannot_be_short_or_anything_else() {
        for text in [
            "",
            "0123456789abcdef",
            "0123456789ABCDEF0123456789ABCDEF",
            "' OR Id != null  '' OR Id != null",
        ] {
            assert!(text.parse::<CallId>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_receipt_is_one_flat_object() {
        for (receipt, json) in [
            (Receipt::Waiting, r#"{"state":"waiting"}"#),
            (
                Receipt::Written { task: "00Txx0000000001EAA".parse().unwrap() },
                r#"{"state":"written","task":"00Txx0000000001EAA"}"#,
            ),
            (
                Receipt::Refused(Refused::with_value(Code::AdapterInternal, "Subject")),
                r#"{"state":"refused","code":"adapter.internal","value":"Subject"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&receipt).unwrap(), json);
            assert_eq!(serde_json::from_str::<Receipt>(json).unwrap(), receipt);
        }
        assert!(serde_json::from_str::<Receipt>(r#"{"state":"written"}"#).is_err());
    }
}
