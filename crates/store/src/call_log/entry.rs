//! An entry as its column holds it.

use std::borrow::Cow;

use call_log::{Direction, Entry, Outcome};
use jiff::Timestamp;
use salesforce::id::RecordId;
use serde::{Deserialize, Serialize};

use crate::{StoreError, organization::json};

#[derive(Serialize, Deserialize)]
struct Row<'a> {
    direction: Cow<'a, str>,
    number: Cow<'a, str>,
    began_at: Timestamp,
    answered_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    utc_offset: i16,
    outcome: Cow<'a, str>,
    subject: Option<Cow<'a, str>>,
    disposition: Option<Cow<'a, str>>,
    notes: Cow<'a, str>,
    who: Option<RecordId>,
    what: Option<RecordId>,
}

pub fn write(entry: &Entry) -> String {
    json(&Row {
        direction: entry.direction.as_str().into(),
        number: entry.number.as_str().into(),
        began_at: entry.began_at,
        answered_at: entry.answered_at,
        ended_at: entry.ended_at,
        utc_offset: entry.utc_offset,
        outcome: entry.outcome.as_str().into(),
        subject: entry.subject.as_deref().map(Cow::from),
        disposition: entry.disposition.as_deref().map(Cow::from),
        notes: entry.notes.as_str().into(),
        who: entry.who,
        what: entry.what,
    })
}

pub fn read(text: &str) -> Result<Entry, StoreError> {
    let corrupt = || StoreError::Corrupt("a call");
    let row: Row<'_> = serde_json::from_str(text).map_err(|_| corrupt())?;
    let direction = Direction::ALL.into_iter().find(|known| known.as_str() == row.direction);
    let outcome = Outcome::ALL.into_iter().find(|known| known.as_str() == row.outcome);
    Ok(Entry {
        direction: direction.ok_or_else(corrupt)?,
        number: row.number.into_owned(),
        began_at: row.began_at,
        answered_at: row.answered_at,
        ended_at: row.ended_at,
        utc_offset: row.utc_offset,
        outcome: outcome.ok_or_else(corrupt)?,
        subject: row.subject.map(Cow::into_owned),
        disposition: row.disposition.map(Cow::into_owned),
        notes: row.notes.into_owned(),
        who: row.who,
        what: row.what,
    })
}
