//! `POST /sign-in/password`
//!
//! Signs in by login and password. An unknown login, a wrong password and a method that is off are one
//! answer, `sign_in.wrong_credentials`, given in the same time.

use serde::{Deserialize, Serialize};

use crate::Secret;

pub const PATH: &str = "/sign-in/password";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub organization: String,
    pub login: String,
    pub password: Secret,
}

pub type Response = crate::session::Granted;
