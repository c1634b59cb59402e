//! An agent works in several tabs of the console, reloads one and closes another: they are one phone.

use acceptance::{
    browser::{Frame, Tab},
    clock,
    world::{Options, World, story},
};
use anyhow::{Result, ensure};

use crate::{
    calling::{
        COUNT_NOTES, ROSE, annas_phone, ends_as_one, is_heard, is_silent, registrations, ring,
        rose_talks, shows,
    },
    steps::{is_logged, logged_calls, reload, wait_for_call},
};

/// Fault: The agent has one to eight tabs of the console open.
/// Seen: A call is shown in all of them, rings once, and its record is shown in the tab in front alone.
/// Kept: One registration; whichever tab the agent answers or hangs up in.
#[test]
fn up_to_eight_tabs_are_one_phone_ring_once_and_pop_once() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        are_one_phone(world, tab, panel, sounding)
    })
}

/// `rang`: how many have made a sound, of those whose notes are counted.
pub fn are_one_phone(
    world: &World,
    tab: Tab,
    panel: Frame,
    rang: impl Fn(&[Frame]) -> Result<usize>,
) -> Result<()> {
    let (mut tabs, mut panels) = (vec![tab], vec![panel]);
    for number in 1..=8 {
        if number > 1 {
            let tab = world.console_again()?;
            panels.push(world.panel(&tab));
            tabs.push(tab);
        }
        let (front, shown) = (&tabs[number - 1], &panels[number - 1]);
        shown.wait_for_text("Your number is 1001")?;
        shown.evaluate(COUNT_NOTES)?;
        ensure!(registrations(world)? == 1, "{number} tabs: {}", registrations(world)?);

        let customer = ring(world, ROSE)?;
        for panel in &panels {
            wait_for_call(panel, "ringing-here")?;
        }
        front.wait_for(&shows("Rose Gonzalez"))?;
        shown.click_button("Answer")?;
        for panel in &panels {
            wait_for_call(panel, "talking")?;
        }
        let others = &tabs[..number - 1];
        ensure!(rang(&panels)? == 1, "{number} tabs: {} rang", rang(&panels)?);
        for (at, other) in others.iter().enumerate() {
            ensure!(other.evaluate(&shows("Rose Gonzalez"))? == false, "tab {at} of {number}");
        }
        // The first one leads, and any of them is asked.
        panels[number / 2].click_button("Hang up")?;
        world.pbx_call(|call| call["id"] == customer && !call["ended"].is_null())?;
        is_logged(shown)?;
        ensure!(logged_calls(world)?.len() == number, "{:#?}", logged_calls(world)?);
        shown.click_button("Save")?;
        for panel in &panels {
            panel.wait_for("!document.querySelector('[data-call], .wrap-up')")?;
        }
        front.evaluate("document.querySelector('a[data-tab=Contact]').click()")?;
        front.wait_for(&format!("!({})", shows("Rose Gonzalez")))?;
    }
    Ok(())
}

/// Fault: The agent reloads the console in the middle of a call.
/// Seen: The call, a moment later, with its clock going on.
/// Kept: The call: the far end hears the agent again, and the agent the far end.
#[test]
fn a_reload_in_a_call_keeps_the_far_end() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        let customer = rose_talks(world, &panel)?;
        is_heard(world, &customer)?;

        let reloaded = clock::now();
        reload(world, &tab)?;

        let panel = world.panel(&tab);
        wait_for_call(&panel, "talking")?;
        is_heard(world, &customer)?;
        // With the page's load, the sign-in and the wait for the next of the microphone's beeps.
        println!("heard again {} ms after the reload began", reloaded.elapsed().as_millis());
        ends_as_one(world, &panel, &customer)
    })
}

/// Fault: The tab that is the phone is closed in the middle of a call.
/// Seen: The call goes on in another tab.
/// Kept: The call, muted and held as it was; one registration.
#[test]
fn a_call_moves_on_when_its_tab_is_closed() -> Result<()> {
    story(&Options::calling(), |world| {
        let (first, _) = annas_phone(world)?;
        let second = world.console_again()?;
        let other = world.panel(&second);
        other.wait_for_text("Your number is 1001")?;
        let customer = rose_talks(world, &other)?;
        is_heard(world, &customer)?;
        other.click_button("Mute")?;
        other.wait_for_text("Microphone off")?;

        first.close()?;

        is_silent(world, &customer)?;
        wait_for_call(&other, "talking")?;
        ensure!(registrations(world)? == 1);
        other.click_button("Unmute")?;
        is_heard(world, &customer)
    })
}

/// How many of them have made a sound.
pub fn sounding(panels: &[Frame]) -> Result<usize> {
    let mut sounding = 0;
    for panel in panels {
        sounding += usize::from(panel.evaluate("notes > 0")? == true);
    }
    Ok(sounding)
}
