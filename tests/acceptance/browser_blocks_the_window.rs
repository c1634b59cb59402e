//! `window.open` answers `null`: nothing opened, or under COOP something did. Neither is a refusal.

use acceptance::world::{Options, story};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::steps::{SIGN_IN_WITH_SALESFORCE, wait_for_code, wait_for_state};

/// Fault: The browser blocks the sign-in window.
/// Seen: `sign_in.popup_blocked`, a link to open the window by hand, and *Cancel*.
/// Kept: The sign-in; the window opened by hand finishes it.
#[test]
fn a_blocked_window_is_explained_and_opened_by_hand() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for_button(SIGN_IN_WITH_SALESFORCE)?;
        panel.evaluate("window.open = () => null")?;
        panel.click_button(SIGN_IN_WITH_SALESFORCE)?;
        wait_for_state(&panel, "waiting-for-window")?;
        wait_for_code(&panel, "sign_in.popup_blocked")?;
        panel.wait_for_button("Cancel")?;
        let address = panel.evaluate("document.querySelector('a[target=_blank]').href")?;

        let window =
            world.browser.new_tab(address.as_str().context("the link of the fallback")?)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;

        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: The console isolates its windows (`Cross-Origin-Opener-Policy`), and the panel has no handle of its window.
/// Seen: The panel waits for the window as ever.
/// Kept: The sign-in; *Allow* finishes it.
#[test]
fn a_console_that_isolates_its_windows_hides_the_handle_and_nothing_else() -> Result<()> {
    story(&Options::default(), |world| {
        world.practice_control("browser", &json!({ "console_coop": "same-origin" }))?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);

        let window = crate::steps::open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        wait_for_state(&panel, "waiting-for-window")?;
        window.click_button("Allow")?;

        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: The agent closes the sign-in window.
/// Seen: The panel goes on waiting; *Cancel* leads back to the button.
/// Kept: Nothing; no window opens by itself.
#[test]
fn a_cancelled_window_leaves_the_panel_where_it_was() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = crate::steps::open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.close()?;
        // Closing the window is no refusal; the agent says what it was.
        wait_for_state(&panel, "waiting-for-window")?;
        panel.click_button("Cancel")?;

        wait_for_state(&panel, "offering")?;
        panel.wait_for_button(SIGN_IN_WITH_SALESFORCE)?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");
        Ok(())
    })
}
