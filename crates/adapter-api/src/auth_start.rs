//! `GET /auth/start?tx=…`
//!
//! The window's first stop, opened by the panel's button: it sets the transaction's cookie and sends the
//! browser to Salesforce. It decides nothing.

use serde::{Deserialize, Serialize};

pub const PATH: &str = "/auth/start";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    pub tx: String,
}

pub fn path(transaction: &str) -> String {
    format!("{PATH}?tx={transaction}")
}
