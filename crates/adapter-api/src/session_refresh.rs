//! `POST /session/refresh`
//!
//! Exchanges a refresh token for new tokens; the old one is used up. The same key may repeat the exchange
//! for ten seconds, should the answer be lost; later it ends the session with `session.reused`. Later than
//! 15 minutes after the last running-user proof, the refresh carries a new one.

use serde::{Deserialize, Serialize};

use crate::Secret;

pub const PATH: &str = "/session/refresh";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    pub refresh_token: Secret,
    pub proof: Option<Secret>,
}

pub type Response = crate::session::Granted;
