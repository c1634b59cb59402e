//! Agents who are still on operator ID and SSO token, and how they leave it.

use acceptance::world::{Agent, Options, Proof, story};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{reload, wait_for_code, wait_for_state};

#[test]
fn with_the_flag_off_the_token_signs_in_by_itself() -> Result<()> {
    story(&Options { salesforce_sso: "false".into(), ..Options::default() }, |world| {
        let tab = world.console_as("ben.berger")?;

        let panel = world.panel(&tab);
        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("You are signed in as Ben Berger")?;
        panel.wait_for_text("Your SSO token is being retired")?;
        panel.wait_for_text("The token was not used before.")?;
        reload(world, &tab)?;
        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("The token was last used")?;
        let agents = world.cordboard(&["agent", "list", "acme", "--json"])?;
        let agents: serde_json::Value = serde_json::from_str(&agents)?;
        let ben = agents.as_array().context("a list")?.iter().find(|agent| agent["agent"] == "ben");
        ensure!(ben.context("Ben")?["token_last_used"].is_string(), "the use is not recorded");
        Ok(())
    })
}

#[test]
fn with_the_flag_on_a_legacy_account_falls_back_to_its_token() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("ben.berger")?;

        let panel = world.panel(&tab);
        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("Operator ID and SSO token")?;
        ensure!(world.browser.popups() == 0, "a window opened");
        Ok(())
    })
}

#[test]
fn without_the_class_operator_id_and_token_are_typed() -> Result<()> {
    let options =
        Options { proof: Proof::Off, salesforce_sso: "false".into(), ..Options::default() };
    story(&options, |world| {
        let token = world.issue_token(&Agent::ben())?;
        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "entering-credentials")?;
        panel.fill("#operator-id", "op-1002")?;
        panel.fill("#sso-token", "not-the-token")?;
        panel.press("Enter")?;
        wait_for_code(&panel, "sign_in.wrong_credentials")?;
        ensure!(
            panel.evaluate("document.querySelector('#operator-id').value")? == "op-1002",
            "what was typed is gone"
        );

        panel.fill("#sso-token", &token)?;
        panel.press("Enter")?;

        wait_for_state(&panel, "signed-in")?;
        let html = panel.evaluate("document.documentElement.outerHTML")?;
        ensure!(!html.as_str().context("html")?.contains(&token), "the token stands in the page");
        Ok(())
    })
}

#[test]
fn switching_to_salesforce_sign_in_links_the_account() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "signed-in")?;
        panel.click_button("Switch to Salesforce sign-in")?;
        panel.wait_for_button("Continue with Salesforce")?;
        panel.click_button("Continue with Salesforce")?;
        let window = world.browser.wait_for_popup()?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;
        panel.wait_for_text("Salesforce")?;
        panel.wait_for("!document.body.innerText.includes('Your SSO token is being retired')")?;
        wait_for_state(&panel, "signed-in")?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")?;
        ensure!(!panel.text()?.contains("being retired"), "the token was used again");
        let agents = world.cordboard(&["agent", "list", "acme"])?;
        let ben = agents.lines().find(|line| line.starts_with("ben")).context("Ben is listed")?;
        ensure!(ben.contains("linked"), "{ben}");
        Ok(())
    })
}

#[test]
fn a_switch_that_nobody_vouches_for_waits_for_the_administrator() -> Result<()> {
    let options = Options { proof: Proof::Off, ..Options::default() };
    story(&options, |world| {
        let token = world.issue_token(&Agent::ben())?;
        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "offering")?;
        panel.click_button("Use operator ID and SSO token")?;
        wait_for_state(&panel, "entering-credentials")?;
        panel.fill("#operator-id", "op-1002")?;
        panel.fill("#sso-token", &token)?;
        panel.press("Enter")?;
        wait_for_state(&panel, "signed-in")?;
        panel.click_button("Switch to Salesforce sign-in")?;
        panel.wait_for_button("Continue with Salesforce")?;
        panel.click_button("Continue with Salesforce")?;
        let window = world.browser.wait_for_popup()?;

        window.wait_for_text("link.confirm")?;

        wait_for_code(&panel, "link.confirm")?;
        wait_for_state(&panel, "signed-in")?;
        ensure!(
            world.cordboard(&["agent", "list", "acme"])?.contains("waits: link.confirm"),
            "not shown"
        );
        Ok(())
    })
}
