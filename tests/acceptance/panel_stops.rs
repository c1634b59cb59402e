//! What an agent sees where the panel cannot start or go on: the page's own words, and a reload brings it back.

use acceptance::{
    browser::Frame,
    world::{Options, story},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{anna_signed_in, reload, wait_for_state};

/// Fault: something in the browser breaks the page under the panel in the middle of its work.
/// Seen: nothing that was drawn before, and that the phone has stopped; after a reload the agent is signed in.
/// Kept: the session and its consent.
#[test]
fn a_panel_that_cannot_draw_any_more_says_that_it_has_stopped() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        panel.evaluate("Node.prototype.insertBefore = Node.prototype.appendChild = () => { throw new Error('broken') }; true")?;
        panel.click_button("What you allowed")?;
        says_that_it_has_stopped(&panel)?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: the texts cannot be loaded while everything else can.
/// Seen: that the phone could not start; after a reload it does.
/// Kept: the session and its consent.
#[test]
fn a_panel_without_texts_says_that_it_could_not_start() -> Result<()> {
    story(&Options::default(), |world| {
        let (_, panel) = anna_signed_in(world)?;
        panel.call("Network.enable", json!({}))?;
        panel.call("Network.setCacheDisabled", json!({ "cacheDisabled": true }))?;
        panel.call("Network.setBlockedURLs", json!({ "urls": ["*/texts-*"] }))?;
        panel.evaluate("location.reload()")?;
        says_that_it_has_stopped(&panel)?;

        panel.call("Network.setBlockedURLs", json!({ "urls": [] }))?;
        panel.evaluate("location.reload()")?;

        wait_for_state(&panel, "signed-in")
    })
}

fn says_that_it_has_stopped(panel: &Frame) -> Result<()> {
    panel.wait_for("document.querySelector('#panel > [role=alert]')")?;
    let text = panel.text()?;
    ensure!(
        text == "The phone could not start, or has stopped. Reload the page. If it stays so, tell your administrator.",
        "{text}"
    );
    Ok(())
}
