//! Whoever hears or enlarges the panel can use it: axe-core finds nothing to complain about, state by state,
//! light and dark.

use acceptance::{
    browser::{ColorScheme, Frame, Tab},
    built,
    world::{Legacy, Options, Proof, World, story},
};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{SIGN_IN_WITH_SALESFORCE, anna_signed_in, open_window, wait_for_state};

#[test]
fn signed_in_and_its_permissions() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        complains_of_nothing(world, &tab, &panel)?;
        panel.click_button("What you allowed")?;
        panel.wait_for_button("Revoke the permission for Acme")?;
        complains_of_nothing(world, &tab, &panel)
    })
}

#[test]
fn the_offer_the_window_and_the_adapter_out_of_reach() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for_button(SIGN_IN_WITH_SALESFORCE)?;
        complains_of_nothing(world, &tab, &panel)?;
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        complains_of_nothing(world, &window, &window)?;
        complains_of_nothing(world, &tab, &panel)?;
        window.click_button("Not now")?;
        panel.wait_for_button("Try again")?;

        world.stop_adapter()?;
        panel.click_button("Try again")?;

        wait_for_state(&panel, "unreachable")?;
        complains_of_nothing(world, &tab, &panel)
    })
}

#[test]
fn the_form_for_operator_id_and_token() -> Result<()> {
    let options =
        Options { proof: Proof::Off, salesforce_sso: "false".into(), ..Options::default() };
    story(&options, |world| {
        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "entering-credentials")?;
        complains_of_nothing(world, &tab, &panel)
    })
}

#[test]
fn a_setting_that_cannot_be_read() -> Result<()> {
    let options =
        Options { salesforce_sso: "True".into(), legacy: Legacy::Off, ..Options::default() };
    story(&options, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "misconfigured")?;
        complains_of_nothing(world, &tab, &panel)
    })
}

fn complains_of_nothing(world: &World, tab: &Tab, page: &Frame) -> Result<()> {
    // A hidden tab draws no frames, so nothing in it would come to rest.
    tab.activate()?;
    page.evaluate(&format!("{}; true", built::axe()?)).context("axe-core does not start")?;
    for scheme in [ColorScheme::Light, ColorScheme::Dark] {
        world.browser.set_color_scheme(scheme);
        page.wait_until_at_rest()?;
        let found = page.evaluate(SWEEP)?;
        ensure!(found["rules"].as_u64() > Some(10), "axe-core looked at nothing: {found}");
        let complaints = found["complaints"].as_array().context("no complaints, not even none")?;
        ensure!(complaints.is_empty(), "{scheme:?}: {:#}", found["complaints"]);
    }
    world.browser.set_color_scheme(ColorScheme::Light);
    Ok(())
}

/// Every rule that axe-core has on by itself; `rules` says how many had something to look at.
const SWEEP: &str = "axe.run(document).then(({ passes, violations }) => ({
    rules: passes.length + violations.length,
    complaints: violations.map(({ id, help, nodes }) => ({
        id, help, nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    })),
}))";
