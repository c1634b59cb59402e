//! The debt to Salesforce: each call becomes exactly one Task.
//!
//! ~~~text
//! Entry --task--> Fields --+
//!                          +-- plan --> insert | update | nothing
//! Tasks with this call ----+               |
//! Memory ------------------+               v
//!    ^                            answered | refused for good | later
//!    +----------------------------------+
//! ~~~
//!
//! No IO: the adapter asks, writes and keeps; this room says what, and how an answer is to be understood.

#![forbid(unsafe_code)]

mod apex;
mod entry;
mod memory;
mod refusal;
mod schedule;
mod task;

pub use apex::ApexWrite;
pub use entry::{CallId, Direction, Entry, Outcome};
pub use memory::{Memory, Plan};
pub use refusal::{Kind, Refusal, Verdict, verdict, verdict_of_apex};
pub use schedule::{FARTHEST, LEASE, UNFINISHED, again_at, asked_since, due_at};
pub use task::{Results, Words, content, fields};
