//! `POST /sign-in/legacy`
//!
//! Signs in by operator ID and SSO token. Where the organisation requires a running-user proof, the token
//! counts only beside a fresh one that names the same operator ID. An unknown operator, a wrong token and
//! a method that is off are one answer, `sign_in.wrong_credentials`, given in the same time.

use serde::{Deserialize, Serialize};

use crate::{Secret, StartedBy};

pub const PATH: &str = "/sign-in/legacy";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub organization: String,
    pub operator_id: Secret,
    pub sso_token: Secret,
    pub proof: Option<Secret>,
    pub started_by: StartedBy,
}

pub type Response = crate::session::Granted;
