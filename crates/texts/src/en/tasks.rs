//! What stands in Salesforce of a call, in English.

use crate::catalogue::Tasks;

pub(super) const TASKS: Tasks = Tasks {
    inbound: |number| format!("Call from {number}"),
    outbound: |number| format!("Call to {number}"),
    internal: |number| format!("Internal call, {number}"),
    unknown_number: "unknown number",
    answered: "Answered",
    transferred: "Transferred",
    no_answer: "No answer",
    busy: "Busy",
    declined: "Declined",
    missed: "Missed",
    cancelled: "Hung up before it was answered",
    failed: "Failed",
};
