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

/// On the wire `{"event": "session_ended", "code": "session.expired"}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Frame", into = "Frame")]
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

/// The object as it is written. Serde's own tagged enums would first copy it into a tree, by code that weighs
/// more in the browser than all else about events.
#[derive(Serialize, Deserialize)]
struct Frame {
    event: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Ready,
    SessionEnded,
    CallingChanged,
}

impl From<Event> for Frame {
    fn from(event: Event) -> Self {
        let (event, code) = match event {
            Event::Ready => (Name::Ready, None),
            Event::SessionEnded { code } => (Name::SessionEnded, Some(code)),
            Event::CallingChanged => (Name::CallingChanged, None),
        };
        Self { event, code }
    }
}

impl TryFrom<Frame> for Event {
    type Error = &'static str;

    fn try_from(Frame { event, code }: Frame) -> Result<Self, Self::Error> {
        match (event, code) {
            (Name::Ready, _) => Ok(Self::Ready),
            (Name::SessionEnded, Some(code)) => Ok(Self::SessionEnded { code }),
            (Name::SessionEnded, None) => Err("the end of a session has a code"),
            (Name::CallingChanged, _) => Ok(Self::CallingChanged),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_one_flat_object() {
        for (event, json) in [
            (Event::Ready, r#"{"event":"ready"}"#),
            (
                Event::SessionEnded { code: Code::SessionExpired },
                r#"{"event":"session_ended","code":"session.expired"}"#,
            ),
            (Event::CallingChanged, r#"{"event":"calling_changed"}"#),
        ] {
            assert_eq!(serde_json::to_string(&event).unwrap(), json);
            assert_eq!(serde_json::from_str::<Event>(json).unwrap(), event);
        }
        assert!(serde_json::from_str::<Event>(r#"{"event":"session_ended"}"#).is_err());
    }
}
