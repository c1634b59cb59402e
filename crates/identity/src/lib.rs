//! The adapter's mind: who may sign in, as which agent, by what evidence, and for how long.
//!
//! No IO, no clock, no random numbers: `now` and randomness are arguments, rows are loaded and saved by
//! `store`, requests are answered by `adapter`. Signatures are verified here.

#![forbid(unsafe_code)]

pub mod agent;
pub mod attempts;
pub mod bucket;
pub mod calling;
pub mod consent;
pub mod directory;
pub mod dpop;
pub mod keys;
pub mod link;
pub mod organization;
pub mod password;
pub mod session;
pub mod sign_in;
pub mod token_strength;

/// What the running process draws from the operating system and hands in.
pub type Random<const N: usize> = [u8; N];
