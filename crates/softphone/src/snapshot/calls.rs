//! What the view draws of the line and its calls.

use salesforce::screen_pop::Record;
use serde::{Deserialize, Serialize};

use crate::protocol::{CallId, Refusal};

/// Whether calls arrive here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineSnapshot {
    /// Nobody is signed in.
    #[default]
    Off,
    Connecting,
    Ready {
        /// The agent's own number.
        number: String,
        messages: Option<MessagesSnapshot>,
        /// What to dial for the voicemail.
        voicemail: Option<String>,
    },
    /// It was there and comes back by itself; a call in progress goes on.
    Reconnecting,
    /// The agent is offline.
    Offline,
    /// Not without somebody's help.
    Unavailable {
        refusal: Refusal,
    },
}

/// The voicemail box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessagesSnapshot {
    /// Where the PBX counts them.
    pub new: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallSnapshot {
    pub id: CallId,
    pub direction: Direction,
    pub peer: PeerSnapshot,
    pub state: CallState,
    /// Milliseconds since the Unix epoch, at which this state began; for a call that was answered, its answer.
    pub since: u64,
    /// For how many seconds they have talked, once it is over.
    pub talked: Option<u32>,
    pub muted: bool,
    /// Whether it is one conversation with the others of which this is said.
    pub joined: bool,
    /// What was pressed so far.
    pub digits: String,
    pub transfer: Option<TransferSnapshot>,
    /// Of the last seconds; none while somebody is held, or nothing is known yet.
    pub quality: Option<QualitySnapshot>,
    pub records: RecordsSnapshot,
}

#[cfg(test)]
impl CallSnapshot {
    /// From that number, of which nothing is known yet.
    pub(crate) fn from_number(id: CallId, number: &str, state: CallState) -> Self {
        Self {
            id,
            direction: Direction::Incoming,
            peer: PeerSnapshot { name: None, number: number.into(), dialled: None },
            state,
            since: 0,
            talked: None,
            muted: false,
            joined: false,
            digits: String::new(),
            transfer: None,
            quality: None,
            records: RecordsSnapshot::default(),
        }
    }
}

impl CallSnapshot {
    /// Whether somebody has called in vain.
    pub fn is_missed(&self) -> bool {
        matches!(self.state, CallState::Ended(EndSnapshot::Missed | EndSnapshot::TurnedAway))
    }
}

/// How a call sounds, and by which figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualitySnapshot {
    pub degree: Degree,
    /// What is worst, where it is not good.
    pub trouble: Trouble,
    /// Percent, of whichever side loses more.
    pub loss: u32,
    /// Milliseconds, as the delay.
    pub jitter: u32,
    /// There and back.
    pub delay: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Degree {
    Good,
    Fair,
    Poor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Nothing arrives.
    Silence,
    Loss,
    Jitter,
    Delay,
}

/// What the console knows of the other side.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsSnapshot {
    /// Whose number it is.
    pub record: Option<Record>,
    /// Whose it may be, while nobody has said which.
    pub candidates: Vec<Record>,
    /// Why the console did not show what belongs to the call.
    pub refusal: Option<Refusal>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Incoming,
    Outgoing,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeerSnapshot {
    pub name: Option<String>,
    pub number: String,
    /// For an incoming call: the number that was dialled, where it is not the agent's own.
    pub dialled: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Dialled before the phone was ready; called as soon as it is.
    Queued,
    /// On its way; nobody rings yet.
    Dialling,
    /// The other side rings.
    RingingThere,
    /// Somebody calls.
    RingingHere,
    /// Answered here; the media is being prepared.
    Answering,
    Talking,
    /// We put the peer on hold.
    Held,
    /// The peer put us on hold.
    HeldByPeer,
    /// Media is interrupted and comes back by itself.
    Recovering,
    Ended(EndSnapshot),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndSnapshot {
    HungUp,
    PeerHungUp,
    /// The caller gave up before an answer: a missed call.
    Missed,
    /// It came while the agent wanted no calls, and did not ring.
    TurnedAway,
    AnsweredElsewhere,
    Busy,
    Declined,
    NoAnswer,
    /// Nobody has the number.
    UnknownNumber,
    Transferred,
    /// The connection to the PBX was lost before the call was answered.
    LinkLost,
    /// What was dialled is no number and no address.
    NotANumber,
    /// The PBX, in its own words.
    Refused {
        status: u16,
        reason: String,
    },
    /// Microphone or media.
    Media(Refusal),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferSnapshot {
    Asked,
    /// The other side rings.
    Ringing,
    /// The call is still here.
    Failed,
}
