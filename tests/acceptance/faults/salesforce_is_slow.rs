//! Salesforce takes its time, or for ever.

use acceptance::world::{Options, story};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{allow_once, open_window, wait_for_code, wait_for_state};

/// Fault: Each of Salesforce's answers to browser and adapter takes a second and a half.
/// Seen: The panel waits for its window as ever.
/// Kept: The sign-in, however many answers it needs.
#[test]
fn a_slow_salesforce_is_waited_for() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        world.practice_control("faults", &json!({ "delay": 1_500, "run_apex_delay": 1_500 }))?;

        allow_once(world, &world.panel(&tab))
    })
}

/// Fault: Salesforce's token endpoint never answers.
/// Seen: After ten seconds `oauth.unreachable`, in the window and in the panel.
/// Kept: The offer; a click signs in once Salesforce answers.
#[test]
fn a_token_that_never_comes_is_given_up() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        world.practice_control("faults", &json!({ "token": "silent" }))?;

        let window = open_window(world, &panel)?;
        window.wait_for_text("oauth.unreachable")?;
        wait_for_code(&panel, "oauth.unreachable")?;
        window.close()?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");

        world.practice_control("faults", &json!({}))?;
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")
    })
}
