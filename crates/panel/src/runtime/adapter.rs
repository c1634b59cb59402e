//! The adapter's client: what the mind asks of the adapter, as HTTP with DPoP (RFC 9449).
//!
//! ~~~text
//! AdapterCall --> request (pure) --> client: proof, fetch --> answer (pure) --> AdapterFact
//!                    ^                  ^                        |
//!                  held: tokens, verifiers                       +--> Tokens
//! ~~~
//!
//! Key, tokens and verifiers stay here, in memory; the mind is told of a session without them.

mod answer;
#[cfg(target_arch = "wasm32")]
mod client;
mod held;
#[cfg(target_arch = "wasm32")]
mod key;
mod request;

pub use answer::{Answer, Answered, Expected, Failure};
#[cfg(target_arch = "wasm32")]
pub use client::Adapter;
pub use held::{Held, Tokens};
pub use request::{Authorization, Request};
