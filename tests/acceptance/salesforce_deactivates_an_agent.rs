//! An administrator of Salesforce takes a user's right to be an agent, and does nothing in Cordboard.

use std::{fs, time::Duration};

use acceptance::{
    browser::Frame,
    clock::Deadline,
    installation::CONFIG,
    world::{Options, World, story},
};
use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

use crate::steps::{anna_signed_in, wait_for_code, wait_for_state};

/// Fault: the agent's user is deactivated in Salesforce while the agent is signed in.
/// Seen: within a minute the panel says that the Salesforce user is not active; the audit log names Salesforce as the one who ended the session.
/// Kept: the account, its link and the consent.
#[test]
fn a_deactivated_user_is_signed_out() -> Result<()> {
    story(&Options::default(), |world| {
        let panel = anna_is_asked_about_each_second(world)?;

        change_anna(world, &json!({ "active": false }))?;

        wait_for_code(&panel, "sign_in.user_inactive")?;
        wait_for_state(&panel, "ended")?;
        ended_by_salesforce(world, "sign_in.user_inactive")?;
        let agents = world.cordboard(&["agent", "list", "acme", "--json"])?;
        ensure!(agents.contains("\"account\": \"linked\""), "{agents}");
        Ok(())
    })
}

/// Fault: the agent's user is frozen in Salesforce while the agent is signed in.
/// Seen: within a minute the panel says that the Salesforce user is frozen.
/// Kept: the account, its link and the consent; unfrozen, the agent signs in with one click.
#[test]
fn a_frozen_user_is_signed_out_and_comes_back_unfrozen() -> Result<()> {
    story(&Options::default(), |world| {
        let panel = anna_is_asked_about_each_second(world)?;

        change_anna(world, &json!({ "frozen": true }))?;

        wait_for_code(&panel, "sign_in.user_frozen")?;
        ended_by_salesforce(world, "sign_in.user_frozen")?;
        change_anna(world, &json!({ "frozen": false }))?;
        panel.click_button("Sign in")?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: the agent's user is taken out of the call center while the agent is signed in.
/// Seen: within a minute the panel says that the user belongs to no call center that uses Cordboard.
/// Kept: the account, its link and the consent.
#[test]
fn a_user_taken_out_of_the_call_center_is_signed_out() -> Result<()> {
    story(&Options::default(), |world| {
        let panel = anna_is_asked_about_each_second(world)?;

        change_anna(world, &json!({ "call_center": false }))?;

        wait_for_code(&panel, "sign_in.not_in_call_center")?;
        ended_by_salesforce(world, "sign_in.not_in_call_center")
    })
}

/// Fault: the integration user may not use Salesforce's REST interface.
/// Seen: `cordboard organization show` says since when, by which code, and which permission to give; the log says it once.
/// Kept: every session, for as long as it lasts.
#[test]
fn a_query_that_salesforce_forbids_ends_nothing_and_names_the_permission() -> Result<()> {
    story(&Options::default(), |world| {
        let panel = anna_is_asked_about_each_second(world)?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())?;

        world.practice_control("faults", &json!({ "query": "forbidden" }))?;

        wait_for_directory(world, |directory| {
            let trouble = &directory["trouble"];
            text(&trouble["what"]).contains("API_DISABLED_FOR_ORG")
                && text(&trouble["remedy"]).contains("API Enabled")
        })?;
        let shown = world.cordboard(&["organization", "show", "acme"])?;
        ensure!(shown.contains("failing since") && shown.contains("API Enabled"), "{shown}");
        wait_for_state(&panel, "signed-in")?;
        world.practice_control("faults", &json!({}))?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: Salesforce answers 503 to the minute's query.
/// Seen: `cordboard organization show` says since when Salesforce does not answer, and what to check.
/// Kept: every session, for thirty minutes.
#[test]
fn a_salesforce_that_does_not_answer_ends_nothing_at_once() -> Result<()> {
    story(&Options::default(), |world| {
        let panel = anna_is_asked_about_each_second(world)?;

        world.practice_control("faults", &json!({ "query": "unavailable" }))?;

        wait_for_directory(world, |directory| {
            text(&directory["trouble"]["what"]).contains("does not answer")
        })?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Anna, signed in at an adapter that asks each second.
pub fn anna_is_asked_about_each_second(world: &World) -> Result<Frame> {
    ask_each_second(world)?;
    Ok(anna_signed_in(world)?.1)
}

/// So that no story waits a minute.
pub fn ask_each_second(world: &World) -> Result<()> {
    let config = world.folder().join(CONFIG);
    let text = fs::read_to_string(&config)?;
    let quick = text.replace("directory_interval = 60", "directory_interval = 1");
    ensure!(quick != text, "the template names the interval");
    fs::write(&config, quick)?;
    world.restart_adapter()
}

fn change_anna(world: &World, change: &Value) -> Result<()> {
    let mut change = change.clone();
    change["username"] = "anna.agent@acme.example".into();
    world.practice_control("user", &change).map(drop)
}

fn ended_by_salesforce(world: &World, code: &str) -> Result<()> {
    let audit = world.cordboard(&["audit", "--json"])?;
    let entries: Vec<Value> = serde_json::from_str(&audit)?;
    let is_it = |entry: &Value| {
        entry["actor"] == "salesforce"
            && entry["event"] == "session.end"
            && entry["outcome"] == code
    };
    ensure!(entries.iter().any(is_it), "{audit}");
    Ok(())
}

/// Until `cordboard organization show` says so.
pub fn wait_for_directory(world: &World, says: impl Fn(&Value) -> bool) -> Result<()> {
    let deadline = Deadline::after(Duration::from_secs(20));
    loop {
        let shown = world.cordboard(&["organization", "show", "acme", "--json"])?;
        let shown: Value = serde_json::from_str(&shown)?;
        let directory = &shown["directory"];
        if !directory["answered_at"].is_null() && says(directory) {
            return Ok(());
        }
        if deadline.left().is_none() {
            bail!("{directory:#}");
        }
    }
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
