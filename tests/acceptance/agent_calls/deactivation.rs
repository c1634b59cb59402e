//! A colleague is deactivated in the middle of a call: what becomes of it is the administrator's to say.

use acceptance::{
    browser::Frame,
    world::{ORGANIZATION, Options, World, story},
};
use anyhow::Result;

use crate::{
    calling::{annas_ears, bens_phone, dial, hears, nothing_is_left},
    steps::{wait_for_call, wait_for_code},
};

/// Fault: an agent is disabled while a colleague talks with him.
/// Seen: `sign_in.agent_disabled` beside the call, which he hangs up as ever; after it he is called no more.
/// Kept: the call, both ways.
#[test]
fn a_disabled_colleague_talks_on_until_somebody_hangs_up() -> Result<()> {
    story(&Options::calling(), |world| {
        let anna = annas_ears(world)?;
        let (_bens, ben) = bens_phone(world)?;
        anna_talks_with(&ben, &anna)?;

        disable_ben(world, &ben)?;

        for panel in [&anna, &ben] {
            wait_for_call(panel, "talking")?;
            hears(panel)?;
        }
        ben.click_button("Hang up")?;
        ben.wait_for("!document.querySelector('[data-call]')")?;
        anna.wait_for_text("The other side hung up")?;
        anna.wait_for("!document.querySelector('[data-call]')")?;
        dial(&anna, "1002")?;
        wait_for_call(&anna, "ended")?;
        nothing_is_left(&ben)
    })
}

/// Fault: an agent is disabled while a colleague talks with him, in an organisation that wants it to count at once.
/// Seen: `sign_in.agent_disabled`; the colleague reads that the other side hung up.
/// Kept: nothing of the call.
#[test]
fn where_it_counts_at_once_the_call_ends_with_the_deactivation() -> Result<()> {
    story(&Options::calling(), |world| {
        let now = ["organization", "set", ORGANIZATION, "--deactivation", "now"];
        world.cordboard(&now)?;
        let anna = annas_ears(world)?;
        let (_bens, ben) = bens_phone(world)?;
        anna_talks_with(&ben, &anna)?;

        disable_ben(world, &ben)?;

        anna.wait_for_text("The other side hung up")?;
        wait_for_call(&anna, "ended")?;
        ben.wait_for("!document.querySelector('[data-call=talking]')")?;
        nothing_is_left(&ben)
    })
}

fn anna_talks_with(ben: &Frame, anna: &Frame) -> Result<()> {
    dial(anna, "1002")?;
    wait_for_call(ben, "ringing-here")?;
    ben.click_button("Answer")?;
    for panel in [anna, ben] {
        wait_for_call(panel, "talking")?;
        hears(panel)?;
    }
    Ok(())
}

fn disable_ben(world: &World, ben: &Frame) -> Result<()> {
    world.cordboard(&["agent", "disable", ORGANIZATION, "ben"])?;
    wait_for_code(ben, "sign_in.agent_disabled")
}
