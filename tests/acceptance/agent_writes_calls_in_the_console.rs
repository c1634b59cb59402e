//! The adapter has no access of its own to Salesforce: the agent's console writes the calls, as the agent.

use acceptance::{
    clock::Deadline,
    world::{Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{annas_phone, rose_talks},
    steps::{LONG, logged_calls, reload},
};

#[test]
fn a_call_and_what_was_said_after_it_become_one_task_of_the_agents() -> Result<()> {
    told(|world| {
        let (tab, panel) = annas_phone(world)?;
        rose_talks(world, &panel)?;

        panel.click_button("Hang up")?;
        panel.wait_for("document.querySelector('.wrap-up') !== null")?;
        panel.fill("#notes", "Wants a quote by Friday")?;
        panel.click_button("Save")?;

        tab.wait_for_text("Wants a quote by Friday")?;
        panel.wait_for("!document.querySelector('.wrap-up, [data-waiting]')")?;
        ensure!(the_one_call(world)?["fields"]["WhoId"] == "003Ax0000000001IAA");
        Ok(())
    })
}

/// Fault: the console's tab is killed between a call's Task and the class's answer, and notes were typed meanwhile.
/// Seen: the panel says that the call is not in Salesforce yet, and to keep a tab open; the next page mends it.
/// Kept: exactly one Task, with the notes.
#[test]
fn a_tab_killed_between_task_and_answer_leaves_one_task() -> Result<()> {
    told(|world| {
        let (tab, panel) = annas_phone(world)?;
        rose_talks(world, &panel)?;
        world.practice_control("open-cti", &json!({ "runApex/write": "never" }))?;
        panel.click_button("Hang up")?;
        wait_for_task(world)?;
        panel.wait_for_text("Keep a tab of the console open.")?;
        panel.fill("#notes", "Wants a quote by Friday")?;
        panel.click_button("Save")?;
        panel.wait_for("!document.querySelector('.wrap-up')")?;

        world.practice_control("open-cti", &json!({}))?;
        reload(world, &tab)?;

        let panel = world.panel(&tab);
        panel.wait_for("document.querySelector('[data-waiting]')")?;
        panel.wait_for_within(LONG, "!document.querySelector('[data-waiting]')")?;
        let task = the_one_call(world)?;
        ensure!(task["fields"]["Description"] == "Wants a quote by Friday", "{task:#}");
        Ok(())
    })
}

/// Fault: of two tabs the one that is the phone is closed while the console writes a call.
/// Seen: the other tab says that a call is not in Salesforce yet, until it has written it.
/// Kept: exactly one Task.
#[test]
fn of_two_tabs_the_other_goes_on_writing() -> Result<()> {
    told(|world| {
        let (first, panel) = annas_phone(world)?;
        let second = world.console_again()?;
        let other = world.panel(&second);
        other.wait_for_text("Your number is 1001")?;
        rose_talks(world, &other)?;
        world.practice_control("open-cti", &json!({ "runApex/write": "never" }))?;
        other.click_button("Hang up")?;
        wait_for_task(world)?;
        panel.wait_for("document.querySelector('[data-waiting]')")?;
        other.wait_for("document.querySelector('[data-waiting]')")?;

        world.practice_control("open-cti", &json!({}))?;
        first.close()?;

        other.wait_for_within(LONG, "!document.querySelector('[data-waiting]')")?;
        the_one_call(world).map(drop)
    })
}

fn told(tell: impl FnOnce(&mut World) -> Result<()>) -> Result<()> {
    story(&Options { integration_client: false, ..Options::calling() }, |world| {
        // So that a write whose answer was lost is soon asked after.
        world.configure("call_log_settle", "1")?;
        world.restart_adapter()?;
        tell(world)
    })
}

fn wait_for_task(world: &World) -> Result<()> {
    let deadline = Deadline::after(LONG);
    while logged_calls(world)?.is_empty() {
        ensure!(deadline.left().is_some(), "no call becomes a Task");
    }
    Ok(())
}

fn the_one_call(world: &World) -> Result<Value> {
    let mut calls = logged_calls(world)?;
    ensure!(calls.len() == 1, "not one but {calls:#?}");
    Ok(calls.remove(0))
}
