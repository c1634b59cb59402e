//! An agent has two calls and talks on one at a time.

use acceptance::world::{Options, story};
use anyhow::Result;

use crate::{
    calling::{
        annas_ears, dial, hears_call, hears_nothing_of, is_heard, is_silent, maria_talks, speaks_to,
    },
    steps::wait_for_call,
};

#[test]
fn who_is_not_talked_to_waits_in_silence() -> Result<()> {
    story(&Options::calling(), |world| {
        let panel = annas_ears(world)?;
        let maria = maria_talks(world, &panel)?;
        is_heard(world, &maria)?;

        dial(&panel, "601")?;
        let talks_to = |name: &str| {
            let heading = "document.querySelector('[data-call=talking] h2')?.textContent";
            panel.wait_for(&format!("{heading} === '{name}'"))?;
            wait_for_call(&panel, "held")
        };
        talks_to("601")?;
        let music = world.pbx_call(|call| call["part"] == "music" && call["connected"] == true)?;
        is_silent(world, &maria)?;
        is_heard(world, &music["id"])?;
        hears_call(&panel, MUSIC)?;
        hears_nothing_of(&panel, MARIA)?;

        panel.click_button("Resume")?;
        talks_to("Maria Alvarez")?;
        is_silent(world, &music["id"])?;
        speaks_to(&panel, MARIA)?;
        hears_call(&panel, MARIA)?;
        hears_nothing_of(&panel, MUSIC)?;

        panel.click_button("Resume")?;
        talks_to("601")?;
        is_silent(world, &maria)?;
        speaks_to(&panel, MUSIC)?;
        hears_call(&panel, MUSIC)?;
        hears_nothing_of(&panel, MARIA)
    })
}

/// In the order in which they began.
const MARIA: i32 = 0;
const MUSIC: i32 = 1;
