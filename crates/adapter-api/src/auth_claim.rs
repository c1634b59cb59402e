//! `POST /auth/tx/{transaction}/claim`
//!
//! Asks how the window ended. The answer may take [`LONG_POLL`] seconds; `202 Accepted` without a body
//! means that nothing has happened yet, `200 OK` carries [`crate::session::Granted`]. The first success
//! uses the transaction up; the same key may ask again for ten seconds, should the answer be lost.

use serde::{Deserialize, Serialize};

use crate::Secret;

pub const PATH: &str = "/auth/tx/{transaction}/claim";

/// Seconds.
pub const LONG_POLL: u64 = 25;

pub fn path(transaction: &str) -> String {
    PATH.replace("{transaction}", transaction)
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub verifier: Secret,
}

pub type Response = crate::session::Granted;
