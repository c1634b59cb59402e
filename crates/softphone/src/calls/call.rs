//! One call: where it stands, and what is agreed about its media.
//!
//! ~~~text
//! Queued --> Preparing --> Dialling --> Talking --> Ended
//!                             ^            ^
//!       RingingHere --> Answering ---------+
//! ~~~
//!
//! Once it is answered its direction is what the agent wants ([`Call::hold`], [`Call::resume`]), as soon as
//! both sides have agreed to it: one change is under way at a time, and the last wish counts.

use std::collections::VecDeque;

use adapter_api::calling_account::IceServer;
use salesforce::screen_pop::Record;
use sip::{
    Cause, Dial, Event, Incoming, InvitationId, Replaces, SavedDialog, TransferTarget, UserAgent,
};

use super::{
    agreement::{Agreement, Change, holds},
    media, since,
    view::end_of,
};
use crate::{
    protocol::{CallId, Effect, Flow, Ice, KeptCall, MediaAsk, MediaFact, Microphone},
    screen_pop::is_extension,
    snapshot::{Direction, EndSnapshot, TransferSnapshot},
};

pub(super) struct Call {
    pub id: CallId,
    pub invitation: Option<InvitationId>,
    pub direction: Direction,
    pub name: Option<String>,
    /// In which its number was clicked.
    pub record: Option<Record>,
    pub number: String,
    pub dialled: Option<String>,
    pub phase: Phase,
    pub since: u64,
    /// For how many seconds, once it is over.
    pub talked: Option<u32>,
    pub muted: bool,
    /// Whether it is part of the conference.
    pub joined: bool,
    /// Whether the browser mixes it with others.
    pub mixed: bool,
    pub digits: String,
    pub transfer: Option<TransferSnapshot>,
    pub answered: bool,
    dial: Dial,
    /// What another page would take the call over by.
    dialog: Option<SavedDialog>,
    taken_over: Option<TakenOver>,
}

/// How a call stood that another page had before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TakenOver {
    held: bool,
    /// The agent has hung up meanwhile: until the PBX has given it, there is nothing to be ended.
    hung_up: bool,
}

#[derive(Debug)]
pub(super) enum Phase {
    /// The line is not ready.
    Queued,
    /// The browser makes our offer.
    Preparing,
    Dialling {
        rings: bool,
        early_media: bool,
    },
    RingingHere {
        offer: Option<String>,
    },
    Answering,
    Talking(Agreement),
    Ended {
        end: EndSnapshot,
        leaves_at: u64,
    },
}

impl Call {
    pub fn outgoing(id: CallId, number: String, now: u64) -> Self {
        let dial = Dial { target: number.clone(), ..Dial::default() };
        Self::new(id, Direction::Outgoing, number, Phase::Queued, dial, now)
    }

    pub fn incoming(id: CallId, incoming: Incoming, own: Option<&str>, now: u64) -> Self {
        let phase = Phase::RingingHere { offer: incoming.offer };
        let number = incoming.from.user;
        let mut call = Self::new(id, Direction::Incoming, number, phase, Dial::default(), now);
        call.invitation = Some(incoming.invitation);
        call.name = incoming.from.display_name.filter(|name| *name != call.number);
        call.dialled = Some(incoming.to.user).filter(|to| Some(to.as_str()) != own);
        call
    }

    fn new(
        id: CallId,
        direction: Direction,
        number: String,
        phase: Phase,
        dial: Dial,
        now: u64,
    ) -> Self {
        Self {
            id,
            invitation: None,
            direction,
            name: None,
            record: None,
            number,
            dialled: None,
            phase,
            since: now,
            talked: None,
            muted: false,
            joined: false,
            mixed: false,
            digits: String::new(),
            transfer: None,
            answered: false,
            dial,
            dialog: None,
            taken_over: None,
        }
    }

    /// A call that the page before this one had: it is called again, in the place of its own dialog.
    pub fn taken_over(kept: KeptCall, now: u64) -> Self {
        let dialog = SavedDialog {
            call_id: kept.sip_call_id,
            local_tag: kept.local_tag,
            remote_tag: kept.remote_tag,
            peer: kept.peer,
        };
        let dial = Dial {
            target: dialog.peer.clone(),
            replaces: Some(Replaces::of(&dialog)),
            ..Dial::default()
        };
        Self {
            name: kept.name,
            record: kept.record,
            dialled: kept.dialled,
            // The clocks of two pages agree; should one have been put back, the call began just now.
            since: kept.answered_at.min(now),
            muted: kept.muted,
            joined: kept.joined,
            answered: true,
            dialog: Some(dialog),
            taken_over: Some(TakenOver { held: kept.held, hung_up: false }),
            ..Self::new(kept.id, kept.direction, kept.number, Phase::Queued, dial, now)
        }
    }

    /// What another page needs to go on with this call, once it is answered.
    pub fn kept(&self, answered_at: u64) -> Option<KeptCall> {
        let dialog = self.dialog.as_ref().filter(|_| !self.is_over())?;
        let held = match (&self.phase, self.taken_over) {
            (Phase::Talking(agreement), _) => agreement.wished == Flow::Held,
            (_, taken_over) => taken_over.is_some_and(|before| before.held),
        };
        Some(KeptCall {
            id: self.id,
            sip_call_id: dialog.call_id.clone(),
            local_tag: dialog.local_tag.clone(),
            remote_tag: dialog.remote_tag.clone(),
            peer: dialog.peer.clone(),
            direction: self.direction,
            name: self.name.clone(),
            record: self.record.clone(),
            number: self.number.clone(),
            dialled: self.dialled.clone(),
            answered_at,
            muted: self.muted,
            held,
            joined: self.joined,
            log: None,
        })
    }

    /// Whether it is on its way back from another page.
    pub fn is_taken_over(&self) -> bool {
        self.taken_over.is_some()
    }

    /// For the agent it is over; its peer still waits.
    pub fn is_hung_up(&self) -> bool {
        self.taken_over.is_some_and(|before| before.hung_up)
    }

    pub fn refer(&mut self, target: TransferTarget, referrer: (InvitationId, Option<String>)) {
        self.dial.replaces = target.replaces;
        self.dial.referred = Some(referrer);
    }

    /// The call whose peer asked for this one, while nobody has answered it.
    pub fn stands_in_for(&self) -> Option<InvitationId> {
        let (referrer, _) = self.dial.referred.as_ref()?;
        (!self.answered).then_some(*referrer)
    }

    /// Inside it is the extension that colleagues know.
    pub fn be_seen_by(&mut self, caller_id: &str) {
        if !is_extension(&self.number) {
            let number = caller_id.chars().filter(|c| *c == '+' || c.is_ascii_digit()).collect();
            self.dial.caller = Some(number).filter(|number: &String| !number.is_empty());
        }
    }

    pub fn dial_by(&mut self, target: String) {
        self.dial.target = target;
    }

    /// Of a record whose number was clicked: its name is known before anybody answers.
    pub fn belong_to(&mut self, record: Record) {
        self.name = Some(record.name.clone()).filter(|name| !name.is_empty());
        self.record = Some(record);
    }

    pub fn is_over(&self) -> bool {
        matches!(self.phase, Phase::Ended { .. })
    }

    /// Whether it is answered, and its media described.
    pub fn talks(&self) -> bool {
        matches!(self.phase, Phase::Talking(_))
    }

    pub fn leaves_at(&self) -> Option<u64> {
        match self.phase {
            Phase::Ended { leaves_at, .. } => Some(leaves_at),
            _ => None,
        }
    }

    pub fn poll_timeout(&self) -> Option<u64> {
        match &self.phase {
            Phase::Ended { leaves_at, .. } => Some(*leaves_at),
            Phase::Talking(agreement) => Some(agreement.meter.due_at),
            _ => None,
        }
    }

    pub fn wants_ringback(&self) -> bool {
        matches!(self.phase, Phase::Dialling { rings: true, early_media: false })
            && !self.is_taken_over()
    }

    // ── The agent ─────────────────────────────────────────────────

    pub fn prepare(&mut self, ice_servers: Vec<IceServer>, effects: &mut VecDeque<Effect>) {
        self.phase = Phase::Preparing;
        media(effects, self.id, MediaAsk::Offer { ice_servers });
    }

    pub fn answer(
        &mut self,
        now: u64,
        ice_servers: Vec<IceServer>,
        effects: &mut VecDeque<Effect>,
    ) {
        let Phase::RingingHere { offer } = &mut self.phase else { return };
        let ask = match offer.take() {
            Some(offer) => MediaAsk::Accept { offer, ice_servers },
            None => MediaAsk::Offer { ice_servers },
        };
        (self.phase, self.since) = (Phase::Answering, now);
        media(effects, self.id, ask);
    }

    pub fn mute(&mut self, muted: bool, effects: &mut VecDeque<Effect>) {
        if self.is_over() || self.muted == muted {
            return;
        }
        self.muted = muted;
        let microphone = if muted { Microphone::Off } else { Microphone::On };
        media(effects, self.id, MediaAsk::Microphone(microphone));
    }

    pub fn hold(&mut self, effects: &mut VecDeque<Effect>) {
        self.wish(Flow::Held, effects);
    }

    pub fn resume(&mut self, effects: &mut VecDeque<Effect>) {
        self.wish(Flow::Both, effects);
    }

    pub fn press(&mut self, digit: char, effects: &mut VecDeque<Effect>) {
        if self.talks() && "0123456789*#".contains(digit) {
            self.digits.push(digit);
            media(effects, self.id, MediaAsk::Press(digit));
        }
    }

    pub fn transferring(&mut self, asked: bool) {
        self.transfer =
            Some(if asked { TransferSnapshot::Asked } else { TransferSnapshot::Failed });
    }

    pub fn end(&mut self, now: u64, mut end: EndSnapshot, effects: &mut VecDeque<Effect>) {
        if self.is_over() {
            return;
        }
        let lingers = if end == EndSnapshot::AnsweredElsewhere { 0 } else { LINGERS };
        match self.is_hung_up() {
            true => end = EndSnapshot::HungUp,
            false => self.stop_clock(now),
        }
        self.phase = Phase::Ended { end, leaves_at: now + lingers };
        self.close(effects);
    }

    /// Of one that is on its way back from another page: it is ended as soon as it is there.
    pub fn hang_up_later(&mut self, now: u64) {
        if let Some(before) = self.taken_over.as_mut().filter(|before| !before.hung_up) {
            before.hung_up = true;
            self.stop_clock(now);
        }
    }

    fn stop_clock(&mut self, now: u64) {
        self.talked = self.answered.then(|| (now.saturating_sub(self.since) / 1_000) as u32);
        self.since = now;
    }

    pub fn close(&self, effects: &mut VecDeque<Effect>) {
        media(effects, self.id, MediaAsk::Close);
    }

    fn wish(&mut self, flow: Flow, effects: &mut VecDeque<Effect>) {
        if let Phase::Talking(agreement) = &mut self.phase {
            agreement.wished = flow;
        }
        self.settle(effects);
    }

    /// Begins the next change, if there is one to make and none under way.
    fn settle(&mut self, effects: &mut VecDeque<Effect>) {
        let Phase::Talking(agreement) = &mut self.phase else { return };
        let wanted = agreement.wished != agreement.agreed || agreement.ice == Ice::Restarted;
        if agreement.change == Change::None && wanted {
            agreement.change = Change::Describing(agreement.wished);
            let ask = MediaAsk::Reoffer { flow: agreement.wished, ice: agreement.ice };
            media(effects, self.id, ask);
        }
    }

    // ── Media ─────────────────────────────────────────────────────

    pub fn measure(&mut self, now: u64, effects: &mut VecDeque<Effect>) {
        let Phase::Talking(agreement) = &mut self.phase else { return };
        if agreement.meter.is_due(now) {
            media(effects, self.id, MediaAsk::Measure);
        }
    }

    pub fn media(
        &mut self,
        now: u64,
        fact: MediaFact,
        user_agent: &mut UserAgent,
        effects: &mut VecDeque<Effect>,
    ) {
        match fact {
            MediaFact::Described(sdp) => self.described(now, sdp, user_agent, effects),
            MediaFact::Failed(refusal) => {
                if let Some(invitation) = self.invitation {
                    user_agent.hang_up(since(now), invitation);
                }
                self.end(now, EndSnapshot::Media(refusal), effects);
            }
            MediaFact::Connected => {
                if let Phase::Talking(agreement) = &mut self.phase {
                    agreement.interrupted = false;
                }
            }
            MediaFact::Interrupted => {
                if let Phase::Talking(agreement) = &mut self.phase {
                    agreement.interrupted = true;
                    agreement.ice = Ice::Restarted;
                }
                self.settle(effects);
            }
            // What is mixed of the old one is silent.
            MediaFact::MicrophoneChanged if self.mixed => {
                media(effects, self.id, MediaAsk::Mix(true));
            }
            MediaFact::MicrophoneChanged => {}
            MediaFact::Measured(figures) => {
                if let Phase::Talking(agreement) = &mut self.phase {
                    agreement.measured(figures);
                }
            }
            MediaFact::DigitNotSent(digit) => {
                if let Some(invitation) = self.invitation {
                    user_agent.send_digit(since(now), invitation, digit);
                }
            }
        }
    }

    fn described(
        &mut self,
        now: u64,
        sdp: String,
        user_agent: &mut UserAgent,
        effects: &mut VecDeque<Effect>,
    ) {
        match (&mut self.phase, self.invitation) {
            (Phase::Preparing, _) => {
                let dial = Dial { offer: sdp, ..self.dial.clone() };
                self.invitation = user_agent.dial(since(now), dial);
                match self.invitation {
                    Some(_) => {
                        self.phase = Phase::Dialling { rings: false, early_media: false };
                    }
                    None => self.end(now, EndSnapshot::NotANumber, effects),
                }
            }
            (Phase::Answering, Some(invitation)) => user_agent.answer(since(now), invitation, sdp),
            (Phase::Talking(agreement), Some(invitation)) => match agreement.change {
                Change::Describing(flow) => {
                    agreement.change = Change::Offered(flow);
                    agreement.ice = Ice::Kept;
                    user_agent.offer(since(now), invitation, sdp);
                }
                Change::Answering => {
                    agreement.change = Change::None;
                    user_agent.answer_offer(since(now), invitation, sdp);
                    self.settle(effects);
                }
                Change::None | Change::Offered(_) => {}
            },
            _ => {}
        }
    }

    // ── The wire ──────────────────────────────────────────────────

    pub fn heard(
        &mut self,
        now: u64,
        event: Event,
        user_agent: &mut UserAgent,
        effects: &mut VecDeque<Effect>,
    ) {
        match event {
            Event::Progress { status, sdp, .. } => self.progressed(status, sdp, effects),
            Event::Established { answer, dialog, .. } => {
                self.dialog = Some(dialog);
                let hung_up = self.invitation.filter(|_| self.is_hung_up());
                self.established(now, answer, effects);
                if let Some(invitation) = hung_up {
                    user_agent.hang_up(since(now), invitation);
                }
            }
            Event::Offered { sdp, invitation } => {
                self.offered(now, sdp, invitation, user_agent, effects);
            }
            Event::Answered { sdp, .. } => self.answered(sdp, effects),
            Event::OfferRefused { .. } => self.refused(effects),
            Event::OfferWithdrawn { .. } => self.withdrawn(effects),
            Event::Reattached { .. } => {
                if let Phase::Talking(agreement) = &mut self.phase {
                    agreement.ice = Ice::Restarted;
                }
                self.settle(effects);
            }
            Event::Transferring { status, invitation } => {
                self.transferred(now, status, invitation, user_agent, effects);
            }
            Event::Ended { cause: Cause::LinkLost, .. } if self.is_taken_over() => {
                // The line comes back, and the peer may still be there.
                self.close(effects);
                (self.phase, self.invitation) = (Phase::Queued, None);
            }
            // Whom we looked for has gone meanwhile.
            Event::Ended { cause: Cause::Refused { .. }, .. } if self.is_taken_over() => {
                self.end(now, EndSnapshot::PeerHungUp, effects);
            }
            Event::Ended { cause, .. } => self.end(now, end_of(cause), effects),
            Event::Digit { .. }
            | Event::Registration(_)
            | Event::MessageWaiting { .. }
            | Event::Incoming(_)
            | Event::Referred { .. } => {}
        }
    }

    fn progressed(&mut self, status: u16, sdp: Option<String>, effects: &mut VecDeque<Effect>) {
        let Phase::Dialling { rings, early_media } = &mut self.phase else { return };
        *rings |= status == 180 || sdp.is_some();
        if let Some(sdp) = sdp
            && !std::mem::replace(early_media, true)
        {
            media(effects, self.id, MediaAsk::Early(sdp));
        }
    }

    fn established(&mut self, now: u64, answer: Option<String>, effects: &mut VecDeque<Effect>) {
        if self.muted {
            media(effects, self.id, MediaAsk::Microphone(Microphone::Off));
        }
        if let Some(answer) = answer {
            media(effects, self.id, MediaAsk::Answer(answer));
        }
        let before = self.taken_over.take();
        if before.is_none() {
            self.since = now;
        }
        self.answered = true;
        let held = before.is_some_and(|before| before.held);
        let wished = if held { Flow::Held } else { Flow::Both };
        self.phase = Phase::Talking(Agreement::new(now, wished));
        self.settle(effects);
    }

    fn offered(
        &mut self,
        now: u64,
        sdp: Option<String>,
        invitation: InvitationId,
        user_agent: &mut UserAgent,
        effects: &mut VecDeque<Effect>,
    ) {
        let Phase::Talking(agreement) = &mut self.phase else {
            return user_agent.refuse_offer(since(now), invitation);
        };
        // Should an offer of ours wait for its turn, it was made of what is about to change.
        user_agent.withdraw_offer(invitation);
        agreement.change = Change::Answering;
        let ask = match sdp {
            Some(offer) => {
                agreement.held_by_peer = holds(&offer);
                MediaAsk::AcceptOffer { offer, flow: agreement.wished }
            }
            None => MediaAsk::Reoffer { flow: agreement.wished, ice: Ice::Kept },
        };
        agreement.agreed = agreement.wished;
        media(effects, self.id, ask);
    }

    fn answered(&mut self, sdp: String, effects: &mut VecDeque<Effect>) {
        if let Phase::Talking(agreement) = &mut self.phase
            && let Change::Offered(flow) = agreement.change
        {
            agreement.agreed = flow;
            agreement.change = Change::None;
        }
        media(effects, self.id, MediaAsk::Answer(sdp));
        self.settle(effects);
    }

    fn refused(&mut self, effects: &mut VecDeque<Effect>) {
        if let Phase::Talking(agreement) = &mut self.phase {
            // What the peer does not want is not asked again by itself.
            agreement.wished = agreement.agreed;
            agreement.change = Change::None;
            media(effects, self.id, MediaAsk::TakeBack);
        }
    }

    fn withdrawn(&mut self, effects: &mut VecDeque<Effect>) {
        if let Phase::Talking(agreement) = &mut self.phase {
            agreement.change = Change::None;
            media(effects, self.id, MediaAsk::TakeBack);
        }
        self.settle(effects);
    }

    /// The other two talk: our part in it is over.
    fn transferred(
        &mut self,
        now: u64,
        status: u16,
        invitation: InvitationId,
        user_agent: &mut UserAgent,
        effects: &mut VecDeque<Effect>,
    ) {
        self.transfer = Some(match status {
            ..180 => TransferSnapshot::Asked,
            180..200 => TransferSnapshot::Ringing,
            200..300 => {
                user_agent.hang_up(since(now), invitation);
                return self.end(now, EndSnapshot::Transferred, effects);
            }
            _ => TransferSnapshot::Failed,
        });
    }
}

/// How long the end of a call is shown.
const LINGERS: u64 = 8_000;
