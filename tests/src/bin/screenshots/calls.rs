//! Calls, with true media: the line, a call that comes, one that is talked on, two, and how they end.

use acceptance::{browser::Frame, world::World};
use anyhow::Result;
use serde_json::json;

use crate::{
    album::Album,
    walk::{SIGN_IN, console_as, open_window, press, wait_for_state},
};

pub fn take(world: &World, album: &mut Album) -> Result<()> {
    let (tab, panel) = console_as(world, "anna.agent")?;
    let window = open_window(world, &panel, SIGN_IN)?;
    window.wait_for_button("Allow")?;
    press(&window, "button[value=allow]")?;
    wait_for_state(&panel, "signed-in")?;
    window.close()?;
    panel.wait_for_text("Your number is 1001")?;
    album.panel(world, &tab, "line-ready")?;

    let rose = json!({ "extension": "1001", "number": "+12065550143" });
    world.pbx_control("calls", &rose)?;
    wait_for_call(&panel, "ringing-here")?;
    panel.wait_for_text("Rose Gonzalez")?;
    album.console(world, &tab, "call-incoming")?;
    album.panel(world, &tab, "call-incoming")?;
    panel.click_button("Answer")?;
    wait_for_call(&panel, "talking")?;
    panel.wait_for_text("Good quality")?;
    album.console(world, &tab, "call-talking")?;
    album.panel(world, &tab, "call-talking")?;
    panel.click_button("Keypad")?;
    album.panel(world, &tab, "call-keypad")?;
    panel.click_button("Transfer")?;
    album.panel(world, &tab, "call-transfer")?;
    panel.click_button("Transfer")?;

    panel.fill("#dial", "600")?;
    panel.click_button("Call")?;
    wait_for_call(&panel, "held")?;
    wait_for_call(&panel, "talking")?;
    album.panel(world, &tab, "calls-two")?;
    panel.click_button("Hang up")?;
    wait_for_call(&panel, "ended")?;
    album.panel(world, &tab, "call-ended")?;
    tab.close()
}

fn wait_for_call(panel: &Frame, state: &str) -> Result<()> {
    panel.wait_for(&format!("document.querySelector('[data-call=\"{state}\"]') !== null")).map(drop)
}
