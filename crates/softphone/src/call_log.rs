//! What is to stand in Salesforce of each call, until the adapter has it.
//!
//! ~~~text
//! answered --> revision 1 \
//! over     --> revision 2  > kept by the browser --> handed over --> stored there: forgotten here
//! wrap-up  --> revision 3 /
//! ~~~
//!
//! It looks on at the calls. What it has kept is the agent's whose call it was: the next one at this desk neither
//! sees it nor hands it over.

mod entry;
#[cfg(test)]
mod tests;
mod turns;
mod wrap_up;

use std::collections::VecDeque;

use adapter_api::call_log::{CallId as LogId, Writer};
use sip::Tokens;

use crate::{
    protocol::{
        AdapterCall, AdapterFact, CallId, ConsoleAsk, Effect, HostAsk, KeptLog, LogEffect,
        LogIntent, Refusal, Ticket,
    },
    snapshot::{CallSnapshot, LogSnapshot},
};
use entry::Followed;
use turns::Turns;
use wrap_up::WrapUp;

pub(crate) struct CallLog {
    tokens: Tokens,
    /// Whose calls these are; nobody's before the phone has its place.
    owner: Option<String>,
    followed: Vec<Followed>,
    owed: Vec<Owed>,
    /// Handed over, by whichever page, and not in Salesforce yet.
    unwritten: Vec<LogId>,
    refusal: Option<Refusal>,
    dispositions: Vec<String>,
    wrap_up: Option<WrapUp>,
    /// Entries of calls that another page has begun.
    inherited: Vec<(CallId, KeptLog)>,
    /// Calls that are over, as the agent remembers them.
    ended: Vec<CallSnapshot>,
    asked: Option<Ticket>,
    turns: Turns,
    tickets: u32,
    effects: VecDeque<Effect>,
}

/// What the adapter has not acknowledged.
#[derive(Debug)]
struct Owed {
    call: LogId,
    in_flight: Option<Ticket>,
    /// There is a newer revision than the one in flight.
    renewed: bool,
    due: u64,
    attempts: u32,
    /// The word that it is written has overtaken the receipt.
    settled: bool,
}

impl std::fmt::Debug for CallLog {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CallLog").field("owed", &self.owed.len()).finish_non_exhaustive()
    }
}

impl CallLog {
    pub fn new(mut seed: [u8; 32]) -> Self {
        // Not what the user agents draw from the same seed.
        seed[31] ^= 0xff;
        Self {
            tokens: Tokens::new(seed),
            owner: None,
            followed: Vec::new(),
            owed: Vec::new(),
            unwritten: Vec::new(),
            refusal: None,
            dispositions: Vec::new(),
            wrap_up: None,
            inherited: Vec::new(),
            ended: Vec::new(),
            asked: None,
            turns: Turns::default(),
            tickets: 0,
            effects: VecDeque::new(),
        }
    }

    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        let waits = |owed: &&Owed| owed.in_flight.is_none() && self.owner.is_some();
        let due = self.owed.iter().filter(waits).map(|owed| owed.due);
        due.chain(self.turns.due())
            .chain(self.wrap_up.as_ref().map(|wrap_up| wrap_up.closes_at))
            .min()
    }

    /// The call that waits for the agent's notes.
    pub fn wraps_up(&self) -> Option<CallId> {
        self.wrap_up.as_ref().map(|wrap_up| wrap_up.call)
    }

    pub fn snapshot(&self) -> LogSnapshot {
        // A call that goes on is not late.
        let goes_on = |call: &LogId| self.followed.iter().any(|it| it.id == *call && !it.is_over());
        let owed = || self.owed.iter().map(|owed| &owed.call);
        let unwritten = self.unwritten.iter().filter(|call| owed().all(|owed| owed != *call));
        let waiting = owed().chain(unwritten).filter(|call| !goes_on(call)).count();
        LogSnapshot {
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
            refusal: self.refusal.clone(),
            by_console: self.turns.is_on,
            wrap_up: self.wrap_up.as_ref().map(|it| it.snapshot(&self.dispositions)),
        }
    }

    // ── Whose calls ───────────────────────────────────────────────

    /// The phone has its place: what this agent's calls before have left behind is taken up.
    pub fn belongs_to(&mut self, owner: &str) {
        if self.owner.as_deref() == Some(owner) {
            return;
        }
        self.owner = Some(owner.to_owned());
        self.effects.push_back(Effect::Log(LogEffect::Recall(owner.to_owned())));
        self.ask();
    }

    /// What waits stays with the browser.
    pub fn session_ended(&mut self, now: u64) {
        self.close(now);
        self.turns = Turns::default();
        (self.owner, self.asked, self.refusal) = (None, None, None);
        self.owed.clear();
        self.unwritten.clear();
    }

    pub fn recalled(&mut self, now: u64, owner: &str, calls: Vec<LogId>) {
        if self.owner.as_deref() == Some(owner) {
            for call in calls {
                self.owe(now, call);
            }
            self.hand_over(now);
        }
    }

    /// How things stand is asked again: what was told while nobody listened was told to nobody.
    pub fn ask(&mut self) {
        if self.owner.is_some() {
            let ticket = self.ticket();
            self.asked = Some(ticket);
            self.effects.push_back(Effect::Adapter(ticket, AdapterCall::CallLog));
        }
    }

    /// An answer that was given before this may come after it.
    fn ask_anew(&mut self) {
        if self.asked.is_some() {
            self.ask();
        }
    }

    // ── The calls ─────────────────────────────────────────────────

    /// At each change. `wall` is the computer's clock, in milliseconds since the Unix epoch.
    pub fn look(&mut self, now: u64, wall: u64, calls: &[CallSnapshot]) {
        for call in calls {
            self.look_at(now, call, calls);
        }
        for index in 0..self.followed.len() {
            let followed = &mut self.followed[index];
            let is_gone = !calls.iter().any(|call| call.id == followed.call);
            if is_gone && followed.vanished(wall / 1_000) {
                self.keep(now, index);
            }
        }
        if self.wrap_up.as_ref().is_some_and(|it| it.closes_at <= now || it.gives_way(calls)) {
            self.close(now);
        }
        let wrapping = self.wrap_up.as_ref().map(|wrap_up| wrap_up.call);
        self.followed.retain(|followed| {
            Some(followed.call) == wrapping || calls.iter().any(|call| call.id == followed.call)
        });
        self.hand_over(now);
        self.take_turn(now);
    }

    /// The next of this agent's calls that is over.
    pub fn ended(&mut self) -> Option<CallSnapshot> {
        self.ended.pop()
    }

    /// What another page needs to go on with this call's entry.
    pub fn kept(&self, call: CallId) -> Option<KeptLog> {
        self.followed.iter().find(|followed| followed.call == call).map(Followed::kept)
    }

    /// A call that another page had before; it is told before the call is seen.
    pub fn inherit(&mut self, call: CallId, kept: KeptLog) {
        self.inherited.push((call, kept));
    }

    fn look_at(&mut self, now: u64, call: &CallSnapshot, calls: &[CallSnapshot]) {
        let index = match self.followed.iter().position(|it| it.call == call.id) {
            Some(index) => index,
            None => {
                let (Some(entry), Ok(id)) = (entry::of(call), self.tokens.id().parse()) else {
                    return;
                };
                let mut followed = Followed::new(call.id, id, entry, self.owner.clone());
                if let Some(at) = self.inherited.iter().position(|(kept, _)| *kept == call.id) {
                    followed.go_on_from(self.inherited.swap_remove(at).1);
                }
                self.followed.push(followed);
                self.followed.len() - 1
            }
        };
        let followed = &mut self.followed[index];
        let was_over = followed.is_over();
        if !followed.goes_on(call) {
            return;
        }
        let is_over = !was_over && followed.is_over();
        let is_to_wrap_up = is_over && followed.was_answered();
        // A call leaves nothing to the next agent at this desk.
        if is_over && followed.owner == self.owner {
            self.ended.push(call.clone());
        }
        self.keep(now, index);
        if is_to_wrap_up {
            self.close(now);
            self.wrap_up = Some(WrapUp::new(now, call, calls));
        }
    }

    fn keep(&mut self, now: u64, index: usize) {
        self.store(index);
        self.owe_for(now, index);
    }

    /// The browser keeps the entry until the adapter has it.
    fn store(&mut self, index: usize) {
        let followed = &mut self.followed[index];
        let Some(owner) = followed.owner.clone() else { return };
        let request = Box::new(followed.next_request());
        self.effects.push_back(Effect::Log(LogEffect::Keep { owner, request }));
    }

    /// After a sign-out it waits for its agent's return.
    fn owe_for(&mut self, now: u64, index: usize) {
        let followed = &self.followed[index];
        if followed.owner.is_some() && followed.owner == self.owner {
            self.owe(now, followed.id.clone());
        }
    }

    // ── Wrap-up ───────────────────────────────────────────────────

    /// What is typed is kept at once, and handed over when it is saved.
    pub fn intended(&mut self, now: u64, intent: LogIntent) {
        let Some(wrap_up) = &mut self.wrap_up else { return };
        match intent {
            LogIntent::Note { call, notes, disposition } if call == wrap_up.call => {
                wrap_up.noted(now, notes.clone(), disposition.clone());
                let place = self.followed.iter().position(|followed| followed.call == call);
                if let Some(index) = place
                    && self.followed[index].note(notes, disposition)
                {
                    self.store(index);
                }
            }
            LogIntent::Save(call) if call == wrap_up.call => self.close(now),
            LogIntent::Note { .. } | LogIntent::Save(_) => {}
        }
    }

    fn close(&mut self, now: u64) {
        let Some(wrap_up) = self.wrap_up.take().filter(|wrap_up| wrap_up.is_noted) else { return };
        let place = self.followed.iter().position(|followed| followed.call == wrap_up.call);
        if let Some(index) = place {
            self.owe_for(now, index);
        }
    }

    // ── The adapter ───────────────────────────────────────────────

    fn owe(&mut self, now: u64, call: LogId) {
        match self.owed.iter_mut().find(|owed| owed.call == call) {
            Some(owed) => (owed.renewed, owed.due) = (true, now),
            None => {
                let owed = Owed {
                    call,
                    in_flight: None,
                    renewed: false,
                    due: now,
                    attempts: 0,
                    settled: false,
                };
                self.owed.push(owed);
            }
        }
    }

    fn hand_over(&mut self, now: u64) {
        if self.owner.is_none() {
            return;
        }
        for index in 0..self.owed.len() {
            let owed = &self.owed[index];
            if owed.in_flight.is_none() && owed.due <= now {
                let ticket = self.ticket();
                let owed = &mut self.owed[index];
                (owed.in_flight, owed.renewed) = (Some(ticket), false);
                let call = owed.call.clone();
                self.effects.push_back(Effect::Log(LogEffect::HandOver { ticket, call }));
            }
        }
    }

    /// Whether the answer was to one of these questions.
    pub fn answered(&mut self, now: u64, ticket: Ticket, fact: &AdapterFact) -> bool {
        if self.asked == Some(ticket) {
            self.asked = None;
            if let AdapterFact::CallLog { waiting, dispositions, writer } = fact {
                self.turns.is_on = *writer == Writer::Apex;
                self.turns.hurry(now);
                self.unwritten.clone_from(waiting);
                self.dispositions.clone_from(dispositions);
            }
            return true;
        }
        if self.turn_answered(now, ticket, fact) {
            return true;
        }
        let Some(index) = self.owed.iter().position(|owed| owed.in_flight == Some(ticket)) else {
            return false;
        };
        let owed = &mut self.owed[index];
        owed.in_flight = None;
        match fact {
            AdapterFact::Done => self.acknowledged(now, index),
            // Only somebody's help changes that, so it is not asked soon.
            AdapterFact::Refused(refusal) => {
                owed.due = now + REFUSED;
                self.refusal = Some(refusal.clone());
            }
            AdapterFact::Later { after, .. } => owed.due = now + u64::from(*after) * 1_000,
            _ => {
                owed.attempts += 1;
                owed.due = now + pause(owed.attempts);
            }
        }
        true
    }

    fn acknowledged(&mut self, now: u64, index: usize) {
        self.turns.hurry(now);
        let owed = &mut self.owed[index];
        let call = owed.call.clone();
        if !std::mem::take(&mut owed.settled) && !self.unwritten.contains(&call) {
            self.unwritten.push(call.clone());
        }
        if owed.renewed {
            (owed.due, owed.attempts) = (now, 0);
        } else {
            self.owed.remove(index);
            self.effects.push_back(Effect::Log(LogEffect::Forget(call)));
        }
        self.ask_anew();
    }

    /// The Task stands in Salesforce, or will not.
    pub fn settled(&mut self, call: &LogId, refusal: Option<Refusal>) {
        self.unwritten.retain(|unwritten| unwritten != call);
        for owed in &mut self.owed {
            owed.settled |= owed.call == *call && owed.in_flight.is_some();
        }
        self.ask_anew();
        if refusal.is_none() {
            let ask = HostAsk::Console(ConsoleAsk::Refresh);
            let ticket = self.ticket();
            self.effects.push_back(Effect::Host(ticket, ask));
        }
        self.refusal = refusal;
    }

    fn ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(FIRST_TICKET + self.tickets)
    }
}

/// 1, 2, 4, 8, 16, 30, 30 … seconds.
fn pause(attempt: u32) -> u64 {
    (1_000 << attempt.saturating_sub(1).min(5)).min(30_000)
}

const REFUSED: u64 = 10 * 60 * 1_000;
/// Far from those of sign-in, line and console, so that none takes another's answers.
const FIRST_TICKET: u32 = 3 << 30;
