//! What the console shows of a call: whose number it is, and the record that belongs to it.
//!
//! ~~~text
//! ring --> Search (deferred: nothing is shown) --> nobody: another form of the number
//!                                             \--> the record's name, the candidates
//!                                              \-> Pop, once for each call that comes in, or at its answer
//! ~~~
//!
//! It looks on at the calls and never touches one: a console that does not answer costs a name and no more.

use std::collections::VecDeque;

use salesforce::{
    call_center::PopOn,
    id::RecordId,
    screen_pop::{CallType, Found, Record, ScreenPop},
};

use crate::{
    protocol::{CallId, ClickToDial, ConsoleAsk, Effect, HostAsk, RecordIntent, Refusal, Ticket},
    snapshot::{CallSnapshot, CallState, Direction, RecordsSnapshot},
};

#[derive(Debug, Default)]
pub(crate) struct ScreenPops {
    calls: Vec<Known>,
    on: PopOn,
    tickets: u32,
    effects: VecDeque<Effect>,
}

/// One call, as far as the console is concerned.
#[derive(Debug)]
struct Known {
    call: CallId,
    call_type: CallType,
    /// Whether it is shown by itself: when it rings or is answered, and in one tab.
    pops: bool,
    is_answered: bool,
    number: String,
    /// The ways to write its number that nobody was found by yet.
    forms: Vec<String>,
    waiting_for: Option<Ticket>,
    records: RecordsSnapshot,
    /// What the first search would have shown.
    pop: Option<ScreenPop>,
}

impl ScreenPops {
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// At each change: a call that is new is looked up, one that is gone is forgotten.
    /// Of several tabs the one in front shows what is found.
    pub fn look(&mut self, calls: &[CallSnapshot], is_in_front: bool) {
        self.calls.retain(|known| calls.iter().any(|call| call.id == known.call));
        for call in calls {
            let is_known = self.calls.iter().any(|known| known.call == call.id);
            if !is_known && !matches!(call.state, CallState::Ended(_)) {
                let pops = self.on == PopOn::Answer || is_in_front;
                self.calls.push(Known::of(call, pops));
                self.search(self.calls.len() - 1);
            }
        }
        for index in 0..self.calls.len() {
            let known = &mut self.calls[index];
            let call = calls.iter().find(|call| call.id == known.call);
            let is_answered = call.is_some_and(|call| call.state == CallState::Talking);
            if is_answered && !std::mem::replace(&mut known.is_answered, true) {
                // Whoever has answered looks at this tab, or at another.
                known.pops &= is_in_front;
                self.pop(index);
            }
        }
    }

    /// Writes into the calls what the console knows of them.
    pub fn name(&self, calls: &mut [CallSnapshot]) {
        for call in calls {
            let Some(known) = self.calls.iter().find(|known| known.call == call.id) else {
                continue;
            };
            if let Some(record) = known.records.record.as_ref().filter(|it| !it.name.is_empty()) {
                call.peer.name = Some(record.name.clone());
            }
            call.records = known.records.clone();
        }
    }

    /// As the call center says.
    pub fn on(&mut self, on: PopOn) {
        self.on = on;
    }

    pub fn click_to_dial(&mut self, click_to_dial: ClickToDial) {
        self.ask(ConsoleAsk::ClickToDial(click_to_dial));
    }

    pub fn intended(&mut self, intent: RecordIntent) {
        match intent {
            RecordIntent::Show(call) => {
                let Some(index) = self.place(call) else { return };
                let known = &mut self.calls[index];
                let record = known.records.record.as_ref().map(|record| record.id);
                match (record, known.pop.clone()) {
                    (Some(id), _) => self.show(index, ConsoleAsk::ShowRecord(id)),
                    (None, Some(pop)) => self.show(index, ConsoleAsk::Pop(pop)),
                    (None, None) => {
                        known.forms = forms(&known.number);
                        known.records.refusal = None;
                        self.search(index);
                    }
                }
            }
            RecordIntent::Choose { call, record } => {
                let Some(index) = self.place(call) else { return };
                self.calls[index].choose(record);
                self.show(index, ConsoleAsk::ShowRecord(record));
            }
        }
    }

    pub fn found(&mut self, ticket: Ticket, found: Result<Found, Refusal>) {
        let Some(index) = self.taken(ticket) else { return };
        let known = &mut self.calls[index];
        let found = match found {
            Ok(found) => found,
            Err(refusal) => {
                known.records.refusal = Some(refusal);
                return;
            }
        };
        let nobody = found.records.is_empty();
        if !nobody || known.pop.is_none() {
            known.pop = found.pop;
        }
        if nobody && !known.forms.is_empty() {
            return self.search(index);
        }
        known.take(found.records);
        self.pop(index);
    }

    /// Once.
    fn pop(&mut self, index: usize) {
        let known = &mut self.calls[index];
        let is_time = self.on == PopOn::Ring || known.is_answered;
        if let (true, true, CallType::Inbound, None, Some(pop)) =
            (known.pops, is_time, known.call_type, known.waiting_for, known.pop.clone())
        {
            known.pops = false;
            self.show(index, ConsoleAsk::Pop(pop));
        }
    }

    pub fn done(&mut self, ticket: Ticket, done: Result<(), Refusal>) {
        if let Some(index) = self.taken(ticket) {
            self.calls[index].records.refusal = done.err();
        }
    }

    fn search(&mut self, index: usize) {
        let known = &mut self.calls[index];
        if known.forms.is_empty() {
            return;
        }
        let (number, call_type) = (known.forms.remove(0), known.call_type);
        let ticket = self.ask(ConsoleAsk::Search { number, call_type });
        self.calls[index].waiting_for = Some(ticket);
    }

    fn show(&mut self, index: usize, ask: ConsoleAsk) {
        self.calls[index].records.refusal = None;
        let ticket = self.ask(ask);
        self.calls[index].waiting_for = Some(ticket);
    }

    fn ask(&mut self, ask: ConsoleAsk) -> Ticket {
        self.tickets += 1;
        let ticket = Ticket(FIRST_TICKET + self.tickets);
        self.effects.push_back(Effect::Host(ticket, HostAsk::Console(ask)));
        ticket
    }

    /// The call that waits for this answer, and from now on for none.
    fn taken(&mut self, ticket: Ticket) -> Option<usize> {
        let index = self.calls.iter().position(|known| known.waiting_for == Some(ticket))?;
        self.calls[index].waiting_for = None;
        Some(index)
    }

    fn place(&self, call: CallId) -> Option<usize> {
        self.calls.iter().position(|known| known.call == call)
    }
}

impl Known {
    /// Whose record was clicked is known already.
    fn of(call: &CallSnapshot, pops: bool) -> Self {
        let forms = match call.records.record {
            Some(_) => Vec::new(),
            None => forms(&call.peer.number),
        };
        Self {
            call: call.id,
            call_type: call_type(call),
            pops: pops && call.state == CallState::RingingHere,
            is_answered: false,
            number: call.peer.number.clone(),
            forms,
            waiting_for: None,
            records: call.records.clone(),
            pop: None,
        }
    }

    fn take(&mut self, mut records: Vec<Record>) {
        match records.len() {
            1 => self.records.record = records.pop(),
            _ => self.records.candidates = records,
        }
    }

    fn choose(&mut self, id: RecordId) {
        let candidates = std::mem::take(&mut self.records.candidates);
        self.records.record = candidates.into_iter().find(|record| record.id == id);
    }
}

/// From and to extensions calls are between colleagues.
pub(crate) fn call_type(call: &CallSnapshot) -> CallType {
    match call.direction {
        _ if is_extension(&call.peer.number) => CallType::Internal,
        Direction::Incoming => CallType::Inbound,
        Direction::Outgoing => CallType::Outbound,
    }
}

/// Whatever is shorter than the numbers of the public network are.
pub(crate) fn is_extension(number: &str) -> bool {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    (1..SHORTEST_NUMBER).contains(&digits) && !number.contains(['+', '@'])
}

/// Records keep numbers as they were typed, and how Salesforce compares them it does not say. So a number is
/// looked for as it came, and where nobody has it without its country.
fn forms(number: &str) -> Vec<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    if number.contains('@') || digits.is_empty() {
        return Vec::new();
    }
    let mut forms = vec![number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()];
    if digits.len() > NATIONAL_DIGITS {
        forms.push(digits[digits.len() - NATIONAL_DIGITS..].to_owned());
    }
    forms
}

const SHORTEST_NUMBER: usize = 7;
/// The longest that most countries' numbers are without their code.
const NATIONAL_DIGITS: usize = 10;
/// Far from those of sign-in and line, so that none takes another's answers.
const FIRST_TICKET: u32 = 1 << 30;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::{EndSnapshot, PeerSnapshot};
    use adapter_api::Code;

    #[test]
    fn a_caller_is_looked_up_named_and_shown_once() {
        let mut console = Console::default();

        console.look(&[ringing(1)]);
        let search =
            ConsoleAsk::Search { number: "+33170189900".into(), call_type: CallType::Inbound };
        assert_eq!(console.asked(), [search]);
        console.find(&[record("003", "Maria Alvarez")], Some(pop()));

        assert_eq!(console.asked(), [ConsoleAsk::Pop(pop())]);
        assert_eq!(console.named(ringing(1)).peer.name.as_deref(), Some("Maria Alvarez"));
        for state in [CallState::Talking, CallState::Held, CallState::Talking] {
            console.look(&[CallSnapshot { state, ..ringing(1) }]);
        }
        assert_eq!(console.asked(), []);
    }

    #[test]
    fn where_the_call_center_says_so_a_caller_is_shown_at_the_answer() {
        for answered_first in [false, true] {
            let mut console = Console::default();
            console.pops.on(PopOn::Answer);
            console.pops.look(&[ringing(1)], false);
            let answer = |console: &mut Console| {
                console.look(&[CallSnapshot { state: CallState::Talking, ..ringing(1) }]);
            };
            if answered_first {
                answer(&mut console);
            }
            console.drain();
            console.asked();

            console.find(&[record("003", "Maria Alvarez")], Some(pop()));
            let (now, later) = (console.asked(), answer(&mut console));
            let later = (later, console.asked()).1;

            let shown = [ConsoleAsk::Pop(pop())];
            match answered_first {
                true => assert_eq!((&now[..], &later[..]), (&shown[..], &[][..])),
                false => assert_eq!((&now[..], &later[..]), (&[][..], &shown[..])),
            }
        }
    }

    #[test]
    fn a_tab_behind_another_names_the_caller_and_shows_nothing() {
        let mut console = Console::default();

        console.pops.look(&[ringing(1)], false);
        console.drain();
        console.asked();
        console.find(&[record("003", "Maria Alvarez")], Some(pop()));

        assert_eq!(console.asked(), []);
        assert_eq!(console.named(ringing(1)).peer.name.as_deref(), Some("Maria Alvarez"));
    }

    #[test]
    fn a_call_that_is_taken_over_is_not_shown_again() {
        let mut console = Console::default();

        console.look(&[CallSnapshot { state: CallState::Recovering, ..ringing(1) }]);
        console.asked();
        console.find(&[record("003", "Maria Alvarez")], Some(pop()));

        assert_eq!(console.asked(), []);
    }

    #[test]
    fn whom_nobody_knows_by_the_whole_number_is_looked_for_without_the_country() {
        let mut console = Console::default();
        console.look(&[ringing(1)]);
        console.asked();

        console.find(&[], Some(pop()));
        let number = "3170189900".to_owned();
        let second = ConsoleAsk::Search { number, call_type: CallType::Inbound };
        assert_eq!(console.asked(), [second]);
        console.find(&[], Some(ScreenPop("{}".into())));

        // What is shown is about the number as it came.
        assert_eq!(console.asked(), [ConsoleAsk::Pop(pop())]);
    }

    #[test]
    fn of_several_the_agent_chooses_one() {
        let mut console = Console::default();
        console.look(&[ringing(1)]);
        let (rose, sean) = (record("003", "Rose"), record("00Q", "Sean"));
        console.find(&[rose.clone(), sean.clone()], None);
        console.asked();
        assert_eq!(console.named(ringing(1)).records.candidates, [rose, sean.clone()]);

        console.pops.intended(RecordIntent::Choose { call: CallId(1), record: sean.id });

        assert_eq!(console.asked(), [ConsoleAsk::ShowRecord(sean.id)]);
        let named = console.named(ringing(1));
        assert_eq!((named.records.record, named.records.candidates), (Some(sean), vec![]));
    }

    #[test]
    fn who_is_called_is_named_and_not_shown() {
        let mut console = Console::default();
        console.look(&[CallSnapshot { direction: Direction::Outgoing, ..ringing(1) }]);

        console.find(&[record("003", "Maria Alvarez")], Some(pop()));

        assert!(matches!(
            console.asked()[..],
            [ConsoleAsk::Search { call_type: CallType::Outbound, .. }]
        ));
        assert_eq!(console.named(ringing(1)).peer.name.as_deref(), Some("Maria Alvarez"));
    }

    #[test]
    fn a_clicked_record_is_not_searched_for() {
        let mut console = Console::default();
        let record = Some(record("003", "Rose"));

        let records = RecordsSnapshot { record, ..RecordsSnapshot::default() };
        console.look(&[CallSnapshot { records, ..ringing(1) }]);

        assert_eq!(console.asked(), []);
    }

    #[test]
    fn a_pop_that_fails_is_said_and_can_be_asked_for_again() {
        let mut console = Console::default();
        console.look(&[ringing(1)]);
        console.find(&[record("003", "Rose")], Some(pop()));
        console.asked();
        let refusal = Refusal::new(Code::HostNoAnswer);

        let ticket = console.ticket();
        console.pops.done(ticket, Err(refusal.clone()));
        assert_eq!(console.named(ringing(1)).records.refusal, Some(refusal));
        console.pops.intended(RecordIntent::Show(CallId(1)));

        assert_eq!(console.named(ringing(1)).records.refusal, None);
        assert!(matches!(console.asked()[..], [ConsoleAsk::ShowRecord(_)]));
    }

    #[test]
    fn an_answer_about_a_call_that_is_gone_changes_nothing() {
        let mut console = Console::default();
        console.look(&[ringing(1)]);
        let ticket = console.ticket();
        console
            .look(&[CallSnapshot { state: CallState::Ended(EndSnapshot::Missed), ..ringing(1) }]);
        console.look(&[]);
        console.asked();

        console.pops.found(ticket, Ok(Found { records: vec![], pop: Some(pop()) }));

        assert_eq!(console.asked(), []);
    }

    #[test]
    fn colleagues_are_told_from_customers() {
        for (number, expected) in [
            ("1002", CallType::Internal),
            ("+331", CallType::Inbound),
            ("0170189900", CallType::Inbound),
            ("anonymous", CallType::Inbound),
        ] {
            let peer = PeerSnapshot { number: number.into(), ..ringing(1).peer };
            assert_eq!(call_type(&CallSnapshot { peer, ..ringing(1) }), expected, "{number}");
        }
        assert_eq!(forms("anonymous"), [""; 0]);
        assert_eq!(forms("1002"), ["1002"]);
    }

    #[derive(Default)]
    struct Console {
        pops: ScreenPops,
        asked: Vec<(Ticket, ConsoleAsk)>,
    }

    impl Console {
        fn look(&mut self, calls: &[CallSnapshot]) {
            self.pops.look(calls, true);
        }

        fn drain(&mut self) {
            while let Some(effect) = self.pops.poll_effect() {
                let Effect::Host(ticket, HostAsk::Console(ask)) = effect else { panic!() };
                self.asked.push((ticket, ask));
            }
        }

        fn ticket(&mut self) -> Ticket {
            self.drain();
            Ticket(FIRST_TICKET + self.pops.tickets)
        }

        fn asked(&mut self) -> Vec<ConsoleAsk> {
            self.drain();
            std::mem::take(&mut self.asked).into_iter().map(|(_, ask)| ask).collect()
        }

        /// Answers the newest question.
        fn find(&mut self, records: &[Record], pop: Option<ScreenPop>) {
            let ticket = self.ticket();
            self.pops.found(ticket, Ok(Found { records: records.to_vec(), pop }));
        }

        fn named(&self, call: CallSnapshot) -> CallSnapshot {
            let mut calls = [call];
            self.pops.name(&mut calls);
            let [call] = calls;
            call
        }
    }

    fn ringing(id: u32) -> CallSnapshot {
        CallSnapshot::from_number(CallId(id), "+33170189900", CallState::RingingHere)
    }

    fn record(prefix: &str, name: &str) -> Record {
        let id = format!("{prefix}Ax0000000001").parse().unwrap();
        Record { id, name: name.into(), object: "Contact".into() }
    }

    fn pop() -> ScreenPop {
        ScreenPop(r#"{"type":"sobject","params":{"recordId":"003"}}"#.into())
    }
}
