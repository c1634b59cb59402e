//! From the line and its calls to what is shown of them.

use adapter_api::Code;
use sip::{Cause, Registration};

use super::{
    Calls,
    call::{Call, Phase},
    line::Line,
};
use crate::{
    call_log::CallLog,
    protocol::{Flow, KeptCall, Published, Refusal},
    snapshot::{
        CallSnapshot, CallState, EndSnapshot, LineSnapshot, PeerSnapshot, PresenceSnapshot,
        QualitySnapshot, RecordsSnapshot,
    },
};

impl Calls {
    pub fn line(&self) -> LineSnapshot {
        match (self.tabs.mirrored(), &self.line.refusal) {
            (Some(published), None) => published.line.clone(),
            (None, None) if self.tabs.only_follows() && !self.line.is_off() => {
                LineSnapshot::Unavailable { refusal: Code::FrameNoMicrophone.into() }
            }
            _ => line(&self.line),
        }
    }

    /// What there is to say of the ringing of this tab, while calls ring in it.
    pub fn notice(&self) -> Option<Refusal> {
        let rings = self.tabs.is_leading() && !self.line.is_off();
        (rings && self.rings_mute).then(|| Code::MediaRingMute.into())
    }

    /// The agent's own, once the account is known.
    pub fn number(&self) -> Option<&str> {
        self.line.number()
    }

    /// What the agent may be busy with, and by which numbers be seen.
    pub fn choices(&self) -> (&[String], &[String]) {
        self.line.choices()
    }

    /// `wall` turns a time of calls into one of the computer's clock.
    pub fn snapshot(&self, wall: impl Fn(u64) -> u64) -> Vec<CallSnapshot> {
        match self.tabs.mirrored() {
            Some(published) => published.calls.clone(),
            None => self.calls.iter().map(|one| call(one, wall(one.since))).collect(),
        }
    }

    /// What the tab shows that is the phone, where that is not this one.
    pub fn mirrored(&self) -> Option<&Published> {
        self.tabs.mirrored()
    }

    /// The calls of the tab that led before this one: as the browser has kept them, or, where it keeps nothing, as
    /// that tab last published them.
    pub fn left_behind(&self, kept: Vec<KeptCall>) -> Vec<KeptCall> {
        match self.tabs.mirrored() {
            Some(published) if kept.is_empty() => published.kept.clone(),
            _ => kept,
        }
    }

    /// Tells the tabs that follow how things stand, if that has changed.
    pub(crate) fn publish(
        &mut self,
        wall: impl Fn(u64) -> u64,
        call_log: &CallLog,
        presence: PresenceSnapshot,
    ) {
        if self.tabs.is_leading() {
            let kept = |call: &Call| {
                let log = call_log.kept(call.id);
                Some(KeptCall { log, ..call.kept(wall(call.since))? })
            };
            let kept = self.calls.iter().filter_map(kept).collect();
            let (line, calls) = (self.line(), self.snapshot(wall));
            let (log, front) = (call_log.snapshot(), self.tabs.front());
            let published = Published { line, calls, log, presence, kept, front };
            self.tabs.publish(published, &mut self.effects);
        }
    }
}

fn line(line: &Line) -> LineSnapshot {
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
    let state = match call.is_taken_over() && !call.is_over() {
        true if call.is_hung_up() => CallState::Ended(EndSnapshot::HungUp),
        true => CallState::Recovering,
        false => state(&call.phase),
    };
    CallSnapshot {
        id: call.id,
        direction: call.direction,
        peer: PeerSnapshot {
            name: call.name.clone(),
            number: call.number.clone(),
            dialled: call.dialled.clone(),
        },
        since,
        talked: call.talked,
        muted: call.muted,
        joined: call.joined,
        digits: call.digits.clone(),
        transfer: call.transfer,
        quality: quality(&call.phase).filter(|_| state == CallState::Talking),
        state,
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

fn quality(phase: &Phase) -> Option<QualitySnapshot> {
    match phase {
        Phase::Talking(agreement) => agreement.meter.shown,
        _ => None,
    }
}

pub(super) fn end_of(cause: Cause) -> EndSnapshot {
    match cause {
        Cause::HungUp => EndSnapshot::HungUp,
        Cause::PeerHungUp | Cause::Replaced | Cause::Expired => EndSnapshot::PeerHungUp,
        Cause::Cancelled => EndSnapshot::Missed,
        Cause::AnsweredElsewhere => EndSnapshot::AnsweredElsewhere,
        Cause::NoAnswer => EndSnapshot::NoAnswer,
        Cause::LinkLost => EndSnapshot::LinkLost,
        Cause::Refused { status: 486 | 600, .. } => EndSnapshot::Busy,
        Cause::Refused { status: 603 | 607, .. } => EndSnapshot::Declined,
        Cause::Refused { status: 404 | 484 | 604, .. } => EndSnapshot::UnknownNumber,
        Cause::Refused { status: 408 | 480, .. } => EndSnapshot::NoAnswer,
        Cause::Refused { status, reason } => EndSnapshot::Refused { status, reason },
    }
}
