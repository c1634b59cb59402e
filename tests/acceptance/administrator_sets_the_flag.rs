//! The administrator toggles *Enable Salesforce SSO* and is told which setting is wrong.

use acceptance::world::{Options, story};
use anyhow::Result;

use crate::steps::{wait_for_code, wait_for_state};

/// Fault: *Enable Salesforce SSO* says `True`.
/// Seen: `settings.enable_salesforce_sso`, with the value and what it must be.
/// Kept: Nothing; *Try again* goes on once the setting is mended.
#[test]
fn a_capital_true_is_explained_and_mended_without_a_reload() -> Result<()> {
    story(&Options { salesforce_sso: "True".into(), ..Options::default() }, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "misconfigured")?;
        wait_for_code(&panel, "settings.enable_salesforce_sso")?;
        panel.wait_for_text("True")?;
        panel.wait_for_text("lower case")?;

        world.set_salesforce_sso("true")?;
        panel.click_button("Try again")?;

        wait_for_code(&panel, "sign_in.consent_needed")
    })
}

/// Fault: Salesforce SSO and the legacy token are both switched off.
/// Seen: `sign_in.no_way`.
/// Kept: Nothing.
#[test]
fn with_nothing_left_to_offer_the_panel_says_what_to_tell_the_administrator() -> Result<()> {
    let options = Options {
        salesforce_sso: "false".into(),
        legacy: acceptance::world::Legacy::Off,
        ..Options::default()
    };
    story(&options, |world| {
        let tab = world.console_as("anna.agent")?;
        wait_for_code(&world.panel(&tab), "sign_in.no_way")
    })
}

/// Fault: The Salesforce user has no account in the adapter.
/// Seen: `sign_in.no_agent`, with the Salesforce user id to pass on.
/// Kept: Nothing; *Try again* goes on once the account exists.
#[test]
fn a_user_without_an_account_is_given_the_id_to_pass_on() -> Result<()> {
    story(&Options { agents: vec![], ..Options::default() }, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.no_agent")?;
        let users = world.org["users"].as_array().cloned().unwrap_or_default();
        let anna = users.iter().find(|user| user["name"] == "Anna Agent");
        let id = anna.and_then(|user| user["id"].as_str()).unwrap_or_default().to_owned();
        panel.wait_for_text(&id)?;

        world.cordboard(&[
            "agent",
            "add",
            "acme",
            "anna",
            "--name",
            "Anna Agent",
            "--salesforce-user",
            &id,
        ])?;
        panel.click_button("Try again")?;

        wait_for_code(&panel, "sign_in.consent_needed")
    })
}
