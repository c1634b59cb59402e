//! An agent works in French: the panel and the window speak it, from the first sentence to the last.

use acceptance::{
    browser::BrowserOptions,
    world::{Options, story_in},
};
use anyhow::{Result, ensure};

use crate::steps::{wait_for_code, wait_for_state};

#[test]
fn a_french_browser_is_spoken_to_in_french() -> Result<()> {
    let browser =
        BrowserOptions { switches: vec!["--accept-lang=fr-CA".into()], ..Default::default() };
    story_in(&browser, &Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        panel.wait_for_text("Cordboard a besoin de votre autorisation")?;
        panel.wait_for_button("Se connecter avec Salesforce")?;
        panel.click_button("Se connecter avec Salesforce")?;
        let window = world.browser.wait_for_popup()?;
        window.wait_for_text("Autoriser Cordboard à utiliser votre identité Salesforce")?;
        ensure!(window.evaluate("document.documentElement.lang")? == "fr");
        window.click_button("Autoriser")?;

        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("Vous êtes connecté en tant que Anna Agent")?;
        ensure!(panel.evaluate("document.querySelector('.panel').lang")? == "fr");
        Ok(())
    })
}
