//! Salesforce takes a question, answers it, and the connection breaks off in the middle of the answer.

use acceptance::world::{Options, story};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::{
    salesforce_deactivates_an_agent::{anna_is_asked_about_each_second, text, wait_for_directory},
    steps::{open_window, wait_for_code, wait_for_state},
};

/// Fault: Salesforce's answer to the adapter breaks off while a window signs in: the token's, the keys', userinfo's or the user record's.
/// Seen: `oauth.unreachable` in the window and in the panel; no window opens by itself.
/// Kept: The offer; with Salesforce whole again a click signs in.
#[test]
fn an_answer_that_breaks_off_ends_the_window_and_a_click_begins_anew() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;

        for answer in ["token", "keys", "userinfo", "query"] {
            world.practice_control("faults", &json!({ answer: "cut" }))?;
            let window = open_window(world, &panel)?;
            window.wait_for_text("oauth.unreachable").context(answer)?;
            wait_for_state(&panel, "offering")?;
            wait_for_code(&panel, "oauth.unreachable")?;
            window.close()?;
            ensure!(world.browser.popups() == 0, "{answer}: a window opened by itself");
        }

        world.practice_control("faults", &json!({}))?;
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: Salesforce's answer to the minute's query breaks off.
/// Seen: `cordboard organization show` says since when Salesforce does not answer.
/// Kept: Every session; the trouble is over with the first whole answer.
#[test]
fn a_query_whose_answer_breaks_off_ends_nothing() -> Result<()> {
    story(&Options::default(), |world| {
        let panel = anna_is_asked_about_each_second(world)?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())?;

        world.practice_control("faults", &json!({ "query": "cut" }))?;

        wait_for_directory(world, |directory| {
            text(&directory["trouble"]["what"]).contains("does not answer")
        })?;
        wait_for_state(&panel, "signed-in")?;
        world.practice_control("faults", &json!({}))?;
        wait_for_directory(world, |directory| directory["trouble"].is_null())?;
        wait_for_state(&panel, "signed-in")
    })
}
