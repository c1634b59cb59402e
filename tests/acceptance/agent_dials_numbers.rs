//! Numbers are dialled as the call center's *Dialing Options* say, and shown as people write them.

use acceptance::{
    browser::Frame,
    world::{ORGANIZATION, Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    calling::{annas_phone, dial, ring},
    steps::{reload, wait_for_call},
};

#[test]
fn what_the_phone_system_is_told_begins_with_the_call_centers_prefixes() -> Result<()> {
    story(&Options::calling(), |world| {
        prefixes(world, ["9", "1", "011"])?;
        let (tab, panel) = annas_phone(world)?;

        arrives(world, &panel, "(206) 555-0199", "912065550199")?;
        arrives(world, &panel, "+33 1 42 68 53 00", "901133142685300")?;
        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")?;
        let echo = world.pbx_call(|call| call["part"] == "echo")?;
        ensure!(echo["number"] == "600", "extensions are left alone: {echo}");
        panel.click_button("Hang up")?;

        prefixes(world, ["", "", ""])?;
        reload(world, &tab)?;
        let panel = world.panel(&tab);
        panel.wait_for_text("Your number is 1001")?;
        arrives(world, &panel, "206.555.0177", "+12065550177")
    })
}

#[test]
fn a_caller_is_shown_as_the_country_writes_numbers_and_called_back() -> Result<()> {
    story(&Options::calling(), |world| {
        prefixes(world, ["9", "1", "011"])?;
        let (_tab, panel) = annas_phone(world)?;

        ring(world, "+12065550199")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("(206) 555-0199")?;
        panel.click_button("Decline")?;
        wait_for_call(&panel, "ended")?;
        panel.click_button("Call again")?;

        world.pbx_call(|call| call["number"] == "912065550199" && call["peer"] == "1001").map(drop)
    })
}

/// Dials it, and hangs up as soon as the phone system has called this number.
fn arrives(world: &World, panel: &Frame, typed: &str, number: &str) -> Result<()> {
    dial(panel, typed)?;
    world.pbx_call(|call| call["number"] == number && call["peer"] == "1001")?;
    wait_for_call(panel, "talking")?;
    panel.click_button("Hang up")?;
    // What the ended call leaves behind goes by itself, and moves what is clicked next.
    panel.wait_for("!document.querySelector('[data-call]')").map(drop)
}

/// Outside, long distance, international; in an organisation of the United States.
fn prefixes(world: &World, [outside, long_distance, international]: [&str; 3]) -> Result<()> {
    world.cordboard(&["organization", "set", ORGANIZATION, "--region", "US"])?;
    let items = json!({
        "reqDialingOptions/reqOutsidePrefix": outside,
        "reqDialingOptions/reqLongDistPrefix": long_distance,
        "reqDialingOptions/reqInternationalPrefix": international,
    });
    world.practice_control("call-center", &json!({ "items": items })).map(drop)
}
