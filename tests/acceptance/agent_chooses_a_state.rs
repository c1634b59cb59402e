//! An agent is available, or is not: what rings, what is refused, and what a reload and a sign-out make of it.

use acceptance::{
    browser::Frame,
    world::{ORGANIZATION, Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{COUNT_NOTES, annas_phone, choose_state, is_heard, is_in_state, ring, rose_talks},
    steps::{anna_signed_in, reload, wait_for_call, wait_for_state},
};

#[test]
fn a_busy_agent_is_busy_to_callers_and_rings_again_when_available() -> Result<()> {
    story(&Options::calling(), |world| {
        let reasons = ["--busy-reason", "Lunch", "--busy-reason", "Training"];
        world.cordboard(&[&["organization", "set", ORGANIZATION][..], &reasons].concat())?;
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(COUNT_SAID)?;

        choose_state(&panel, "Training")?;
        panel.wait_for_text("Calls are refused until you are available.")?;
        is_refused(world, &panel)?;
        ensure!(
            panel.evaluate("said")?
                == json!(["Training. Calls are refused until you are available."])
        );
        choose_state(&panel, "Available")?;

        ring(world, "+14155550118")?;
        wait_for_call(&panel, "ringing-here")
    })
}

#[test]
fn a_call_in_progress_is_not_touched_and_its_wrap_up_keeps_others_away() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        let customer = rose_talks(world, &panel)?;

        choose_state(&panel, "Do not disturb")?;
        is_refused(world, &panel)?;
        world.pbx_call(|call| call["id"] == customer && call["state"] == "established")?;
        choose_state(&panel, "Available")?;
        panel.click_button("Hang up")?;
        is_in_state(&panel, "Wrap-up")?;
        is_refused(world, &panel)?;
        panel.click_button("Save")?;

        is_in_state(&panel, "Available")?;
        ring(world, "+14155550118")?;
        wait_for_call(&panel, "ringing-here")
    })
}

/// Practice PBX only: Kamailio's bindings are swept away later.
#[test]
fn who_is_offline_is_registered_nowhere_until_they_are_back() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;

        choose_state(&panel, "Offline")?;
        panel.wait_for_text("No call comes, and none can be made.")?;
        world.pbx_phones("1001", 0)?;
        choose_state(&panel, "Available")?;

        panel.wait_for_text("Your number is 1001")?;
        world.pbx_phones("1001", 1)?;
        ring(world, "+14155550118")?;
        wait_for_call(&panel, "ringing-here")
    })
}

/// Fault: the agent reloads the console, and closes the tab that is the phone, while they are not to be disturbed.
/// Seen: the state, unchanged, in every tab.
/// Kept: no call rings. With the sign-out it ends: whoever signs in next is available.
#[test]
fn a_state_is_one_over_all_tabs_survives_a_reload_and_ends_with_the_sign_out() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        let second = world.console_again()?;
        let other = world.panel(&second);
        is_in_state(&other, "Available")?;

        choose_state(&other, "Do not disturb")?;
        is_in_state(&panel, "Do not disturb")?;
        tab.close()?;
        is_in_state(&other, "Do not disturb")?;
        is_refused(world, &other)?;
        reload(world, &second)?;
        let panel = world.panel(&second);
        is_in_state(&panel, "Do not disturb")?;
        is_refused(world, &panel)?;

        panel.click_button("Sign out")?;
        wait_for_state(&panel, "signed-out")?;
        panel.click_button("Sign in")?;
        is_in_state(&panel, "Available")
    })
}

#[test]
fn calls_are_answered_by_themselves_after_a_beep_and_never_beside_another() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        choose_state(&panel, "Auto-answer")?;
        panel.evaluate(COUNT_NOTES)?;

        let customer = ring(world, "+33170189900")?;
        wait_for_call(&panel, "talking")?;
        ensure!(panel.evaluate("notes")? == 1, "one beep");
        is_heard(world, &customer)?;

        ring(world, "+14155550118")?;
        wait_for_call(&panel, "ringing-here")
    })
}

#[test]
fn the_state_is_chosen_by_keys_alone() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("Your number is 1001")?;
        panel.evaluate("document.querySelector('#state').focus()")?;

        // A closed list goes on to the next choice.
        tab.press("ArrowDown")?;
        is_in_state(&panel, "Auto-answer")?;
        tab.press("ArrowDown")?;

        is_in_state(&panel, "Busy")?;
        ensure!(panel.evaluate("document.activeElement.id")? == "state");
        is_refused(world, &panel)
    })
}

/// Somebody calls, is told that the line is busy, and nothing rings.
fn is_refused(world: &World, panel: &Frame) -> Result<()> {
    let customer: Value = ring(world, "+14155550118")?;
    let call = world.pbx_call(|call| call["id"] == customer && !call["ended"].is_null())?;
    ensure!(call["ended"] == "refused", "{call}");
    ensure!(panel.evaluate("document.querySelector('[data-call=ringing-here]') === null")? == true);
    Ok(())
}

/// Notes what the panel says to assistive technology from here on.
const COUNT_SAID: &str = "(() => {
    globalThis.said = [];
    const region = document.querySelector('.panel > [role=status]');
    new MutationObserver(() => said.push(region.textContent))
        .observe(region, { characterData: true, childList: true, subtree: true });
    return true;
})()";
