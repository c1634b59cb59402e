//! `runApex` is slow, fails, breaks off or never comes back: the panel cannot know who sits there.

use acceptance::world::{Options, World, story};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::steps::{
    anna_signed_in, reload, wait_for_state, wait_long_for_code, wait_long_for_state,
};

/// Fault: `runApex` takes four seconds.
/// Seen: The panel says that it waits for Salesforce to confirm who the agent is.
/// Kept: The consent; the agent is signed in without a click, and Salesforce was asked once.
#[test]
fn a_slow_class_is_waited_for() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        let before = asked(world)?;
        world.practice_control("faults", &json!({ "run_apex_delay": 4_000 }))?;

        reload(world, &tab)?;

        panel.wait_for_text("Waiting for Salesforce to confirm who you are")?;
        wait_for_state(&panel, "signed-in")?;
        ensure!(asked(world)? == before + 1, "runApex was called more than once");
        Ok(())
    })
}

/// Fault: `runApex` answers 503.
/// Seen: `proof.unavailable` with what Salesforce said, and when the panel tries again.
/// Kept: The consent; the panel signs in by itself once `runApex` answers.
#[test]
fn a_class_behind_a_broken_server_is_asked_again() -> Result<()> {
    is_asked_again("unavailable", "proof.unavailable")
}

/// Fault: The connection breaks off in the middle of the answer to `runApex`.
/// Seen: `proof.unavailable`, and when the panel tries again.
/// Kept: The consent; the panel signs in by itself once `runApex` answers.
#[test]
fn a_class_whose_answer_breaks_off_is_asked_again() -> Result<()> {
    is_asked_again("cut", "proof.unavailable")
}

/// Fault: `runApex` never answers.
/// Seen: After fifteen seconds `host.no_answer`, and when the panel tries again.
/// Kept: The consent; the panel signs in by itself once `runApex` answers.
#[test]
fn a_class_that_never_answers_is_asked_again() -> Result<()> {
    is_asked_again("silent", "host.no_answer")
}

fn is_asked_again(fault: &str, code: &str) -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        let before = asked(world)?;
        world.practice_control("faults", &json!({ "run_apex": fault }))?;

        reload(world, &tab)?;
        wait_long_for_code(&panel, code)?;
        wait_for_state(&panel, "unreachable")?;
        world.practice_control("faults", &json!({}))?;

        wait_long_for_state(&panel, "signed-in")?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");
        // Once a second at most, and less often each time.
        let calls = asked(world)? - before;
        ensure!(calls < 8, "runApex was called {calls} times");
        Ok(())
    })
}

fn asked(world: &World) -> Result<u64> {
    world.practice_state()?["asked"]["/aura/apex"].as_u64().context("runApex was never called")
}
