//! Whoever hears, enlarges or does not see move the panel can use it: scene by scene, light and dark, at 320 px,
//! at 200 %, with less motion.

use acceptance::{
    browser::{Browser, BrowserOptions, Frame, Tab},
    world::{Agent, Legacy, Options, Proof, story},
};
use anyhow::{Context as _, Result};
use panel::view::drawings;
use serde_json::json;

use crate::{
    inspection::{complains_of_nothing, inspect_page, inspect_panel, nothing_is_cut_off},
    steps::{
        SIGN_IN_WITH_SALESFORCE, anna_signed_in, open_window, reload, wait_for_code,
        wait_for_prepared_window, wait_for_state,
    },
};

#[test]
fn signed_in_with_its_lists_and_signed_out() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        let there = world.console_again()?;
        wait_for_state(&world.panel(&there), "signed-in")?;
        inspect_panel(world, &tab, &panel)?;

        panel.click_button("Where you are signed in")?;
        panel.wait_for_button("End the others")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("End the others")?;
        panel.wait_for_text("You are signed in nowhere else.")?;
        let ended = world.panel(&there);
        wait_for_code(&ended, "session.ended")?;
        inspect_panel(world, &there, &ended)?;

        tab.activate()?;
        panel.click_button("What you allowed")?;
        panel.wait_for_button("Revoke the permission for Acme")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Revoke the permission for Acme")?;
        panel.wait_for_button("Revoke permission")?;
        inspect_panel(world, &tab, &panel)?;

        panel.click_button("Sign out")?;
        wait_for_state(&panel, "signed-out")?;
        inspect_panel(world, &tab, &panel)
    })
}

#[test]
fn the_offer_the_window_and_the_adapter_out_of_reach() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_prepared_window(&panel)?;
        inspect_panel(world, &tab, &panel)?;
        let window = open_window(world, &panel)?;
        stays_open(&window)?;
        window.wait_for_button("Allow")?;
        inspect_page(world, &window)?;
        inspect_panel(world, &tab, &panel)?;
        window.click_button("Not now")?;
        window.wait_for_text("Nothing was shared")?;
        inspect_page(world, &window)?;
        window.close()?;
        wait_for_code(&panel, "sign_in.consent_declined")?;
        inspect_panel(world, &tab, &panel)?;

        panel.evaluate("window.open = () => null")?;
        panel.click_button(SIGN_IN_WITH_SALESFORCE)?;
        wait_for_code(&panel, "sign_in.popup_blocked")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Cancel")?;
        panel.wait_for_button("Try again")?;

        world.stop_adapter()?;
        panel.click_button("Try again")?;

        wait_for_state(&panel, "unreachable")?;
        inspect_panel(world, &tab, &panel)
    })
}

#[test]
fn the_forms_and_the_page_that_sets_a_password() -> Result<()> {
    let options =
        Options { proof: Proof::Off, salesforce_sso: "false".into(), ..Options::default() };
    story(&options, |world| {
        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "entering-credentials")?;
        inspect_panel(world, &tab, &panel)?;
        panel.fill("#operator-id", "op-1002")?;
        panel.fill("#sso-token", "not the token")?;
        panel.press("Enter")?;
        wait_for_code(&panel, "sign_in.wrong_credentials")?;
        inspect_panel(world, &tab, &panel)?;

        world.cordboard(&["organization", "set", "acme", "--legacy", "off", "--password", "on"])?;
        reload(world, &tab)?;
        wait_for_state(&panel, "entering-password")?;
        inspect_panel(world, &tab, &panel)?;

        let page = world.browser.new_tab(&format!("{}/invite", world.adapter_url()))?;
        inspect_page(world, &page)?;
        set_password(&page, "no code", "correct horse battery")?;
        page.wait_for_text("invitation.void")?;
        inspect_page(world, &page)?;
        let code = world.cordboard(&["agent", "invite", "acme", "ben"])?;
        let code = code.lines().last().context("a code")?.trim().to_owned();
        set_password(&page, &code, "correct horse battery")?;
        page.wait_for_text("Your password is set")?;
        inspect_page(world, &page)
    })
}

#[test]
fn refusals_in_the_panel_and_pages_that_refuse() -> Result<()> {
    let options =
        Options { salesforce_sso: "True".into(), legacy: Legacy::Off, ..Options::default() };
    story(&options, |world| {
        let tab = world.console_as("carla.costa")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "misconfigured")?;
        inspect_panel(world, &tab, &panel)?;
        world.set_salesforce_sso("false")?;
        panel.click_button("Try again")?;
        wait_for_code(&panel, "sign_in.no_way")?;
        inspect_panel(world, &tab, &panel)?;

        world.set_salesforce_sso("true")?;
        world.cordboard(&["agent", "disable", "acme", "carla"])?;
        panel.click_button("Try again")?;
        wait_for_code(&panel, "sign_in.agent_disabled")?;
        inspect_panel(world, &tab, &panel)?;
        world.practice_control("apex", &json!({ "installed": false }))?;
        panel.click_button("Try again")?;
        wait_for_code(&panel, "proof.unavailable")?;
        inspect_panel(world, &tab, &panel)?;

        let alone = world.browser.new_tab(&format!("{}/panel/acme", world.adapter_url()))?;
        alone.wait_for_text("frame.not_framed")?;
        inspect_page(world, &alone)?;
        alone.go(&format!("{}/auth/decide?tx=x", world.adapter_url()))?;
        alone.wait_for_text("not started here")?;
        inspect_page(world, &alone)?;
        let framed = "mode=Lightning&sfdcIframeOrigin=https://console.example";
        tab.evaluate(&format!(
            "document.querySelector('#softphone-frame').src = '{}/panel/acme?{framed}'",
            world.adapter_url()
        ))?;
        panel.wait_for_text("frame.unknown_host")?;
        tab.activate()?;
        complains_of_nothing(&world.browser, &panel)
    })
}

#[test]
fn the_last_page_of_the_window() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_prepared_window(&panel)?;
        let window = open_window(world, &panel)?;
        stays_open(&window)?;
        window.click_button("Allow")?;
        window.wait_for_text("You can close this window")?;
        inspect_page(world, &window)
    })
}

#[test]
fn every_state_that_the_panel_can_draw() -> Result<()> {
    nothing_in_them_complains(drawings::pages_of_states())
}

#[test]
fn every_refusal_that_the_panel_can_show() -> Result<()> {
    nothing_in_them_complains(drawings::pages_of_refusals())
}

#[test]
fn the_legacy_method_and_the_way_out_of_it() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "signed-in")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Switch to Salesforce sign-in")?;
        panel.click_button("Continue with Salesforce")?;
        let window = world.browser.wait_for_popup()?;
        window.wait_for_button("Allow")?;
        inspect_panel(world, &tab, &panel)?;
        window.click_button("Not now")?;
        panel.wait_for_text("You chose Not now")?;
        inspect_panel(world, &tab, &panel)
    })
}

#[test]
fn phrases_in_the_panel_and_in_the_window() -> Result<()> {
    let options = Options { proof: Proof::Off, agents: vec![Agent::anna()], ..Options::default() };
    story(&options, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for("document.querySelector('.phrase .large')")?;
        inspect_panel(world, &tab, &panel)?;
        let window = open_window(world, &panel)?;
        stays_open(&window)?;
        window.wait_for_text("Which phrase does your panel show?")?;
        inspect_page(world, &window)?;
        inspect_panel(world, &tab, &panel)?;
        window.activate()?;
        window.click("#phrase-none")?;
        window.click_button("Allow")?;
        window.wait_for_text("sign_in.wrong_phrase")?;
        inspect_page(world, &window)?;
        wait_for_code(&panel, "sign_in.wrong_phrase")?;
        inspect_panel(world, &tab, &panel)
    })
}

fn set_password(page: &Tab, code: &str, password: &str) -> Result<()> {
    page.fill("#code", code)?;
    page.fill("#new-password", password)?;
    page.fill("#again", password)?;
    page.press("Enter")
}

fn nothing_in_them_complains(pages: Vec<(&'static str, String)>) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let browser = Browser::launch(&BrowserOptions::default())?;
    let tab = browser.new_tab("about:blank")?;
    tab.set_viewport(320, 480)?;
    for (name, page) in pages {
        let file = folder.path().join(format!("{name}.html"));
        std::fs::write(&file, page)?;
        tab.go(&format!("file://{}", file.display()))?;
        complains_of_nothing(&browser, &tab).with_context(|| name)?;
        nothing_is_cut_off(&tab).with_context(|| name)?;
    }
    Ok(())
}

/// A window that closes itself could not be looked at.
fn stays_open(window: &Frame) -> Result<()> {
    let source = json!({ "source": "window.close = () => {}" });
    window.call("Page.addScriptToEvaluateOnNewDocument", source).map(drop)
}
