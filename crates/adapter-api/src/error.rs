//! What every endpoint answers when it refuses: a status of 400 and above, and this body.

use serde::{Deserialize, Serialize};

use crate::Code;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    pub code: Code,
    /// What to give the administrator: a user id, a setting's value. Never a secret.
    #[serde(default)]
    pub value: Option<String>,
}

impl Refused {
    pub fn new(code: Code) -> Self {
        Self { code, value: None }
    }

    pub fn with_value(code: Code, value: impl Into<String>) -> Self {
        Self { code, value: Some(value.into()) }
    }
}

impl From<Code> for Refused {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}
