//! One call, on its way to its entry.

use adapter_api::call_log::{CallId as LogId, CallResult, Direction as Logged, Entry, Request};
use salesforce::screen_pop::{CallType, Record};

use crate::{
    protocol::{CallId, KeptLog},
    screen_pop::call_type,
    snapshot::{CallSnapshot, CallState as S, Direction, EndSnapshot},
};

#[derive(Debug)]
pub(super) struct Followed {
    pub call: CallId,
    pub id: LogId,
    revision: u32,
    entry: Entry,
    /// Who was signed in when it began.
    pub owner: Option<String>,
    /// It was another phone's.
    dropped: bool,
}

/// What is known at its first ring, or when it is dialled.
pub(super) fn of(call: &CallSnapshot) -> Option<Entry> {
    if matches!(call.state, S::Ended(_)) {
        return None;
    }
    Some(Entry {
        direction: match call_type(call) {
            CallType::Inbound => Logged::Inbound,
            CallType::Outbound => Logged::Outbound,
            CallType::Internal => Logged::Internal,
        },
        number: call.peer.number.clone(),
        began_at: call.since / 1_000,
        answered_at: None,
        ended_at: None,
        utc_offset: 0,
        result: match call.direction {
            Direction::Incoming => CallResult::Missed,
            Direction::Outgoing => CallResult::NoAnswer,
        },
        subject: None,
        disposition: None,
        notes: String::new(),
        who: None,
        what: None,
    })
}

impl Followed {
    pub fn new(call: CallId, id: LogId, entry: Entry, owner: Option<String>) -> Self {
        Self { call, id, revision: 0, entry, owner, dropped: false }
    }

    pub fn kept(&self) -> KeptLog {
        let (id, revision) = (self.id.clone(), self.revision);
        KeptLog { id, revision, began_at: self.entry.began_at }
    }

    /// It is the entry that another page has begun.
    pub fn go_on_from(&mut self, kept: KeptLog) {
        (self.id, self.revision, self.entry.began_at) = (kept.id, kept.revision, kept.began_at);
    }

    pub fn is_over(&self) -> bool {
        self.entry.ended_at.is_some()
    }

    pub fn was_answered(&self) -> bool {
        self.entry.answered_at.is_some()
    }

    /// Whether there is something new to keep: nothing is written of a call before it is answered or over.
    pub fn goes_on(&mut self, call: &CallSnapshot) -> bool {
        let belongs = call.records.record.as_ref().is_some_and(|record| self.belongs_to(record));
        let goes_on = match &call.state {
            S::Ended(end) if !self.is_over() => {
                self.end(call, end);
                true
            }
            S::Talking | S::Held | S::HeldByPeer | S::Recovering if !self.was_answered() => {
                self.entry.answered_at = Some(call.since / 1_000);
                self.entry.result = CallResult::Answered;
                true
            }
            _ => belongs,
        };
        goes_on && (self.is_over() || self.was_answered()) && !self.dropped
    }

    fn end(&mut self, call: &CallSnapshot, end: &EndSnapshot) {
        self.dropped = matches!(end, EndSnapshot::AnsweredElsewhere | EndSnapshot::NotANumber);
        self.entry.ended_at = Some(call.since / 1_000);
        self.entry.result = match self.was_answered() {
            true if *end == EndSnapshot::Transferred => CallResult::Transferred,
            true => CallResult::Answered,
            false => unanswered(call.direction, end),
        };
    }

    /// It has left without an end: the conversation went on in another call.
    pub fn vanished(&mut self, at: u64) -> bool {
        let is_news = !self.is_over() && self.was_answered();
        self.entry.ended_at.get_or_insert(at);
        is_news
    }

    /// Whether that says something.
    pub fn note(&mut self, notes: String, disposition: Option<String>) -> bool {
        let is_news = (&self.entry.notes, &self.entry.disposition) != (&notes, &disposition);
        (self.entry.notes, self.entry.disposition) = (notes, disposition);
        is_news
    }

    pub fn next_request(&mut self) -> Request {
        self.revision += 1;
        Request { call: self.id.clone(), revision: self.revision, entry: self.entry.clone() }
    }

    /// Contacts and leads are who it was, and other records what it was about. A colleague is neither.
    /// Whether that is news.
    fn belongs_to(&mut self, record: &Record) -> bool {
        let field = match record.id.as_str().get(..3) {
            Some("003" | "00Q") => &mut self.entry.who,
            Some("005") => return false,
            _ => &mut self.entry.what,
        };
        field.replace(record.id) != Some(record.id)
    }
}

fn unanswered(direction: Direction, end: &EndSnapshot) -> CallResult {
    match (direction, end) {
        (Direction::Incoming, EndSnapshot::Missed | EndSnapshot::NoAnswer) => CallResult::Missed,
        (Direction::Incoming, EndSnapshot::HungUp | EndSnapshot::Busy | EndSnapshot::Declined) => {
            CallResult::Declined
        }
        (Direction::Outgoing, EndSnapshot::HungUp) => CallResult::Cancelled,
        (Direction::Outgoing, EndSnapshot::Busy) => CallResult::Busy,
        (Direction::Outgoing, EndSnapshot::Declined) => CallResult::Declined,
        (Direction::Outgoing, EndSnapshot::NoAnswer) => CallResult::NoAnswer,
        _ => CallResult::Failed,
    }
}
