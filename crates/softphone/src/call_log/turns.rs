//! Where the adapter cannot write calls itself: it says what our Apex class is to be run with, the console runs it,
//! and the adapter hears what came of it. One turn at a time.

use adapter_api::call_log_turn::{Done, Outcome, Response};

use super::{CallLog, pause};
use crate::protocol::{AdapterCall, AdapterFact, Effect, HostAsk, Ticket};

#[derive(Debug, Default)]
pub(super) struct Turns {
    /// Whether the console writes.
    pub is_on: bool,
    /// When the adapter is asked next.
    at: Option<u64>,
    attempts: u32,
    asked: Option<Ticket>,
    /// What the console is at, and by which lease.
    running: Option<(Ticket, String)>,
    /// What the adapter has not heard.
    done: Option<Done>,
}

impl Turns {
    pub fn due(&self) -> Option<u64> {
        self.at.filter(|_| self.is_on && self.asked.is_none() && self.running.is_none())
    }

    /// There may be something to write.
    pub fn hurry(&mut self, now: u64) {
        self.at = Some(now);
    }
}

impl CallLog {
    pub(super) fn take_turn(&mut self, now: u64) {
        if self.turns.due().is_none_or(|at| at > now) {
            return;
        }
        let ticket = self.ticket();
        (self.turns.at, self.turns.asked) = (None, Some(ticket));
        let call = AdapterCall::LogTurn(self.turns.done.clone());
        self.effects.push_back(Effect::Adapter(ticket, call));
    }

    /// Whether the answer was to the last turn.
    pub(super) fn turn_answered(&mut self, now: u64, ticket: Ticket, fact: &AdapterFact) -> bool {
        if self.turns.asked != Some(ticket) {
            return false;
        }
        self.turns.asked = None;
        match fact {
            AdapterFact::LogTurn(Response { write, next_in }) => {
                (self.turns.done, self.turns.attempts) = (None, 0);
                let next = next_in.map(|seconds| now + u64::from(seconds) * 1_000);
                self.turns.at = self.turns.at.or(next);
                if let Some(write) = write {
                    let ticket = self.ticket();
                    let ask = HostAsk::WriteCall(write.parameters.clone());
                    self.effects.push_back(Effect::Host(ticket, ask));
                    self.turns.running = Some((ticket, write.lease.clone()));
                }
            }
            _ => {
                self.turns.attempts += 1;
                self.turns.at = Some(now + pause(self.turns.attempts));
            }
        }
        true
    }

    pub fn ran(&mut self, now: u64, ticket: Ticket, outcome: Outcome) {
        if let Some((_, lease)) = self.turns.running.take_if(|(running, _)| *running == ticket) {
            self.turns.done = Some(Done { lease, outcome });
            self.turns.hurry(now);
            self.take_turn(now);
        }
    }
}
