//! `POST /sign-in/password`
//!
//! Signs in by login and password. Where the organisation requires a running-user proof, the password counts
//! only beside a fresh one that names no other agent. An unknown login, a wrong password, another agent's
//! proof and a method that is off are one answer, `sign_in.wrong_credentials`, given in the same time. Where
//! more passwords wait to be verified than people would wait for, the answer is 503 with `Retry-After`.

use serde::{Deserialize, Serialize};

use crate::Secret;

pub const PATH: &str = "/sign-in/password";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub organization: String,
    pub login: String,
    pub password: Secret,
    pub proof: Option<Secret>,
}

pub type Response = crate::session::Granted;
