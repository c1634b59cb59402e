//! The HTTP contract between panel and adapter: one endpoint per file, each opening with method and path.
//!
//! Every request carries a DPoP proof (RFC 9449) whose nonce the adapter gave; the key of that proof is the
//! panel, so no body names it. Every refusal is an [`error::Refused`] with a stable [`Code`].

#![forbid(unsafe_code)]

pub mod auth_claim;
pub mod auth_decide;
pub mod auth_start;
pub mod auth_transaction;
pub mod call_log;
pub mod call_log_turn;
pub mod calling_account;
pub mod calling_colleagues;
pub mod calling_numbers;
pub mod code;
pub mod consents;
pub mod error;
pub mod events;
pub mod extension;
pub mod invite;
pub mod session;
pub mod session_refresh;
pub mod sessions;
pub mod sign_in_challenge;
pub mod sign_in_legacy;
pub mod sign_in_password;
pub mod sign_in_proof;

pub use code::Code;

use serde::{Deserialize, Serialize};

/// How an agent proves who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Silently, by the running-user proof of our Apex class.
    Proof,
    /// By operator ID and SSO token.
    Legacy,
    /// By Salesforce's OpenID Connect, in a window.
    SalesforceSso,
    /// By the organisation's SAML identity provider, in a window.
    Saml,
    /// By login and password.
    Password,
}

/// Who set a sign-in going. After *Sign out* only the agent can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartedBy {
    Load,
    Agent,
}

/// A secret on its way between panel and adapter; `Debug` never shows it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_shows_itself() {
        assert_eq!(format!("{:?}", Secret("s3cret".into())), "Secret(…)");
    }
}
