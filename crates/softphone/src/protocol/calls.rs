//! What passes between the mind and those around it about calls.

use adapter_api::calling_account::IceServer;
use salesforce::screen_pop;
use serde::{Deserialize, Serialize};

use super::{AudioEffect, AudioFact, Refusal};

/// Names a call from its first ring to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CallId(pub u32);

/// What the agent does with calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallIntent {
    /// A number, a name at the PBX, or a SIP address.
    Dial(String),
    /// A phone number in the console was clicked.
    ClickToDial(screen_pop::ClickToDial),
    /// Calls the number that was clicked during a call, beside that call.
    DialClicked,
    /// Leaves it.
    ForgetClicked,
    Answer(CallId),
    /// The caller hears that the line is busy.
    Decline(CallId),
    HangUp(CallId),
    Mute(CallId),
    Unmute(CallId),
    Hold(CallId),
    /// Talks to this one; the other is held.
    Resume(CallId),
    Press {
        call: CallId,
        digit: char,
    },
    /// Sends the peer to somebody else.
    Transfer {
        call: CallId,
        to: String,
    },
    /// Connects the peers of two calls with each other.
    Connect {
        call: CallId,
        with: CallId,
    },
    /// Makes this call and those that wait one conversation, in which everybody hears everybody.
    Merge(CallId),
    /// Goes on with this one alone; the others of the conference are held.
    Split(CallId),
    /// Takes a call that is over off the screen.
    Dismiss(CallId),
    /// Registers again after the PBX has refused.
    Reconnect,
}

/// What the phone wants from the browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneEffect {
    /// Opens the SIP socket in place of any other.
    OpenSocket {
        websocket: String,
    },
    CloseSocket,
    /// One message for the socket.
    Transmit(Vec<u8>),
    Media {
        call: CallId,
        ask: MediaAsk,
    },
    Ring(Ring),
    Audio(AudioEffect),
}

/// What is heard of a call that is not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ring {
    Silent,
    /// Somebody calls.
    Incoming,
    /// The other side rings, and the PBX plays nothing of its own.
    Outgoing,
    /// Somebody is answered by itself: once, and to its end.
    Beep,
    /// As when somebody calls, once.
    Test,
}

/// What is to be done with the media of a call. Answered by [`MediaFact::Described`] where a description
/// is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaAsk {
    /// The first offer.
    Offer {
        ice_servers: Vec<IceServer>,
    },
    /// An answer to the caller's first offer.
    Accept {
        offer: String,
        ice_servers: Vec<IceServer>,
    },
    /// What is to be heard before the call is answered.
    Early(String),
    /// The peer's answer to the last offer.
    Answer(String),
    /// Another offer: the direction changes, or the network has.
    Reoffer {
        flow: Flow,
        ice: Ice,
    },
    /// An answer to an offer of the peer's; an own offer that is open is taken back.
    AcceptOffer {
        offer: String,
        flow: Flow,
    },
    /// The last offer was refused; all is as before it.
    TakeBack,
    Microphone(Microphone),
    /// Whether its peer hears, beside the agent, the peers of the other calls of which this is said.
    Mix(bool),
    /// Other devices than before are used. Said among those who play and listen.
    Devices,
    Press(char),
    /// Answered by [`MediaFact::Measured`].
    Measure,
    Close,
}

/// Who is heard, as far as we have a say in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    Both,
    /// The peer waits: it is not listened to, and hears nothing.
    Held,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ice {
    Kept,
    Restarted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Microphone {
    On,
    Off,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MediaFact {
    Described(String),
    /// There is no such media here; why, and what to do.
    Failed(Refusal),
    /// The way to the peer is there.
    Connected,
    /// The way to the peer is lost, or another network is used.
    Interrupted,
    /// The peer takes no telephone-event: digits go by INFO.
    DigitNotSent(char),
    /// Another microphone is spoken through.
    MicrophoneChanged,
    Measured(Figures),
}

/// What the browser has counted of a call's packets since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub received: u32,
    pub lost: u32,
    /// Of ours, in percent, as the other side says it of late.
    pub lost_there: u32,
    /// Milliseconds, as the delay.
    pub jitter: u32,
    /// There and back.
    pub delay: u32,
}

/// What the browser tells the phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneFact {
    SocketOpened,
    /// Closed, or never opened.
    SocketLost,
    /// The last one never opened, and the browser keeps the page from addresses in the local network.
    SocketBarred,
    /// Whether the browser lets a call ring without a sound, since nobody has touched the page yet.
    RingMute(bool),
    Received(Vec<u8>),
    /// There is a network again, perhaps another one.
    Online,
    Media {
        call: CallId,
        fact: MediaFact,
    },
    Audio(AudioFact),
}
