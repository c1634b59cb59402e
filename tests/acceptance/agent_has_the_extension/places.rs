//! One phone on every host of an organisation; and what a console of another organisation has.

use acceptance::{
    browser::{Frame, Tab},
    world::{ORGANIZATION, Options, World, story_in},
};
use anyhow::{Result, ensure};

use super::{extended, set_up, set_up_as};
use crate::{
    agent_has_several_tabs::sounding,
    calling::{COUNT_NOTES, ROSE, annas_phone, ends_as_one, registrations, ring, shows},
    steps::wait_for_call,
};

/// Fault: The agent has the console open on two hosts of one organisation, which a browser keeps apart.
/// Seen: A call is shown on both and rings once; its record is shown where the agent looks.
/// Kept: One registration and one Task.
#[test]
fn two_hosts_are_one_phone() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let hosts = [world.console(), world.other_console()];
        let [first, second] = [&*hosts[0], &*hosts[1]].map(|host| ["--lightning-host", host]);
        world.cordboard(&[&["organization", "set", ORGANIZATION][..], &first, &second].concat())?;
        set_up(world)?;
        let (tab, panel) = annas_phone(world)?;
        let (other, its_panel) = on_the_other_host(world)?;
        let resident = world.browser.offscreen()?.frame("/phone/acme");
        for page in [&panel, &its_panel, &resident] {
            page.evaluate(COUNT_NOTES)?;
        }
        ensure!(registrations(world)? == 1);

        let customer = ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        wait_for_call(&its_panel, "ringing-here")?;
        other.wait_for(&shows("Rose Gonzalez"))?;
        ensure!(tab.evaluate(&shows("Rose Gonzalez"))? == false, "it is shown twice");
        ensure!(sounding(&[panel.clone(), its_panel.clone(), resident])? == 1);
        tab.activate()?;
        panel.click_button("Answer")?;
        wait_for_call(&its_panel, "talking")?;

        ends_as_one(world, &panel, &customer)
    })
}

/// Fault: The extension is set up for another organisation than the console's.
/// Seen: The console's panel works as without the extension.
/// Kept: One registration and one Task; the extension's page knows nothing of the agent.
#[test]
fn a_console_of_another_organisation_has_a_phone_of_its_own() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let beta = ["organization", "add", "beta", "--name", "Beta"];
        let host = ["--organization-id", "00DAx0000000002MAA", "--my-domain", &world.my_domain()];
        world.cordboard(&[&beta[..], &host, &["--proof", "off"]].concat())?;
        set_up_as(world, "beta")?;

        let (tab, panel) = annas_phone(world)?;
        tab.activate()?;
        ensure!(registrations(world)? == 1);
        let customer = ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;

        let resident = world.browser.offscreen()?.frame("/phone/beta");
        let text = resident.text()?;
        ensure!(!text.contains("Anna") && !text.contains("1001"), "{text}");
        ends_as_one(world, &panel, &customer)
    })
}

/// Anna's console there, where she is logged in as well.
fn on_the_other_host(world: &World) -> Result<(Tab, Frame)> {
    let host = world.other_console();
    world.browser.allow_microphone(&host)?;
    let log_in = format!("{host}/practice/login?username=anna.agent@acme.example");
    let tab = world.browser.new_tab(&log_in)?;
    tab.go(&host)?;
    world.open_softphone(&tab)?;
    let panel = world.panel(&tab);
    panel.wait_for_text("Your number is 1001")?;
    Ok((tab, panel))
}
