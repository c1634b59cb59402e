//! Two phones, whatever they do in whatever order, against a model of a call.

mod world;

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;
use sip::{Event, InvitationId};
use world::{SOON, World};

#[derive(Clone, Copy, Debug)]
enum Step {
    Dial,
    Answer,
    Refuse,
    HangUp(usize),
    Offer(usize),
    AnswerOffer(usize),
    RefuseOffer(usize),
    /// The socket is lost.
    Cut(usize),
    Restore(usize),
    Wait(u16),
}

/// What a call is to those who talk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Model {
    Quiet,
    Ringing,
    Talking,
    /// This side has offered a change and waits; perhaps with another one in mind.
    Changing {
        by: usize,
        again: bool,
    },
}

impl Model {
    fn after(self, step: Step) -> Self {
        match (self, step) {
            (Model::Quiet, Step::Dial) => Model::Ringing,
            (Model::Ringing, Step::Answer) => Model::Talking,
            (Model::Ringing, Step::Refuse | Step::HangUp(_)) => Model::Quiet,
            (Model::Talking | Model::Changing { .. }, Step::HangUp(_)) => Model::Quiet,
            (Model::Talking, Step::Offer(by)) => Model::Changing { by, again: false },
            (Model::Changing { by, .. }, Step::Offer(side)) if side == by => {
                Model::Changing { by, again: true }
            }
            (
                Model::Changing { by, again },
                Step::AnswerOffer(other) | Step::RefuseOffer(other),
            ) if by != other => {
                if again {
                    Model::Changing { by, again: false }
                } else {
                    Model::Talking
                }
            }
            (state, _) => state,
        }
    }
}

/// What one phone has been told.
#[derive(Debug, Default)]
struct Seen {
    current: Option<InvitationId>,
    established: bool,
    owes_answer: bool,
    ends: BTreeMap<InvitationId, u32>,
}

impl Seen {
    fn hear(&mut self, event: Event) {
        match event {
            Event::Incoming(incoming) => self.current = Some(incoming.invitation),
            Event::Established { .. } => self.established = true,
            Event::Offered { .. } => self.owes_answer = true,
            Event::OfferWithdrawn { .. } => self.owes_answer = false,
            Event::Ended { invitation, .. } => {
                *self.ends.entry(invitation).or_default() += 1;
                if self.current == Some(invitation) {
                    (self.current, self.established, self.owes_answer) = (None, false, false);
                }
            }
            _ => {}
        }
    }
}

struct Table {
    world: World,
    seen: [Seen; 2],
}

impl Table {
    fn new() -> Self {
        Self { world: World::of(&["1001", "1002"]), seen: Default::default() }
    }

    fn step(&mut self, step: Step) {
        let now = self.world.now;
        let (first, second) = (self.seen[0].current, self.seen[1].current);
        let of = |side: usize| if side == 0 { first } else { second };
        match step {
            Step::Dial if first.is_none() && second.is_none() => {
                self.seen[0].current = Some(self.world.dial(0, "1002"));
            }
            Step::Answer if !self.seen[1].established => {
                if let Some(id) = second {
                    self.world.agent(1).answer(now, id, "answer".to_owned());
                }
            }
            Step::Refuse if !self.seen[1].established => {
                if let Some(id) = second {
                    self.world.agent(1).refuse(now, id, 486);
                }
            }
            Step::HangUp(side) => {
                if let Some(id) = of(side) {
                    self.world.agent(side).hang_up(now, id);
                }
            }
            Step::Offer(side) if self.seen[side].established && !self.seen[side].owes_answer => {
                if let Some(id) = of(side) {
                    self.world.agent(side).offer(now, id, "change".to_owned());
                }
            }
            Step::AnswerOffer(side) | Step::RefuseOffer(side) if self.seen[side].owes_answer => {
                let Some(id) = of(side) else { return };
                self.seen[side].owes_answer = false;
                match step {
                    Step::AnswerOffer(_) => {
                        self.world.agent(side).answer_offer(now, id, "yes".to_owned());
                    }
                    _ => self.world.agent(side).refuse_offer(now, id),
                }
            }
            Step::Cut(side) if self.world.phones[side].connected => self.world.cut(side),
            Step::Restore(side) if !self.world.phones[side].connected => self.world.connect(side),
            Step::Wait(seconds) => self.pass(Duration::from_secs(seconds.into())),
            _ => {}
        }
        self.pass(SOON);
    }

    fn pass(&mut self, span: Duration) {
        self.world.run_for(span);
        for side in 0..2 {
            for event in self.world.events(side) {
                // As every phone does that wants its media back.
                if let Event::Reattached { invitation } = event {
                    let now = self.world.now;
                    self.world.agent(side).offer(now, invitation, "restart".to_owned());
                }
                self.seen[side].hear(event);
            }
        }
    }

    fn is_at_rest(&self) -> bool {
        self.world.phones.iter().all(|phone| phone.user_agent.transactions() == 0)
    }

    /// Whether what both have seen is what the model says; a second change is in nobody's sight.
    fn is(&self, model: Model) -> bool {
        let seen = match (&self.seen[0], &self.seen[1]) {
            (Seen { current: None, .. }, Seen { current: None, .. }) => Model::Quiet,
            (Seen { owes_answer: true, .. }, _) => Model::Changing { by: 1, again: false },
            (_, Seen { owes_answer: true, .. }) => Model::Changing { by: 0, again: false },
            (Seen { established: true, .. }, Seen { established: true, .. }) => Model::Talking,
            _ => Model::Ringing,
        };
        match model {
            Model::Changing { by, .. } => seen == Model::Changing { by, again: false },
            model => seen == model,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_call_is_at_each_step_what_the_model_says(steps in proptest::collection::vec(talk(), 1..40)) {
        let mut table = Table::new();
        let mut model = Model::Quiet;

        for step in steps {
            model = model.after(step);
            table.step(step);

            prop_assert!(table.is(model), "{model:?} after {step:?}: {:?}", table.world.passed);
        }
    }

    /// Sockets come and go in the middle of anything; in the end both agree, and nothing is left behind.
    #[test]
    fn in_the_end_both_sides_agree(steps in proptest::collection::vec(anything(), 1..40)) {
        let mut table = Table::new();

        for step in steps {
            table.step(step);
        }
        for side in [0, 1] {
            table.step(Step::Restore(side));
        }
        // Offers are answered in seconds: one that waits for half a minute is taken for forgotten.
        for _ in 0..80 {
            for side in [0, 1] {
                table.step(Step::RefuseOffer(side));
            }
            table.pass(Duration::from_secs(10));
        }
        // The session is refreshed every quarter of an hour: that may have begun just now.
        if !table.is_at_rest() {
            table.pass(Duration::from_secs(40));
        }

        let talking = table.seen.iter().filter(|seen| seen.current.is_some()).count();
        prop_assert!(talking != 1, "one talks alone: {:?} {:?}", table.seen, table.world.passed);
        for seen in &table.seen {
            prop_assert!(seen.ends.values().all(|told| *told == 1), "{:?}", seen.ends);
        }
        for phone in &table.world.phones {
            prop_assert_eq!(phone.user_agent.transactions(), 0, "{:?}", table.world.passed);
        }
    }
}

fn talk() -> impl Strategy<Value = Step> {
    let side = 0usize..2;
    prop_oneof![
        3 => Just(Step::Dial),
        3 => Just(Step::Answer),
        1 => Just(Step::Refuse),
        1 => side.clone().prop_map(Step::HangUp),
        2 => side.clone().prop_map(Step::Offer),
        3 => side.clone().prop_map(Step::AnswerOffer),
        1 => side.prop_map(Step::RefuseOffer),
    ]
}

fn anything() -> impl Strategy<Value = Step> {
    let side = 0usize..2;
    prop_oneof![
        6 => talk(),
        2 => side.clone().prop_map(Step::Cut),
        2 => side.prop_map(Step::Restore),
        1 => (0u16..60).prop_map(Step::Wait),
    ]
}
