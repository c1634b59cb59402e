//! The screens of calls, as [`assistive_technology_reads_the_panel`](crate::assistive_technology_reads_the_panel)
//! looks at the others: light and dark, at 320 px, at 200 %, with less motion.

use acceptance::world::{ORGANIZATION, Options, story};
use anyhow::Result;
use serde_json::json;

use crate::{
    inspection::inspect_panel,
    steps::{anna_signed_in, wait_for_call},
};

#[test]
fn a_call_that_is_made_rings_there_is_talked_on_and_ends() -> Result<()> {
    story(&Options::calling(), |world| {
        let numbers = ["--caller-id", "+14155550100", "--caller-id", "+14155551001"];
        world.cordboard(&[&["organization", "set", ORGANIZATION][..], &numbers].concat())?;
        let (tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("Your number is 1001")?;
        inspect_panel(world, &tab, &panel)?;

        panel.fill("#dial", "Zoe")?;
        panel.click_button("Call")?;
        panel.wait_for_text("No colleague is called “Zoe”.")?;
        inspect_panel(world, &tab, &panel)?;
        panel.fill("#dial", "Car")?;
        panel.wait_for("document.querySelector('#colleagues option') !== null")?;
        inspect_panel(world, &tab, &panel)?;

        panel.fill("#dial", "603")?;
        panel.click_button("Call")?;
        wait_for_call(&panel, "ringing-there")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Hang up")?;
        wait_for_call(&panel, "ended")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Close")?;

        panel.fill("#dial", "600")?;
        panel.click_button("Call")?;
        wait_for_call(&panel, "talking")?;
        panel.click_button("Keypad")?;
        panel.click_button("Key 5")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Transfer")?;
        panel.wait_for_button("Transfer now")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Mute")?;
        panel.wait_for_text("Microphone off")?;
        inspect_panel(world, &tab, &panel)
    })
}

#[test]
fn a_call_that_comes_is_held_and_another_is_made_beside_it() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("Your number is 1001")?;
        // As long as names come.
        let name = "Maria Magdalena Alvarez de la Fuente y Ortega";
        let ring = json!({ "extension": "1001", "number": "+33170189900", "name": name });
        world.pbx_control("calls", &ring)?;
        wait_for_call(&panel, "ringing-here")?;
        inspect_panel(world, &tab, &panel)?;

        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Hold")?;
        wait_for_call(&panel, "held")?;
        inspect_panel(world, &tab, &panel)?;
        panel.fill("#dial", "601")?;
        panel.click_button("Call")?;
        wait_for_call(&panel, "talking")?;
        inspect_panel(world, &tab, &panel)?;
        panel.click_button("Transfer")?;
        inspect_panel(world, &tab, &panel)
    })
}
