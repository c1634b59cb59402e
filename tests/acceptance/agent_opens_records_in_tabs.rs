//! The console's tabs: each record is open once, whoever opens it; and its timeline, which calls come to.

use acceptance::{
    browser::Tab,
    world::{Options, story},
};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{ROSE, annas_phone, follow, hang_up, ring, rose_talks, show_record, shows},
    steps::wait_for_call,
};

#[test]
fn a_case_opens_in_a_sub_tab_of_its_contact_and_stays_there_over_a_reload() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        show_record(&tab, "Contact", "Rose Gonzalez")?;
        follow(&tab, "00001001")?;
        ensure!(open(&tab)? == json!([["Rose Gonzalez"], ["Rose Gonzalez", "00001001"]]));

        tab.reload()?;

        tab.wait_for(&shows("00001001"))?;
        ensure!(open(&tab)? == json!([["Rose Gonzalez"], ["Rose Gonzalez", "00001001"]]));
        // From a list a record opens in a tab of its own.
        show_record(&tab, "Lead", "Nora Lind")?;
        ensure!(open(&tab)? == json!([["Rose Gonzalez", "Nora Lind"], []]));
        Ok(())
    })
}

#[test]
fn a_caller_whose_record_is_open_is_shown_where_it_is() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        show_record(&tab, "Contact", "Rose Gonzalez")?;
        show_record(&tab, "Contact", "Arthur Song")?;
        follow(&tab, "00001003")?;
        show_record(&tab, "Lead", "Nora Lind")?;
        let tabs = json!(["Rose Gonzalez", "Arthur Song", "Nora Lind"]);

        ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        tab.wait_for(&shows("Rose Gonzalez"))?;
        ensure!(open(&tab)? == json!([tabs, []]));
        panel.click_button("Decline")?;
        panel.wait_for("!document.querySelector('[data-call=ringing-here]')")?;

        // Of the case's own number: the sub-tab comes back, with the workspace tab around it.
        ring(world, "+442079460099")?;
        tab.wait_for(&shows("00001003"))?;
        ensure!(open(&tab)? == json!([tabs, ["Arthur Song", "00001003"]]));
        ensure!(current(&tab)? == json!(["Arthur Song", "00001003"]));
        Ok(())
    })
}

#[test]
fn tabs_are_walked_and_closed_by_the_keyboard() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        show_record(&tab, "Contact", "Rose Gonzalez")?;
        follow(&tab, "00001001")?;
        show_record(&tab, "Lead", "Nora Lind")?;

        tab.evaluate("document.querySelector('#workspace-tabs a').focus()")?;
        tab.press("Enter")?;
        tab.wait_for(&shows("Rose Gonzalez"))?;
        ensure!(focused(&tab)? == "Rose Gonzalez", "the focus stays where it is");
        // Its button to close, the next tab, its button; then the sub-tabs.
        for _ in 0..5 {
            tab.press("Tab")?;
        }
        ensure!(focused(&tab)? == "00001001", "{}", focused(&tab)?);
        tab.press("Enter")?;
        tab.wait_for(&shows("00001001"))?;
        tab.press("Tab")?;
        ensure!(focused(&tab)? == "Close 00001001", "{}", focused(&tab)?);
        tab.press("Enter")?;
        tab.wait_for(&shows("Rose Gonzalez"))?;
        tab.wait_for("document.activeElement.textContent === 'Rose Gonzalez'")?;
        ensure!(open(&tab)? == json!([["Rose Gonzalez", "Nora Lind"], []]));

        tab.press("Tab")?;
        tab.press("Enter")?;
        tab.wait_for(&shows("Nora Lind"))?;
        tab.press("Tab")?;
        tab.press("Enter")?;
        tab.wait_for("document.querySelector('#workspace').dataset.title === 'Home'")?;
        ensure!(open(&tab)? == json!([[], []]));
        Ok(())
    })
}

#[test]
fn a_call_stands_in_the_timeline_as_soon_as_it_is_logged() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        rose_talks(world, &panel)?;
        tab.wait_for(&shows("Rose Gonzalez"))?;
        ensure!(timeline(&tab)? == json!(BEFORE_THE_CALL), "{}", timeline(&tab)?);

        hang_up(&panel)?;

        tab.wait_for(&format!("{TIMELINE}.includes('Call from {ROSE}')"))?;
        let shown = timeline(&tab)?;
        ensure!(shown[2] == format!("Call from {ROSE}"), "below what is to be done: {shown}");
        Ok(())
    })
}

#[test]
fn what_is_done_moves_down_in_the_timeline() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        show_record(&tab, "Contact", "Rose Gonzalez")?;
        ensure!(timeline(&tab)? == json!(BEFORE_THE_CALL), "{}", timeline(&tab)?);
        ensure!(tab.text()?.contains("Overdue"));

        tab.evaluate("document.querySelector('[data-complete]').focus()")?;
        tab.press("Enter")?;

        tab.wait_for("document.querySelectorAll('[data-complete]').length === 1")?;
        let [late, next, newer, older] = BEFORE_THE_CALL;
        ensure!(timeline(&tab)? == json!([next, newer, late, older]), "{}", timeline(&tab)?);
        ensure!(focused(&tab)? == "Refresh", "{}", focused(&tab)?);
        let tasks = world.practice_state()?["tasks"].clone();
        let done =
            tasks.as_array().into_iter().flatten().find(|task| task["fields"]["Subject"] == late);
        ensure!(done.is_some_and(|task| task["fields"]["Status"] == "Completed"), "{tasks:#}");
        Ok(())
    })
}

/// The names in the bar of workspace tabs, and in that of the sub-tabs of the one that is shown.
fn open(tab: &Tab) -> Result<Value> {
    tab.evaluate(
        "['#workspace-tabs', '#sub-tabs'].map(bar => \
         [...document.querySelectorAll(bar + ' a')].map(link => link.textContent))",
    )
}

fn current(tab: &Tab) -> Result<Value> {
    tab.evaluate(
        "[...document.querySelectorAll('.console-tabs a[aria-current]')].map(link => link.textContent)",
    )
}

fn focused(tab: &Tab) -> Result<Value> {
    tab.evaluate(
        "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent",
    )
}

/// The subjects, from the top.
fn timeline(tab: &Tab) -> Result<Value> {
    tab.evaluate(TIMELINE)
}

const TIMELINE: &str =
    "[...document.querySelectorAll('.activity .subject')].map(subject => subject.textContent)";

/// What is to be done for Rose Gonzalez, and what was done.
const BEFORE_THE_CALL: [&str; 4] = [
    "Send the delivery note again",
    "Ask whether the delivery came",
    "Called back: delivery confirmed",
    "Asked about the March delivery",
];
