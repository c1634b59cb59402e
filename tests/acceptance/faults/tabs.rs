//! Several tabs of one console, as a browser opens them after a restart.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World, story},
};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{allow_once, wait_for_code, wait_for_state};

/// Fault: Two tabs with the console open at once, before the agent has allowed Cordboard.
/// Seen: One window, from one click in one of them; both panels are signed in.
/// Kept: One consent.
#[test]
fn two_tabs_are_signed_in_by_one_window() -> Result<()> {
    signed_in_by_one_window(2)
}

/// Fault: Ten tabs with the console open at once, before the agent has allowed Cordboard.
/// Seen: One window, from one click in one of them; all ten panels are signed in.
/// Kept: One consent.
#[test]
fn ten_tabs_are_signed_in_by_one_window() -> Result<()> {
    signed_in_by_one_window(10)
}

/// Fault: Ten tabs with the console are reloaded at once.
/// Seen: Nothing; each panel is signed in without a click.
/// Kept: The one consent.
#[test]
fn ten_tabs_reloaded_at_once_are_signed_in_silently() -> Result<()> {
    story(&Options::default(), |world| {
        let tabs = open(world, 10)?;
        let panels: Vec<Frame> = tabs.iter().map(|tab| world.panel(tab)).collect();
        allow_once(world, &panels[0])?;
        for panel in &panels {
            wait_for_state(panel, "signed-in")?;
        }

        // All of them before any is waited for.
        for tab in &tabs {
            tab.evaluate("setTimeout(() => location.reload()); window.old = true")?;
        }

        for (tab, panel) in tabs.iter().zip(&panels) {
            tab.wait_for("window.old === undefined")?;
            wait_for_state(panel, "signed-in")?;
        }
        one_consent_and_no_window(world)
    })
}

fn signed_in_by_one_window(count: usize) -> Result<()> {
    story(&Options::default(), |world| {
        let tabs = open(world, count)?;
        let panels: Vec<Frame> = tabs.iter().map(|tab| world.panel(tab)).collect();
        for panel in &panels {
            wait_for_code(panel, "sign_in.consent_needed")?;
        }
        tabs[0].activate()?;

        allow_once(world, &panels[0])?;

        for panel in &panels {
            wait_for_state(panel, "signed-in")?;
            panel.wait_for_text("You are signed in as Anna Agent")?;
        }
        one_consent_and_no_window(world)
    })
}

fn open(world: &World, count: usize) -> Result<Vec<Tab>> {
    let mut tabs = vec![world.console_as("anna.agent")?];
    for _ in 1..count {
        tabs.push(world.console_again()?);
    }
    Ok(tabs)
}

fn one_consent_and_no_window(world: &World) -> Result<()> {
    ensure!(world.browser.popups() == 0, "a window is open");
    let consents = world.cordboard(&["consent", "list", "acme", "--json"])?;
    let consents: serde_json::Value = serde_json::from_str(&consents)?;
    ensure!(consents.as_array().context("a list")?.len() == 1, "{consents}");
    let sessions = world.cordboard(&["session", "list", "acme", "--json"])?;
    let sessions: serde_json::Value = serde_json::from_str(&sessions)?;
    let by_window =
        sessions.as_array().context("a list")?.iter().filter(|it| it["way"] == "salesforce_sso");
    ensure!(by_window.count() == 1, "{sessions}");
    Ok(())
}
