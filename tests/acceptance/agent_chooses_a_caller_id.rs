//! An agent chooses by which number customers see them.

use acceptance::{
    browser::Frame,
    desk::at_the_desk,
    world::{ORGANIZATION, Options, World, story},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{annas_phone, dial},
    steps::{reload, wait_for_call},
};

/// Practice PBX only: it knows each extension's numbers, and its customers say whom they see.
#[test]
fn the_customer_sees_the_number_that_was_chosen_also_after_a_reload() -> Result<()> {
    story(&Options::calling(), |world| {
        give(world, &["+14155550100", "+1 (415) 555-1001"])?;
        let (tab, panel) = annas_phone(world)?;

        sees(world, &panel, "+14155550100")?;
        choose(&panel, "+1 415-555-1001")?;
        sees(world, &panel, "+14155551001")?;
        reload(world, &tab)?;
        panel.wait_for(&is_chosen("+1 415-555-1001"))?;
        sees(world, &panel, "+14155551001")?;

        // Colleagues and the PBX's own numbers know the extension.
        dial(&panel, "600")?;
        world.pbx_call(|call| call["part"] == "echo" && call["peer"] == "1001").map(drop)
    })
}

/// Practice PBX only: it knows each extension's numbers, and its customers say whom they see.
#[test]
fn a_number_that_the_pbx_does_not_vouch_for_is_not_seen() -> Result<()> {
    story(&Options::calling(), |world| {
        give(world, &["+33170189900", "+14155550100"])?;
        let (_tab, panel) = annas_phone(world)?;

        panel.wait_for(&is_chosen("+33 1 70 18 99 00"))?;
        sees(world, &panel, "1001")?;
        choose(&panel, "+1 415-555-0100")?;

        sees(world, &panel, "+14155550100")
    })
}

/// Practice PBX only: it knows each extension's numbers, and its customers say whom they see.
#[test]
fn where_there_is_no_choice_none_is_offered() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        sees(world, &panel, "1001")?;
        ensure!(!panel.has("#caller-id")?, "there is nothing to choose");

        give(world, &["+14155550100", "+14155551001"])?;
        panel.wait_for("document.querySelector('#caller-id') !== null")?;
        let own = ["agent", "set", ORGANIZATION, "anna", "--caller-id", "+14155551001"];
        world.cordboard(&own)?;
        panel.wait_for("document.querySelector('#caller-id') === null")?;

        sees(world, &panel, "+14155551001")
    })
}

#[test]
fn an_administrator_gives_numbers_to_everybody_or_to_one_agent_and_takes_them_away() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let cordboard = |arguments: &[&str]| -> Result<Value> {
            let answer = installation.cordboard(&[arguments, &["--json"]].concat())?;
            Ok(serde_json::from_str(&answer)?)
        };
        let everybody = &["organization", "set", "acme"];
        let anna = &["agent", "set", "acme", "anna"];

        let two = ["--caller-id", "+33 1 42 68 53 00", "--caller-id", "1000"];
        let set = cordboard(&[&everybody[..], &two].concat())?;
        ensure!(set["caller_ids"] == json!(["+33142685300", "1000"]), "{set}");
        let set = cordboard(&[&anna[..], &["--caller-id", "+14155551001"]].concat())?;
        ensure!(set["caller_ids"] == json!(["+14155551001"]), "{set}");
        let set = cordboard(&[&anna[..], &["--no-caller-ids"]].concat())?;
        ensure!(set["caller_ids"] == json!([]), "{set}");
        let set = cordboard(&[&everybody[..], &["--clear", "caller-ids"]].concat())?;
        ensure!(set["caller_ids"] == json!([]), "{set}");

        let audit = cordboard(&["audit"])?;
        let said: Vec<&str> = audit
            .as_array()
            .context("a list")?
            .iter()
            .filter_map(|one| one["detail"].as_str())
            .collect();
        for detail in ["caller_ids", "caller_ids +14155551001", "no caller_ids"] {
            ensure!(said.contains(&detail), "{detail} is not among {said:?}");
        }
        let refused =
            installation.cordboard_refuses(&[&anna[..], &["--caller-id", "me"]].concat())?;
        ensure!(refused.contains("`me` is no number"), "{refused}");
        Ok(())
    })
}

fn give(world: &World, numbers: &[&str]) -> Result<()> {
    let given = numbers.iter().flat_map(|number| ["--caller-id", number]);
    let set: Vec<&str> = ["organization", "set", ORGANIZATION].into_iter().chain(given).collect();
    world.cordboard(&set).map(drop)
}

fn choose(panel: &Frame, number: &str) -> Result<()> {
    panel.evaluate(&format!(
        "(list => {{ list.value = '{number}'; list.dispatchEvent(new Event('change', {{ bubbles: true }})) }})\
         (document.querySelector('#caller-id'))"
    ))?;
    panel.wait_for(&is_chosen(number)).map(drop)
}

fn is_chosen(number: &str) -> String {
    format!("document.querySelector('#caller-id')?.value === '{number}'")
}

/// Rose is called, and who she sees.
fn sees(world: &World, panel: &Frame, number: &str) -> Result<()> {
    panel.wait_for_text("Your number is 1001")?;
    dial(panel, "+12065550143")?;
    world.pbx_call(|call| {
        call["part"] == "customer" && call["peer"] == number && call["ended"].is_null()
    })?;
    wait_for_call(panel, "talking")?;
    panel.click_button("Hang up")?;
    world.pbx_call(|call| call["peer"] == number && !call["ended"].is_null())?;
    panel.wait_for("document.querySelector('[data-call=talking]') === null").map(drop)
}
