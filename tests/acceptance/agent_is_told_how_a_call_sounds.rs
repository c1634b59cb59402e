//! What the network does to a call is said while it does it, with the figures.

use acceptance::{
    browser::Frame,
    world::{Options, story},
};
use anyhow::Result;
use serde_json::json;

use crate::{
    calling::{annas_phone, is_heard, rose_talks},
    steps::wait_for_call,
};

#[test]
fn a_call_that_sounds_good_says_so_and_one_that_is_held_says_nothing() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_, panel) = annas_phone(world)?;
        rose_talks(world, &panel)?;

        sounds(&panel, "good")?;
        panel.wait_for_text("Good quality")?;
        panel.wait_for_text("0 % lost · jitter ")?;
        panel.click_button("Hold")?;

        wait_for_call(&panel, "held")?;
        panel.wait_for("document.querySelector('[data-quality]') === null")?;
        panel.click_button("Resume")?;
        sounds(&panel, "good")
    })
}

/// Fault: Three in ten packets are lost in the middle of a call.
/// Seen: That the quality is poor, why, and what may help; that it is good again.
/// Kept: The call.
#[test]
fn a_call_that_loses_packets_says_so_until_it_does_not() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_, panel) = annas_phone(world)?;
        let customer = rose_talks(world, &panel)?;
        sounds(&panel, "good")?;

        world.pbx_control("faults", &json!({ "loss": 30 }))?;

        sounds(&panel, "poor")?;
        panel.wait_for_text("Poor quality: part of the sound is lost on the way")?;
        world.pbx_control("faults", &json!({}))?;
        sounds(&panel, "good")?;
        is_heard(world, &customer)
    })
}

/// In other words for the eye; the browser is asked every five seconds.
fn sounds(panel: &Frame, how: &str) -> Result<()> {
    panel.wait_for(&format!("document.querySelector('[data-quality={how}]')")).map(drop)
}
