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

    pub fn settle(&self, fact: HostFact) {
        // Taken first, so that an answer which asks again finds nothing borrowed.
        let answer = self.answer.borrow_mut().take();
        if let Some(answer) = answer {
            answer(fact);
        }
    }
}

/// How long the console may take.
pub const DEADLINE_MS: u32 = 15_000;

#[cfg(test)]
mod tests {
    use adapter_api::Code;
    use softphone::protocol::HostAsk;

    use super::*;
    use crate::host::answers;

    #[test]
    fn the_first_answer_counts_and_a_second_changes_nothing() {
        let (pending, heard) = pending();

        pending.settle(no_answer());
        pending
            .clone()
            .settle(answers::refused(&HostAsk::Settings, Code::HostScriptMissing.into()));

        assert_eq!(*heard.borrow(), [no_answer()]);
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
