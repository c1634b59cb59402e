//! The steps from one picture to the next.

use acceptance::{
    browser::{Frame, Tab},
    world::World,
};
use anyhow::Result;
use serde_json::json;

/// A console of the size that most of the pictures have, logged in and with the softphone open.
pub fn console_as(world: &World, username: &str) -> Result<(Tab, Frame)> {
    let tab = world.console_as(username)?;
    tab.set_viewport(1280, 800)?;
    let panel = world.panel(&tab);
    Ok((tab, panel))
}

pub fn wait_for_state(panel: &Frame, state: &str) -> Result<()> {
    panel
        .wait_for(&format!("document.querySelector('main')?.dataset.state === '{state}'"))
        .map(drop)
}

pub fn wait_for_code(panel: &Frame, code: &str) -> Result<()> {
    panel.wait_for(&format!("document.querySelector('[data-code=\"{code}\"]') !== null")).map(drop)
}

/// Clicks this button and answers the window that it opens, which stays when its work is done.
pub fn open_window(world: &World, panel: &Frame, button: &str) -> Result<Tab> {
    panel.wait_for_button(button)?;
    panel.click_button(button)?;
    let window = world.browser.wait_for_popup()?;
    window.call(
        "Page.addScriptToEvaluateOnNewDocument",
        json!({ "source": "window.close = () => {}" }),
    )?;
    window.set_viewport(520, 680)?;
    Ok(window)
}

/// A click of nobody's: no pointer stays behind, and no focus that keys have not moved.
pub fn press(frame: &Frame, selector: &str) -> Result<()> {
    let selector = json!(selector);
    frame.wait_for(&format!("document.querySelector({selector})?.click() ?? true")).map(drop)
}

pub fn log_in(world: &World, username: &str, to: &str) -> String {
    format!("{}/practice/login?username={username}@acme.example&return={to}", world.console())
}

pub const SIGN_IN: &str = "Sign in with Salesforce";
