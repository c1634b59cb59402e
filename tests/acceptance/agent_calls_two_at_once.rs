//! An agent brings two calls together: everybody hears everybody.

use acceptance::{
    browser::Frame,
    world::{Options, World, story},
};
use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    calling::{AUDIBLE, annas_phone, dial, energy, is_heard, is_silent, listen_anew, ring_as},
    steps::wait_for_call,
};

#[test]
fn who_is_merged_hears_the_other_though_the_agent_is_muted() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        let (_, music) = conference(world, &panel)?;

        panel.click_button("Mute")?;
        panel.wait_for_text("Microphone off")?;

        // Maria hums, and nobody else can be heard there.
        is_heard(world, &music)?;
        panel.click_button("Hang up")?;
        panel.wait_for("document.querySelectorAll('[data-call=talking]').length === 1")?;
        panel.wait_for_text("In a call").map(drop)
    })
}

#[test]
fn in_a_conference_each_far_end_hears_the_agent_and_the_other() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        let (maria, music) = conference(world, &panel)?;

        panel.click_button("Mute")?;
        panel.wait_for_text("Microphone off")?;
        hears_tone(world, &maria, 440)?;
        hears_tone(world, &music, 350)?;
        for party in [&maria, &music] {
            world.pbx_control(&format!("calls/{party}"), &json!({ "order": "play" }))?;
        }
        is_silent(world, &maria)?;
        is_silent(world, &music)?;
        panel.click_button("Unmute")?;

        is_heard(world, &maria)?;
        is_heard(world, &music)
    })
}

#[test]
fn a_conference_is_held_resumed_and_left_by_one() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        let (maria, music) = conference(world, &panel)?;

        panel.click_button("Hold")?;
        panel.wait_for("document.querySelectorAll('[data-call=held]').length === 2")?;
        is_silent(world, &maria)?;
        is_silent(world, &music)?;
        panel.click_button("Resume")?;
        panel.wait_for_text("In a conference")?;
        hears_tone(world, &music, 350)?;
        world.pbx_control(&format!("calls/{maria}"), &json!({ "order": "hang_up" }))?;

        panel.wait_for_text("The other side hung up")?;
        wait_for_call(&panel, "talking")?;
        is_heard(world, &music)?;
        panel.click_button("Hold")?;
        is_silent(world, &music)
    })
}

#[test]
fn a_conference_is_parted_into_the_two_calls_that_it_was() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        let (maria, music) = conference(world, &panel)?;
        world.pbx_control(&format!("calls/{music}"), &json!({ "order": "play" }))?;

        let alone = "[...document.querySelectorAll('[aria-label=\"Maria Alvarez\"] button')]\
            .find(button => button.textContent === 'Talk alone').click(), true";
        panel.evaluate(alone)?;
        wait_for_call(&panel, "held")?;

        is_silent(world, &music)?;
        is_heard(world, &maria)?;
        panel.click_button("Resume")?;
        panel.wait_for("document.querySelector('[data-call=talking] h2').textContent === '601'")?;
        is_heard(world, &music)?;
        is_silent(world, &maria)
    })
}

/// Maria Alvarez has called Anna, who has called the music, and brought both together: their calls at the PBX.
fn conference(world: &World, panel: &Frame) -> Result<(Value, Value)> {
    let maria = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
    wait_for_call(panel, "ringing-here")?;
    panel.click_button("Answer")?;
    wait_for_call(panel, "talking")?;
    dial(panel, "601")?;
    wait_for_call(panel, "held")?;
    wait_for_call(panel, "talking")?;
    let music = world.pbx_call(|call| call["part"] == "music" && call["connected"] == true)?;
    panel.click_button("Merge calls")?;
    panel.wait_for("document.querySelectorAll('[data-call=talking]').length === 2")?;
    panel.wait_for_text("In a conference")?;
    Ok((maria, music["id"].clone()))
}

fn hears_tone(world: &World, call: &Value, hertz: u64) -> Result<()> {
    listen_anew(world, call)?;
    let hears = |heard: &Value| {
        let tone = heard["tone"].as_u64().unwrap_or_default();
        energy(heard) > AUDIBLE && tone.abs_diff(hertz) <= 20
    };
    world.pbx_call(|heard| heard["id"] == *call && hears(heard)).map(drop)
}
