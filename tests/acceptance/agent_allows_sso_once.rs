//! An agent opens the console, allows Cordboard once, and is signed in silently from then on.

use acceptance::{
    browser::{Browser, BrowserOptions},
    world::{Approval, Options, story},
};
use anyhow::{Result, ensure};

use crate::steps::{
    allow_once, anna_signed_in, open_window, reload, wait_for_code, wait_for_state,
};

#[test]
fn the_first_sign_in_asks_once_and_a_reload_is_silent() -> Result<()> {
    story(&Options::calling(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        let window = open_window(world, &panel)?;
        window.wait_for_text("Allow Cordboard to use your Salesforce identity")?;
        window.wait_for_text("Anna Agent")?;
        ensure!(
            window.evaluate("document.activeElement === document.body")? == true,
            "a button of the window has the focus when it loads"
        );
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("You are signed in as Anna Agent")?;
        panel.wait_for_text("Acme")?;
        window.wait_until_closed()?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")?;
        ensure!(world.browser.popups() == 0, "the reload opened a window");
        ensure!(panel.complaints().is_empty(), "{:?}", panel.complaints());
        Ok(())
    })
}

#[test]
fn a_new_console_window_the_next_morning_is_silent() -> Result<()> {
    story(&Options::default(), |world| {
        anna_signed_in(world)?;
        // Nothing of yesterday's browser is left but what the adapter knows.
        let this_morning = Browser::launch(&BrowserOptions::default())?;

        let tab = world.console_in(&this_morning, "anna.agent")?;

        let panel = world.panel(&tab);
        wait_for_state(&panel, "signed-in")?;
        panel.wait_for_text("You are signed in as Anna Agent")?;
        ensure!(this_morning.popups() == 0, "the new morning opened a window");
        Ok(())
    })
}

#[test]
fn a_second_tab_is_signed_in_beside_the_first() -> Result<()> {
    story(&Options::default(), |world| {
        let (_first, first_panel) = anna_signed_in(world)?;

        let second = world.console_again()?;

        wait_for_state(&world.panel(&second), "signed-in")?;
        wait_for_state(&first_panel, "signed-in")
    })
}

#[test]
fn where_each_user_approves_the_app_salesforce_asks_before_cordboard_does() -> Result<()> {
    story(&Options { approval: Approval::ByEachUser, ..Options::default() }, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        let window = open_window(world, &panel)?;
        window.wait_for_text("Allow access?")?;
        window.click_button("Allow")?;
        window.wait_for_text("Allow Cordboard to use your Salesforce identity")?;
        window.click_button("Allow")?;

        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: The agent answers *Deny* where Salesforce asks whether the app may have access.
/// Seen: `oauth.denied`, with the offer to sign in.
/// Kept: Nothing; nobody is signed in.
#[test]
fn denying_salesforces_own_question_is_told_in_the_panel() -> Result<()> {
    story(&Options { approval: Approval::ByEachUser, ..Options::default() }, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = open_window(world, &panel)?;
        window.wait_for_text("Allow access?")?;
        window.click_button("Deny")?;

        wait_for_code(&panel, "oauth.denied")?;
        panel.wait_for_button("Sign in with Salesforce").map(drop)
    })
}

/// Fault: The agent answers *Not now*.
/// Seen: `sign_in.consent_declined`; the window closes, and none opens by itself.
/// Kept: The offer: a click opens the window again, and *Allow* signs in.
#[test]
fn not_now_shares_nothing_and_asks_again_only_on_a_click() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = open_window(world, &panel)?;
        window.wait_for_button("Not now")?;
        window.click_button("Not now")?;

        wait_for_code(&panel, "sign_in.consent_declined")?;
        window.wait_until_closed()?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Attack: A panel goes on after the agent has revoked the permission.
/// Refused: The session ends by `consent.revoked`, and after a reload the agent has to allow it again.
#[test]
fn a_revoked_consent_ends_the_session_and_is_asked_for_again() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        panel.click_button("What you allowed")?;
        panel.wait_for_button("Revoke the permission for Acme")?;
        panel.click_button("Revoke the permission for Acme")?;
        panel.wait_for_button("Revoke permission")?;
        panel.click_button("Revoke permission")?;
        wait_for_state(&panel, "ended")?;
        wait_for_code(&panel, "consent.revoked")?;

        reload(world, &tab)?;

        allow_once(world, &panel)
    })
}
