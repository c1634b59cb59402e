//! What is kept of calls, handed over and said of them.

use adapter_api::{
    Code,
    call_log::{CallResult, Entry, Request},
};

use super::*;
use crate::{
    protocol::CallId,
    snapshot::{CallState as S, Direction, EndSnapshot, PeerSnapshot, RecordsSnapshot},
};

#[test]
fn a_call_is_kept_when_it_is_answered_and_when_it_is_over() {
    let mut desk = Desk::signed_in();

    desk.look(&[call(1, S::RingingHere, 0)]);
    assert_eq!(desk.kept().len(), 0);
    desk.look(&[call(1, S::Talking, 5)]);
    desk.look(&[call(1, S::Held, 5)]);
    let kept = desk.kept();
    assert_eq!((kept.len(), kept[0].1, kept[0].2.ended_at), (1, 1, None));
    desk.look(&[call(1, S::Ended(EndSnapshot::PeerHungUp), 65)]);

    let kept = desk.kept();
    let (id, revision, entry) = &kept[0];
    assert_eq!((kept.len(), *revision, id.as_str().len()), (1, 2, 32));
    assert_eq!((entry.began_at, entry.answered_at, entry.ended_at), (0, Some(5), Some(65)));
    assert_eq!(entry.result, CallResult::Answered);
}

#[test]
fn an_entry_is_handed_over_until_it_is_acknowledged() {
    let mut desk = Desk::signed_in();
    desk.talk_and_hang_up();
    let (ticket, id) = desk.handed().expect("handed over");

    desk.answer(ticket, &AdapterFact::Unreachable);
    assert_eq!(desk.handed(), None);
    desk.now += 1_000;
    desk.look(&[]);
    let (ticket, again) = desk.handed().expect("handed over again");
    assert_eq!(again, id);
    assert_eq!(desk.log.snapshot().waiting, 1);
    desk.answer(ticket, &AdapterFact::Done);

    assert!(desk.effects.contains(&Effect::Log(LogEffect::Forget(id.clone()))));
    assert_eq!(desk.log.snapshot().waiting, 1, "it is not in Salesforce yet");
    desk.log.settled(&id, None);
    desk.drain();
    assert_eq!(desk.log.snapshot().waiting, 0);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Host(_, HostAsk::Console(ConsoleAsk::Refresh))))
    );
}

#[test]
fn each_call_of_this_agents_that_is_over_is_told_once() {
    let mut desk = Desk::signed_in();
    desk.look(&[call(1, S::RingingHere, 0), call(2, S::Talking, 0)]);
    let over = call(1, S::Ended(EndSnapshot::Missed), 5);
    desk.look(&[over.clone(), call(2, S::Talking, 0)]);
    desk.look(&[over.clone(), call(2, S::Talking, 0)]);

    assert_eq!(desk.log.ended(), Some(over));
    assert_eq!(desk.log.ended(), None);
    desk.log.session_ended(desk.now);
    desk.log.belongs_to("ben");
    desk.look(&[call(2, S::Ended(EndSnapshot::PeerHungUp), 9)]);

    assert_eq!(desk.log.ended(), None, "that was not Ben's");
}

#[test]
fn the_word_that_a_call_is_written_may_overtake_the_receipt() {
    let mut desk = Desk::signed_in();
    desk.talk_and_hang_up();
    let (ticket, id) = desk.handed().expect("handed over");

    desk.log.settled(&id, None);
    assert_eq!(desk.log.snapshot().waiting, 1, "the adapter has not acknowledged it");
    desk.answer(ticket, &AdapterFact::Done);

    assert_eq!(desk.log.snapshot().waiting, 0);
}

#[test]
fn a_call_that_another_page_has_begun_stays_one() {
    let mut first = Desk::signed_in();
    first.look(&[call(1, S::RingingHere, 0)]);
    first.look(&[call(1, S::Talking, 5)]);
    let kept = first.log.kept(CallId(1)).expect("an entry");
    let (id, revision, _) = first.kept().remove(0);

    let mut next = Desk::signed_in();
    next.log.inherit(CallId(1), kept);
    next.look(&[call(1, S::Recovering, 5)]);
    next.look(&[call(1, S::Ended(EndSnapshot::PeerHungUp), 65)]);

    let later = next.kept();
    assert!(later.iter().all(|(it, newer, _)| *it == id && *newer > revision), "{later:?}");
    let entry = &later.last().expect("its end").2;
    assert_eq!((entry.began_at, entry.answered_at, entry.ended_at), (0, Some(5), Some(65)));
}

#[test]
fn notes_are_kept_as_they_are_typed_and_handed_over_when_they_are_saved() {
    let mut desk = Desk::signed_in();
    desk.talk_and_hang_up();
    let (ticket, _) = desk.handed().expect("the first version");
    desk.answer(ticket, &AdapterFact::Done);
    desk.kept();

    desk.note("Wants a quote");
    assert_eq!(desk.kept()[0].2.notes, "Wants a quote");
    assert_eq!(desk.handed(), None);
    desk.log.intended(desk.now, LogIntent::Save(CallId(1)));
    desk.look(&[]);

    assert!(desk.handed().is_some());
    assert_eq!(desk.log.snapshot().wrap_up, None);
}

#[test]
fn the_next_call_saves_the_notes_and_one_that_only_rings_leaves_them() {
    let mut desk = Desk::signed_in();
    desk.talk_and_hang_up();
    let (ticket, _) = desk.handed().expect("the first version");
    desk.answer(ticket, &AdapterFact::Done);
    desk.note("Wants a quote");

    desk.look(&[call(2, S::RingingHere, 70)]);
    let wrap_up = desk.log.snapshot().wrap_up.expect("still there");
    assert_eq!(wrap_up.notes, "Wants a quote");
    desk.look(&[call(2, S::Talking, 75)]);

    assert_eq!(desk.log.snapshot().wrap_up, None);
    assert!(desk.handed().is_some());
}

#[test]
fn what_nobody_saves_is_saved_by_itself() {
    let mut desk = Desk::signed_in();
    desk.talk_and_hang_up();
    let (ticket, _) = desk.handed().expect("the first version");
    desk.answer(ticket, &AdapterFact::Done);
    desk.note("Wants a quote");

    desk.now = desk.log.poll_timeout().expect("it closes");
    desk.look(&[]);

    assert_eq!(desk.log.snapshot().wrap_up, None);
    assert!(desk.handed().is_some());
}

#[test]
fn nobody_hands_over_what_another_agent_has_left() {
    let mut desk = Desk::signed_in();
    desk.look(&[call(1, S::Talking, 5)]);
    desk.kept();
    desk.handed();

    desk.log.session_ended(desk.now);
    desk.look(&[call(1, S::Ended(EndSnapshot::HungUp), 9)]);
    desk.log.belongs_to("acme/1001/Ben");
    desk.look(&[]);

    let owners: Vec<_> = desk.effects.iter().filter_map(keeper).collect();
    assert_eq!(owners, ["acme/1001/Anna"]);
    assert_eq!(desk.handed(), None);
    desk.log.recalled(desk.now, "acme/1001/Anna", vec![id()]);
    assert_eq!(desk.log.snapshot().waiting, 0);
    desk.log.recalled(desk.now, "acme/1001/Ben", vec![id()]);
    assert_eq!(desk.log.snapshot().waiting, 1);
}

#[test]
fn how_a_call_went_is_told() {
    let of = |direction, end| {
        let mut desk = Desk::signed_in();
        desk.look(&[CallSnapshot { direction, ..call(1, S::Dialling, 0) }]);
        desk.look(&[CallSnapshot { direction, ..call(1, S::Ended(end), 9) }]);
        desk.kept().pop().map(|(_, _, entry)| entry.result)
    };
    let (incoming, outgoing) = (Direction::Incoming, Direction::Outgoing);

    assert_eq!(of(incoming, EndSnapshot::Missed), Some(CallResult::Missed));
    assert_eq!(of(incoming, EndSnapshot::HungUp), Some(CallResult::Declined));
    assert_eq!(of(incoming, EndSnapshot::AnsweredElsewhere), None);
    assert_eq!(of(outgoing, EndSnapshot::HungUp), Some(CallResult::Cancelled));
    assert_eq!(of(outgoing, EndSnapshot::Busy), Some(CallResult::Busy));
    assert_eq!(of(outgoing, EndSnapshot::LinkLost), Some(CallResult::Failed));
    assert_eq!(of(outgoing, EndSnapshot::NotANumber), None);
}

#[test]
fn a_refusal_is_said_and_the_entry_kept() {
    let mut desk = Desk::signed_in();
    desk.talk_and_hang_up();
    let (ticket, _) = desk.handed().expect("handed over");
    let refusal = Refusal::new(Code::CallLogNoPermission);

    desk.answer(ticket, &AdapterFact::Refused(refusal.clone()));

    let shown = desk.log.snapshot();
    assert_eq!((shown.refusal, shown.waiting), (Some(refusal), 1));
    assert!(!desk.effects.iter().any(|it| matches!(it, Effect::Log(LogEffect::Forget(_)))));
}

#[test]
fn what_waits_at_the_adapter_is_counted_too() {
    let mut desk = Desk::signed_in();
    desk.tell(&[id(), id(), id()]);
    desk.talk_and_hang_up();

    let shown = desk.log.snapshot();
    assert_eq!(shown.waiting, 4);
    assert_eq!(shown.wrap_up.expect("wrapping up").dispositions, ["Sold"]);
}

#[test]
fn a_call_that_another_page_has_handed_over_is_counted_once() {
    let mut desk = Desk::signed_in();
    desk.talk_and_hang_up();
    let (ticket, id) = desk.handed().expect("handed over");

    desk.tell(std::slice::from_ref(&id));
    assert_eq!(desk.log.snapshot().waiting, 1);
    desk.answer(ticket, &AdapterFact::Done);
    assert_eq!(desk.log.snapshot().waiting, 1);
    desk.log.settled(&id, None);

    assert_eq!(desk.log.snapshot().waiting, 0);
}

#[test]
fn a_call_that_goes_on_is_not_said_to_wait() {
    let mut desk = Desk::signed_in();
    desk.look(&[call(1, S::Talking, 5)]);
    let (ticket, id) = desk.handed().expect("handed over");
    assert_eq!(desk.log.snapshot().waiting, 0);
    desk.answer(ticket, &AdapterFact::Done);
    desk.tell(&[id]);
    assert_eq!(desk.log.snapshot().waiting, 0);

    desk.look(&[call(1, S::Ended(EndSnapshot::PeerHungUp), 65)]);

    assert_eq!(desk.log.snapshot().waiting, 1);
}

#[test]
fn what_happens_before_an_answer_makes_the_adapter_be_asked_anew() {
    let mut desk = Desk::signed_in();
    let stale = desk.log.asked.expect("asked");

    desk.log.settled(&id(), None);
    let log = AdapterFact::CallLog {
        waiting: vec![id()],
        dispositions: Vec::new(),
        writer: Writer::Adapter,
    };
    assert!(!desk.log.answered(desk.now, stale, &log), "it is older than what is known");
    desk.tell(&[]);

    assert_eq!(desk.log.snapshot().waiting, 0);
}

struct Desk {
    log: CallLog,
    now: u64,
    effects: Vec<Effect>,
    /// As they were looked at last.
    calls: Vec<CallSnapshot>,
}

impl Desk {
    fn signed_in() -> Self {
        let mut desk =
            Self { log: CallLog::new([7; 32]), now: 0, effects: Vec::new(), calls: Vec::new() };
        desk.log.belongs_to("acme/1001/Anna");
        desk.drain();
        desk
    }

    fn look(&mut self, calls: &[CallSnapshot]) {
        self.log.look(self.now, self.now, calls);
        self.calls = calls.to_vec();
        self.drain();
    }

    /// The second version waits for its answer.
    fn talk_and_hang_up(&mut self) {
        self.look(&[call(1, S::Talking, 5)]);
        let (ticket, _) = self.handed().expect("handed over");
        self.answer(ticket, &AdapterFact::Done);
        self.effects.clear();
        self.look(&[call(1, S::Ended(EndSnapshot::PeerHungUp), 65)]);
    }

    fn note(&mut self, notes: &str) {
        let (call, notes) = (CallId(1), notes.to_owned());
        self.log.intended(self.now, LogIntent::Note { call, notes, disposition: None });
        self.drain();
    }

    fn answer(&mut self, ticket: Ticket, fact: &AdapterFact) {
        assert!(self.log.answered(self.now, ticket, fact));
        let calls = self.calls.clone();
        self.look(&calls);
    }

    fn tell(&mut self, waiting: &[LogId]) {
        let log = AdapterFact::CallLog {
            waiting: waiting.to_vec(),
            dispositions: vec!["Sold".into()],
            writer: Writer::Adapter,
        };
        self.answer(self.log.asked.expect("asked"), &log);
    }

    fn drain(&mut self) {
        self.effects.extend(std::iter::from_fn(|| self.log.poll_effect()));
    }

    /// What the browser was asked to keep since the last look.
    fn kept(&mut self) -> Vec<(LogId, u32, Entry)> {
        let (kept, others) = std::mem::take(&mut self.effects)
            .into_iter()
            .partition(|effect| matches!(effect, Effect::Log(LogEffect::Keep { .. })));
        self.effects = others;
        let kept: Vec<Effect> = kept;
        let requests = kept.into_iter().filter_map(|effect| match effect {
            Effect::Log(LogEffect::Keep { request, .. }) => Some(*request),
            _ => None,
        });
        requests.map(|Request { call, revision, entry }| (call, revision, entry)).collect()
    }

    /// The last entry that was handed over since the last look.
    fn handed(&mut self) -> Option<(Ticket, LogId)> {
        let is_one = |effect: &Effect| matches!(effect, Effect::Log(LogEffect::HandOver { .. }));
        let at = self.effects.iter().rposition(is_one)?;
        let Effect::Log(LogEffect::HandOver { ticket, call }) = self.effects.remove(at) else {
            return None;
        };
        Some((ticket, call))
    }
}

fn keeper(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Log(LogEffect::Keep { owner, .. }) => Some(owner),
        _ => None,
    }
}

fn id() -> LogId {
    "0".repeat(32).parse().expect("an id")
}

/// `since` in seconds.
fn call(id: u32, state: S, since: u64) -> CallSnapshot {
    let peer = PeerSnapshot { name: None, number: "+33170189900".into(), dialled: None };
    CallSnapshot {
        id: CallId(id),
        direction: Direction::Incoming,
        peer,
        state,
        since: since * 1_000,
        talked: None,
        muted: false,
        joined: false,
        digits: String::new(),
        transfer: None,
        quality: None,
        records: RecordsSnapshot::default(),
    }
}
