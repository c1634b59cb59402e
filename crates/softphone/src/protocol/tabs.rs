//! What passes between an agent's tabs, which are one phone.

use adapter_api::call_log;
use salesforce::screen_pop::Record;
use serde::{Deserialize, Serialize};

use super::{CallId, Intent};
use crate::snapshot::{CallSnapshot, Direction, LineSnapshot, LogSnapshot, PresenceSnapshot};

/// What the phone wants of the tabs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabsEffect {
    /// Be the one tab that is this phone, as soon as no other is; until then hear what that one publishes.
    Lead {
        /// Names the phone in this browser.
        phone: String,
    },
    /// Hear what the one publishes that is this phone, and never be it.
    Follow { phone: String },
    /// Be no part of it any longer.
    Leave,
    /// To the tabs that follow; what is kept outlives this one.
    Publish(Box<Published>),
    /// To the tab that leads.
    Ask(Intent),
    /// To all of them, once more: the agent looks at this one.
    InFront,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TabsFact {
    /// No other tab is the phone: this one is. `kept` is what the last one left.
    Leading { kept: Vec<KeptCall> },
    /// By the tab that leads.
    Published(Box<Published>),
    /// By a tab that follows.
    Asked(Intent),
    /// A tab that follows has come, and has heard nothing yet.
    Joined,
    /// This is the tab that the agent looks at.
    InFront(TabId),
    /// Its page goes.
    Gone(TabId),
    /// The browser extension answers, and this tab is part of a phone without it.
    ExtensionFound,
    /// Outside of every page.
    Pressed(Button),
}

/// What the agent presses on a notification, a keyboard or a headset, or clicks in a page that is none of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Button {
    /// For the call that it was shown for: where that one rings no more, it means nothing.
    Answer(CallId),
    Decline(CallId),
    /// Answers whoever rings; where nobody does, hangs up.
    Hook,
    /// Mutes who is talked to, or the other way round.
    Mute,
    Dial(String),
}

/// Names a tab among those of one agent.
pub type TabId = u32;

/// The phone, as the tab that leads shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    pub line: LineSnapshot,
    pub calls: Vec<CallSnapshot>,
    pub log: LogSnapshot,
    pub presence: PresenceSnapshot,
    pub kept: Vec<KeptCall>,
    /// What is to be shown to the agent once is shown there.
    pub front: TabId,
}

/// What one tab says to the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Said {
    Joined,
    Published(Box<Published>),
    Asked(Intent),
    InFront(TabId),
    Gone(TabId),
}

impl From<Said> for TabsFact {
    fn from(said: Said) -> Self {
        match said {
            Said::Joined => Self::Joined,
            Said::Published(published) => Self::Published(published),
            Said::Asked(intent) => Self::Asked(intent),
            Said::InFront(tab) => Self::InFront(tab),
            Said::Gone(tab) => Self::Gone(tab),
        }
    }
}

/// As much of a call as another page needs to go on with it: an INVITE with `Replaces` (RFC 3891) takes the
/// dialog's place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCall {
    pub id: CallId,
    pub sip_call_id: String,
    pub local_tag: String,
    pub remote_tag: String,
    /// Whom to call for it.
    pub peer: String,
    pub direction: Direction,
    pub name: Option<String>,
    pub record: Option<Record>,
    pub number: String,
    pub dialled: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub answered_at: u64,
    pub muted: bool,
    pub held: bool,
    pub joined: bool,
    pub log: Option<KeptLog>,
}

/// By what a call's entry goes on: it stays one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptLog {
    pub id: call_log::CallId,
    pub revision: u32,
    /// Seconds since the Unix epoch.
    pub began_at: u64,
}
