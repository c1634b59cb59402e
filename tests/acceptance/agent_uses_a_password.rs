//! Agents who sign in by login and password, which they set themselves.

use acceptance::{
    browser::Tab,
    world::{Legacy, Options, Proof, World, story},
};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{wait_for_code, wait_for_state};

#[test]
fn an_invited_agent_sets_a_password_and_signs_in_with_it() -> Result<()> {
    story(&with_the_flag_off(), |world| {
        let code = invite(world)?;
        let page = set_password(world, &code, PASSWORD)?;
        page.wait_for_text("Your password is set")?;

        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "entering-password")?;
        panel.fill("#login", "ben")?;
        panel.fill("#password", "not the password at all")?;
        panel.press("Enter")?;
        wait_for_code(&panel, "sign_in.wrong_credentials")?;
        ensure!(
            panel.evaluate("document.querySelector('#login').value")? == "ben",
            "what was typed is gone"
        );
        panel.fill("#login", "ben")?;
        panel.fill("#password", PASSWORD)?;
        panel.press("Enter")?;

        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("Login and password")?;
        let html = panel.evaluate("document.documentElement.outerHTML")?;
        ensure!(!html.as_str().context("html")?.contains(PASSWORD), "it stands in the page");
        Ok(())
    })
}

/// Attack: Somebody finds an invitation that was used, and sets a password of their own with it.
/// Refused: the page says `invitation.void`; the agent's password stays as it is.
#[test]
fn an_invitation_is_good_once() -> Result<()> {
    story(&with_the_flag_off(), |world| {
        let code = invite(world)?;
        set_password(world, &code, "short")?.wait_for_text("password.unfit")?;
        set_password(world, &code, PASSWORD)?.wait_for_text("Your password is set")?;

        set_password(world, &code, "another password of mine")?.wait_for_text("invitation.void")?;

        let audit = world.cordboard(&["audit"])?;
        ensure!(audit.matches("password.set").count() == 1, "{audit}");
        Ok(())
    })
}

fn invite(world: &World) -> Result<String> {
    world.cordboard(&["organization", "set", "acme", "--password", "on"])?;
    let printed = world.cordboard(&["agent", "invite", "acme", "ben"])?;
    Ok(printed.lines().last().context("a code")?.trim().to_owned())
}

fn set_password(world: &World, code: &str, password: &str) -> Result<Tab> {
    let page = world.browser.new_tab(&format!("{}/invite", world.adapter_url()))?;
    page.fill("#code", code)?;
    page.fill("#new-password", password)?;
    page.fill("#again", password)?;
    page.press("Enter")?;
    Ok(page)
}

fn with_the_flag_off() -> Options {
    Options {
        proof: Proof::Off,
        legacy: Legacy::Off,
        salesforce_sso: "false".into(),
        ..Options::default()
    }
}

const PASSWORD: &str = "correct horse battery";
