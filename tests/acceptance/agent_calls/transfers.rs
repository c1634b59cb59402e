//! An agent sends a call on: at once, or after a word with whoever takes it.

use acceptance::world::{Options, story};
use anyhow::Result;

use crate::{
    calling::{annas_ears, bens_phone, carlas_phone, dial, hears, hears_nothing, maria_talks},
    steps::wait_for_call,
};

#[test]
fn a_blind_transfer_leaves_the_customer_with_another_number() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        let customer = maria_talks(world, &panel)?;

        panel.click_button("Transfer")?;
        panel.fill("#transfer", "601")?;
        panel.click_button("Transfer now")?;

        panel.wait_for_text("Transferred")?;
        world.pbx_call(|call| call["part"] == "music" && call["connected"] == true)?;
        world.pbx_call(|call| call["id"] == customer && call["state"] == "established")?;
        Ok(())
    })
}

#[test]
fn after_a_talk_with_a_colleague_the_caller_and_the_colleague_hear_each_other() -> Result<()> {
    story(&Options::calling(), |world| {
        let anna = annas_ears(world)?;
        let (_bens, ben) = bens_phone(world)?;
        let (_carlas, carla) = carlas_phone(world)?;
        dial(&ben, "1001")?;
        wait_for_call(&anna, "ringing-here")?;
        anna.click_button("Answer")?;
        wait_for_call(&anna, "talking")?;
        dial(&anna, "1003")?;
        wait_for_call(&carla, "ringing-here")?;
        carla.click_button("Answer")?;
        wait_for_call(&anna, "talking")?;
        wait_for_call(&anna, "held")?;
        hears(&anna)?;
        hears(&carla)?;
        hears_nothing(&ben)?;

        anna.click_button("Transfer")?;
        anna.click_button("Connect with Ben Berger")?;

        anna.wait_for_text("Transferred")?;
        anna.wait_for("!document.querySelector('[data-call=talking], [data-call=held]')")?;
        for colleague in [&ben, &carla] {
            wait_for_call(colleague, "talking")?;
            hears(colleague)?;
        }
        // It is Carla whom Ben hears, and nobody else.
        carla.click_button("Mute")?;
        hears_nothing(&ben)?;
        carla.click_button("Hang up")?;
        wait_for_call(&ben, "ended")
    })
}
