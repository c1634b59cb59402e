//! An administrator blocks or uninstalls the app in the middle of a shift.

use acceptance::world::World;
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::{
    clocks::story_of_hours,
    salesforce_is_gone::{proofs, renewals, wait_for_a_renewal_after},
};
use crate::{
    salesforce_deactivates_an_agent::{ask_each_second, wait_for_directory},
    steps::{anna_signed_in, open_window, reload, wait_for_code, wait_for_state},
};

/// Fault: An administrator of Salesforce blocks the sign-in app in the middle of a shift.
/// Seen: Nothing by whoever is signed in, nor at their next silent sign-in: both rest on the proof. A window is told `oauth.blocked`.
/// Kept: The sessions and consents; once the app is unblocked, a click signs in.
#[test]
fn a_blocked_app_is_told_to_whoever_needs_a_window() -> Result<()> {
    closes_the_window_only(
        &json!({ "blocked": true }),
        &json!({ "blocked": false }),
        "oauth.blocked",
    )
}

/// Fault: The sign-in app is uninstalled from Salesforce in the middle of a shift.
/// Seen: Nothing by whoever is signed in, nor at their next silent sign-in. A window is told `oauth.not_installed`.
/// Kept: The sessions and consents; once the app is installed again, a click signs in.
#[test]
fn an_uninstalled_app_is_told_to_whoever_needs_a_window() -> Result<()> {
    closes_the_window_only(
        &json!({ "installed": false }),
        &json!({ "installed": true }),
        "oauth.not_installed",
    )
}

fn closes_the_window_only(change: &Value, undo: &Value, code: &str) -> Result<()> {
    story_of_hours(|clocks, world| {
        ask_each_second(world)?;
        let (tab, panel) = anna_signed_in(world)?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())?;
        let (asked, renewed) = (proofs(world)?, renewals(world)?);
        let answered = answered_at(world)?;

        world.practice_control("app", change)?;

        // The minute's query, the refresh that carries a proof, and a silent sign-in.
        clocks.pass(16, world, &panel, json!({}))?;
        wait_for_a_renewal_after(world, &renewed)?;
        ensure!(proofs(world)? == asked + 1, "the refresh carries no proof");
        wait_for_directory(world, |directory| directory["answered_at"] != answered)?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())?;
        // A page that is loaded anew has the clock of its computer again.
        clocks.pass(-16, world, &panel, json!({}))?;
        reload(world, &tab)?;
        wait_for_state(&panel, "signed-in")?;

        // The window.
        panel.click_button("What you allowed")?;
        panel.wait_for_button("Revoke the permission for Acme")?;
        panel.click_button("Revoke the permission for Acme")?;
        panel.wait_for_button("Revoke permission")?;
        panel.click_button("Revoke permission")?;
        wait_for_code(&panel, "consent.revoked")?;
        panel.click_button("Sign in")?;
        let window = open_window(world, &panel)?;
        window.wait_for_text(code)?;
        wait_for_code(&panel, code)?;
        window.close()?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");

        world.practice_control("app", undo)?;
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")
    })
}

/// When Salesforce last answered the minute's query.
fn answered_at(world: &World) -> Result<Value> {
    let shown = world.cordboard(&["organization", "show", "acme", "--json"])?;
    let shown: Value = serde_json::from_str(&shown)?;
    Ok(shown["directory"]["answered_at"].clone())
}
