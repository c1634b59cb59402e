//! What an entry becomes as a Task, within what its fields hold.

use jiff::tz::{Offset, TimeZone};
use salesforce::{
    id::{RecordId, UserId},
    task::{Field, Fields, Value},
};

use crate::{CallId, Direction, Entry, Outcome};

/// What stands in fields that the agent did not fill, in the agent's language.
#[derive(Clone, Copy)]
pub struct Words {
    /// The number is their argument.
    pub inbound: fn(&str) -> String,
    pub outbound: fn(&str) -> String,
    pub internal: fn(&str) -> String,
    pub unknown_number: &'static str,
    pub results: Results,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Results {
    pub answered: &'static str,
    pub transferred: &'static str,
    pub no_answer: &'static str,
    pub busy: &'static str,
    pub declined: &'static str,
    pub missed: &'static str,
    pub cancelled: &'static str,
    pub failed: &'static str,
}

/// All of a Task.
pub fn fields(call: &CallId, entry: &Entry, owner: UserId, words: &Words) -> Fields {
    let mut fields = content(entry, words);
    fields.insert(Field::OwnerId, Value::text(owner.as_str()));
    fields.insert(Field::CallObject, Value::text(call.0.as_str()));
    fields
}

/// But for whose Task it is, and of which call.
pub fn content(entry: &Entry, words: &Words) -> Fields {
    let id = |id: Option<RecordId>| id.map_or(Value::Nothing, |id| Value::text(id.as_str()));
    let disposition = entry.disposition.as_deref().filter(|text| !text.trim().is_empty());
    let result = disposition.unwrap_or_else(|| words.results.of(entry.outcome));
    Fields::from([
        (Field::WhoId, id(entry.who)),
        // Object Reference, *Task*: "If the WhoId represents a lead, then the WhatId field must be empty."
        (Field::WhatId, id(entry.what.filter(|_| !entry.who.is_some_and(is_lead)))),
        (Field::Subject, Value::text(fitted(&subject(entry, words), MOST_SUBJECT))),
        (Field::Description, Value::text(fitted(&entry.notes, MOST_DESCRIPTION))),
        (Field::Status, Value::text("Completed")),
        (Field::TaskSubtype, Value::text("Call")),
        (Field::Type, Value::text("Call")),
        (Field::ActivityDate, Value::text(day(entry))),
        (Field::CallType, Value::text(call_type(entry.direction))),
        (Field::CallDurationInSeconds, Value::Number(duration(entry))),
        (Field::CallDisposition, Value::text(fitted(result, MOST_DISPOSITION))),
    ])
}

fn is_lead(record: RecordId) -> bool {
    record.as_str().starts_with("00Q")
}

fn subject(entry: &Entry, words: &Words) -> String {
    if let Some(subject) = entry.subject.as_deref().filter(|text| !text.trim().is_empty()) {
        return subject.to_owned();
    }
    let number = Some(entry.number.trim()).filter(|number| !number.is_empty());
    let number = number.unwrap_or(words.unknown_number);
    match entry.direction {
        Direction::Inbound => (words.inbound)(number),
        Direction::Outbound => (words.outbound)(number),
        Direction::Internal => (words.internal)(number),
    }
}

/// The picklist is restricted to these three.
fn call_type(direction: Direction) -> &'static str {
    match direction {
        Direction::Inbound => "Inbound",
        Direction::Outbound => "Outbound",
        Direction::Internal => "Internal",
    }
}

/// Of the talk: a call that nobody answered took none.
fn duration(entry: &Entry) -> u32 {
    let (Some(answered), Some(ended)) = (entry.answered_at, entry.ended_at) else { return 0 };
    u32::try_from(ended.as_second() - answered.as_second()).unwrap_or(0)
}

/// Where the agent was.
fn day(entry: &Entry) -> String {
    let offset = Offset::from_seconds(i32::from(entry.utc_offset) * 60).unwrap_or(Offset::UTC);
    entry.began_at.to_zoned(TimeZone::fixed(offset)).date().to_string()
}

/// Without what Salesforce would refuse or drop: control characters, and what goes beyond the field's length,
/// which it counts in UTF-16 units.
fn fitted(text: &str, most: usize) -> String {
    let allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    let text: String = text.replace("\r\n", "\n").chars().filter(allowed).collect();
    let text = text.trim();
    if text.encode_utf16().count() <= most {
        return text.to_owned();
    }
    let mut left = most - '…'.len_utf16();
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= left;
        left = left.saturating_sub(c.len_utf16());
        fits
    });
    let mut kept: String = kept.collect();
    kept.push('…');
    kept
}

impl Results {
    fn of(&self, outcome: Outcome) -> &'static str {
        match outcome {
            Outcome::Answered => self.answered,
            Outcome::Transferred => self.transferred,
            Outcome::NoAnswer => self.no_answer,
            Outcome::Busy => self.busy,
            Outcome::Declined => self.declined,
            Outcome::Missed => self.missed,
            Outcome::Cancelled => self.cancelled,
            Outcome::Failed => self.failed,
        }
    }
}

const MOST_SUBJECT: usize = 255;
const MOST_DISPOSITION: usize = 255;
const MOST_DESCRIPTION: usize = 32_000;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use jiff::Timestamp;
    use proptest::prelude::*;

    #[test]
    fn what_a_call_was_about_stands_beside_a_contact_and_not_beside_a_lead() {
        for (who, what) in [
            ("003Ax0000000001IAA", Value::text("001Ax0000000001IAA")),
            ("00QAx0000000001MAA", Value::Nothing),
        ] {
            let entry =
                Entry { who: who.parse().ok(), what: "001Ax0000000001IAA".parse().ok(), ..entry() };

            let fields = written(&entry);

            assert_eq!(
                (&fields[&Field::WhoId], &fields[&Field::WhatId]),
                (&Value::text(who), &what)
            );
        }
    }

    #[test]
    fn a_call_becomes_a_completed_task_of_the_agents() {
        let fields = written(&entry());

        assert_eq!(fields[&Field::OwnerId], Value::text(OWNER));
        assert_eq!(fields[&Field::Subject], Value::text("Call from +33142685300"));
        assert_eq!(fields[&Field::CallType], Value::text("Inbound"));
        assert_eq!(fields[&Field::CallDurationInSeconds], Value::Number(61));
        assert_eq!(fields[&Field::CallDisposition], Value::text("Answered"));
        assert_eq!(fields[&Field::Status], Value::text("Completed"));
        assert_eq!(fields[&Field::CallObject], Value::text("c0"));
    }

    #[test]
    fn what_the_agent_chose_and_typed_comes_first() {
        let fields = written(&Entry {
            subject: Some("Invoice 17".into()),
            disposition: Some("Call back".into()),
            ..entry()
        });

        assert_eq!(fields[&Field::Subject], Value::text("Invoice 17"));
        assert_eq!(fields[&Field::CallDisposition], Value::text("Call back"));
    }

    #[test]
    fn a_call_that_nobody_answered_took_no_time() {
        let fields = written(&Entry { answered_at: None, outcome: Outcome::Missed, ..entry() });

        assert_eq!(fields[&Field::CallDurationInSeconds], Value::Number(0));
        assert_eq!(fields[&Field::CallDisposition], Value::text("Missed"));
    }

    #[test]
    fn a_withheld_number_is_said_in_words() {
        let fields = written(&Entry { number: " ".into(), ..entry() });

        assert_eq!(fields[&Field::Subject], Value::text("Call from nobody knows"));
    }

    #[test]
    fn the_day_is_the_agents() {
        let midnight = Timestamp::from_second(1_790_000_000 / 86_400 * 86_400).unwrap();
        let day = |utc_offset| {
            let late = Entry { began_at: midnight, utc_offset, ..entry() };
            written(&late)[&Field::ActivityDate].clone()
        };

        assert_eq!(day(0), Value::text("2026-09-21"));
        assert_eq!(day(-60), Value::text("2026-09-20"));
        assert_eq!(day(i16::MAX), Value::text("2026-09-21"), "no clock is that far ahead");
    }

    proptest! {
        #[test]
        fn no_text_is_longer_than_its_field(text in "\\PC{0,300}", times in 1_usize..120) {
            let long = text.repeat(times);
            let fields = written(&Entry {
                subject: Some(long.clone()),
                disposition: Some(long.clone()),
                notes: long,
                ..entry()
            });

            for (field, most) in [
                (Field::Subject, MOST_SUBJECT),
                (Field::CallDisposition, MOST_DISPOSITION),
                (Field::Description, MOST_DESCRIPTION),
            ] {
                let Value::Text(text) = &fields[&field] else { continue };
                prop_assert!(text.encode_utf16().count() <= most, "{field:?}");
            }
        }
    }

    pub(crate) fn written(entry: &Entry) -> Fields {
        fields(&CallId("c0".into()), entry, OWNER.parse().unwrap(), &WORDS)
    }

    pub(crate) fn entry() -> Entry {
        let at = |second: i64| Timestamp::from_second(1_790_000_000 + second).unwrap();
        Entry {
            direction: Direction::Inbound,
            number: "+33142685300".into(),
            began_at: at(0),
            answered_at: Some(at(9)),
            ended_at: Some(at(70)),
            utc_offset: 0,
            outcome: Outcome::Answered,
            subject: None,
            disposition: None,
            notes: String::new(),
            who: None,
            what: None,
        }
    }

    const OWNER: &str = "005xx000001Sv6AAAS";

    const WORDS: Words = Words {
        inbound: |number| format!("Call from {number}"),
        outbound: |number| format!("Call to {number}"),
        internal: |number| format!("Internal call, {number}"),
        unknown_number: "nobody knows",
        results: Results {
            answered: "Answered",
            transferred: "Transferred",
            no_answer: "No answer",
            busy: "Busy",
            declined: "Declined",
            missed: "Missed",
            cancelled: "Cancelled",
            failed: "Failed",
        },
    };
}
