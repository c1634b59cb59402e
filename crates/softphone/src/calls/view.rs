//! From the line and its calls to what is shown of them.

use sip::Registration;

use super::{
    call::{Call, Phase},
    line::Line,
};
use crate::{
    protocol::Flow,
    snapshot::{CallSnapshot, CallState, LineSnapshot, PeerSnapshot, RecordsSnapshot},
};

pub(super) fn line(line: &Line) -> LineSnapshot {
    if line.is_off() {
        return LineSnapshot::Off;
    }
    if let Some(refusal) = &line.refusal {
        return LineSnapshot::Unavailable { refusal: refusal.clone() };
    }
    if line.offline {
        return LineSnapshot::Offline;
    }
    match &line.registration {
        Some(Registration::Registered) => LineSnapshot::Ready {
            number: line.number().unwrap_or_default().to_owned(),
            messages: line.messages,
            voicemail: line.voicemail(),
        },
        None | Some(Registration::Unregistered) => LineSnapshot::Connecting,
        Some(Registration::Lost | Registration::Refused { .. }) => LineSnapshot::Reconnecting,
    }
}

pub(super) fn call(call: &Call, since: u64) -> CallSnapshot {
    CallSnapshot {
        id: call.id,
        direction: call.direction,
        peer: PeerSnapshot {
            name: call.name.clone(),
            number: call.number.clone(),
            dialled: call.dialled.clone(),
        },
        state: match call.is_taken_over() && !call.is_over() {
            true => CallState::Recovering,
            false => state(&call.phase),
        },
        since,
        talked: call.talked,
        muted: call.muted,
        joined: call.joined,
        digits: call.digits.clone(),
        transfer: call.transfer,
        records: RecordsSnapshot { record: call.record.clone(), ..RecordsSnapshot::default() },
    }
}

fn state(phase: &Phase) -> CallState {
    match phase {
        Phase::Queued => CallState::Queued,
        Phase::Preparing | Phase::Dialling { rings: false, .. } => CallState::Dialling,
        Phase::Dialling { rings: true, .. } => CallState::RingingThere,
        Phase::RingingHere { .. } => CallState::RingingHere,
        Phase::Answering => CallState::Answering,
        Phase::Talking(agreement) if agreement.interrupted => CallState::Recovering,
        Phase::Talking(agreement) if agreement.agreed == Flow::Held => CallState::Held,
        Phase::Talking(agreement) if agreement.held_by_peer => CallState::HeldByPeer,
        Phase::Talking(_) => CallState::Talking,
        Phase::Ended { end, .. } => CallState::Ended(end.clone()),
    }
}
