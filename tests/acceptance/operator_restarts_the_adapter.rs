//! The operator updates the adapter while agents work.

use acceptance::world::{Options, story};
use anyhow::Result;

use crate::steps::{anna_signed_in, open_window, wait_for_state};

/// Fault: The adapter restarts while the sign-in window is open.
/// Seen: Nothing; *Allow* finishes the sign-in.
/// Kept: The sign-in.
#[test]
fn a_sign_in_goes_on_across_a_restart() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;

        world.restart_adapter()?;
        window.click_button("Allow")?;

        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: The adapter is away for a while.
/// Seen: The panel says that it is reconnecting, and stops saying so by itself.
/// Kept: The session.
#[test]
fn a_signed_in_panel_says_that_it_reconnects_and_stays_signed_in() -> Result<()> {
    story(&Options::default(), |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        world.stop_adapter()?;
        panel.wait_for_text("Reconnecting")?;
        wait_for_state(&panel, "signed-in")?;

        world.start_adapter()?;

        panel.wait_for("!document.body.innerText.includes('Reconnecting')")?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: No adapter answers a panel that is not signed in.
/// Seen: The panel counts down to its next try and offers *Try now*.
/// Kept: Nothing; the panel offers to sign in once the adapter answers.
#[test]
fn a_panel_that_finds_no_adapter_counts_down_and_recovers_by_itself() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for_button(crate::steps::SIGN_IN_WITH_SALESFORCE)?;
        world.stop_adapter()?;
        panel.click_button("Try again")?;
        wait_for_state(&panel, "unreachable")?;
        panel.wait_for_text("Trying again")?;
        panel.wait_for_button("Try now")?;

        world.start_adapter()?;

        wait_for_state(&panel, "offering")
    })
}
