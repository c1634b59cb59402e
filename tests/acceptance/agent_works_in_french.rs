//! An agent works in French: the browser's language is spoken until the agent is known, then the agent's.

use acceptance::{
    browser::{BrowserOptions, Frame},
    world::{Options, World, story, story_in},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{anna_signed_in, open_window, reload, wait_for_code, wait_for_state};

#[test]
fn an_agent_whose_salesforce_is_french_works_in_french() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("You are signed in as Anna Agent")?;
        speaks(world, "fr_CA")?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")?;
        is_french(&panel)?;
        panel.click_button("Se déconnecter")?;
        wait_for_state(&panel, "signed-out")?;
        panel.wait_for_text("Vous êtes déconnecté").map(drop)
    })
}

#[test]
fn the_window_speaks_the_users_language_and_not_the_browsers() -> Result<()> {
    story(&Options::default(), |world| {
        speaks(world, "fr")?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for_text("Cordboard a besoin de votre autorisation")?;
        panel.wait_for_button("Se connecter avec Salesforce")?;
        panel.click_button("Se connecter avec Salesforce")?;
        let window = world.browser.wait_for_popup()?;
        window.wait_for_text("Autoriser Cordboard à utiliser votre identité Salesforce")?;
        let stays = json!({ "source": "window.close = () => {}" });
        window.call("Page.addScriptToEvaluateOnNewDocument", stays)?;
        window.click_button("Autoriser")?;

        window.wait_for_text("Vous pouvez fermer cette fenêtre")?;
        wait_for_state(&panel, "signed-in")?;
        is_french(&panel)
    })
}

#[test]
fn an_english_agent_at_a_french_browser_works_in_english() -> Result<()> {
    story_in(&french_browser(), &Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        // The proof says it, before anybody is signed in.
        panel.wait_for_text("Cordboard needs your permission")?;
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;

        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("You are signed in as Anna Agent").map(drop)
    })
}

#[test]
fn where_we_lack_the_users_language_the_browsers_is_spoken() -> Result<()> {
    story_in(&french_browser(), &Options::default(), |world| {
        speaks(world, "ja")?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        panel.wait_for_button("Se connecter avec Salesforce")?;
        panel.click_button("Se connecter avec Salesforce")?;
        let window = world.browser.wait_for_popup()?;
        window.wait_for_button("Autoriser")?;
        ensure!(window.evaluate("document.documentElement.lang")? == "fr");
        window.click_button("Autoriser")?;

        wait_for_state(&panel, "signed-in")?;
        is_french(&panel)
    })
}

#[test]
fn a_refusal_before_any_session_speaks_the_users_language_or_else_the_browsers() -> Result<()> {
    story_in(&french_browser(), &Options::default(), |world| {
        world.set_salesforce_sso("True")?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for_text("« Enable Salesforce SSO » n’est ni activé ni désactivé")?;

        world.set_salesforce_sso("true")?;
        world.cordboard(&["agent", "disable", "acme", "anna"])?;
        panel.click_button("Réessayer")?;
        panel.wait_for_text("Your account is disabled")?;
        speaks(world, "fr")?;
        panel.click_button("Try again")?;

        panel.wait_for_text("Votre compte est désactivé").map(drop)
    })
}

fn french_browser() -> BrowserOptions {
    BrowserOptions { switches: vec!["--accept-lang=fr-CA".into()], ..Default::default() }
}

/// Anna's language in Salesforce.
fn speaks(world: &World, language: &str) -> Result<()> {
    let change = json!({ "username": "anna.agent@acme.example", "language": language });
    world.practice_control("user", &change).map(drop)
}

fn is_french(panel: &Frame) -> Result<()> {
    panel.wait_for_text("Vous êtes connecté en tant que Anna Agent")?;
    ensure!(panel.evaluate("document.querySelector('.panel').lang")? == "fr");
    Ok(())
}
