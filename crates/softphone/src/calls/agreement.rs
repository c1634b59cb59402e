//! What both sides of a call that is answered have agreed on about its media, and what is under way.

use super::quality::Meter;
use crate::protocol::{Figures, Flow, Ice};

/// What is agreed, and what is wished for.
#[derive(Debug)]
pub(super) struct Agreement {
    pub agreed: Flow,
    pub wished: Flow,
    pub ice: Ice,
    pub change: Change,
    pub held_by_peer: bool,
    pub interrupted: bool,
    pub meter: Meter,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change {
    None,
    /// The browser makes an offer of this.
    Describing(Flow),
    /// The peer has it.
    Offered(Flow),
    /// The browser makes an answer to the peer's offer.
    Answering,
}

impl Agreement {
    pub fn new(now: u64, wished: Flow) -> Self {
        Self {
            agreed: Flow::Both,
            wished,
            ice: Ice::Kept,
            change: Change::None,
            held_by_peer: false,
            interrupted: false,
            meter: Meter::new(now),
        }
    }

    /// Who is held is not heard, and nothing is missing.
    pub fn measured(&mut self, figures: Figures) {
        let flows = self.agreed == Flow::Both && !self.held_by_peer && !self.interrupted;
        self.meter.read(figures, flows);
    }
}

/// RFC 3264 §8.4: who puts a stream on hold offers it `sendonly`, or `inactive`.
pub(super) fn holds(sdp: &str) -> bool {
    sdp.lines().any(|line| matches!(line.trim(), "a=sendonly" | "a=inactive"))
}
