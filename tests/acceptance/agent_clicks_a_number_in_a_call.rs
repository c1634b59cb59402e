//! An agent in a call clicks a number in the console: the call goes on as it is, and the agent says what next.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::Value;

use crate::{
    calling::{CLICK_TO_DIAL, annas_phone, is_heard, is_silent, rose_talks, show_record},
    inspection::inspect_panel,
    steps::wait_for_call,
};

#[test]
fn the_call_goes_on_until_the_agent_calls_the_number_beside_it() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        let rose = rose_talks(world, &panel)?;

        click_sean(&tab, &panel)?;
        ensure!(!panel.has("[data-call=held]")?, "nobody is held by a click");
        is_heard(world, &rose)?;
        panel.click(".clicked .pair .button")?;

        wait_for_call(&panel, "held")?;
        panel.wait_for(
            "document.querySelector('[data-call=talking] h2')?.textContent === 'Sean Forbes'",
        )?;
        panel.wait_for("document.querySelector('.clicked') === null")?;
        let sean = seans_call(world)?;
        is_heard(world, &sean)?;
        is_silent(world, &rose)?;
        panel.click_button("Merge calls")?;
        is_heard(world, &rose)
    })
}

#[test]
fn the_call_is_given_to_the_number() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        let rose = rose_talks(world, &panel)?;

        click_sean(&tab, &panel)?;
        panel.click_button("Transfer now")?;

        panel.wait_for_text("Transferred")?;
        panel.wait_for("document.querySelector('.clicked') === null")?;
        is_heard(world, &seans_call(world)?)?;
        is_heard(world, &rose)
    })
}

#[test]
fn the_number_outlives_the_call_and_is_put_away() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        rose_talks(world, &panel)?;

        click_sean(&tab, &panel)?;
        inspect_panel(world, &tab, &panel)?;
        panel.click(".clicked .button.quiet")?;
        panel.wait_for("document.querySelector('.clicked') === null")?;
        click_sean(&tab, &panel)?;
        panel.wait_for("document.querySelectorAll('.clicked .pair .button').length === 2")?;
        panel.click_button("Hang up")?;
        wait_for_call(&panel, "ended")?;
        ensure!(!panel.has(".clicked .pair .button + .button")?, "there is no call to be given");
        panel.click(".clicked .pair .button")?;

        is_heard(world, &seans_call(world)?)
    })
}

/// What the panel says of it.
fn click_sean(tab: &Tab, panel: &Frame) -> Result<()> {
    show_record(tab, "Contact", "Sean Forbes")?;
    tab.evaluate(&format!("{CLICK_TO_DIAL}.click()"))?;
    panel.wait_for_text("You clicked this number during a call. Nobody has been called yet.")?;
    panel.wait_for("document.querySelector('.clicked h2').textContent === 'Sean Forbes'").map(drop)
}

fn seans_call(world: &World) -> Result<Value> {
    let call = world.pbx_call(|call| call["number"] == SEAN && call["connected"] == true)?;
    Ok(call["id"].clone())
}

const SEAN: &str = "+12065550144";
