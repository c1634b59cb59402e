//! Salesforce answers nothing for half an hour and more, which the adapter's clock plays in an instant.

use std::{fs, time::Duration};

use acceptance::{
    browser::Frame,
    clock::Deadline,
    installation::CONFIG,
    machine::Machine,
    world::{Options, World, story},
};
use adapter_api::Code;
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use crate::steps::{anna_signed_in, wait_for_code, wait_for_state};

/// Fault: Salesforce answers the adapter nothing for half an hour.
/// Seen: `cordboard organization show` says since when, at once and all the while; after thirty minutes the panel says that Salesforce could not be asked for too long.
/// Kept: The session, for thirty minutes; after them the account, its link and the consent. When Salesforce answers again, one click signs the agent in.
#[test]
fn sessions_outlive_half_an_hour_without_salesforce_and_then_end_and_say_why() -> Result<()> {
    let machine = Machine::new()?;
    let options = Options { adapter_environment: machine.environment(), ..Options::default() };
    story(&options, |world| {
        let panel = anna_is_asked_about_each_second(world)?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())?;
        let away = json!({ "query": "unavailable", "proof": "unavailable" });
        world.practice_control("faults", &away)?;
        wait_for_directory(world, |directory| directory["trouble"]["since"].is_string())?;

        machine.shift_clock(29 * MINUTE)?;
        wait_for_queries(world, 2)?;
        let live = world.cordboard(&["session", "list", "acme", "--json"])?;
        ensure!(live.contains("anna"), "the session has ended early: {live}");
        wait_for_state(&panel, "signed-in")?;
        let shown = world.cordboard(&["organization", "show", "acme"])?;
        ensure!(shown.contains("failing since") && shown.contains("My Domain"), "{shown}");

        machine.shift_clock(31 * MINUTE)?;
        wait_for_code(&panel, Code::SalesforceUnreachable.as_str())?;
        wait_for_state(&panel, "ended")?;

        machine.shift_clock(0)?;
        world.practice_control("faults", &json!({}))?;
        panel.click_button("Sign in")?;
        wait_for_state(&panel, "signed-in")?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())
    })
}

/// Anna, signed in at an adapter that asks each second.
fn anna_is_asked_about_each_second(world: &mut World) -> Result<Frame> {
    let config = world.folder().join(CONFIG);
    let text = fs::read_to_string(&config)?;
    let quick = text.replace("directory_interval = 60", "directory_interval = 1");
    ensure!(quick != text, "the template names the interval");
    fs::write(&config, quick)?;
    world.restart_adapter()?;
    Ok(anna_signed_in(world)?.1)
}

/// Until so many more queries have been asked. What comes of the last of them is not known yet.
fn wait_for_queries(world: &World, more: u64) -> Result<()> {
    let (before, deadline) = (queries(world)?, Deadline::after(PATIENCE));
    while queries(world)? < before + more {
        if deadline.left().is_none() {
            bail!("Salesforce is asked no more");
        }
    }
    Ok(())
}

fn queries(world: &World) -> Result<u64> {
    let asked = world.practice_state()?["asked"].take();
    let asked = asked.as_object().context("what was asked")?;
    let queries = asked.iter().filter(|(path, _)| path.starts_with("/services/data/"));
    Ok(queries.filter_map(|(_, times)| times.as_u64()).sum())
}

/// Until `cordboard organization show` says so.
fn wait_for_directory(world: &World, says: impl Fn(&Value) -> bool) -> Result<()> {
    let deadline = Deadline::after(PATIENCE);
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

const MINUTE: i64 = 60;
const PATIENCE: Duration = Duration::from_secs(20);
