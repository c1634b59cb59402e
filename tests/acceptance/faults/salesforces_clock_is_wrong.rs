//! Salesforce's clock and the adapter's do not agree.

use acceptance::world::{Options, story};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::steps::{
    allow_once, anna_signed_in, open_window, reload, wait_for_code, wait_for_prepared_window,
    wait_for_state,
};

/// Fault: Salesforce's clock is ten minutes ahead or behind when it confirms who sits at the console.
/// Seen: `proof.expired`, with by how much and in which direction; no window opens.
/// Kept: The consent; once the clocks agree, *Try again* signs in.
#[test]
fn a_proof_dated_by_another_clock_is_refused_with_the_difference() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        for (minutes, difference) in [(10, "+10 min"), (-10, "-10 min")] {
            world.practice_control("faults", &json!({ "clock": minutes }))?;

            reload(world, &tab)?;
            wait_for_code(&panel, "proof.expired").context(difference)?;
            panel.wait_for_text(difference)?;
            ensure!(world.browser.popups() == 0, "a window opened by itself");

            world.practice_control("faults", &json!({}))?;
            panel.click_button("Try again")?;
            wait_for_state(&panel, "signed-in")?;
        }
        Ok(())
    })
}

/// Fault: Salesforce's clock is ten minutes ahead or behind when it signs the ID token of a window.
/// Seen: `oauth.id_token` in the window; in the panel, which prepares the next one, `proof.expired` with by how much.
/// Kept: The offer; once the clocks agree, a click brings it back, and the next one signs in.
#[test]
fn an_id_token_dated_by_another_clock_is_refused() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        for (minutes, difference) in [(10, "+10 min"), (-10, "-10 min")] {
            wait_for_code(&panel, "sign_in.consent_needed")?;
            wait_for_prepared_window(&panel)?;
            world.practice_control("faults", &json!({ "clock": minutes }))?;
            let window = open_window(world, &panel)?;
            window.wait_for_text("oauth.id_token")?;
            window.wait_for_text("expired")?;
            wait_for_code(&panel, "proof.expired")?;
            panel.wait_for_text(difference)?;
            window.close()?;
            ensure!(world.browser.popups() == 0, "a window opened by itself");

            world.practice_control("faults", &json!({}))?;
            panel.click_button("Try again")?;
        }

        allow_once(world, &panel)
    })
}

/// Fault: Salesforce's clock is a minute ahead or behind.
/// Seen: Nothing.
/// Kept: The sign-in, silent or in a window.
#[test]
fn a_minute_of_difference_is_tolerated() -> Result<()> {
    story(&Options::default(), |world| {
        world.practice_control("faults", &json!({ "clock": 1 }))?;
        let (tab, panel) = anna_signed_in(world)?;
        world.practice_control("faults", &json!({ "clock": -1 }))?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")
    })
}
