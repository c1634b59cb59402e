//! After a call: what the agent says of it stands in its one Task, and the console shows it.

use acceptance::{
    browser::{Frame, Tab},
    world::{ORGANIZATION, Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::Value;

use crate::{
    calling::{annas_phone, choose_state, ring, rose_talks, shows},
    steps::{logged_calls, wait_for_call, wait_for_state},
};

#[test]
fn what_an_agent_says_of_a_call_stands_in_its_one_task() -> Result<()> {
    story(&Options::calling(), |world| {
        let list = ["--disposition", "Interested", "--disposition", "Call back"];
        world.cordboard(&[&["organization", "set", ORGANIZATION][..], &list].concat())?;
        let (tab, panel) = anna_talks_to_rose(world)?;

        panel.click_button("Hang up")?;
        panel.wait_for("document.querySelector('.wrap-up h2').textContent === 'Rose Gonzalez'")?;
        choose(&panel, "Call back")?;
        panel.fill("#notes", "Wants a quote by Friday")?;
        panel.click_button("Save")?;

        tab.wait_for_text("Wants a quote by Friday")?;
        panel.wait_for("!document.querySelector('.wrap-up, [data-waiting]')")?;
        let task = the_one_call(world)?;
        for (field, value) in [
            ("Description", "Wants a quote by Friday"),
            ("CallDisposition", "Call back"),
            ("CallType", "Inbound"),
            ("WhoId", "003Ax0000000001IAA"),
        ] {
            ensure!(task["fields"][field] == value, "{field} of {task:#}");
        }
        Ok(())
    })
}

#[test]
fn who_wants_calls_before_the_notes_are_saved_has_them_and_loses_no_note() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = anna_talks_to_rose(world)?;
        panel.click_button("Hang up")?;
        panel.wait_for("document.querySelector('.wrap-up') !== null")?;
        panel.fill("#notes", "Wants a quote by Friday")?;
        choose_state(&panel, "Available")?;

        ring(world, "+14155550118")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for("document.querySelector('#notes').value === 'Wants a quote by Friday'")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;
        panel.wait_for("!document.querySelector('.wrap-up')")?;
        panel.click_button("Hang up")?;

        let rose = format!("{}/lightning/r/Contact/003Ax0000000001IAA/view", world.console());
        let tab = world.browser.new_tab(&rose)?;
        tab.wait_for(&reloads_until("Wants a quote by Friday")).map(drop)
    })
}

/// Fault: the adapter is gone when a call ends, and then the page is, with notes that nobody has saved.
/// Seen: the panel says that a call is not in Salesforce yet.
/// Kept: the entry and the notes, in the browser; the next page hands them over, and there is one Task.
#[test]
fn what_was_typed_outlives_the_page() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = anna_talks_to_rose(world)?;
        world.stop_adapter()?;
        panel.click_button("Hang up")?;
        panel.wait_for_text("1 call is not in Salesforce yet")?;
        panel.fill("#notes", "Wants a quote by Friday")?;
        let kept = "Object.keys(localStorage).filter(key => key.startsWith('cordboard-call/'))";
        panel.wait_for(&format!("{kept}.some(key => localStorage[key].includes('by Friday'))"))?;

        tab.go("about:blank")?;
        world.start_adapter()?;
        tab.go(&format!("{}/lightning/r/Contact/003Ax0000000001IAA/view", world.console()))?;
        world.open_softphone(&tab)?;
        let panel = world.panel(&tab);
        wait_for_state(&panel, "signed-in")?;

        tab.wait_for_text("Wants a quote by Friday")?;
        the_one_call(world)?;
        panel.wait_for(&format!("{kept}.length === 0")).map(drop)
    })
}

/// Rose's record is shown, and she has been called by nobody else.
fn anna_talks_to_rose(world: &World) -> Result<(Tab, Frame)> {
    let (tab, panel) = annas_phone(world)?;
    rose_talks(world, &panel)?;
    tab.wait_for(&shows("Rose Gonzalez"))?;
    Ok((tab, panel))
}

/// The only Task that bears a call's id.
fn the_one_call(world: &World) -> Result<Value> {
    let mut calls = logged_calls(world)?;
    ensure!(calls.len() == 1, "{calls:#?}");
    Ok(calls.remove(0))
}

/// As a person does who opens the list.
fn choose(panel: &Frame, disposition: &str) -> Result<()> {
    panel.evaluate(&format!(
        "(list => {{ list.value = '{disposition}'; \
         list.dispatchEvent(new InputEvent('input', {{ bubbles: true }})) }})\
         (document.querySelector('#disposition'))"
    ))?;
    Ok(())
}

/// The page shows it, or is loaded anew.
fn reloads_until(text: &str) -> String {
    format!("fetch(location.href).then(page => page.text()).then(page => page.includes('{text}'))")
}
