//! The console answers its softphone late, never, twice, with errors or with nothing, method by method.

use std::fs;

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    console_serves_a_stricter_script as stricter,
    steps::{
        LONG, allow_once, anna_signed_in, reload, wait_for_code, wait_for_state,
        wait_long_for_code, wait_long_for_state,
    },
};

/// Fault: The console takes three seconds for each answer.
/// Seen: The panel says what it waits for.
/// Kept: The sign-in; it ends as ever.
#[test]
fn a_slow_console_is_waited_for() -> Result<()> {
    story(&Options::default(), |world| {
        misbehave(world, json!({ "getCallCenterSettings": "late", "runApex/proof": "late" }))?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel.wait_for_text("Waiting for the Salesforce console")?;

        allow_once(world, &panel)
    })
}

/// Fault: The console takes twenty seconds for each answer.
/// Seen: `host.no_answer` after fifteen; then the panel gives the console longer.
/// Kept: The consent; the panel signs in by itself.
#[test]
fn a_very_slow_console_is_given_longer() -> Result<()> {
    story(&Options::default(), |world| {
        let faults = json!({ "getCallCenterSettings": "very_late", "runApex/proof": "very_late" });
        let (_tab, panel) = reloaded_with(world, faults)?;
        wait_long_for_code(&panel, "host.no_answer")?;

        wait_long_for_state(&panel, "signed-in")
    })
}

/// Fault: The console never answers `getCallCenterSettings`.
/// Seen: `host.no_answer` with the method's name, also while the panel asks again, and no window.
/// Kept: Nothing; the panel goes on by itself once the console answers.
#[test]
fn a_console_that_keeps_the_settings_to_itself_is_asked_again() -> Result<()> {
    story(&Options::default(), |world| {
        misbehave(world, json!({ "getCallCenterSettings": "never" }))?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);

        recovers(world, &panel, "host.no_answer", "getCallCenterSettings")?;

        wait_long_for_code(&panel, "sign_in.consent_needed")
    })
}

/// Fault: The console never answers `runApex`.
/// Seen: `host.no_answer` with the names of class and method, and no window.
/// Kept: The consent; the panel signs in by itself once the console answers.
#[test]
fn a_console_that_runs_no_apex_is_asked_again() -> Result<()> {
    story(&Options::default(), |world| {
        let (_tab, panel) = reloaded_with(world, json!({ "runApex/proof": "never" }))?;

        recovers(world, &panel, "host.no_answer", "runApex CordboardAgent.proof")?;

        wait_long_for_state(&panel, "signed-in")
    })
}

/// Fault: The console answers `getCallCenterSettings` with `errors`.
/// Seen: `host.refused` with the console's error, and no window.
/// Kept: Nothing; the panel goes on by itself once the console answers.
#[test]
fn a_console_that_refuses_the_settings_is_asked_again() -> Result<()> {
    story(&Options::default(), |world| {
        misbehave(world, json!({ "getCallCenterSettings": "errors" }))?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);

        let said =
            "getCallCenterSettings: GENERIC_ERROR The softphone's container is out of order.";
        recovers(world, &panel, "host.refused", said)?;

        wait_long_for_code(&panel, "sign_in.consent_needed")
    })
}

/// Fault: The console answers `runApex` with `errors`.
/// Seen: `proof.unavailable` with Salesforce's words, and no window.
/// Kept: The consent; the panel signs in by itself once the console answers.
#[test]
fn a_console_whose_apex_fails_is_asked_again() -> Result<()> {
    story(&Options::default(), |world| {
        let (_tab, panel) = reloaded_with(world, json!({ "runApex/proof": "errors" }))?;

        recovers(world, &panel, "proof.unavailable", "The softphone's container is out of order.")?;

        wait_long_for_state(&panel, "signed-in")
    })
}

/// Fault: The console answers the proof, and the operator ID and SSO token of an agent on the legacy method with `errors`.
/// Seen: `proof.unavailable` with Salesforce's words.
/// Kept: The token; the panel signs in by itself once the console answers.
#[test]
fn credentials_that_do_not_come_are_asked_for_again() -> Result<()> {
    story(&Options { salesforce_sso: "false".into(), ..Options::default() }, |world| {
        misbehave(world, json!({ "runApex/credentials": "errors" }))?;
        let tab = world.console_as("ben.berger")?;
        let panel = world.panel(&tab);

        recovers(world, &panel, "proof.unavailable", "The softphone's container is out of order.")?;

        wait_long_for_state(&panel, "signed-in")
    })
}

/// Fault: The console answers `getCallCenterSettings` with success and no settings.
/// Seen: `settings.missing`, and whom to ask.
/// Kept: Nothing; within half a minute of the settings' return the panel goes on by itself.
#[test]
fn settings_that_are_missing_are_looked_for_again() -> Result<()> {
    story(&Options::default(), |world| {
        misbehave(world, json!({ "getCallCenterSettings": "empty" }))?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "settings.missing")?;

        misbehave(world, json!({}))?;

        wait_long_for_code(&panel, "sign_in.consent_needed")
    })
}

/// Fault: The console answers `runApex` with success and no proof.
/// Seen: `proof.unavailable`.
/// Kept: The consent; the panel signs in by itself once the console answers.
#[test]
fn a_proof_that_is_empty_is_asked_for_again() -> Result<()> {
    story(&Options::default(), |world| {
        let (_tab, panel) = reloaded_with(world, json!({ "runApex/proof": "empty" }))?;

        recovers(world, &panel, "proof.unavailable", "no text returned")?;

        wait_long_for_state(&panel, "signed-in")
    })
}

/// Fault: The console answers everything twice.
/// Seen: Nothing; the sign-in succeeds.
/// Kept: The session.
#[test]
fn a_console_that_repeats_itself_is_heard_once() -> Result<()> {
    story(&Options::default(), |world| {
        misbehave(world, json!({ "getCallCenterSettings": "twice", "runApex/proof": "twice" }))?;

        let (tab, panel) = anna_signed_in(world)?;
        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: The console's script hands each answer on, and then a second one that says the contrary.
/// Seen: Nothing; the first answer counts, and the sign-in succeeds.
/// Kept: The session.
#[test]
fn a_second_answer_to_the_contrary_changes_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let script = folder.path().join("contrary.js");
    fs::write(&script, fs::read_to_string(stricter::script())? + CONTRARY)?;
    story(&Options { open_cti_script: Some(script), ..Options::default() }, |world| {
        let (_tab, panel) = anna_signed_in(world)?;

        let heard = panel.evaluate("window.contradicted")?;
        // Settings, the proof of the silent start, and the one for the window.
        ensure!(heard == 3, "{heard} answers were contradicted");
        wait_for_state(&panel, "signed-in")
    })
}

/// Anna has allowed Cordboard, and reloads a console that misbehaves.
fn reloaded_with(world: &World, faults: serde_json::Value) -> Result<(Tab, Frame)> {
    let (tab, panel) = anna_signed_in(world)?;
    misbehave(world, faults)?;
    reload(world, &tab)?;
    Ok((tab, panel))
}

/// The panel says what is wrong, still says it after it has asked again, and opens no window; then the console
/// is in order again.
fn recovers(world: &World, panel: &Frame, code: &str, value: &str) -> Result<()> {
    wait_long_for_code(panel, code)?;
    panel.wait_for_text(&format!("{code} {value}"))?;
    // Also at the moment of the next try.
    panel.wait_for_within(
        LONG,
        "document.querySelector('.countdown')?.textContent === 'Trying again'",
    )?;
    panel.wait_for_text(&format!("{code} {value}"))?;
    ensure!(world.browser.popups() == 0, "a window opened by itself");
    misbehave(world, json!({}))
}

fn misbehave(world: &World, faults: serde_json::Value) -> Result<()> {
    world.practice_control("open-cti", &faults).map(drop)
}

/// Appended to a script: whatever it calls back, it calls back once more, with the contrary.
const CONTRARY: &str = r"
(() => {
  window.contradicted = 0;
  for (const name of ['getCallCenterSettings', 'runApex']) {
    const genuine = sforce.opencti[name];
    sforce.opencti[name] = ({ callback, ...rest }) => genuine({ ...rest, callback: (response) => {
      callback(response);
      callback({ success: false, returnValue: null, errors: [{ code: 'GENERIC_ERROR', description: 'no' }] });
      window.contradicted += 1;
    } });
  }
})();
";
