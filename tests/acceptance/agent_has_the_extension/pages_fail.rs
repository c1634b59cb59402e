//! What happens to the pages around the phone, and to the worker: the phone does not notice.

use acceptance::world::{Options, story_in};
use anyhow::{Result, ensure};

use super::{
    at_the_first_of_two_consoles, extended, goes_on_in, in_a_call, is_uninterrupted, set_up,
};
use crate::{
    calling::{
        ROSE, annas_phone, choose_state, ends_as_one, is_in_state, registrations, ring, shows,
    },
    steps::{is_logged, logged_calls, wait_for_call},
};

/// Fault: The renderer of the console's tab crashes in the middle of a call.
/// Seen: The call, once the tab is loaded again.
/// Kept: The call itself, without a gap at the far end; one registration and one Task.
#[test]
fn a_tab_that_crashes_takes_no_call_along() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, _, customer) = in_a_call(world)?;

        is_uninterrupted(world, &customer, || tab.crash())?;

        tab.reload()?;
        goes_on_in(world, &tab, &customer)
    })
}

/// Fault: The extension's worker is stopped while nobody calls, while it rings, in the call, and after it.
/// Seen: Nothing; in a tab that is opened then, the note to the call.
/// Kept: The call, without a gap at the far end; one registration, one record shown, one Task.
#[test]
fn a_worker_that_is_stopped_is_missed_in_no_state() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (tab, panel) = annas_phone(world)?;

        world.browser.stop_worker()?;
        let customer = ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        tab.wait_for(&shows("Rose Gonzalez"))?;
        world.browser.stop_worker()?;
        tab.activate()?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;
        world.pbx_call(|call| call["id"] == customer && call["connected"] == true)?;
        is_uninterrupted(world, &customer, || world.browser.stop_worker())?;
        tab.activate()?;
        panel.click_button("Hang up")?;
        is_logged(&panel)?;
        world.browser.stop_worker()?;

        let another = world.console_again()?;
        let panel = world.panel(&another);
        panel.wait_for("document.querySelector('.wrap-up h2')?.textContent === 'Rose Gonzalez'")?;
        ensure!(registrations(world)? == 1);
        panel.fill("#notes", "Wants a quote by Friday")?;
        panel.click_button("Save")?;
        panel.wait_for("!document.querySelector('.wrap-up, [data-waiting]')")?;
        let logged = logged_calls(world)?;
        ensure!(logged.len() == 1, "{logged:#?}");
        ensure!(logged[0]["fields"]["Description"] == "Wants a quote by Friday", "{logged:#?}");
        Ok(())
    })
}

/// Fault: The extension's page of the phone is loaded again, beside two tabs, of which the agent looks at the first.
/// Seen: The record of the next caller, in that tab alone.
/// Kept: One registration.
#[test]
fn a_page_that_comes_late_is_told_where_the_agent_looks() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, panel, other) = at_the_first_of_two_consoles(world)?;
        let resident = world.browser.offscreen()?.frame("/phone/acme");
        resident.wait_for_text("You are signed in as Anna Agent")?;

        resident.evaluate("globalThis.before = true, location.reload()")?;
        resident.wait_for("!globalThis.before")?;
        resident.wait_for_text("You are signed in as Anna Agent")?;
        resident.wait_for_text("Your number is 1001")?;
        // What a tab says arrives in its order: that it is looked at comes before what the agent chooses in it.
        for state in ["Do not disturb", "Available"] {
            choose_state(&panel, state)?;
            is_in_state(&resident, state)?;
        }
        ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;

        tab.wait_for(&shows("Rose Gonzalez"))?;
        ensure!(other.evaluate(&shows("Rose Gonzalez"))? == false, "it is shown in the other tab");
        world.pbx_phones("1001", 1)
    })
}

/// Fault: The browser freezes the tab that the agent has looked at last, to save memory, and a customer calls.
/// Seen: The record of the caller in the other tab; the call in the frozen one, once it is looked at.
/// Kept: One registration and one Task.
#[test]
fn a_tab_that_is_frozen_is_not_waited_for() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, panel, other) = at_the_first_of_two_consoles(world)?;
        let its_panel = world.panel(&other);

        tab.freeze()?;
        let customer = ring(world, ROSE)?;
        wait_for_call(&its_panel, "ringing-here")?;
        other.wait_for(&shows("Rose Gonzalez"))?;
        other.activate()?;
        its_panel.click_button("Answer")?;
        wait_for_call(&its_panel, "talking")?;
        ensure!(registrations(world)? == 1);
        tab.thaw()?;

        tab.activate()?;
        wait_for_call(&panel, "talking")?;
        ensure!(tab.evaluate(&shows("Rose Gonzalez"))? == false, "it is shown twice");
        ends_as_one(world, &panel, &customer)
    })
}
