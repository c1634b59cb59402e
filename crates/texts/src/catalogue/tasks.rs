//! What the adapter writes into Salesforce of a call.

/// In a Task, where the agent has typed or chosen nothing. The number is their argument.
#[derive(Debug)]
pub struct Tasks {
    pub inbound: fn(&str) -> String,
    pub outbound: fn(&str) -> String,
    pub internal: fn(&str) -> String,
    pub unknown_number: &'static str,

    // How it went.
    pub answered: &'static str,
    pub transferred: &'static str,
    pub no_answer: &'static str,
    pub busy: &'static str,
    pub declined: &'static str,
    pub missed: &'static str,
    pub cancelled: &'static str,
    pub failed: &'static str,
}
