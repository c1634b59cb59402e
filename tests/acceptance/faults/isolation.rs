//! Pages that isolate their windows (`Cross-Origin-Opener-Policy`) keep panel and window from seeing each other;
//! the sign-in needs neither to.

use acceptance::world::{Options, World, story};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{open_window, reload, wait_for_state};

/// Fault: The console isolates its windows, except from those that it opens itself (`same-origin-allow-popups`).
/// Seen: Nothing; the panel waits for the window as ever.
/// Kept: The sign-in; the window closes by itself.
#[test]
fn a_console_that_keeps_its_popups_changes_nothing() -> Result<()> {
    signs_in_in_spite_of(|world| {
        let coop = json!({ "console_coop": "same-origin-allow-popups" });
        world.practice_control("browser", &coop).map(drop)
    })
}

/// Fault: Salesforce's login page isolates itself (`same-origin`), so that the window seems closed while it is open.
/// Seen: Nothing; the panel waits for the window as ever.
/// Kept: The sign-in.
#[test]
fn a_login_page_that_isolates_itself_changes_nothing() -> Result<()> {
    signs_in_in_spite_of(|world| {
        let coop = json!({ "my_domain_coop": "same-origin" });
        world.practice_control("browser", &coop).map(drop)
    })
}

/// Fault: Salesforce's login page isolates itself by `same-origin-allow-popups`.
/// Seen: Nothing; the panel waits for the window as ever.
/// Kept: The sign-in.
#[test]
fn a_login_page_that_keeps_its_popups_changes_nothing() -> Result<()> {
    signs_in_in_spite_of(|world| {
        let coop = json!({ "my_domain_coop": "same-origin-allow-popups" });
        world.practice_control("browser", &coop).map(drop)
    })
}

/// Fault: A proxy isolates the window's last page (`same-origin`).
/// Seen: Nothing in the panel; the window says that it can be closed.
/// Kept: The sign-in.
#[test]
fn a_last_page_that_is_isolated_changes_nothing() -> Result<()> {
    signs_in_in_spite_of(|world| {
        world.browser.add_response_header("/auth/", COOP, "same-origin");
        Ok(())
    })
}

/// Fault: A proxy isolates the window's last page by `same-origin-allow-popups`.
/// Seen: Nothing in the panel; the window says that it can be closed.
/// Kept: The sign-in.
#[test]
fn a_last_page_that_keeps_its_popups_changes_nothing() -> Result<()> {
    signs_in_in_spite_of(|world| {
        world.browser.add_response_header("/auth/", COOP, "same-origin-allow-popups");
        Ok(())
    })
}

fn signs_in_in_spite_of(isolate: impl FnOnce(&World) -> Result<()>) -> Result<()> {
    story(&Options::default(), |world| {
        isolate(world)?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        wait_for_state(&panel, "waiting-for-window")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")?;
        ensure!(world.browser.popups() <= 1, "a window opened by itself");
        Ok(())
    })
}

const COOP: &str = "Cross-Origin-Opener-Policy";
