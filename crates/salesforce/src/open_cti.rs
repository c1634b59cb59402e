//! What Open CTI for Lightning answers: `{success, returnValue, errors}` (Open CTI Developer Guide, *Common
//! Error Messages*). The messages below those answers belong to Salesforce's own script.

use serde::{Deserialize, Serialize};

use crate::json::Value;

/// The answer to a method call, before anyone decides whether it was a success.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Outcome {
    #[serde(default)]
    pub success: bool,
    #[serde(default, rename = "returnValue")]
    pub return_value: Value,
    #[serde(default)]
    pub errors: Option<Vec<Error>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error {
    #[serde(default)]
    pub code: String,
    #[serde(default)]
    pub description: String,
}

impl Outcome {
    /// What the host returned, or the first error it named.
    pub fn into_result(self) -> Result<Value, Error> {
        if self.success {
            return Ok(self.return_value);
        }
        let first = self.errors.unwrap_or_default().into_iter().next();
        Err(first
            .unwrap_or_else(|| Error { code: "GENERIC_ERROR".into(), description: String::new() }))
    }

    /// What our Apex method returned: `runApex` wraps it in a member of its own name.
    pub fn into_apex_result(self) -> Result<String, Error> {
        match self.into_result()?.get("runApex").and_then(Value::as_str) {
            Some(text) => Ok(text.to_owned()),
            None => {
                Err(Error { code: "INVALID_RETURN".into(), description: "no text returned".into() })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_success_is_what_was_returned() {
        let outcome =
            outcome(json!({ "success": true, "returnValue": { "runApex": "a" }, "errors": null }));

        assert_eq!(outcome.into_apex_result(), Ok("a".into()));
    }

    #[test]
    fn a_failure_is_the_first_error_named() {
        let outcome = outcome(json!({ "success": false, "returnValue": null, "errors": [
            { "code": "SERVER_ERROR", "description": "Could not load Apex class: CordboardAgent.", "details": {} },
            { "code": "GENERIC_ERROR" }
        ] }));

        assert_eq!(outcome.into_result().unwrap_err().code, "SERVER_ERROR");
    }

    #[test]
    fn a_failure_without_errors_is_still_a_failure() {
        assert!(outcome(json!({})).into_result().is_err());
    }

    fn outcome(json: serde_json::Value) -> Outcome {
        serde_json::from_value(json).unwrap()
    }
}
