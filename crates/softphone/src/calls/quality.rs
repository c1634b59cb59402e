//! How a call sounds, in a word, of what the browser counts. Thresholds: of the delay ITU-T G.114 (150 and 400 ms one
//! way), of jitter what a playout buffer evens out, of loss what concealment covers.

use crate::{
    protocol::Figures,
    snapshot::{Degree, QualitySnapshot, Trouble},
};

#[derive(Debug)]
pub(super) struct Meter {
    pub due_at: u64,
    before: Figures,
    /// Of the last seconds.
    pub shown: Option<QualitySnapshot>,
}

impl Meter {
    pub fn new(now: u64) -> Self {
        Self { due_at: now + EVERY, before: Figures::default(), shown: None }
    }

    /// Whether it is to be read now; then it is due again later.
    pub fn is_due(&mut self, now: u64) -> bool {
        let is_due = self.due_at <= now;
        if is_due {
            self.due_at = now + EVERY;
        }
        is_due
    }

    pub fn read(&mut self, figures: Figures, flows: bool) {
        let before = std::mem::replace(&mut self.before, figures);
        self.shown = flows.then(|| quality(before, figures));
    }
}

/// Of what has come since the figures before.
fn quality(before: Figures, now: Figures) -> QualitySnapshot {
    let received = now.received.saturating_sub(before.received);
    let lost = now.lost.saturating_sub(before.lost);
    let lost_here = 100 * u64::from(lost) / u64::from(received + lost).max(1);
    let loss = u32::try_from(lost_here).unwrap_or(100).max(now.lost_there);
    let silence = if received == 0 { 1 } else { 0 };
    let (jitter, delay) = (now.jitter, now.delay);
    let (degree, trouble) = [
        (degree(silence, 1, 1), Trouble::Silence),
        (degree(loss, 2, 6), Trouble::Loss),
        (degree(jitter, 30, 60), Trouble::Jitter),
        (degree(delay, 300, 800), Trouble::Delay),
    ]
    .into_iter()
    .reduce(|worst, other| if other.0 > worst.0 { other } else { worst })
    .unwrap_or((Degree::Good, Trouble::Silence));
    QualitySnapshot { degree, trouble, loss, jitter, delay }
}

fn degree(figure: u32, fair: u32, poor: u32) -> Degree {
    match figure {
        _ if figure >= poor => Degree::Poor,
        _ if figure >= fair => Degree::Fair,
        _ => Degree::Good,
    }
}

const EVERY: u64 = 5_000;

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Figures =
        Figures { received: 1_000, lost: 10, lost_there: 0, jitter: 2, delay: 20 };
    const GOOD: Figures = Figures { received: 1_250, ..BEFORE };

    #[test]
    fn what_was_lost_before_does_not_count() {
        let shown = quality(BEFORE, GOOD);

        assert_eq!((shown.degree, shown.loss), (Degree::Good, 0));
    }

    #[test]
    fn the_worst_figure_gives_the_word_and_the_reason() {
        let said = |figures| {
            let shown = quality(BEFORE, figures);
            (shown.degree, shown.trouble)
        };

        assert_eq!(said(Figures { lost: 20, ..GOOD }), (Degree::Fair, Trouble::Loss));
        assert_eq!(said(Figures { lost: 60, jitter: 40, ..GOOD }), (Degree::Poor, Trouble::Loss));
        assert_eq!(said(Figures { lost_there: 8, ..GOOD }), (Degree::Poor, Trouble::Loss));
        assert_eq!(said(Figures { jitter: 40, ..GOOD }), (Degree::Fair, Trouble::Jitter));
        assert_eq!(said(Figures { delay: 900, ..GOOD }), (Degree::Poor, Trouble::Delay));
        assert_eq!(said(BEFORE), (Degree::Poor, Trouble::Silence));
    }

    #[test]
    fn counters_that_begin_anew_are_no_loss() {
        let shown = quality(BEFORE, Figures { received: 1, lost: 0, ..BEFORE });

        assert_eq!((shown.degree, shown.loss), (Degree::Poor, 0));
        assert_eq!(shown.trouble, Trouble::Silence);
    }
}
