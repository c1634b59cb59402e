//! `POST /sign-in/proof`
//!
//! Signs in silently by a running-user proof. Answers [`crate::session::Granted`], or why not:
//! `sign_in.consent_needed`, `sign_in.use_legacy` and `sign_in.signed_out` say how to go on.

use serde::{Deserialize, Serialize};

use crate::{Secret, StartedBy};

pub const PATH: &str = "/sign-in/proof";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub organization: String,
    pub proof: Secret,
    pub started_by: StartedBy,
}

pub type Response = crate::session::Granted;
