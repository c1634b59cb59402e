//! `GET /invite`, `POST /invite`
//!
//! The page on which an agent sets a password, and what its form sends. The code is typed, so that it stands
//! in no address. It counts only from our own page: with our `Origin` and `Sec-Fetch-Site: same-origin`.

use serde::{Deserialize, Serialize};

use crate::Secret;

pub const PATH: &str = "/invite";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// The invitation's.
    pub code: Secret,
    pub password: Secret,
    /// The password once more.
    pub again: Secret,
}
