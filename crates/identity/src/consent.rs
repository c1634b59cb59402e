//! The one-time *Allow*: per organisation and subject, asked once, shown to the agent, revocable.

use jiff::Timestamp;
use salesforce::id::UserId;

use crate::agent::AgentId;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub id: ConsentId,
    pub subject: UserId,
    pub agent: AgentId,
    pub granted_at: Timestamp,
}

/// 128 random bits, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ConsentId(pub String);
