//! An agent looks where else a session of theirs is open: what is listed is a place, not what a reload left.

use acceptance::{
    browser::{Frame, Tab},
    desk::{Desk, at_the_desk},
    machine::Machine,
    world::{Agent, Options, Proof, World, story},
};
use adapter_api::{Code, sessions};
use anyhow::{Result, ensure};
use serde_json::Value;

use crate::steps::{reload, wait_for_state};

/// Fault: A panel is reloaded, or its browser is closed, without a word to the adapter.
/// Seen: Once nothing was heard of the old session for six minutes, it is no place any longer, and a line says that it is not in use.
/// Kept: The new session; the old one ends by itself, or by *End the others*.
#[test]
fn a_reload_is_not_a_second_place() -> Result<()> {
    let machine = Machine::new()?;
    story(&typed_on(&machine), |world| {
        let token = world.issue_token(&Agent::ben())?;
        let tab = world.console_as("ben.berger")?;
        sign_in(world, &tab, &token)?;
        machine.shift_clock(SIX_MINUTES + 1)?;
        reload(world, &tab)?;
        let panel = sign_in(world, &tab, &token)?;

        panel.click_button("Where you are signed in")?;

        panel.wait_for_text("Chrome, Linux · Here")?;
        panel.wait_for_text("You are signed in nowhere else.")?;
        panel.wait_for_text("One more session is not in use")?;
        ensure!(panel.evaluate("document.querySelectorAll('.sessions li').length")? == 1);
        panel.click_button("End the others")?;
        panel.wait_for("!document.body.innerText.includes('not in use')")?;
        wait_for_state(&panel, "signed-in")?;
        let audit = world.cordboard(&["audit", "--json"])?;
        ensure!(audit.contains("the others, 1"), "{audit}");
        Ok(())
    })
}

/// Attack: An agent left a session on a computer that sleeps, and somebody wakes it after *End the others*.
/// Refused: 401 `session.ended`; a session that was renewed meanwhile was listed as a place until then.
#[test]
fn what_is_no_place_is_ended_with_the_others() -> Result<()> {
    let machine = Machine::new()?;
    at_the_desk(&typed_on(&machine), |installation| {
        let token = installation.issue_token(&Agent::ben())?;
        let sign_in = |desk: &Desk<'_>| desk.sign_in_legacy("op-1002", &token, None)?.granted();
        let (asleep, awake, here) =
            (Desk::new(installation), Desk::new(installation), Desk::new(installation));
        let (left, used) = (sign_in(&asleep)?, sign_in(&awake)?);
        machine.shift_clock(SIX_MINUTES + 1)?;
        let used = awake.refresh(&used.refresh_token.0, None)?.granted()?;
        let granted = sign_in(&here)?;
        let access = &granted.access_token.0;
        let listed = || -> Result<Value> {
            here.call("GET", sessions::PATH).access_token(access).send()?.json()
        };

        let before = listed()?;
        ensure!(before["unseen"] == 1, "{before}");
        ensure!(before["sessions"].as_array().map(Vec::len) == Some(2), "{before}");
        let places: Vec<&str> = before["sessions"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| one["place"].as_str())
            .collect();
        ensure!(places == ["elsewhere", "here"], "{before}");
        let seen_at = before["sessions"][0]["seen_at"].as_u64();
        ensure!(seen_at >= granted.session.signed_in_at.checked_sub(30), "{before}");

        let ended = here.call("DELETE", sessions::PATH).access_token(access).send()?;
        ensure!(ended.status == 204, "{ended:?}");

        asleep.refresh(&left.refresh_token.0, None)?.refuses(401, Code::SessionEnded)?;
        awake.refresh(&used.refresh_token.0, None)?.refuses(401, Code::SessionEnded)?;
        let after = listed()?;
        ensure!(after["unseen"] == 0, "{after}");
        ensure!(after["sessions"].as_array().map(Vec::len) == Some(1), "{after}");
        Ok(())
    })
}

fn sign_in(world: &World, tab: &Tab, token: &str) -> Result<Frame> {
    let panel = world.panel(tab);
    wait_for_state(&panel, "entering-credentials")?;
    panel.fill("#operator-id", "op-1002")?;
    panel.fill("#sso-token", token)?;
    panel.press("Enter")?;
    wait_for_state(&panel, "signed-in")?;
    Ok(panel)
}

/// Credentials are typed, so that only the adapter's own clock counts.
fn typed_on(machine: &Machine) -> Options {
    Options {
        proof: Proof::Off,
        salesforce_sso: "false".into(),
        adapter_environment: machine.environment(),
        ..Options::default()
    }
}

/// Seconds: an access token's life and a minute.
const SIX_MINUTES: i64 = 6 * 60;
