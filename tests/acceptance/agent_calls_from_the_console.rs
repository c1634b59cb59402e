//! Calls and the console's records: a number is clicked, a caller is named and shown.

use acceptance::world::{Options, story};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    calling::{CLICK_TO_DIAL, ROSE, annas_phone, ring, show_record, shows},
    steps::wait_for_call,
};

#[test]
fn a_number_that_is_clicked_twice_is_called_once() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        show_record(&tab, "Contact", "Rose Gonzalez")?;

        tab.evaluate(&format!("{CLICK_TO_DIAL}.click(), {CLICK_TO_DIAL}.click()"))?;

        panel.wait_for_text("Rose Gonzalez")?;
        wait_for_call(&panel, "talking")?;
        panel.wait_for("document.querySelectorAll('[data-call]').length === 1")?;
        tab.wait_for(&item_is("Rose Gonzalez", "unmuted"))?;
        panel.click_button("Hang up")?;
        tab.wait_for(&item_is("Phone", "call")).map(drop)
    })
}

/// Fault: a number in the console is clicked while the phone is not registered.
/// Seen: the call waits for the phone, says so, and is made as soon as it can be.
/// Kept: one call for one click.
#[test]
fn a_click_before_the_phone_is_ready_is_kept_for_it() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        show_record(&tab, "Contact", "Rose Gonzalez")?;
        world.pbx_control("faults", &json!({ "sockets": "refused" }))?;
        panel.wait_for_text("Reconnecting to the phone system")?;

        tab.evaluate(&format!("{CLICK_TO_DIAL}.click(), {CLICK_TO_DIAL}.click()"))?;
        wait_for_call(&panel, "queued")?;
        panel.wait_for_text("Waiting for the phone")?;
        world.pbx_control("faults", &json!({}))?;

        wait_for_call(&panel, "talking")?;
        panel.wait_for("document.querySelectorAll('[data-call]').length === 1").map(drop)
    })
}

#[test]
fn numbers_are_no_links_before_somebody_is_signed_in() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        show_record(&tab, "Contact", "Rose Gonzalez")?;
        tab.wait_for(&format!("!{CLICK_TO_DIAL}.disabled"))?;

        panel.click_button("Sign out")?;

        tab.wait_for(&format!("{CLICK_TO_DIAL}.disabled")).map(drop)
    })
}

#[test]
fn a_known_caller_is_named_and_shown_while_it_rings() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        tab.click("#softphone-minimize")?;

        ring(world, ROSE)?;

        tab.wait_for("document.querySelector('#softphone-panel').dataset.visible === 'true'")?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("Rose Gonzalez")?;
        tab.wait_for(&shows("Rose Gonzalez"))?;
        tab.wait_for(&item_is("Rose Gonzalez", "incoming_call"))?;
        show_record(&tab, "Contact", "Sean Forbes")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;

        // What the agent looks at stays; the record comes back when it is asked for.
        panel.click_button("Hold")?;
        wait_for_call(&panel, "held")?;
        tab.wait_for(&shows("Sean Forbes"))?;
        panel.click_button("Show record")?;
        tab.wait_for(&shows("Rose Gonzalez")).map(drop)
    })
}

#[test]
fn a_known_caller_is_shown_at_the_answer_where_the_call_center_says_so() -> Result<()> {
    story(&Options::calling(), |world| {
        let items = json!({ "items": { "cordboard/screenPop": "answer" } });
        world.practice_control("call-center", &items)?;
        let (tab, panel) = annas_phone(world)?;
        show_record(&tab, "Contact", "Sean Forbes")?;

        ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for_text("Rose Gonzalez")?;
        ensure!(tab.evaluate(&shows("Sean Forbes"))? == true, "nothing is shown while it rings");
        panel.click_button("Answer")?;

        tab.wait_for(&shows("Rose Gonzalez")).map(drop)
    })
}

#[test]
fn of_several_with_that_number_the_agent_chooses_one() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        let sister =
            json!({ "entity": "Contact", "name": "Rita Gonzalez", "phone": "+1 206 555 0143" });
        tab.wait_for(&format!(
            "fetch('/aura/record', {{ method: 'POST', headers: {{ 'content-type': 'application/json' }}, \
             body: JSON.stringify({sister}) }}).then(answer => answer.ok)"
        ))?;

        ring(world, ROSE)?;
        panel.wait_for_text("Who is it?")?;
        tab.wait_for("document.querySelector('#workspace').dataset.title === 'Search'")?;
        panel.click_button("Rita Gonzalez · Contact")?;

        tab.wait_for(&shows("Rita Gonzalez"))?;
        panel
            .wait_for("document.querySelector('[data-call] h2').textContent === 'Rita Gonzalez'")?;
        tab.wait_for(&item_is("Rita Gonzalez", "incoming_call")).map(drop)
    })
}

/// Fault: the console does not show the record of who calls.
/// Seen: the panel says so beside the call, with a button that tries again.
/// Kept: the call, and the caller's name.
#[test]
fn a_record_that_is_not_shown_leaves_the_call_alone() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        world.practice_control("open-cti", &json!({ "screenPop": "errors" }))?;

        ring(world, ROSE)?;
        panel.wait_for_text("The console did not show the record. The call goes on.")?;
        panel.wait_for_text("Rose Gonzalez")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;
        world.practice_control("open-cti", &json!({}))?;
        show_record(&tab, "Contact", "Sean Forbes")?;
        panel.click_button("Show record")?;

        tab.wait_for(&shows("Rose Gonzalez"))?;
        panel.wait_for("!document.body.textContent.includes('did not show the record')").map(drop)
    })
}

/// The softphone's item in the utility bar.
fn item_is(label: &str, icon: &str) -> String {
    format!(
        "document.querySelector('#softphone-item-label').textContent === '{label}' && \
         document.querySelector('#softphone-item-icon').dataset.key === '{icon}'"
    )
}
