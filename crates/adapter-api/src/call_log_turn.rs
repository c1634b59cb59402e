//! `POST /call-log/turn`
//!
//! Where the organisation has no integration client, the agent's own user writes the calls, by our Apex class in the
//! console. The panel asks for the next one that is due, runs the class with its parameters, and says with the next
//! request what came of it. Whoever asks without an outcome is not writing any call.

use serde::{Deserialize, Serialize};

pub const PATH: &str = "/call-log/turn";

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// It is always said, be it nothing.
    #[serde(deserialize_with = "Option::deserialize")]
    pub done: Option<Done>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Done {
    /// That of the [`Write`].
    pub lease: String,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What the class has returned.
    Returned(String),
    /// What the console said, or that it did not answer.
    Failed(String),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub write: Option<Write>,
    /// Seconds after which it is worth asking again; nothing where nothing waits.
    pub next_in: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    pub lease: String,
    /// As `runApex` takes them: a query string.
    pub parameters: String,
}
