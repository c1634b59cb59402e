//! Where the console's frame has no microphone, the phone has a window of its own.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, Proof, World, story},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::{
    calling::{ROSE, is_heard, registrations, ring, shows},
    steps::{
        allow_once, is_logged, logged_calls, open_window, wait_for_call, wait_for_code,
        wait_for_state, wait_long_for_code,
    },
};

/// Fault: The console does not lend its frame the microphone, and the agent opens the phone in its own window.
/// Seen: There the agent is signed in without a click; it rings, and the caller's record is shown in the console.
/// Kept: One registration, and one Task for each call.
#[test]
fn a_call_is_taken_in_the_phones_own_window() -> Result<()> {
    story(&Options::calling(), |world| {
        let (console, _, phone) = phone_beside_annas_console(world)?;
        ensure!(registrations(world)? == 1, "{} registrations", registrations(world)?);

        let customer = ring(world, ROSE)?;
        wait_for_call(&phone, "ringing-here")?;
        phone.wait_for_text("Rose Gonzalez")?;
        console.wait_for(&shows("Rose Gonzalez"))?;
        phone.click_button("Answer")?;
        wait_for_call(&phone, "talking")?;
        is_heard(world, &customer)?;
        phone.click_button("Hang up")?;

        is_logged(&phone)?;
        ensure!(logged_calls(world)?.len() == 1, "{:#?}", logged_calls(world)?);
        Ok(())
    })
}

#[test]
fn a_number_clicked_in_the_console_is_called_from_the_phones_own_window() -> Result<()> {
    story(&Options::calling(), |world| {
        let (console, _, phone) = phone_beside_annas_console(world)?;

        console.evaluate("document.querySelector('a[href^=\"/lightning/r/Contact/\"]').click()")?;
        let number = "document.querySelector('#workspace button.click-to-dial:enabled')";
        console.wait_for(&format!("!!{number}"))?;
        console.evaluate(&format!("{number}.click()"))?;

        phone.wait_for("document.querySelector('[data-call]')").map(drop)
    })
}

/// Fault: The console whose panel has opened the phone's window is closed in the middle of a call.
/// Seen: The call goes on.
/// Kept: The call and the session; a new console opens the same window again.
#[test]
fn a_call_in_the_phones_own_window_outlives_the_console() -> Result<()> {
    story(&Options::calling(), |world| {
        let (console, _, phone) = phone_beside_annas_console(world)?;
        let customer = ring(world, ROSE)?;
        wait_for_call(&phone, "ringing-here")?;
        phone.click_button("Answer")?;
        wait_for_call(&phone, "talking")?;
        is_heard(world, &customer)?;

        console.close()?;

        is_heard(world, &customer)?;
        wait_for_state(&phone, "signed-in")?;
        phone.click_button("Hang up")?;
        wait_for_call(&phone, "ended")
    })
}

#[test]
fn without_the_class_the_window_signs_in_by_itself_and_calls() -> Result<()> {
    story(&Options { proof: Proof::Off, ..Options::calling() }, |world| {
        world.console_as("anna.agent")?;
        let phone = lone_phone(world)?;
        let window = open_window(world, &phone)?;
        let phrase = phone.wait_for("document.querySelector('.phrase .large')?.innerText")?;
        let phrase = phrase.as_str().context("the phone shows its phrase")?.trim().to_lowercase();
        window.click(&format!("input[value='{phrase}']"))?;
        window.click_button("Allow")?;
        phone.wait_for_text("Your number is 1001")?;

        phone.fill("#dial", "600")?;
        phone.click_button("Call")?;

        wait_for_call(&phone, "talking")?;
        world.pbx_call(|call| call["part"] == "echo" && call["connected"] == true).map(drop)
    })
}

/// Attack: Somebody opens the phone's own window by its address, to sign in as an agent away from the console.
/// Refused: `host.no_console`: where the proof class is installed only the console says who sits there.
#[test]
fn with_the_class_the_window_alone_signs_nobody_in() -> Result<()> {
    story(&Options::default(), |world| {
        world.console_as("anna.agent")?;

        let phone = lone_phone(world)?;

        wait_for_code(&phone, "host.no_console")?;
        phone.wait_for_button("Try again")?;
        ensure!(!phone.text()?.contains("Sign in with Salesforce"), "a window is offered");
        Ok(())
    })
}

/// Attack: A page of another site frames the phone's own window, or has opened it, and answers in the console's place.
/// Refused: Nobody may frame it; what it asks is sent to pages of the adapter's alone.
#[test]
fn a_stranger_who_opens_the_phones_window_is_asked_nothing() -> Result<()> {
    story(&Options::default(), |world| {
        let stranger = world.console_as("anna.agent")?;
        stranger.evaluate(
            "globalThis.heard = [];
             addEventListener('message', event => heard.push([event.origin, event.data]));
             true",
        )?;
        stranger.evaluate(&format!(
            "const button = document.createElement('button');
             button.textContent = 'Win a phone';
             button.onclick = () => open({}, '_blank');
             document.body.prepend(button);",
            json!(phone_address(world))
        ))?;

        stranger.click_button("Win a phone")?;

        let phone = world.browser.wait_for_popup()?;
        wait_long_for_code(&phone, "host.no_answer")?;
        let asked = "heard.filter(([origin, data]) => Array.isArray(data))";
        let heard = stranger.evaluate(asked)?;
        ensure!(heard == json!([]), "the stranger has heard {heard}");
        Ok(())
    })
}

/// Anna's console, whose frame has no microphone, her panel in it, and the phone that it has opened.
pub fn phone_beside_annas_console(world: &World) -> Result<(Tab, Frame, Tab)> {
    world.practice_control("browser", &json!({ "frame_allow": "autoplay" }))?;
    world.browser.allow_microphone(&world.adapter_url())?;
    let console = world.console_as("anna.agent")?;
    let panel = world.panel(&console);
    allow_once(world, &panel)?;
    wait_for_code(&panel, "frame.no_microphone")?;
    panel.click_button("Open the phone in its own window")?;
    let phone = world.browser.wait_for_popup()?;
    phone.wait_for_text("Your number is 1001")?;
    Ok((console, panel, phone))
}

fn lone_phone(world: &World) -> Result<Tab> {
    world.browser.allow_microphone(&world.adapter_url())?;
    world.browser.new_tab(&phone_address(world))
}

fn phone_address(world: &World) -> String {
    format!("{}/phone/acme", world.adapter_url())
}
