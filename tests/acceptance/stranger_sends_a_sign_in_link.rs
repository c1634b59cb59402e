//! Somebody sends an agent a sign-in link of their own, to get a session as that agent.

use acceptance::{
    browser::{Browser, BrowserOptions},
    world::{Options, Proof, story},
};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{wait_for_code, wait_for_state};

/// Attack: A stranger sends an agent the link of their own sign-in, where the proof class is installed.
/// Refused: `sign_in.other_user`, to both, and in the audit log.
#[test]
fn with_the_class_the_window_finishes_for_the_panels_own_user_alone() -> Result<()> {
    story(&Options::default(), |world| {
        let stranger = Browser::launch(&BrowserOptions::default())?;
        let strangers_tab = world.console_in(&stranger, "carla.costa")?;
        let strangers_panel = world.panel(&strangers_tab);
        let link = copied_link(&strangers_panel)?;
        let victim = world.console_as("anna.agent")?;

        victim.go(&link)?;

        victim.wait_for_text("sign_in.other_user")?;
        wait_for_code(&strangers_panel, "sign_in.other_user")?;
        let audit = world.cordboard(&["audit", "--json"])?;
        ensure!(audit.contains("sign_in.other_user"), "{audit}");
        Ok(())
    })
}

/// Attack: A stranger sends an agent the link of their own sign-in, where no proof class is installed.
/// Refused: The window asks for the phrase of the agent's own panel; `sign_in.wrong_phrase`, and the link is burned.
#[test]
fn without_the_class_the_window_asks_for_a_phrase_that_only_the_stranger_has() -> Result<()> {
    story(&Options { proof: Proof::Off, ..Options::default() }, |world| {
        let stranger = Browser::launch(&BrowserOptions::default())?;
        let strangers_tab = world.console_in(&stranger, "carla.costa")?;
        let strangers_panel = world.panel(&strangers_tab);
        let link = copied_link(&strangers_panel)?;
        let victim = world.console_as("anna.agent")?;

        victim.go(&link)?;
        victim.wait_for_text("Choose only what your own panel shows")?;
        victim.click("#phrase-none")?;
        victim.click_button("Allow")?;

        victim.wait_for_text("sign_in.wrong_phrase")?;
        wait_for_code(&strangers_panel, "sign_in.wrong_phrase")?;
        ensure!(!strangers_panel.text()?.contains("signed in as"), "the stranger is signed in");
        // The link is burned: a second try finds nothing to finish.
        victim.go(&link)?;
        victim.wait_for_text("sign_in.expired").map(drop)
    })
}

#[test]
fn without_the_class_the_agents_own_phrase_signs_in() -> Result<()> {
    story(&Options { proof: Proof::Off, ..Options::default() }, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = crate::steps::open_window(world, &panel)?;
        let phrase = panel.wait_for("document.querySelector('.phrase .large')?.innerText")?;
        let phrase = phrase.as_str().context("the panel shows its phrase")?.trim().to_lowercase();

        window.wait_for_text("Which phrase does your panel show?")?;
        window.click(&format!("input[value='{phrase}']"))?;
        window.click_button("Allow")?;

        wait_for_state(&panel, "signed-in")
    })
}

/// The address that the stranger's own button would open, as it stands in the fallback link.
fn copied_link(panel: &acceptance::browser::Frame) -> Result<String> {
    panel.wait_for_button(crate::steps::SIGN_IN_WITH_SALESFORCE)?;
    panel.evaluate("window.open = (address) => (globalThis.opened = address, null)")?;
    panel.click_button(crate::steps::SIGN_IN_WITH_SALESFORCE)?;
    let link = panel.wait_for("globalThis.opened")?;
    Ok(link.as_str().context("the button opened an address")?.to_owned())
}
