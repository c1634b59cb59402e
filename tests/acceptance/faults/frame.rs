//! The console's frame lends the panel less than it could.

use acceptance::{
    browser::Frame,
    world::{Options, story},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::steps::{SIGN_IN_WITH_SALESFORCE, allow_once, reload, wait_for_code, wait_for_state};

/// Fault: The console's frame may open no window (`sandbox` without `allow-popups`).
/// Seen: `sign_in.popup_blocked` and the window's address, to be copied into a new tab; *Cancel* leads back.
/// Kept: The sign-in; the tab with the copied address finishes it.
#[test]
fn a_sandbox_without_windows_shows_the_address_to_copy() -> Result<()> {
    story(&Options::default(), |world| {
        let sandbox = json!({ "frame_sandbox": "allow-scripts allow-same-origin allow-forms" });
        world.practice_control("browser", &sandbox)?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.click_button(SIGN_IN_WITH_SALESFORCE)?;
        wait_for_code(&panel, "sign_in.popup_blocked")?;
        panel.click_button("Open in a new tab")?;
        panel.click_button("Open again")?;
        ensure!(world.browser.popups() == 0, "the sandbox lets windows through");

        // The code of what happened can be copied as well, for the administrator.
        let address = "main code.copyable:not(.administrator *)";
        let address = panel.evaluate(&format!("document.querySelector('{address}').innerText"))?;
        let window = world.browser.new_tab(address.as_str().context("an address")?)?;
        window.click_button("Allow")?;

        wait_for_state(&panel, "signed-in")?;
        reload(world, &tab)?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: The console does not lend its frame the microphone.
/// Seen: `frame.no_microphone` beside everything else, with what the administrator has to change.
/// Kept: The sign-in goes on; once the console lends the microphone the notice is gone.
#[test]
fn a_frame_without_a_microphone_is_told_and_signs_in() -> Result<()> {
    story(&Options::default(), |world| {
        world.practice_control("browser", &json!({ "frame_allow": "autoplay" }))?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "frame.no_microphone")?;
        panel.wait_for_text("Setup > Trusted URLs")?;
        allow_once(world, &panel)?;
        wait_for_code(&panel, "frame.no_microphone")?;

        world.practice_control("browser", &json!({}))?;
        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")?;
        ensure!(!notices(&panel)?, "the notice is still there");
        Ok(())
    })
}

fn notices(panel: &Frame) -> Result<bool> {
    panel.has("[data-code='frame.no_microphone']")
}
