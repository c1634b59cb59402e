//! What every endpoint answers when it refuses: a status of 400 and above, and this body.

use serde::{Deserialize, Serialize, Serializer, ser::SerializeStruct as _};

use crate::Code;

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
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

/// In JSON a value that is absent is left out; formats without names keep its place.
impl Serialize for Refused {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let leave_out = serializer.is_human_readable() && self.value.is_none();
        let mut refused = serializer.serialize_struct("Refused", if leave_out { 1 } else { 2 })?;
        refused.serialize_field("code", &self.code)?;
        if leave_out {
            refused.skip_field("value")?;
        } else {
            refused.serialize_field("value", &self.value)?;
        }
        refused.end()
    }
}
