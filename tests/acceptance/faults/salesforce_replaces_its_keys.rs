//! The key that signs ID tokens is replaced while agents sign in.

use acceptance::world::{Approval, Options, World, story};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::steps::{open_window, wait_for_code, wait_for_state};

/// Fault: Salesforce replaces the key of its ID tokens while the agent reads its approval page; the adapter knows the one before.
/// Seen: Nothing.
/// Kept: The sign-in; the adapter asks for the published keys once more, and only once.
#[test]
fn a_key_replaced_in_the_middle_of_a_sign_in_goes_unnoticed() -> Result<()> {
    story(&Options { approval: Approval::ByEachUser, ..Options::default() }, |world| {
        carla_has_signed_in(world)?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = open_window(world, &panel)?;
        window.wait_for_text("Allow access?")?;

        world.practice_control("faults", &json!({ "signing_key": "rotated" }))?;
        window.click_button("Allow")?;

        window.wait_for_text("Allow Cordboard to use your Salesforce identity")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")?;
        let asked = world.practice_state()?["asked"]["/id/keys"].as_u64();
        ensure!(asked == Some(2), "the keys were asked for {asked:?} times");
        Ok(())
    })
}

/// Fault: Salesforce signs with a key that it has not published yet.
/// Seen: `oauth.id_token` with the check that failed, `key`.
/// Kept: The offer; once the key is published a click signs in.
#[test]
fn a_key_that_is_not_published_yet_is_not_believed() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        world.practice_control("faults", &json!({ "signing_key": "unpublished" }))?;

        let window = open_window(world, &panel)?;
        window.wait_for_text("oauth.id_token")?;
        wait_for_code(&panel, "oauth.id_token")?;
        panel.wait_for_text("key")?;
        window.close()?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");

        world.practice_control("faults", &json!({ "signing_key": "rotated" }))?;
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")
    })
}

/// So that the adapter knows the keys of before.
fn carla_has_signed_in(world: &World) -> Result<()> {
    let tab = world.console_as("carla.costa")?;
    let panel = world.panel(&tab);
    let window = open_window(world, &panel)?;
    window.wait_for_text("Allow access?")?;
    window.click_button("Allow")?;
    window.wait_for_text("Allow Cordboard to use your Salesforce identity")?;
    window.click_button("Allow")?;
    wait_for_state(&panel, "signed-in").context("Carla")?;
    window.wait_until_closed()?;
    tab.close()
}
