//! `POST /events/ticket`, `GET /events` (WebSocket)
//!
//! What the adapter tells a signed-in panel by itself. The socket's first frame is the ticket, as text,
//! within five seconds; a ticket is good for 60 seconds and one use. Each frame of the adapter's is one
//! [`Event`] as JSON. After [`Event::SessionEnded`] the adapter closes with [`CLOSED_BY_END`].

use serde::{Deserialize, Serialize};

use crate::{Code, Secret};

pub const PATH: &str = "/events";
pub const TICKET_PATH: &str = "/events/ticket";

/// The close code after the session's end (RFC 6455 §7.4.2: 4000–4999 are for private use).
pub const CLOSED_BY_END: u16 = 4401;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    pub ticket: Secret,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The ticket was good.
    Ready,
    SessionEnded {
        code: Code,
    },
    /// Somebody changed the agent's extension, or the PBX: the phone asks for its account again. What changes
    /// while no socket is open is not told afterwards, so it asks after each [`Event::Ready`] as well.
    CallingChanged,
}
