//! What the user agent tells its owner, and what it wants from the world.

use crate::{dialog::SavedDialog, invitation::InvitationId, transfer::TransferTarget};

/// Drained after every input: [`UserAgent::poll_output`](crate::UserAgent::poll_output).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// One SIP message for the socket.
    Transmit(Vec<u8>),
    /// The socket is deaf: close it and open another.
    Reconnect,
    Event(Event),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Registration(Registration),
    /// RFC 3842: the light, and how many messages are new and old where the server counts them.
    MessageWaiting {
        waiting: bool,
        new: Option<u32>,
        old: Option<u32>,
    },
    /// Somebody calls. Without an offer, [`answer`](crate::UserAgent::answer) has to make one.
    Incoming(Incoming),
    /// A provisional response. Each fork is a phone of its own; early media belongs to its fork.
    Progress {
        invitation: InvitationId,
        fork: Option<String>,
        status: u16,
        sdp: Option<String>,
    },
    /// The call is answered. For an outgoing one with the answer to its offer.
    Established {
        invitation: InvitationId,
        dialog: SavedDialog,
        answer: Option<String>,
    },
    /// The peer offers to change the session; `None` asks for an offer of ours.
    Offered {
        invitation: InvitationId,
        sdp: Option<String>,
    },
    /// The answer to an offer of ours within the call.
    Answered {
        invitation: InvitationId,
        sdp: String,
    },
    /// The session stays as it was.
    OfferRefused {
        invitation: InvitationId,
        status: u16,
    },
    /// The peer took its offer back; the session stays as it was.
    OfferWithdrawn {
        invitation: InvitationId,
    },
    /// The registration came back after the socket was lost. The peer may have lost the way to us:
    /// an offer with restarted ICE, and this call goes on.
    Reattached {
        invitation: InvitationId,
    },
    /// The peer wants us to call somebody in its place (RFC 3515).
    Referred {
        invitation: InvitationId,
        target: TransferTarget,
        referred_by: Option<String>,
    },
    /// How far a transfer that we asked for has come: the status of the call it makes.
    Transferring {
        invitation: InvitationId,
        status: u16,
    },
    /// A key that the peer pressed, told by INFO.
    Digit {
        invitation: InvitationId,
        digit: char,
    },
    Ended {
        invitation: InvitationId,
        cause: Cause,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Registration {
    /// Calls arrive here.
    Registered,
    /// The registrar's last word until somebody changes something.
    Refused { status: u16, reason: String },
    /// Calls do not arrive: there is no socket, or no answer; it is tried again by itself.
    Lost,
    /// At the agent's own wish.
    Unregistered,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub invitation: InvitationId,
    pub call_id: String,
    pub from: Party,
    /// Whom the caller called, as the PBX addresses it.
    pub to: Party,
    pub offer: Option<String>,
    /// The call that this one takes the place of (RFC 3891).
    pub replaces: Option<InvitationId>,
    /// The PBX asks for an answer without a click (`Alert-Info`, `Call-Info: answer-after=0`).
    pub answers_itself: bool,
}

/// One end of a call, as the wire names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub display_name: Option<String>,
    /// The user part: a number, most often.
    pub user: String,
    pub uri: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// We hung up, or took the call back before it was answered.
    HungUp,
    /// The peer hung up.
    PeerHungUp,
    /// The caller gave up.
    Cancelled,
    /// Another phone took the call (RFC 3326).
    AnsweredElsewhere,
    Refused {
        status: u16,
        reason: String,
    },
    /// Nobody answered in time.
    NoAnswer,
    /// Another call took this one's place (RFC 3891).
    Replaced,
    /// The peer did not refresh the session (RFC 4028).
    Expired,
    /// The socket was lost before the call was answered.
    LinkLost,
}
