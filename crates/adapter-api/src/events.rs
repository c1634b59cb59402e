//! `POST /events/ticket`, `GET /events` (WebSocket)
//!
//! What the adapter tells a signed-in panel by itself. The socket's first frame is the ticket, as text,
//! within five seconds; a ticket is good for 60 seconds and one use. Each frame of the adapter's is one
//! [`Event`] as JSON. The panel's other frames are each the one word of an
//! [`Availability`](crate::calling_colleagues::Availability), of which the last counts as long as the socket lives. After [`Event::SessionEnded`] the adapter closes with [`CLOSED_BY_END`].

use salesforce::id::TaskId;
use serde::{Deserialize, Serialize};

use crate::{Code, Secret, call_log::CallId, error::Refused};

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
    /// A call that an agent's panel handed over stands in Salesforce in its newest revision, so a console that
    /// shows its records has something to refresh.
    CallLogged {
        call: CallId,
        task: TaskId,
    },
    /// Salesforce takes this call's Task in no way, and nobody tries any longer.
    CallLogRefused {
        call: CallId,
        refused: Refused,
    },
}

/// The object as it is written. Serde's own tagged enums would first copy it into a tree, by code that weighs
/// more in the browser than all else about events.
#[derive(Serialize, Deserialize)]
struct Frame {
    event: Name,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<CallId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    task: Option<TaskId>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Ready,
    SessionEnded,
    CallingChanged,
    CallLogged,
    CallLogRefused,
}

impl From<Event> for Frame {
    fn from(event: Event) -> Self {
        let nothing = |event| Self { event, code: None, value: None, call: None, task: None };
        match event {
            Event::Ready => nothing(Name::Ready),
            Event::SessionEnded { code } => {
                Self { code: Some(code), ..nothing(Name::SessionEnded) }
            }
            Event::CallingChanged => nothing(Name::CallingChanged),
            Event::CallLogged { call, task } => {
                Self { call: Some(call), task: Some(task), ..nothing(Name::CallLogged) }
            }
            Event::CallLogRefused { call, refused: Refused { code, value } } => {
                let frame = nothing(Name::CallLogRefused);
                Self { call: Some(call), code: Some(code), value, ..frame }
            }
        }
    }
}

impl TryFrom<Frame> for Event {
    type Error = &'static str;

    fn try_from(frame: Frame) -> Result<Self, Self::Error> {
        let Frame { event, code, value, call, task } = frame;
        match (event, code, call) {
            (Name::Ready, ..) => Ok(Self::Ready),
            (Name::SessionEnded, Some(code), _) => Ok(Self::SessionEnded { code }),
            (Name::CallingChanged, ..) => Ok(Self::CallingChanged),
            (Name::CallLogged, _, Some(call)) => {
                let task = task.ok_or("a call that was logged has a task")?;
                Ok(Self::CallLogged { call, task })
            }
            (Name::CallLogRefused, Some(code), Some(call)) => {
                Ok(Self::CallLogRefused { call, refused: Refused { code, value } })
            }
            (Name::SessionEnded | Name::CallLogged | Name::CallLogRefused, ..) => {
                Err("an event lacks a member")
            }
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
            (
                Event::CallLogged {
                    call: "0123456789abcdef0123456789abcdef".parse().unwrap(),
                    task: "00Txx0000000001EAA".parse().unwrap(),
                },
                r#"{"event":"call_logged","call":"0123456789abcdef0123456789abcdef","task":"00Txx0000000001EAA"}"#,
            ),
            (
                Event::CallLogRefused {
                    call: "0123456789abcdef0123456789abcdef".parse().unwrap(),
                    refused: Refused::with_value(Code::AdapterInternal, "Subject"),
                },
                r#"{"event":"call_log_refused","code":"adapter.internal","value":"Subject","call":"0123456789abcdef0123456789abcdef"}"#,
            ),
        ] {
            assert_eq!(serde_json::to_string(&event).unwrap(), json);
            assert_eq!(serde_json::from_str::<Event>(json).unwrap(), event);
        }
        for lacking in [r#"{"event":"session_ended"}"#, r#"{"event":"call_logged"}"#] {
            assert!(serde_json::from_str::<Event>(lacking).is_err(), "{lacking}");
        }
    }
}
