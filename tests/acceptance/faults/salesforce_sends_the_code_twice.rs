//! The browser comes back from Salesforce twice, with the same code.

use acceptance::{
    desk::Ledger,
    world::{Options, story},
};
use adapter_api::Code;
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{open_window, wait_for_code, wait_for_state};

/// Fault: Salesforce sends the window back twice in a row, and refuses the code the second time, as a used one.
/// Seen: `oauth.refused` with `invalid_grant`, in the window and in the panel; no second window.
/// Kept: The offer; a click begins anew, and signs in.
#[test]
fn a_code_sent_twice_signs_nobody_in_and_a_click_does() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        let mut ledger = Ledger::open(world)?;
        world.practice_control("faults", &json!({ "code": "sent_twice" }))?;

        let window = open_window(world, &panel)?;
        window.wait_for_text("oauth.refused")?;
        wait_for_code(&panel, "oauth.refused")?;
        panel.wait_for_text("invalid_grant")?;
        window.close()?;
        ensure!(world.browser.popups() == 0, "a second window opened");
        ledger.has_refusal(Code::OauthRefused, Some("invalid_grant"))?;

        world.practice_control("faults", &json!({}))?;
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")
    })
}
