//! An agent opens the console, allows Cordboard once, and is signed in silently from then on.

use acceptance::world::{Options, story};
use anyhow::{Result, ensure};

#[test]
fn the_first_sign_in_asks_once_and_a_reload_is_silent() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for(
            "document.querySelector('[data-code=\"sign_in.consent_needed\"]') !== null",
        )?;
        panel.wait_for_button("Sign in with Salesforce")?;
        panel.click_button("Sign in with Salesforce")?;
        let window = world.browser.wait_for_popup()?;
        window.wait_for_text("Allow Cordboard to use your Salesforce identity")?;
        window.wait_for_text("Anna Agent")?;
        window.click_button("Allow")?;

        panel.wait_for("document.querySelector('main').dataset.state === 'signed-in'")?;
        panel.wait_for_text("Anna Agent")?;
        window.wait_until_closed()?;

        tab.reload()?;
        world.open_softphone(&tab)?;
        panel.wait_for("document.querySelector('main')?.dataset.state === 'signed-in'")?;
        ensure!(world.browser.popups() == 0, "the reload opened a window");
        Ok(())
    })
}
