//! Every call becomes exactly one Task of the agent's, whatever happens on the way. No browser: a
//! [`Desk`] hands over what a panel would.

mod apex;
mod deaths;
mod edits;
mod faults;
mod refusals;

use std::time::Duration;

use acceptance::{
    desk::{
        Desk, Visitor, at_the_desk,
        call_log::{inbound, task, unwritten},
        user_id,
    },
    installation::{Installation, ORGANIZATION},
    world::Options,
};
use adapter_api::{
    call_log::{CallResult, Direction, Entry, Receipt, Request, Response, Writer},
    events::Event,
};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

#[test]
fn a_call_becomes_one_task_of_the_agents() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let mut events = desk.events(&token)?;
        let (contact, account) = rose(installation)?;
        let call = inbound("+12065550143");
        let entry = Entry {
            disposition: Some("Call back".into()),
            notes: "Wants a quote\nby Friday".into(),
            who: Some(contact.parse()?),
            what: Some(account.parse()?),
            ..call.entry.clone()
        };
        let call = Request { entry, ..call };

        ensure!(desk.hand_over(&token, &call)?.receipt()? == Receipt::Waiting);
        let written = match events.next(PATIENCE)? {
            Event::CallLogged { call: logged, task } if logged == call.call => task,
            other => bail!("the panel hears {other:?}"),
        };

        let task = task(installation, &call.call)?;
        ensure!(task["id"] == written.as_str(), "{task}");
        let owner = user_id(installation, "anna.agent")?;
        for (field, value) in [
            ("OwnerId", json!(owner)),
            ("WhoId", json!(contact)),
            ("WhatId", json!(account)),
            ("Subject", json!("Call from +12065550143")),
            ("Description", json!("Wants a quote\nby Friday")),
            ("Status", json!("Completed")),
            ("TaskSubtype", json!("Call")),
            ("Type", json!("Call")),
            ("ActivityDate", json!("2026-09-21")),
            ("CallType", json!("Inbound")),
            ("CallDurationInSeconds", json!(60)),
            ("CallDisposition", json!("Call back")),
        ] {
            ensure!(task["fields"][field] == value, "{field} of {task:#}");
        }
        let page = format!("{}/lightning/r/Contact/{contact}/view", installation.console());
        let timeline = Visitor::logged_in(installation, "anna.agent")?.get(&page)?;
        ensure!(timeline.body().contains("Wants a quote"), "{timeline:?}");
        let again = desk.hand_over(&token, &call)?.receipt()?;
        ensure!(again == Receipt::Written { task: written }, "{again:?}");
        ensure!(desk.call_log(&token)?.waiting.is_empty());
        ensure!(unwritten(installation)?.is_empty());
        Ok(())
    })
}

#[test]
fn a_call_of_nobody_we_know_is_logged_as_well() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        for (direction, result, number, subject, disposition) in [
            (Direction::Internal, CallResult::Missed, "1002", "Internal call, 1002", "Missed"),
            (Direction::Outbound, CallResult::Busy, "+4930123", "Call to +4930123", "Busy"),
            (Direction::Inbound, CallResult::Declined, "", "Call from unknown number", "Declined"),
        ] {
            let call = inbound(number);
            let entry = Entry { direction, result, answered_at: None, ..call.entry.clone() };
            let call = Request { entry, ..call };

            desk.settled(&token, &call)?;

            let task = task(installation, &call.call)?;
            let fields = &task["fields"];
            ensure!(fields["Subject"] == subject, "{task:#}");
            ensure!(fields["CallDisposition"] == disposition, "{task:#}");
            ensure!(fields["CallDurationInSeconds"] == 0, "{task:#}");
            ensure!(fields["WhoId"].is_null() && fields["WhatId"].is_null(), "{task:#}");
        }
        Ok(())
    })
}

#[test]
fn a_panel_learns_what_the_administrator_lets_agents_choose() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let standing = |dispositions: &[&str]| Response {
            waiting: vec![],
            dispositions: dispositions.iter().copied().map(String::from).collect(),
            writer: Writer::Adapter,
        };
        let set = ["organization", "set", ORGANIZATION];
        ensure!(desk.call_log(&token)? == standing(&[]));

        let list = ["--disposition", "Interested", "--disposition", "Call back"];
        installation.cordboard(&[&set[..], &list].concat())?;
        ensure!(desk.call_log(&token)? == standing(&["Interested", "Call back"]));
        let shown = installation.cordboard(&["organization", "show", ORGANIZATION])?;
        ensure!(shown.contains("Interested, Call back"), "{shown}");

        installation.cordboard(&[&set[..], &["--clear", "dispositions"]].concat())?;
        ensure!(desk.call_log(&token)? == standing(&[]));
        Ok(())
    })
}

/// A call whose browser is gone before it ends is written an hour later; until then it waits for its end.
#[test]
fn a_call_that_goes_on_is_kept_and_not_written_yet() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let begun = inbound("+12065550143");
        let entry = Entry { ended_at: None, ..begun.entry.clone() };
        let goes_on = Request { entry, ..begun.clone() };

        ensure!(desk.hand_over(&token, &goes_on)?.receipt()? == Receipt::Waiting);
        ensure!(desk.call_log(&token)?.waiting.len() == 1);
        // Another call is written meanwhile, so the writer has looked.
        desk.settled(&token, &inbound("+4930123"))?;
        let waiting = unwritten(installation)?;
        ensure!(waiting.len() == 1 && waiting[0]["call"] == begun.call.as_str(), "{waiting:?}");

        desk.settled(&token, &Request { revision: 2, ..begun.clone() })?;
        ensure!(task(installation, &begun.call)?["fields"]["CallDurationInSeconds"] == 60);
        Ok(())
    })
}

/// A desk of Anna's, signed in, and her access token.
fn anna(installation: &Installation) -> Result<(Desk<'_>, String)> {
    let desk = Desk::new(installation);
    let mut anna = Visitor::logged_in(installation, "anna.agent")?;
    let token = desk.sign_in_by_window(&mut anna)?.access_token.0;
    Ok((desk, token))
}

/// The ids of a contact and of her account.
fn rose(installation: &Installation) -> Result<(String, String)> {
    let state = installation.practice_state()?;
    let contacts = state["contacts"].as_array().context("contacts")?;
    let rose = contacts.iter().find(|contact| contact["name"] == "Rose Gonzalez");
    let text = |value: &Value| value.as_str().map(str::to_owned).context("an id");
    let rose = rose.context("there is no Rose Gonzalez")?;
    Ok((text(&rose["id"])?, text(&rose["account"])?))
}

/// So that a write whose answer was lost is soon asked after.
fn settle_at_once(installation: &Installation) -> Result<()> {
    installation.configure("call_log_settle", "1")?;
    installation.restart_adapter()
}

const PATIENCE: Duration = Duration::from_secs(20);
