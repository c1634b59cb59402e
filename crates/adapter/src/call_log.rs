//! Between the mind of the call log, the wire, and the texts.

pub mod apex;
mod attempt;

pub use attempt::Attempt;

use adapter_api::{Code, call_log as wire};
use call_log::{CallId, Direction, Entry, Kind, Outcome, Results, Words};
use identity::agent::Agent;
use jiff::Timestamp;
use texts::{Language, catalogue};

/// What the panel sent, as the mind has it; nothing where a time is none. No call begins in the future, whatever the
/// agent's clock says.
pub fn entry(entry: wire::Entry, now: Timestamp) -> Option<Entry> {
    let time = |seconds: u64| Timestamp::from_second(i64::try_from(seconds).ok()?).ok();
    let optional = |seconds: Option<u64>| seconds.map_or(Some(None), |s| time(s).map(Some));
    Some(Entry {
        direction: match entry.direction {
            wire::Direction::Inbound => Direction::Inbound,
            wire::Direction::Outbound => Direction::Outbound,
            wire::Direction::Internal => Direction::Internal,
        },
        number: entry.number,
        began_at: time(entry.began_at)?.min(now),
        answered_at: optional(entry.answered_at)?,
        ended_at: optional(entry.ended_at)?,
        utc_offset: entry.utc_offset,
        outcome: outcome(entry.result),
        subject: entry.subject,
        disposition: entry.disposition,
        notes: entry.notes,
        who: entry.who,
        what: entry.what,
    })
}

fn outcome(result: wire::CallResult) -> Outcome {
    match result {
        wire::CallResult::Answered => Outcome::Answered,
        wire::CallResult::Transferred => Outcome::Transferred,
        wire::CallResult::NoAnswer => Outcome::NoAnswer,
        wire::CallResult::Busy => Outcome::Busy,
        wire::CallResult::Declined => Outcome::Declined,
        wire::CallResult::Missed => Outcome::Missed,
        wire::CallResult::Cancelled => Outcome::Cancelled,
        wire::CallResult::Failed => Outcome::Failed,
    }
}

pub fn call(call: &wire::CallId) -> CallId {
    CallId(call.as_str().to_owned())
}

pub fn code(kind: Kind) -> Code {
    match kind {
        Kind::FieldMissing => Code::CallLogFieldMissing,
        Kind::FieldInvalid => Code::CallLogFieldInvalid,
        Kind::Record => Code::CallLogRecord,
        Kind::NoPermission => Code::CallLogNoPermission,
        Kind::Rule => Code::CallLogRule,
        Kind::NoUser => Code::CallLogNoUser,
        Kind::Other => Code::CallLogRefused,
    }
}

/// What stands in a Task, in the language of the agent who had the call.
pub fn words_for(agent: &Agent) -> Words {
    let language = agent.language.as_deref().and_then(Language::parse);
    words(&catalogue(language.unwrap_or_default()).adapter.tasks)
}

fn words(texts: &texts::Tasks) -> Words {
    Words {
        inbound: texts.inbound,
        outbound: texts.outbound,
        internal: texts.internal,
        unknown_number: texts.unknown_number,
        results: Results {
            answered: texts.answered,
            transferred: texts.transferred,
            no_answer: texts.no_answer,
            busy: texts.busy,
            declined: texts.declined,
            missed: texts.missed,
            cancelled: texts.cancelled,
            failed: texts.failed,
        },
    }
}
