//! An agent types a colleague's name where a number could stand: whom it suggests, and whom it calls.

use acceptance::{
    browser::Frame,
    world::{Options, story},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    calling::{
        KEEP_CONNECTIONS, annas_phone, bens_phone, choose_state, dial, hears, is_heard, rose_talks,
    },
    steps::wait_for_call,
};

#[test]
fn a_colleague_is_called_by_name_and_both_hear_each_other() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_browser, ben) = bens_phone(world)?;
        let (_tab, anna) = annas_phone(world)?;
        anna.evaluate(KEEP_CONNECTIONS)?;

        dial(&anna, "ben")?;
        wait_for_call(&ben, "ringing-here")?;
        ben.wait_for_text("Anna Agent")?;
        ben.click_button("Answer")?;
        wait_for_call(&ben, "talking")?;
        wait_for_call(&anna, "talking")?;

        hears(&anna)?;
        hears(&ben)?;
        suggests(&anna, "b", &["Ben Berger (1002) · In a call"])
    })
}

#[test]
fn who_is_typed_is_suggested_and_who_would_take_no_call_is_shown_so() -> Result<()> {
    story(&Options::calling(), |world| {
        let (browser, ben) = bens_phone(world)?;
        let (_tab, anna) = annas_phone(world)?;

        suggests(&anna, "b", &["Ben Berger (1002)"])?;
        suggests(&anna, "COS", &["Carla Costa (1003) · Offline"])?;
        choose_state(&ben, "Do not disturb")?;
        suggests(&anna, "b", &["Ben Berger (1002) · Busy"])?;
        choose_state(&ben, "Available")?;
        suggests(&anna, "be", &["Ben Berger (1002)"])?;
        drop(browser);
        suggests(&anna, "ber", &["Ben Berger (1002) · Offline"])?;
        suggests(&anna, "zoe", &[])
    })
}

#[test]
fn a_customer_is_given_to_the_colleague_who_is_chosen_from_the_list() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_browser, ben) = bens_phone(world)?;
        let (_tab, anna) = annas_phone(world)?;
        let customer = rose_talks(world, &anna)?;

        anna.click_button("Transfer")?;
        anna.fill("#transfer", "Ben Berger (1002)")?;
        anna.click_button("Transfer now")?;
        wait_for_call(&ben, "ringing-here")?;
        ben.click_button("Answer")?;
        wait_for_call(&ben, "talking")?;

        anna.wait_for_text("Transferred")?;
        hears(&ben)?;
        is_heard(world, &customer)
    })
}

#[test]
fn a_name_that_nobody_has_calls_nobody_and_the_call_at_hand_stays() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, anna) = annas_phone(world)?;

        dial(&anna, "Zoe")?;
        anna.wait_for_text("No colleague is called “Zoe”.")?;
        ensure!(!anna.has("[data-call]")?, "somebody is called");
        let customer = rose_talks(world, &anna)?;
        anna.click_button("Transfer")?;
        anna.fill("#transfer", "Yves")?;
        anna.click_button("Transfer now")?;

        anna.wait_for_text("No colleague is called “Yves”.")?;
        anna.wait_for_text("The transfer failed. The call is still here.")?;
        is_heard(world, &customer)?;
        anna.fill("#transfer", "Car")?;
        anna.wait_for("!document.body.textContent.includes('Yves')").map(drop)
    })
}

#[test]
fn colleagues_are_shown_and_missed_in_the_agents_language() -> Result<()> {
    story(&Options::calling(), |world| {
        annas_phone(world)?;
        let french = json!({ "username": "anna.agent@acme.example", "language": "fr_CA" });
        world.practice_control("user", &french)?;
        let tab = world.console_again()?;
        let panel = world.panel(&tab);
        panel.wait_for_text("Votre numéro est le 1001")?;

        suggests(&panel, "car", &["Carla Costa (1003) · Hors ligne"])?;
        panel.fill("#dial", "Zoé")?;
        panel.click_button("Appeler")?;

        panel.wait_for_text("Personne ne s’appelle «\u{a0}Zoé\u{a0}» ici.")
    })
}

/// What the list holds after this has been typed. What somebody else does meanwhile is there when it is typed again.
fn suggests(panel: &Frame, typed: &str, expected: &[&str]) -> Result<()> {
    panel.fill("#dial", "")?;
    let (typed, expected) = (json!(typed), json!(expected));
    let condition = format!(
        "(field => {{
            field.value = {typed};
            field.dispatchEvent(new Event('input', {{ bubbles: true }}));
            const list = [...document.querySelector('#' + field.getAttribute('list')).options];
            return JSON.stringify(list.map(option => option.value)) === JSON.stringify({expected});
        }})(document.querySelector('#dial'))"
    );
    panel.wait_for(&condition).map(drop)
}
