//! An ask that waits for its one answer.

use std::{cell::RefCell, rc::Rc};

use softphone::protocol::HostFact;

use super::Answer;

/// Shared by everything that may answer; the first one does, and the others change nothing.
#[derive(Clone)]
pub struct Pending {
    answer: Rc<RefCell<Option<Answer>>>,
}

impl Pending {
    pub fn new(answer: Answer) -> Self {
        Self { answer: Rc::new(RefCell::new(Some(answer))) }
    }

    /// Whether this is the answer that counts.
    pub fn settle(&self, fact: HostFact) -> bool {
        // Taken first, so that an answer which asks again finds nothing borrowed.
        let answer = self.answer.borrow_mut().take();
        let Some(answer) = answer else { return false };
        answer(fact);
        true
    }
}

/// How long the console may take for its next answer. One that was too slow for `missed` deadlines is given longer,
/// up to 45 seconds, since a proof's nonce is good for sixty.
pub fn deadline_ms(missed: u32) -> u32 {
    DEADLINE_MS * missed.saturating_add(1).min(3)
}

const DEADLINE_MS: u32 = 15_000;

#[cfg(test)]
mod tests {
    use adapter_api::Code;
    use softphone::protocol::HostAsk;

    use super::*;
    use crate::host::answers;

    #[test]
    fn the_first_answer_counts_and_a_second_changes_nothing() {
        let (pending, heard) = pending();

        let second = answers::refused(&HostAsk::Settings, Code::HostScriptMissing.into());
        assert!(pending.settle(no_answer()));
        assert!(!pending.clone().settle(second));

        assert_eq!(*heard.borrow(), [no_answer()]);
    }

    #[test]
    fn a_console_that_is_slow_is_given_longer() {
        let deadlines: Vec<u32> = (0..4).map(deadline_ms).collect();

        assert_eq!(deadlines, [15_000, 30_000, 45_000, 45_000]);
        assert_eq!(deadline_ms(u32::MAX), 45_000);
    }

    #[test]
    fn what_is_never_settled_is_never_answered() {
        let (pending, heard) = pending();

        drop(pending);

        assert!(heard.borrow().is_empty());
    }

    fn pending() -> (Pending, Rc<RefCell<Vec<HostFact>>>) {
        let heard = Rc::new(RefCell::new(Vec::new()));
        let hear = Rc::clone(&heard);
        (Pending::new(Box::new(move |fact| hear.borrow_mut().push(fact))), heard)
    }

    fn no_answer() -> HostFact {
        answers::refused(&HostAsk::Settings, Code::HostNoAnswer.into())
    }
}
