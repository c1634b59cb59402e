//! An agent sees what calls there were, and calls somebody again.

use acceptance::{
    browser::Frame,
    world::{Agent, Options, story},
};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{annas_phone, choose_state, ring, ring_as, rose_talks},
    steps::{allow_once, reload, wait_for_call},
};

#[test]
fn what_was_missed_is_counted_until_it_is_looked_at_and_called_back_by_one_key() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        panel.wait_for_text("Recent calls")?;
        let customer = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
        wait_for_call(&panel, "ringing-here")?;
        world.pbx_control(&format!("calls/{customer}"), &json!({ "order": "hang_up" }))?;
        panel.click_button("Close")?;
        panel.wait_for_text("1 missed")?;

        choose_state(&panel, "Do not disturb")?;
        let refused = ring(world, "+14155550118")?;
        world.pbx_call(|call| call["id"] == refused && call["ended"] == "refused")?;
        panel.wait_for_text("2 missed")?;
        tab.wait_for("document.querySelector('#softphone-item').textContent.includes('2 missed')")?;
        panel.evaluate("document.querySelector('summary').focus()")?;
        tab.press("Enter")?;
        panel.wait_for("!document.querySelector('summary').textContent.includes('missed')")?;
        ensure!(recents(&panel)? == json!(["+14155550118", "Maria Alvarez"]));

        panel.evaluate("document.querySelectorAll('.recents button')[1].focus()")?;
        tab.press("Enter")?;

        world.pbx_call(|call| call["part"] == "customer" && call["connected"] == true)?;
        wait_for_call(&panel, "talking")?;
        panel.wait_for_text("+33 1 70 18 99 00")
    })
}

/// Fault: the agent reloads the console, and closes the tab in which the calls were.
/// Seen: the recent calls, unchanged, in every tab.
/// Kept: the calls, and how many of them were missed; for this agent alone.
#[test]
fn recent_calls_outlive_their_page_and_are_shown_to_nobody_else() -> Result<()> {
    let options = Options { agents: vec![Agent::anna(), Agent::carla()], ..Options::calling() };
    story(&options, |world| {
        let (first, panel) = annas_phone(world)?;
        rose_talks(world, &panel)?;
        panel.click_button("Hang up")?;
        panel.click_button("Save")?;
        let second = world.console_again()?;
        let other = world.panel(&second);
        shows(&other, "Rose Gonzalez")?;

        first.close()?;
        other.wait_for_text("Your number is 1001")?;
        shows(&other, "Rose Gonzalez")?;
        reload(world, &second)?;
        let panel = world.panel(&second);
        shows(&panel, "Rose Gonzalez")?;

        // The desk changes hands, in the same browser.
        second.click("summary.avatar")?;
        second.click("#log-out")?;
        second.wait_for("document.querySelector('#username') !== null")?;
        let tab = world.console_as("carla.costa")?;
        let panel = world.panel(&tab);
        allow_once(world, &panel)?;
        panel.wait_for_text("Recent calls")?;
        ensure!(recents(&panel)? == json!([]), "{}", panel.text()?);
        Ok(())
    })
}

fn shows(panel: &Frame, name: &str) -> Result<()> {
    panel.wait_for(&format!("{RECENTS}.join() === '{name}'")).map(drop)
}

fn recents(panel: &Frame) -> Result<Value> {
    panel.evaluate(RECENTS)
}

/// Who it was, the newest first.
const RECENTS: &str =
    "[...document.querySelectorAll('.recents button')].map(it => it.textContent.split('\\n')[0])";
