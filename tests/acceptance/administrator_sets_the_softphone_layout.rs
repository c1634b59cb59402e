//! The softphone layout says among which records a caller is looked for, and what is shown of a call.

use acceptance::world::{Options, World, story};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{ROSE, annas_phone, hang_up, ring, shows},
    steps::{logged_calls, wait_for_call},
};

#[test]
fn whoever_is_not_in_the_layout_is_not_found() -> Result<()> {
    story(&Options::calling(), |world| {
        let setup = "/lightning/setup/CallCenterSoftphoneLayouts/home";
        let log_in = format!("/practice/login?username=ada.admin@acme.example&return={setup}");
        let ada = world.browser.new_tab(&format!("{}{log_in}", world.console()))?;
        ada.wait_for(&format!("{BOX}?.checked === true"))?;
        ada.evaluate(&format!("{BOX}.focus()"))?;
        ada.press("Space")?;
        ada.click_button("Save")?;
        ada.wait_for_text("The softphone layout was saved.")?;
        ada.wait_for(&format!("{BOX}.checked === false"))?;

        let (tab, panel) = annas_phone(world)?;
        ring(world, "+13125550161")?;
        wait_for_call(&panel, "ringing-here")?;

        // The page that pops finds her all the same: it does not ask the layout.
        tab.wait_for("document.querySelector('#workspace').dataset.title === 'Search'")?;
        tab.wait_for_text("Nora Lind")?;
        ensure!(!panel.text()?.contains("Nora Lind"), "{}", panel.text()?);
        Ok(())
    })
}

#[test]
fn nothing_pops_where_the_layout_says_so_and_the_caller_is_named() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        layout(world, json!({ "single_match": "nothing" }))?;

        ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("Rose Gonzalez")?;
        panel.wait_for_button("Show record")?;

        ensure!(tab.evaluate(HOME)? == true, "a screen has popped");
        panel.click_button("Show record")?;
        tab.wait_for(&shows("Rose Gonzalez")).map(drop)
    })
}

#[test]
fn nobody_with_that_number_is_a_new_record_with_the_number_in_it() -> Result<()> {
    for (no_match, object, field) in [("new_contact", "Contact", ""), ("new_lead", "Lead", "x")] {
        story(&Options::calling(), |world| {
            let (tab, panel) = annas_phone(world)?;
            layout(world, json!({ "no_match": no_match }))?;

            ring(world, "+33170189900")?;
            wait_for_call(&panel, "ringing-here")?;
            tab.wait_for(&format!("{DIALOG}?.querySelector('h2').textContent === 'New {object}'"))?;
            let phone = format!("{DIALOG}.querySelector('[name=phone]').value");
            ensure!(tab.evaluate(&phone)? == "+33170189900", "{object}");

            // From the name on by keyboard alone.
            tab.fill("#new-record [name=name]", "Léa Petit")?;
            if !field.is_empty() {
                tab.press("Tab")?;
                tab.type_text("Petit & Fils")?;
            }
            tab.press("Enter")?;
            tab.wait_for(&shows("Léa Petit"))?;
            tab.wait_for_text("+33170189900")
        })?;
    }
    Ok(())
}

#[test]
fn a_colleague_who_calls_is_named_and_pops_nothing() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;

        ring(world, "1002")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("Ben Berger")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;
        hang_up(&panel)?;

        ensure!(tab.evaluate(HOME)? == true, "a screen has popped");
        let calls = logged_calls(world)?;
        ensure!(calls.len() == 1, "{calls:#?}");
        let fields = &calls[0]["fields"];
        ensure!(fields["CallType"] == "Internal", "{fields:#}");
        ensure!(fields["WhoId"].is_null() && fields["WhatId"].is_null(), "{fields:#}");
        Ok(())
    })
}

#[test]
fn a_colleague_is_a_number_where_the_layout_shows_no_users() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        layout(world, json!({ "internal": [] }))?;

        ring(world, "1002")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;

        panel.wait_for("document.querySelector('[data-call] h2').textContent === '1002'")?;
        ensure!(!panel.text()?.contains("Ben Berger"), "{}", panel.text()?);
        ensure!(tab.evaluate(HOME)? == true, "a screen has popped");
        Ok(())
    })
}

fn layout(world: &World, layout: Value) -> Result<()> {
    world.practice_control("softphone-layout", &layout).map(drop)
}

/// Whether leads are shown for calls that come in.
const BOX: &str = "document.querySelector('input[name=inbound][value=Lead]')";
const HOME: &str = "document.querySelector('#workspace').dataset.title === 'Home'";
const DIALOG: &str = "document.querySelector('#new-record[open]')";
