//! Numbers of the public network: the adapter reads them, says how each is dialled here, and how it is shown.
//!
//! ~~~text
//! dialled --> waits --> asked --> known: the call is made to what the call center has dialled
//! calls ----------------^             \-> shown as people write it
//! ~~~
//!
//! Extensions and names are left alone. An adapter that does not answer costs the prefixes and no call.

use std::collections::VecDeque;

use salesforce::{call_center::DialingOptions, screen_pop::ClickToDial};

use crate::{
    protocol::{AdapterCall, AdapterFact, CallIntent, Effect, Ticket},
    screen_pop::is_extension,
    snapshot::{CallSnapshot, PeerSnapshot},
};

#[derive(Debug, Default)]
pub(crate) struct Numbers {
    dialing: DialingOptions,
    known: Vec<(String, [String; 3])>,
    asked: Option<(Ticket, Vec<String>)>,
    /// What is dialled as soon as its number is known, and at the latest then.
    waiting: Vec<(u64, CallIntent)>,
    /// After a question that came to nothing.
    rests_until: u64,
    tickets: u32,
    pub effects: VecDeque<Effect>,
}

impl Numbers {
    pub fn poll_timeout(&self) -> Option<u64> {
        self.waiting.iter().map(|(at, _)| *at).min()
    }

    pub fn dial_by(&mut self, dialing: &DialingOptions) {
        if self.dialing != *dialing {
            self.dialing = dialing.clone();
            self.known.clear();
        }
    }

    pub fn intended(&mut self, now: u64, intent: CallIntent) {
        self.waiting.push((now + PATIENCE, intent));
    }

    /// What can be done by now, and where it is dialled if not at its own number.
    pub fn poll_intent(&mut self, now: u64) -> Option<(CallIntent, Option<String>)> {
        let is_ready =
            |(at, intent): &(u64, CallIntent)| *at <= now || !self.is_unread(number_of(intent));
        let place = self.waiting.iter().position(is_ready)?;
        let (_, mut intent) = self.waiting.remove(place);
        let (CallIntent::Dial(number)
        | CallIntent::Transfer { to: number, .. }
        | CallIntent::ClickToDial(ClickToDial { number, .. })) = &mut intent
        else {
            return Some((intent, None));
        };
        let mut target = None;
        if let Some(digits) = public(number) {
            let known = self.find(&digits).filter(|[e164, ..]| !e164.is_empty());
            target = known.map(|[_, dial, _]| dial.clone());
            *number = known.map_or(digits, |[e164, ..]| e164.clone());
        }
        Some((intent, target))
    }

    /// At each change: what nobody has read yet is asked for, in one question.
    pub fn look(&mut self, now: u64, calls: &[CallSnapshot]) {
        if self.asked.is_some() || (self.rests_until > now && self.waiting.is_empty()) {
            return;
        }
        let mut numbers = Vec::new();
        let mut want = |number: &str| {
            if self.is_unread(number) {
                numbers.extend(public(number));
            }
        };
        self.waiting.iter().for_each(|(_, intent)| want(number_of(intent)));
        calls.iter().for_each(|call| want(&call.peer.number));
        if !numbers.is_empty() {
            self.tickets += 1;
            let ticket = Ticket(FIRST_TICKET + self.tickets);
            let dialing = self.dialing.clone();
            let call = AdapterCall::Numbers { numbers: numbers.clone(), dialing };
            self.effects.push_back(Effect::Adapter(ticket, call));
            self.asked = Some((ticket, numbers));
        }
    }

    /// Whether the answer was to the last question.
    pub fn answered(&mut self, now: u64, ticket: Ticket, fact: &AdapterFact) -> bool {
        let Some((_, numbers)) = self.asked.take_if(|(asked, _)| *asked == ticket) else {
            return false;
        };
        match fact {
            AdapterFact::Numbers(answers) if answers.len() == numbers.len() => {
                self.known.extend(numbers.into_iter().zip(answers.iter().cloned()));
            }
            _ => {
                self.rests_until = now + REST;
                self.waiting.iter_mut().for_each(|(at, _)| *at = now);
            }
        }
        true
    }

    pub fn show(&self, peer: &mut PeerSnapshot) {
        let known = public(&peer.number).and_then(|number| self.find(&number));
        if let Some([_, _, shown]) = known.filter(|[e164, ..]| !e164.is_empty()) {
            peer.number.clone_from(shown);
        }
    }

    fn is_unread(&self, number: &str) -> bool {
        public(number).is_some_and(|number| self.find(&number).is_none())
    }

    /// The number, what the phone system is told, and what is shown.
    fn find(&self, number: &str) -> Option<&[String; 3]> {
        self.known.iter().find(|(known, _)| known == number).map(|(_, answer)| answer)
    }
}

/// Empty where nobody is dialled.
pub(crate) fn number_of(intent: &CallIntent) -> &str {
    match intent {
        CallIntent::Dial(number) | CallIntent::Transfer { to: number, .. } => number,
        CallIntent::ClickToDial(click) => &click.number,
        _ => "",
    }
}

/// Without what is written for the eye; nothing for extensions, names and addresses.
fn public(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(|c| !" ()-./\u{a0}".contains(*c)).collect();
    let is_number = digits.strip_prefix('+').unwrap_or(&digits).bytes().all(|b| b.is_ascii_digit());
    (is_number && digits.len() > 1 && !is_extension(&digits)).then_some(digits)
}

/// How long a call waits for its number.
const PATIENCE: u64 = 2_000;
const REST: u64 = 30_000;
/// Far from those of sign-in, console, line and log.
const FIRST_TICKET: u32 = 5 << 29;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_dialled_as_the_call_center_has_it() {
        let mut numbers = Numbers::default();
        numbers.intended(0, dial("(206) 555-0143"));

        assert_eq!(numbers.poll_intent(0), None, "nobody has read it");
        numbers.look(0, &[]);
        let (ticket, asked) = asked(&mut numbers);
        assert_eq!(asked, ["2065550143"]);
        assert!(numbers.answered(1, ticket, &AdapterFact::Numbers(vec![seattle()])));

        let expected = (dial("+12065550143"), Some("912065550143".into()));
        assert_eq!(numbers.poll_intent(1), Some(expected.clone()));
        numbers.intended(2, dial("206-555-0143"));
        assert_eq!(numbers.poll_intent(2), Some(expected), "it is known by now");
    }

    #[test]
    fn extensions_names_and_addresses_are_left_alone() {
        for target in ["600", "*97", "anna", "sip:anna@pbx.example", "1001"] {
            let mut numbers = Numbers::default();
            numbers.intended(0, dial(target));

            numbers.look(0, &[]);

            assert_eq!(numbers.effects.pop_front(), None, "{target}");
            assert_eq!(numbers.poll_intent(0), Some((dial(target), None)), "{target}");
        }
    }

    #[test]
    fn what_the_adapter_does_not_know_is_dialled_as_it_is() {
        let mut numbers = Numbers::default();
        numbers.intended(0, dial("253-0000"));
        numbers.look(0, &[]);
        let (ticket, _) = asked(&mut numbers);

        numbers.answered(1, ticket, &AdapterFact::Numbers(vec![Default::default()]));

        assert_eq!(numbers.poll_intent(1), Some((dial("2530000"), None)));
    }

    #[test]
    fn an_adapter_that_does_not_answer_keeps_no_call_waiting() {
        let mut numbers = Numbers::default();
        numbers.intended(0, dial("2065550143"));
        numbers.look(0, &[]);
        assert_eq!(numbers.poll_timeout(), Some(PATIENCE));

        let (ticket, _) = asked(&mut numbers);
        numbers.answered(5, ticket, &AdapterFact::Unreachable);
        assert_eq!(numbers.poll_intent(5), Some((dial("2065550143"), None)));

        numbers.intended(10, dial("2065550143"));
        assert_eq!(numbers.poll_intent(9 + PATIENCE), None);
        assert!(numbers.poll_intent(10 + PATIENCE).is_some());
    }

    #[test]
    fn other_prefixes_are_another_question() {
        let known = vec![("2065550143".into(), seattle())];
        let mut numbers = Numbers { known, ..Numbers::default() };

        numbers.dial_by(&DialingOptions { outside: "0".into(), ..DialingOptions::default() });

        numbers.intended(0, dial("2065550143"));
        assert_eq!(numbers.poll_intent(0), None);
    }

    #[test]
    fn a_number_is_shown_as_people_write_it() {
        let known = vec![("+12065550143".into(), seattle())];
        let numbers = Numbers { known, ..Numbers::default() };
        let shown = |number: &str| {
            let mut peer = PeerSnapshot { name: None, number: number.into(), dialled: None };
            numbers.show(&mut peer);
            peer.number
        };

        assert_eq!(shown("+12065550143"), "(206) 555-0143");
        assert_eq!((shown("1001"), shown("anonymous")), ("1001".into(), "anonymous".into()));
    }

    fn dial(number: &str) -> CallIntent {
        CallIntent::Dial(number.into())
    }

    fn seattle() -> [String; 3] {
        ["+12065550143", "912065550143", "(206) 555-0143"].map(str::to_owned)
    }

    fn asked(numbers: &mut Numbers) -> (Ticket, Vec<String>) {
        match numbers.effects.pop_front() {
            Some(Effect::Adapter(ticket, AdapterCall::Numbers { numbers, .. })) => {
                (ticket, numbers)
            }
            other => panic!("{other:?}"),
        }
    }
}
