//! When a snapshot is drawn. A spinner appears after 300 ms, which is the style sheet's doing; one that has
//! appeared stays for half a second, so that it is seen as what it is and nothing flickers.

use softphone::{
    Snapshot,
    snapshot::{
        ConsentsSnapshot, Form, Offer, Others, SessionsSnapshot, SignInSnapshot as S, SigningOut,
        SwitchingSnapshot,
    },
};

/// What is to be done with a snapshot that has come. Milliseconds since the Unix epoch.
#[derive(Debug, PartialEq, Eq)]
pub enum Drawing {
    Now,
    At(u64),
}

/// Since when each spinner turns in what is drawn.
#[derive(Debug, Default)]
pub struct Pace {
    since: [Option<u64>; SPINNERS],
}

impl Pace {
    pub fn came(&mut self, now: u64, snapshot: &Snapshot) -> Drawing {
        let turning = spinners(snapshot);
        let stays = self.since.iter().zip(turning).filter_map(|(since, turning)| {
            let until = (*since)? + APPEARS + STAYS;
            (!turning && now >= since.unwrap_or_default() + APPEARS && now < until).then_some(until)
        });
        match stays.max() {
            Some(until) => Drawing::At(until),
            None => {
                self.draw(now, turning);
                Drawing::Now
            }
        }
    }

    fn draw(&mut self, now: u64, turning: [bool; SPINNERS]) {
        for (since, turning) in self.since.iter_mut().zip(turning) {
            *since = turning.then(|| since.unwrap_or(now));
        }
    }
}

/// Everything that turns, or holds a place, while something is on its way.
fn spinners(snapshot: &Snapshot) -> [bool; SPINNERS] {
    let signed_in = match &snapshot.sign_in {
        S::SignedIn(signed_in) => Some(signed_in),
        _ => None,
    };
    let of_stage =
        matches!(snapshot.sign_in, S::Starting { .. } | S::Proving | S::Verifying { .. });
    let window_prepared = matches!(
        &snapshot.sign_in,
        S::Offering { offers, .. } if offers.contains(&Offer::Window(None))
    );
    let submitting = matches!(
        snapshot.sign_in,
        S::EnteringCredentials { form: Form::Submitting, .. }
            | S::EnteringPassword { form: Form::Submitting, .. }
    );
    let sessions = signed_in.and_then(|it| it.sessions.as_ref());
    [
        of_stage,
        window_prepared,
        matches!(snapshot.sign_in, S::WaitingForWindow { .. }),
        submitting,
        signed_in.is_some_and(|it| it.signing_out == SigningOut::Asked),
        matches!(sessions, Some(SessionsSnapshot::Loading)),
        matches!(sessions, Some(SessionsSnapshot::Listed { others: Others::Ending, .. })),
        matches!(signed_in.and_then(|it| it.consents.as_ref()), Some(ConsentsSnapshot::Loading)),
        matches!(
            signed_in.and_then(|it| it.switching.as_ref()),
            Some(SwitchingSnapshot::Preparing | SwitchingSnapshot::Waiting { .. })
        ),
    ]
}

const SPINNERS: usize = 9;
/// As the style sheet has it.
const APPEARS: u64 = 300;
const STAYS: u64 = 500;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::drawings::{drawn, states};

    #[test]
    fn work_that_is_done_before_the_spinner_appears_is_drawn_at_once() {
        let (mut pace, [working, ready]) = (Pace::default(), pair());

        assert_eq!(pace.came(1_000, &working), Drawing::Now);
        assert_eq!(pace.came(1_299, &ready), Drawing::Now);
    }

    #[test]
    fn a_spinner_that_has_appeared_stays_for_half_a_second() {
        for done in [1_300, 1_301, 1_799] {
            let (mut pace, [working, ready]) = (Pace::default(), pair());
            assert_eq!(pace.came(1_000, &working), Drawing::Now);

            assert_eq!(pace.came(done, &ready), Drawing::At(1_800));
            assert_eq!(pace.came(1_800, &ready), Drawing::Now);
        }
    }

    #[test]
    fn long_work_is_over_when_it_is_done() {
        let (mut pace, [working, ready]) = (Pace::default(), pair());
        pace.came(1_000, &working);

        assert_eq!(pace.came(1_800, &ready), Drawing::Now);
    }

    #[test]
    fn one_spinner_turns_through_all_steps_of_a_silent_start() {
        let (mut pace, all) = (Pace::default(), states::all());
        let named = |name| all.iter().find(|(it, _)| *it == name).map(|(_, it)| it).unwrap();

        for (at, name) in [(0, "starting-console"), (200, "proving"), (400, "verifying")] {
            assert_eq!(pace.came(at, named(name)), Drawing::Now, "{name}");
        }
        assert_eq!(pace.came(500, named("signed-in")), Drawing::At(800));
        assert_eq!(pace.came(600, named("verifying")), Drawing::Now);
        assert_eq!(pace.came(900, named("signed-in")), Drawing::Now);
    }

    #[test]
    fn what_turns_is_known_of_every_state() {
        for (name, snapshot) in states::all() {
            let html = drawn(Some(snapshot.clone()));
            let turns = html.contains("spinner") || html.contains("skeleton");
            assert_eq!(spinners(&snapshot).contains(&true), turns, "{name}");
        }
    }

    fn pair() -> [Snapshot; 2] {
        let snapshot = states::signed_in();
        let working = Snapshot { sign_in: S::Proving, ..snapshot.clone() };
        [working, snapshot]
    }
}
