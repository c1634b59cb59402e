//! What the agent says of a call that is over. It gives way to the next call and to time, and is saved by both.

use crate::{
    protocol::CallId,
    snapshot::{CallSnapshot, CallState, PeerSnapshot, WrapUpSnapshot},
};

#[derive(Debug)]
pub(super) struct WrapUp {
    pub call: CallId,
    peer: PeerSnapshot,
    notes: String,
    disposition: Option<String>,
    pub is_noted: bool,
    pub closes_at: u64,
    /// The calls that were there beside it.
    beside: Vec<CallId>,
}

impl WrapUp {
    pub fn new(now: u64, call: &CallSnapshot, calls: &[CallSnapshot]) -> Self {
        Self {
            call: call.id,
            peer: call.peer.clone(),
            notes: String::new(),
            disposition: None,
            is_noted: false,
            closes_at: now + LASTS,
            beside: calls.iter().filter(|one| is_worked_on(one)).map(|one| one.id).collect(),
        }
    }

    pub fn noted(&mut self, now: u64, notes: String, disposition: Option<String>) {
        (self.notes, self.disposition) = (notes, disposition);
        (self.is_noted, self.closes_at) = (true, now + LASTS);
    }

    /// A call that only rings leaves the notes where they are.
    pub fn gives_way(&self, calls: &[CallSnapshot]) -> bool {
        calls.iter().any(|call| is_worked_on(call) && !self.beside.contains(&call.id))
    }

    pub fn snapshot(&self, dispositions: &[String]) -> WrapUpSnapshot {
        WrapUpSnapshot {
            call: self.call,
            peer: self.peer.clone(),
            notes: self.notes.clone(),
            disposition: self.disposition.clone(),
            dispositions: dispositions.to_vec(),
        }
    }
}

fn is_worked_on(call: &CallSnapshot) -> bool {
    !matches!(call.state, CallState::RingingHere | CallState::Ended(_))
}

const LASTS: u64 = 2 * 60 * 1_000;
