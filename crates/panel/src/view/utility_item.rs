//! What the softphone's item in the utility bar says: of several calls the one that asks for the agent most.

use softphone::{
    Snapshot,
    protocol::CallId,
    snapshot::{CallSnapshot, CallState as S, Direction},
};
use texts::Catalogue;

use super::call;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UtilityItem {
    pub label: String,
    /// A key of the Lightning Design System's utility icons.
    pub icon: &'static str,
    /// The latest call that there has been.
    pub newest: Option<CallId>,
}

impl UtilityItem {
    /// As the console drew it; the first call changes it.
    pub fn untouched(texts: &Catalogue) -> Self {
        Self { label: texts.calls.phone.to_owned(), icon: NO_CALL, newest: None }
    }

    pub fn of(&self, snapshot: &Snapshot, texts: &Catalogue) -> Self {
        let newest = snapshot.calls.iter().map(|call| call.id).max().max(self.newest);
        let shown = snapshot.calls.iter().filter_map(|call| Some((rank(call)?, call)));
        match shown.min_by_key(|(rank, _)| *rank) {
            Some((_, call)) => {
                Self { label: call::who(call, &texts.calls), icon: icon(call), newest }
            }
            None => match snapshot.presence.missed {
                0 => Self { newest, ..Self::untouched(texts) },
                missed => {
                    let label = texts.presence.missed.of(missed);
                    Self { label, icon: MISSED_CALL, newest }
                }
            },
        }
    }
}

/// What is over is nothing.
fn rank(call: &CallSnapshot) -> Option<u8> {
    match call.state {
        S::RingingHere => Some(0),
        S::Ended(_) => None,
        S::Held => Some(2),
        _ => Some(1),
    }
}

fn icon(call: &CallSnapshot) -> &'static str {
    match (&call.state, call.direction) {
        (S::RingingHere, _) => "incoming_call",
        (S::Held | S::HeldByPeer, _) => "pause",
        (S::Talking | S::Recovering, _) => "unmuted",
        (_, Direction::Incoming) => "incoming_call",
        (_, Direction::Outgoing) => "outbound_call",
    }
}

const NO_CALL: &str = "call";
const MISSED_CALL: &str = "end_call";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::drawings::calls::{call, on_the_line};
    use softphone::snapshot::EndSnapshot;
    use texts::{Language, catalogue};

    #[test]
    fn the_item_shows_who_rings_then_who_is_talked_to_then_nobody() {
        let texts = catalogue(Language::En);
        let talking = call(1, S::Talking, Some("Maria Alvarez"));
        let ringing = call(2, S::RingingHere, None);
        let item = UtilityItem::untouched(texts);

        let item = item.of(&on_the_line(vec![talking.clone()]), texts);
        assert_eq!((item.label.as_str(), item.icon), ("Maria Alvarez", "unmuted"));
        let item = item.of(&on_the_line(vec![talking, ringing]), texts);
        assert_eq!((item.label.as_str(), item.icon), ("+33 1 70 18 99 00", "incoming_call"));
        assert_eq!(item.newest, Some(CallId(2)));
        let over = call(2, S::Ended(EndSnapshot::Missed), None);
        let item = item.of(&on_the_line(vec![over]), texts);
        assert_eq!((item.label.as_str(), item.icon), ("Phone", "call"));
        assert_eq!(item.of(&on_the_line(vec![]), texts), item);
        let mut missed = on_the_line(vec![]);
        missed.presence.missed = 2;
        assert_eq!(item.of(&missed, texts).label, "2 missed");
    }
}
