//! What is set up wrongly, missing or away.

use acceptance::{browser::Tab, world::World};
use anyhow::Result;
use serde_json::json;

use crate::{
    album::Album,
    walk::{console_as, log_in, wait_for_code, wait_for_state},
};

pub fn take(world: &mut World, album: &mut Album) -> Result<()> {
    settings(world, album)?;
    accounts(world, album)?;
    inert(world, album)?;

    let (tab, panel) = console_as(world, "anna.agent")?;
    wait_for_state(&panel, "offering")?;
    world.stop_adapter()?;
    panel.click_button("Try again")?;
    wait_for_state(&panel, "unreachable")?;
    album.panel(world, &tab, "unreachable")?;
    world.start_adapter()
}

fn settings(world: &World, album: &mut Album) -> Result<()> {
    world.set_salesforce_sso("True")?;
    let (tab, panel) = console_as(world, "anna.agent")?;
    wait_for_state(&panel, "misconfigured")?;
    album.panel(world, &tab, "misconfigured")?;
    album.console(world, &tab, "misconfigured")?;

    world.set_salesforce_sso("false")?;
    panel.click_button("Try again")?;
    wait_for_state(&panel, "offering")?;
    album.panel(world, &tab, "flag-off-without-token")?;
    world.cordboard(&["organization", "set", "acme", "--legacy", "off"])?;
    panel.click_button("Try again")?;
    wait_for_code(&panel, "sign_in.no_way")?;
    album.panel(world, &tab, "no-way")?;
    world.cordboard(&["organization", "set", "acme", "--legacy", "on"])?;
    world.set_salesforce_sso("true")?;
    tab.close()
}

fn accounts(world: &World, album: &mut Album) -> Result<()> {
    let (tab, panel) = console_as(world, "carla.costa")?;
    wait_for_code(&panel, "sign_in.no_agent")?;
    album.panel(world, &tab, "no-agent")?;
    album.console(world, &tab, "no-agent")?;

    world.practice_control("apex", &json!({ "installed": false }))?;
    panel.click_button("Try again")?;
    wait_for_code(&panel, "proof.unavailable")?;
    album.panel(world, &tab, "proof-unavailable")?;
    world.practice_control("apex", &json!({ "installed": true }))?;
    tab.close()
}

/// Outside the console, and inside somebody else's page.
fn inert(world: &World, album: &mut Album) -> Result<()> {
    let panel = format!("{}/panel/acme", world.adapter_url());
    let tab = world.browser.new_tab(&panel)?;
    tab.set_viewport(800, 480)?;
    tab.wait_for_text("frame.not_framed")?;
    album.page(&world.browser, &tab, "inert-top-level")?;

    let framed = format!("{panel}?mode=Lightning&sfdcIframeOrigin=https://console.example");
    tab.go(&log_in(world, "otto.outside", "/lightning/page/home"))?;
    tab.wait_for("document.querySelector('#running-user') !== null")?;
    world.open_softphone(&tab)?;
    frame(&tab, &framed)?;
    let inert = world.panel(&tab);
    inert.wait_for_text("frame.unknown_host")?;
    tab.set_viewport(1280, 800)?;
    album.console(world, &tab, "unknown-host")?;
    tab.close()
}

/// Puts an address into the frame of a console that has none of its own.
fn frame(tab: &Tab, address: &str) -> Result<()> {
    let script = format!(
        "(() => {{
            const frame = document.createElement('iframe');
            frame.id = 'softphone-frame';
            frame.src = {};
            document.querySelector('#softphone-body').replaceChildren(frame);
        }})()",
        json!(address)
    );
    tab.evaluate(&script).map(drop)
}
