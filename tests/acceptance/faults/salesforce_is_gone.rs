//! Salesforce is not there at all, neither for the browser nor for the adapter.

use std::time::Duration;

use acceptance::{
    clock::Deadline,
    world::{Options, World, story},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::clocks::story_of_hours;
use crate::steps::{
    allow_once, anna_signed_in, open_window, wait_for_code, wait_for_prepared_window,
    wait_for_state, wait_long_for_state,
};

/// Fault: Salesforce is gone for three quarters of an hour, for console and adapter alike, while an agent is signed in.
/// Seen: Nothing for half an hour past the proof that falls due; then why Salesforce cannot say who sits there, and when the panel tries again.
/// Kept: The session for that half hour, the consent beyond it; the panel signs in by itself once Salesforce is back.
#[test]
fn a_salesforce_that_is_gone_ends_a_session_late_and_brings_it_back() -> Result<()> {
    story_of_hours(|clocks, world| {
        let (_tab, panel) = anna_signed_in(world)?;
        let gone = || json!({ "salesforce": "cut" });

        for minutes in [16, 16] {
            let (asked, renewed) = (proofs(world)?, renewals(world)?);
            clocks.pass(minutes, world, &panel, gone())?;
            wait_for_a_renewal_after(world, &renewed)?;
            ensure!(proofs(world)? == asked + 1, "the panel asks for a proof, and once");
            wait_for_state(&panel, "signed-in")?;
        }
        clocks.pass(16, world, &panel, gone())?;
        wait_for_state(&panel, "unreachable")?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");

        clocks.play(world, json!({}))?;
        wait_long_for_state(&panel, "signed-in")?;
        panel.wait_for_text("You are signed in as Anna Agent")
    })
}

/// Fault: Salesforce is gone when the agent opens the sign-in window.
/// Seen: The browser's own page in the window; the panel waits, and *Cancel* leads back.
/// Kept: The offer; once Salesforce is back a click signs in.
#[test]
fn a_window_that_finds_no_salesforce_is_cancelled() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        wait_for_prepared_window(&panel)?;
        world.practice_control("faults", &json!({ "salesforce": "cut" }))?;

        let window = open_window(world, &panel)?;
        wait_for_state(&panel, "waiting-for-window")?;
        window.close()?;
        world.practice_control("faults", &json!({}))?;
        panel.click_button("Cancel")?;

        wait_for_state(&panel, "offering")?;
        panel.click_button("Try again")?;
        allow_once(world, &panel)
    })
}

/// When each live session was renewed last.
pub fn renewals(world: &World) -> Result<Vec<Value>> {
    let sessions = world.cordboard(&["session", "list", "acme", "--json"])?;
    let sessions: Vec<Value> = serde_json::from_str(&sessions)?;
    Ok(sessions.into_iter().map(|session| session["last_renewed_at"].clone()).collect())
}

pub fn wait_for_a_renewal_after(world: &World, before: &[Value]) -> Result<()> {
    let deadline = Deadline::after(Duration::from_secs(20));
    loop {
        let renewals = renewals(world)?;
        ensure!(!renewals.is_empty(), "the session is over");
        if renewals != before {
            return Ok(());
        }
        deadline.left().context("the session is not renewed")?;
    }
}

/// How often the panel has asked Salesforce who sits there.
pub fn proofs(world: &World) -> Result<u64> {
    world.practice_state()?["asked"]["/aura/apex"].as_u64().context("runApex was never called")
}
