//! An agent leaves; the administrator disables the account while the agent is signed in.

use std::time::Duration;

use acceptance::world::{Options, story};
use anyhow::Result;

use crate::steps::{anna_signed_in, reload, wait_for_code, wait_for_state};

/// Fault: The administrator disables a signed-in agent's account.
/// Seen: `sign_in.agent_disabled` within two seconds, also after a reload.
/// Kept: The session ends; *Try again* signs in once the account is enabled.
#[test]
fn the_panel_says_so_within_two_seconds() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;

        world.cordboard(&["agent", "disable", "acme", "anna"])?;

        panel.wait_for_within(
            Duration::from_secs(2),
            "document.querySelector('main').dataset.state === 'ended'",
        )?;
        wait_for_code(&panel, "sign_in.agent_disabled")?;
        reload(world, &tab)?;
        wait_for_code(&panel, "sign_in.agent_disabled")?;
        world.cordboard(&["agent", "enable", "acme", "anna"])?;
        panel.click_button("Try again")?;
        wait_for_state(&panel, "signed-in")
    })
}
