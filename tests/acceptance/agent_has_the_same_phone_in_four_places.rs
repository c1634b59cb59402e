//! The same panel, wherever it is: one story of a call, told in each place.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World, story, story_in},
};
use anyhow::{Result, ensure};

use crate::{
    agent_has_the_extension::{extended, set_up},
    agent_has_the_phone_beside_the_console::side_panel,
    agent_opens_the_phones_own_window::phone_beside_annas_console,
    calling::{annas_phone, is_heard, is_silent, registrations, rose_talks, shows},
    steps::{is_logged, logged_calls, wait_for_call},
};

#[test]
fn in_a_frame_without_the_extension() -> Result<()> {
    story(&Options::calling(), |world| {
        let (console, panel) = annas_phone(world)?;

        a_customer_is_talked_to(world, &console, &panel)
    })
}

#[test]
fn in_a_frame_with_the_extension() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (console, panel) = annas_phone(world)?;

        a_customer_is_talked_to(world, &console, &panel)
    })
}

#[test]
fn in_the_side_panel() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (console, _) = annas_phone(world)?;
        let (_beside, panel) = side_panel(world)?;
        panel.wait_for_text("Your number is 1001")?;

        a_customer_is_talked_to(world, &console, &panel)
    })
}

#[test]
fn in_the_phones_own_window() -> Result<()> {
    story(&Options::calling(), |world| {
        let (console, _, phone) = phone_beside_annas_console(world)?;

        a_customer_is_talked_to(world, &console, &phone)
    })
}

/// Rose Gonzalez calls; her record is shown, she is answered, muted, held, hung up on and written about.
fn a_customer_is_talked_to(world: &World, console: &Tab, panel: &Frame) -> Result<()> {
    ensure!(registrations(world)? == 1, "{} registrations", registrations(world)?);
    let customer = rose_talks(world, panel)?;
    console.wait_for(&shows("Rose Gonzalez"))?;
    is_heard(world, &customer)?;
    for (silenced, heard) in [("Mute", "Unmute"), ("Hold", "Resume")] {
        panel.click_button(silenced)?;
        is_silent(world, &customer)?;
        panel.click_button(heard)?;
        is_heard(world, &customer)?;
    }
    wait_for_call(panel, "talking")?;
    panel.click_button("Hang up")?;
    world.pbx_call(|call| call["id"] == customer && call["ended"] == "peer_hung_up")?;

    is_logged(panel)?;
    panel.fill("#notes", "Wants a quote by Friday")?;
    panel.click_button("Save")?;
    panel.wait_for("!document.querySelector('.wrap-up, [data-waiting]')")?;
    let logged = logged_calls(world)?;
    ensure!(logged.len() == 1, "{logged:#?}");
    ensure!(logged[0]["fields"]["Description"] == "Wants a quote by Friday", "{logged:#?}");
    panel.click(".recents summary")?;
    panel.wait_for("document.querySelector('.recents')?.innerText.includes('Rose Gonzalez')")?;
    ensure!(registrations(world)? == 1);
    Ok(())
}
