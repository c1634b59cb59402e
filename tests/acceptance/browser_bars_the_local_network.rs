//! A page that came from the internet may not reach a PBX in the agent's own network unless somebody allows it.

use acceptance::{
    browser::BrowserOptions,
    world::{Options, story_in},
};
use anyhow::Result;

use crate::steps::{anna_signed_in, wait_for_code};

/// Fault: The browser keeps the page from the local network, where the PBX is (Local Network Access).
/// Seen: Which address does not answer, why that may be, and what to allow; after that *Try again* connects at once.
/// Kept: The session.
#[test]
fn a_pbx_in_the_local_network_is_reached_once_it_is_allowed() -> Result<()> {
    let public = "--ip-address-space-overrides={console}=public,{adapter}=public".to_owned();
    let browser = BrowserOptions { switches: vec![public], ..BrowserOptions::default() };
    story_in(&browser, &Options::calling(), |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        wait_for_code(&panel, "calling.local_network")?;
        panel.wait_for_text(world.org_text("/pbx/socket")?)?;

        for permission in ["local-network-access", "local-network", "loopback-network"] {
            world.browser.set_permission(permission, "granted", &world.console())?;
        }
        // The panel tries by itself as well, and may have come first.
        panel.evaluate(TRY_AGAIN)?;

        panel.wait_for_text("Your number is 1001")
    })
}

const TRY_AGAIN: &str = "[...document.querySelectorAll('button')].find((one) => one.innerText === 'Try again')?.click()";
