//! What the agent's state means for the calls that come, and for the line.

use super::{Calls, view};
use crate::{presence::Reach, snapshot::CallSnapshot};

impl Calls {
    /// What becomes of calls that come. Those that are there go on, and the line with them.
    pub(crate) fn reach(&mut self, now: u64, reach: Reach) {
        if std::mem::replace(&mut self.reach, reach) != reach {
            self.line.offline = reach == Reach::Offline;
            self.begin(now);
            self.settle(now);
        }
    }

    pub(crate) fn be_seen_by(&mut self, caller_id: String) {
        self.line.caller_id = caller_id;
    }

    pub(super) fn begin(&mut self, now: u64) {
        if self.tabs.is_leading() && !(self.line.offline && self.is_idle()) {
            self.line.begin(now, &mut self.effects);
        }
    }

    /// The next call that came while none was wanted.
    pub fn turned_away(&mut self, wall: u64) -> Option<CallSnapshot> {
        self.turned_away.pop().map(|call| view::call(&call, wall))
    }
}
