//! Later revisions of a call, and what the agent has done to its Task meanwhile.

use acceptance::{
    desk::{
        at_the_desk,
        call_log::{inbound, noted, task, tasks},
    },
    world::Options,
};
use adapter_api::call_log::{Entry, Request};
use anyhow::{Result, ensure};
use serde_json::json;

use super::anna;

/// Fault: revisions of a call come out of order, and twice.
/// Seen: nothing; the panel is told of the newest.
/// Kept: one Task, with what the newest revision says.
#[test]
fn the_newest_revision_stands_there_in_whatever_order_they_come() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let first = inbound("+12065550143");
        let second = noted(&first, "second");
        let third = noted(&second, "third");

        for request in [&second, &first, &third, &second, &third, &first] {
            desk.settled(&token, request)?;
        }

        let task = task(installation, &first.call)?;
        ensure!(task["fields"]["Description"] == "third", "{task:#}");
        Ok(())
    })
}

/// Fault: the agent edits the Task in Salesforce, and the panel's notes come later.
/// Seen: the Task as the agent left it, with what was not edited brought up to date.
/// Kept: the agent's own words in every field that they touched.
#[test]
fn what_the_agent_edited_is_never_overwritten() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let first = inbound("+12065550143");
        desk.settled(&token, &first)?;
        let id = task(installation, &first.call)?["id"].clone();
        let edited =
            json!({ "Subject": "Quote for Rose", "Description": "She wants it by Friday" });
        installation.practice_control("task", &json!({ "id": id, "fields": edited }))?;

        let second = noted(&first, "quote");
        let entry = Entry { disposition: Some("Call back".into()), ..second.entry.clone() };
        let second = Request { entry, ..second };
        desk.settled(&token, &second)?;
        desk.settled(&token, &noted(&second, "quote, soon"))?;

        let task = task(installation, &first.call)?;
        let fields = &task["fields"];
        ensure!(fields["Subject"] == "Quote for Rose", "{task:#}");
        ensure!(fields["Description"] == "She wants it by Friday", "{task:#}");
        ensure!(fields["CallDisposition"] == "Call back", "{task:#}");
        Ok(())
    })
}

/// Fault: somebody deletes the Task, and the panel's notes come later.
/// Seen: nothing.
/// Kept: the deletion; the call gets no second Task.
#[test]
fn a_task_that_was_deleted_does_not_come_back() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let first = inbound("+12065550143");
        desk.settled(&token, &first)?;
        let id = task(installation, &first.call)?["id"].clone();
        installation.practice_control("task", &json!({ "id": id, "deleted": true }))?;

        desk.settled(&token, &noted(&first, "too late"))?;

        ensure!(tasks(installation, &first.call)?.is_empty());
        Ok(())
    })
}
