//! Colleagues by name: whom the adapter finds while a name is typed, and whom it means when it is called.
//!
//! ~~~text
//! typed --> asked --> found: suggested
//! named --> asked --> one: the call is made to the extension
//!                 \-> nobody, or several: no call is made, and it is said
//! ~~~
//!
//! One question is under way at a time, and the last name counts. An adapter that does not answer costs the names and
//! no call: the phone system is told what was typed.

use std::collections::VecDeque;

use crate::{
    protocol::{AdapterCall, AdapterFact, CallId, CallIntent, Effect, Ticket},
    snapshot::{Snapshot, TransferSnapshot},
};

#[derive(Debug, Default)]
pub(crate) struct Colleagues {
    name: String,
    /// Name, extension, and what is shown of each.
    found: Vec<[String; 3]>,
    asked: Option<(Ticket, String)>,
    /// Who is called as soon as it is known who is meant, and at the latest then.
    waiting: Option<(u64, CallIntent)>,
    /// The name by which none was meant, and the call that was to be transferred.
    nobody: Option<(String, Option<CallId>)>,
    tickets: u32,
    pub effects: VecDeque<Effect>,
}

impl Colleagues {
    pub fn poll_timeout(&self) -> Option<u64> {
        self.waiting.as_ref().map(|(at, _)| *at)
    }

    /// As far as it is typed.
    pub fn typed(&mut self, text: &str) {
        self.nobody = None;
        if is_name(text) && in_brackets(text).is_none() && self.waiting.is_none() {
            self.want(text);
        }
    }

    pub fn intended(&mut self, now: u64, mut intent: CallIntent) {
        self.nobody = None;
        let Some(to) = target(&mut intent) else { return };
        match in_brackets(to) {
            Some(extension) => {
                *to = extension.to_owned();
                self.waiting = Some((now, intent));
            }
            None => {
                self.want(to);
                self.waiting = Some((now + PATIENCE, intent));
            }
        }
    }

    /// What can be done by now, with the extension in place of the name.
    pub fn poll_intent(&mut self, now: u64) -> Option<CallIntent> {
        let is_late = self.poll_timeout()? <= now;
        if self.asked.is_some() && !is_late {
            return None;
        }
        let (_, mut intent) = self.waiting.take()?;
        let to = target(&mut intent).filter(|_| !is_late);
        let Some(to) = to else { return Some(intent) };
        if let Some(extension) = meant(&self.found, to.trim()) {
            *to = extension.to_owned();
            return Some(intent);
        }
        let name = std::mem::take(to);
        self.nobody = match intent {
            CallIntent::Transfer { call, .. } => Some((name, Some(call))),
            _ => Some((name, None)),
        };
        None
    }

    /// Whether the answer was to the last question.
    pub fn answered(&mut self, now: u64, ticket: Ticket, fact: &AdapterFact) -> bool {
        let Some((_, name)) = self.asked.take_if(|(asked, _)| *asked == ticket) else {
            return false;
        };
        match fact {
            AdapterFact::Colleagues(found) => {
                self.found.clone_from(found);
                if name != self.name {
                    self.ask();
                }
            }
            _ => self.waiting.iter_mut().for_each(|(at, _)| *at = now),
        }
        true
    }

    pub fn session_ended(&mut self) {
        *self = Self { tickets: self.tickets, ..Self::default() };
    }

    pub fn show(&self, snapshot: &mut Snapshot) {
        snapshot.colleagues = self.found.iter().map(|[_, _, shown]| shown.clone()).collect();
        if let Some((name, call)) = &self.nobody {
            snapshot.nobody = Some(name.clone());
            for shown in snapshot.calls.iter_mut().filter(|shown| Some(shown.id) == *call) {
                shown.transfer = Some(TransferSnapshot::Failed);
            }
        }
    }

    fn want(&mut self, name: &str) {
        self.name = name.trim().to_owned();
        if self.asked.is_none() {
            self.ask();
        }
    }

    fn ask(&mut self) {
        self.tickets += 1;
        let ticket = Ticket(FIRST_TICKET + self.tickets);
        self.asked = Some((ticket, self.name.clone()));
        self.effects.push_back(Effect::Adapter(ticket, AdapterCall::Colleagues(self.name.clone())));
    }
}

/// Whether somebody is called, or given a call, by name. Numbers, extensions and addresses are no names.
pub(crate) fn is_by_name(intent: &CallIntent) -> bool {
    match intent {
        CallIntent::Dial(to) | CallIntent::Transfer { to, .. } => is_name(to),
        _ => false,
    }
}

fn target(intent: &mut CallIntent) -> Option<&mut String> {
    match intent {
        CallIntent::Dial(to) | CallIntent::Transfer { to, .. } => Some(to),
        _ => None,
    }
}

fn is_name(text: &str) -> bool {
    let begins_one = |c: char| c.is_ascii_alphabetic() || !c.is_ascii();
    text.trim_start().starts_with(begins_one) && !text.contains(['@', ':'])
}

/// As it stands in what is chosen from the list: `Ben Berger (1002) · Busy`.
fn in_brackets(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('(')?;
    Some(rest.split_once(')')?.0)
}

/// Whoever has exactly this name or extension, or is the only one found by it.
fn meant<'f>(found: &'f [[String; 3]], name: &str) -> Option<&'f str> {
    let is_exact = |one: &&[String; 3]| one[..2].iter().any(|own| own.eq_ignore_ascii_case(name));
    let mut exact = found.iter().filter(is_exact);
    match (exact.next(), exact.next(), found) {
        (Some([_, extension, _]), None, _) | (None, _, [[_, extension, _]]) => Some(extension),
        _ => None,
    }
}

/// How long a call waits for its name.
const PATIENCE: u64 = 2_000;
/// Far from those of sign-in, console, line, log and numbers.
const FIRST_TICKET: u32 = 3 << 29;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colleague_is_called_by_name_as_soon_as_it_is_known_who_is_meant() {
        let mut colleagues = Colleagues::default();
        colleagues.intended(0, dial(" ben "));

        assert_eq!(colleagues.poll_intent(0), None, "nobody knows who that is");
        let (ticket, asked) = asked(&mut colleagues);
        assert_eq!(asked, "ben");
        assert!(colleagues.answered(1, ticket, &found(&[BEN])));

        assert_eq!(colleagues.poll_intent(1), Some(dial("1002")));
        assert_eq!((colleagues.poll_intent(1), colleagues.poll_timeout()), (None, None));
    }

    #[test]
    fn a_call_is_given_to_the_colleague_who_was_chosen_from_the_list_and_nobody_is_asked() {
        let mut colleagues = Colleagues::default();

        colleagues.intended(0, transfer("Ben Berger (1002) · Busy"));

        assert_eq!(colleagues.poll_intent(0), Some(transfer("1002")));
        assert_eq!(colleagues.effects.pop_front(), None);
    }

    #[test]
    fn of_several_the_one_is_meant_whose_name_or_extension_it_is() {
        let meant = |name| {
            meant(&[BEN, BENNY, ANNA].map(|one| one.map(str::to_owned)), name).map(str::to_owned)
        };

        assert_eq!(meant("ben berger"), Some("1002".into()));
        assert_eq!(meant("Anna"), Some("anna".into()));
        assert_eq!((meant("ben"), meant("b b")), (None, None));
    }

    #[test]
    fn nobody_is_called_by_a_name_that_nobody_has_or_several_and_the_next_word_takes_that_back() {
        for others in [&[][..], &[BEN, BENNY]] {
            let mut colleagues = Colleagues::default();
            colleagues.intended(0, transfer("be"));
            let (ticket, _) = asked(&mut colleagues);

            colleagues.answered(1, ticket, &found(others));

            assert_eq!(colleagues.poll_intent(1), None);
            assert_eq!(colleagues.nobody, Some(("be".into(), Some(CallId(7)))));
            colleagues.typed("ben");
            assert_eq!(colleagues.nobody, None);
        }
    }

    #[test]
    fn an_adapter_that_does_not_answer_keeps_no_call_waiting() {
        let mut colleagues = Colleagues::default();
        colleagues.intended(0, dial("echo"));
        let (ticket, _) = asked(&mut colleagues);
        colleagues.answered(5, ticket, &AdapterFact::Unreachable);
        assert_eq!(colleagues.poll_intent(5), Some(dial("echo")));

        colleagues.intended(10, dial("echo"));
        assert_eq!(colleagues.poll_timeout(), Some(10 + PATIENCE));
        assert_eq!(colleagues.poll_intent(9 + PATIENCE), None);
        assert_eq!(colleagues.poll_intent(10 + PATIENCE), Some(dial("echo")));
    }

    #[test]
    fn while_one_question_is_under_way_only_the_last_name_waits() {
        let mut colleagues = Colleagues::default();
        for typed in ["b", "be", "ben", "", "10", "Ben Berger (1002)"] {
            colleagues.typed(typed);
        }
        let (ticket, first) = asked(&mut colleagues);
        assert_eq!((first.as_str(), colleagues.effects.len()), ("b", 0));

        colleagues.answered(1, ticket, &found(&[BEN, BENNY]));
        let (ticket, second) = asked(&mut colleagues);
        assert_eq!(second, "ben");
        colleagues.answered(2, ticket, &found(&[BEN]));

        assert_eq!(colleagues.effects.len(), 0);
        assert_eq!(colleagues.found.len(), 1);
    }

    #[test]
    fn numbers_extensions_and_addresses_are_no_names() {
        for to in
            ["1001", "*97", "+1 (206) 555-0143", "", "sip:anna@pbx.example", "anna@pbx.example"]
        {
            assert!(!is_by_name(&dial(to)), "{to}");
        }
        for to in ["Ben", " émile", "b", "Ben Berger (1002)"] {
            assert!(is_by_name(&transfer(to)), "{to}");
        }
        assert!(!is_by_name(&CallIntent::Reconnect));
    }

    const BEN: [&str; 3] = ["Ben Berger", "1002", "Ben Berger (1002)"];
    const BENNY: [&str; 3] = ["Benny Bern", "1004", "Benny Bern (1004)"];
    const ANNA: [&str; 3] = ["Anna Agent", "anna", "Anna Agent (anna)"];

    fn dial(to: &str) -> CallIntent {
        CallIntent::Dial(to.into())
    }

    fn transfer(to: &str) -> CallIntent {
        CallIntent::Transfer { call: CallId(7), to: to.into() }
    }

    fn found(colleagues: &[[&str; 3]]) -> AdapterFact {
        AdapterFact::Colleagues(colleagues.iter().map(|one| one.map(str::to_owned)).collect())
    }

    fn asked(colleagues: &mut Colleagues) -> (Ticket, String) {
        match colleagues.effects.pop_front() {
            Some(Effect::Adapter(ticket, AdapterCall::Colleagues(name))) => (ticket, name),
            other => panic!("{other:?}"),
        }
    }
}
