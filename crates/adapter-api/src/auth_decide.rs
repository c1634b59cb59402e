//! `GET /auth/decide?tx=…`, `POST /auth/decide`
//!
//! The window's form, and what it sends. It counts only from our own page in the browser that started: with
//! the transaction's cookie, our `Origin`, `Sec-Fetch-Site: same-origin`, and a form token that is good once.

use serde::{Deserialize, Serialize};

pub const PATH: &str = "/auth/decide";
/// Where the form leads when the agent has allowed.
pub const DONE_PATH: &str = "/auth/done";

/// Its page, in the language that the form had.
pub fn done_path(language: &str) -> String {
    format!("{DONE_PATH}?language={language}")
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoneQuery {
    pub language: Option<String>,
}

pub type Query = crate::auth_start::Query;

pub fn path(transaction: &str) -> String {
    format!("{PATH}?tx={transaction}")
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    pub tx: String,
    /// The form token.
    pub form: String,
    pub choice: Choice,
    /// Asked for where no running-user proof binds the panel; empty for *None of these*.
    #[serde(default)]
    pub phrase: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    Allow,
    Decline,
}
