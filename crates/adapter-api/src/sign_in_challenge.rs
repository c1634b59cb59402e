//! `POST /sign-in/challenge`
//!
//! The panel's first call in every organisation. It answers a nonce for the running-user proof, bound to
//! the key of the request's DPoP proof, good for 60 seconds and one use, and the ways to offer. The ways
//! follow from the settings and the organisation; nothing is known of any agent yet.

use salesforce::call_center::{SalesforceSso, SamlConnection};
use serde::{Deserialize, Serialize};

use crate::Way;

pub const PATH: &str = "/sign-in/challenge";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The organisation's handle.
    pub organization: String,
    /// What the panel read in the call center: a hint, never evidence.
    pub salesforce_sso: SalesforceSso,
    pub saml_connection: SamlConnection,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub nonce: String,
    pub proof: ProofPolicy,
    /// In the order to offer them.
    pub ways: Vec<Way>,
    pub organization_name: String,
}

/// Whether the organisation has our Apex class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofPolicy {
    Required,
    Off,
}
