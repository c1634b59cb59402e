//! A SIP user agent (RFC 3261) for SIP over WebSocket (RFC 7118). It does no IO: the socket, the
//! clock and the media live in `panel::runtime`.
//!
//! ~~~text
//!            receive, link_up, link_down, handle_timeout(now)
//!                              |
//!   dial, answer, offer --> UserAgent --> poll_output: Transmit | Event
//!                           |   |   |
//!              registration-+   |   +-message_waiting
//!                          invitation (dialog, transfer)
//!                               |
//!                           endpoint: transactions, digest, deadlines
//! ~~~
//!
//! Messages, their parser and the transaction machines are `sipx-sip`'s; [`message`] and `endpoint`
//! stand between it and the rest. Session descriptions are opaque.

mod authentication;
mod dialog;
pub mod digest;
mod endpoint;
mod event;
mod few;
mod invitation;
pub mod message;
mod message_waiting;
mod registration;
mod token;
mod transfer;
mod user_agent;

pub use authentication::Credentials;
pub use dialog::SavedDialog;
pub use event::{Cause, Event, Incoming, Output, Party, Registration};
pub use invitation::{Dial, InvitationId};
pub use token::Tokens;
pub use transfer::{Replaces, TransferTarget};
pub use user_agent::{Account, UserAgent};
