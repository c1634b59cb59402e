//! The operator updates the adapter while agents work.

use acceptance::world::{Options, story};
use anyhow::{Result, ensure};

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

/// Fault: A proxy before the adapter sends everybody away for some seconds (503 with `Retry-After`).
/// Seen: The panel counts down the seconds that were asked for.
/// Kept: Nothing; the panel asks no sooner than that, and goes on by itself.
#[test]
fn a_panel_that_is_told_when_to_come_back_comes_back_then() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for_button(crate::steps::SIGN_IN_WITH_SALESFORCE)?;
        panel.evaluate(&format!("({SENT_AWAY_ONCE})(5)"))?;

        panel.click_button("Try again")?;

        wait_for_state(&panel, "unreachable")?;
        let said = panel.wait_for("document.querySelector('.countdown')?.innerText")?;
        ensure!(
            ["Trying again in 5 s", "Trying again in 6 s"].contains(&said.as_str().unwrap_or("")),
            "{said}"
        );
        wait_for_state(&panel, "offering")?;
        let waited = panel.evaluate("asked[1] - asked[0]")?;
        ensure!(waited.as_f64() >= Some(5_000.0), "it asked after {waited} ms");
        Ok(())
    })
}

/// The first challenge is answered by a proxy.
const SENT_AWAY_ONCE: &str = "(seconds) => {
    globalThis.asked = [];
    const fetched = window.fetch;
    window.fetch = (address, ...rest) => {
        if (!String(address).endsWith('/sign-in/challenge')) return fetched(address, ...rest);
        asked.push(performance.now());
        if (asked.length > 1) return fetched(address, ...rest);
        const headers = { 'Retry-After': String(seconds) };
        return Promise.resolve(new Response('<html>Later</html>', { status: 503, headers }));
    };
}";
