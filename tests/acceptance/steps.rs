//! What people do again and again, in their words.

use std::time::Duration;

use acceptance::{
    browser::{Browser, Frame, Tab},
    world::World,
};
use anyhow::{Context as _, Result};
use serde_json::Value;

/// Waits until the panel is in this state, `main[data-state]`, and whether calls arrive has been said.
pub fn wait_for_state(panel: &Frame, state: &str) -> Result<()> {
    let there = format!("document.querySelector('main')?.dataset.state === '{state}'");
    panel
        .wait_for(&format!("{there} && !document.querySelector('[data-line=connecting]')"))
        .map(drop)
}

/// Waits until the panel shows this code with its sentences.
pub fn wait_for_code(panel: &Frame, code: &str) -> Result<()> {
    panel.wait_for(&format!("document.querySelector('[data-code=\"{code}\"]') !== null")).map(drop)
}

/// The same for what takes the panel a while: it gives the console fifteen seconds to answer, and lets up to
/// half a minute pass before it asks again by itself.
pub fn wait_long_for_code(panel: &Frame, code: &str) -> Result<()> {
    let shown = format!("document.querySelector('[data-code=\"{code}\"]') !== null");
    panel.wait_for_within(LONG, &shown).map(drop)
}

pub fn wait_long_for_state(panel: &Frame, state: &str) -> Result<()> {
    let there = format!("document.querySelector('main')?.dataset.state === '{state}'");
    panel.wait_for_within(LONG, &there).map(drop)
}

/// Waits until a click would open the window: Salesforce is not asked any more before it.
pub fn wait_for_prepared_window(panel: &Frame) -> Result<()> {
    let ready = "main button.brand:not([aria-disabled])";
    panel.wait_for(&format!("document.querySelector('{ready}') !== null"))?;
    panel.wait_for_button(SIGN_IN_WITH_SALESFORCE)
}

/// Waits until one of the panel's calls is in this state: `[data-call]`.
pub fn wait_for_call(panel: &Frame, state: &str) -> Result<()> {
    panel.wait_for(&format!("document.querySelector('[data-call=\"{state}\"]') !== null")).map(drop)
}

/// Clicks *Sign in with Salesforce* once the window is prepared; the window it opens.
pub fn open_window(world: &World, panel: &Frame) -> Result<Tab> {
    open_window_in(&world.browser, panel)
}

fn open_window_in(browser: &Browser, panel: &Frame) -> Result<Tab> {
    panel.wait_for_button(SIGN_IN_WITH_SALESFORCE)?;
    panel.click_button(SIGN_IN_WITH_SALESFORCE)?;
    browser.wait_for_popup()
}

/// The first sign-in: the window, *Allow*, and the panel is ready.
pub fn allow_once(world: &World, panel: &Frame) -> Result<()> {
    allow_once_in(&world.browser, panel)
}

/// The same at another desk.
pub fn allow_once_in(browser: &Browser, panel: &Frame) -> Result<()> {
    wait_for_code(panel, "sign_in.consent_needed")?;
    let window = open_window_in(browser, panel)?;
    window.wait_for_button("Allow")?;
    window.click_button("Allow")?;
    wait_for_state(panel, "signed-in")?;
    window.wait_until_closed()
}

/// Anna in her console, signed in for the first time.
pub fn anna_signed_in(world: &World) -> Result<(Tab, Frame)> {
    let tab = world.console_as("anna.agent")?;
    let panel = world.panel(&tab);
    allow_once(world, &panel)?;
    Ok((tab, panel))
}

pub fn reload(world: &World, tab: &Tab) -> Result<()> {
    tab.reload()?;
    world.open_softphone(tab)
}

/// The call is over, and its Task is written.
pub fn is_logged(panel: &Frame) -> Result<()> {
    let over = "document.querySelector('.wrap-up') && !document.querySelector('[data-waiting]')";
    panel.wait_for(over).map(drop)
}

/// The Tasks that bear a call's id.
pub fn logged_calls(world: &World) -> Result<Vec<Value>> {
    let state = world.practice_state()?;
    let tasks = state["tasks"].as_array().context("a list of tasks")?;
    Ok(tasks.iter().filter(|task| task["fields"]["CallObject"].is_string()).cloned().collect())
}

/// For what the panel does by itself.
pub const LONG: Duration = Duration::from_secs(75);

pub const SIGN_IN_WITH_SALESFORCE: &str = "Sign in with Salesforce";
