//! Who calls or is called is a lead, or has a case open: the record is found, shown, and in the call's Task.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{CLICK_TO_DIAL, annas_phone, hang_up, ring, show_record, shows},
    steps::{logged_calls, wait_for_call},
};

#[test]
fn a_lead_who_calls_is_named_shown_and_logged() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;

        ring(world, NORA)?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("Nora Lind")?;
        tab.wait_for(&shows("Nora Lind"))?;
        answer_and_hang_up(&panel)?;

        belongs_to(world, json!("00QAx0000000001MAA"), Value::Null)
    })
}

#[test]
fn a_case_is_shown_to_whoever_is_called_from_its_number() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;

        // No contact has the number that was left on the web site.
        ring(world, "+442079460099")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("00001003")?;

        tab.wait_for(&shows("00001003"))?;
        tab.wait_for_text("Door sensor keeps alarming")?;
        answer_and_hang_up(&panel)?;
        belongs_to(world, json!(ARTHUR), json!("500Ax0000000003IAA"))
    })
}

#[test]
fn a_contact_and_a_lead_with_one_number_are_told_apart() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;

        ring(world, "+12065550144")?;
        panel.wait_for_text("Who is it?")?;
        panel.wait_for_button("Sean Forbes · Contact")?;
        tab.wait_for("document.querySelector('#workspace').dataset.title === 'Search'")?;
        panel.click_button("Ines Duarte · Lead")?;
        tab.wait_for(&shows("Ines Duarte"))?;
        answer_and_hang_up(&panel)?;

        belongs_to(world, json!("00QAx0000000004MAA"), Value::Null)
    })
}

#[test]
fn a_lead_whose_number_is_clicked_is_in_the_task_alone() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;

        call_from(&tab, &panel, "Lead", "Nora Lind")?;
        hang_up(&panel)?;

        belongs_to(world, json!("00QAx0000000001MAA"), Value::Null)
    })
}

#[test]
fn a_case_whose_number_is_clicked_is_in_the_task_with_its_contact() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;

        call_from(&tab, &panel, "Case", "00001003")?;
        hang_up(&panel)?;

        belongs_to(world, json!(ARTHUR), json!("500Ax0000000003IAA"))?;
        // What is written after the call leaves the contact where it is.
        panel.fill("#notes", "Comes on Friday")?;
        panel.click_button("Save")?;
        tab.wait_for_text("Comes on Friday")?;
        belongs_to(world, json!(ARTHUR), json!("500Ax0000000003IAA"))
    })
}

#[test]
fn a_case_of_nobody_that_is_known_is_in_the_task_alone() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;

        call_from(&tab, &panel, "Case", "00001004")?;
        hang_up(&panel)?;

        belongs_to(world, Value::Null, json!("500Ax0000000004IAA"))
    })
}

#[test]
fn a_case_has_its_contact_where_the_console_writes_the_task_too() -> Result<()> {
    let options = Options { integration_client: false, ..Options::calling() };
    story(&options, |world| {
        let (tab, panel) = annas_phone(world)?;

        call_from(&tab, &panel, "Case", "00001003")?;
        hang_up(&panel)?;

        belongs_to(world, json!(ARTHUR), json!("500Ax0000000003IAA"))
    })
}

/// As an agent does; until they talk.
fn call_from(tab: &Tab, panel: &Frame, object: &str, name: &str) -> Result<()> {
    show_record(tab, object, name)?;
    tab.wait_for(&format!("!{CLICK_TO_DIAL}.disabled"))?;
    tab.evaluate(&format!("{CLICK_TO_DIAL}.click()"))?;
    panel.wait_for_text(name)?;
    wait_for_call(panel, "talking")
}

fn answer_and_hang_up(panel: &Frame) -> Result<()> {
    panel.click_button("Answer")?;
    wait_for_call(panel, "talking")?;
    hang_up(panel)
}

/// There is one call's Task, and it is about these.
fn belongs_to(world: &World, who: Value, what: Value) -> Result<()> {
    let calls = logged_calls(world)?;
    ensure!(calls.len() == 1, "{calls:#?}");
    let fields = &calls[0]["fields"];
    ensure!((&fields["WhoId"], &fields["WhatId"]) == (&who, &what), "{fields:#}");
    Ok(())
}

/// Arthur Song, whose sensor it is.
const ARTHUR: &str = "003Ax0000000004IAA";
/// Nora Lind's.
const NORA: &str = "+13125550161";
