//! Signing out holds until a click, and leaves nothing for whoever sits down next.

use acceptance::world::{Options, story};
use anyhow::{Result, ensure};

use crate::steps::{allow_once, anna_signed_in, reload, wait_for_code, wait_for_state};

/// Attack: Somebody reloads the panel of an agent who has signed out.
/// Refused: The panel stays signed out until *Sign in* is clicked.
#[test]
fn after_sign_out_a_reload_waits_for_one_click() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        panel.click_button("Sign out")?;
        wait_for_state(&panel, "signed-out")?;

        reload(world, &tab)?;
        wait_for_state(&panel, "signed-out")?;
        panel.click_button("Sign in")?;

        wait_for_state(&panel, "signed-in")?;
        ensure!(world.browser.popups() == 0, "consent is on record, so no window is needed");
        Ok(())
    })
}

/// Attack: An agent signs out in one tab and leaves another open.
/// Refused: The other tab is signed out too.
#[test]
fn signing_out_in_one_tab_signs_out_in_all() -> Result<()> {
    story(&Options::default(), |world| {
        let (_first, first_panel) = anna_signed_in(world)?;
        let second = world.console_again()?;
        let second_panel = world.panel(&second);
        wait_for_state(&second_panel, "signed-in")?;

        second_panel.click_button("Sign out")?;

        wait_for_state(&second_panel, "signed-out")?;
        wait_for_state(&first_panel, "signed-out")
    })
}

/// Attack: The next agent logs in to Salesforce at the same desk and looks for what the first has left in the panel.
/// Refused: At no moment does the panel show the first agent's name; the next one allows Cordboard and is signed in as themselves.
#[test]
fn the_next_agent_at_the_desk_sees_nothing_of_the_first() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, _) = anna_signed_in(world)?;
        tab.click("summary.avatar")?;
        tab.click("#log-out")?;
        tab.wait_for("document.querySelector('#username') !== null")?;

        let tab = world.console_as("carla.costa")?;
        let panel = world.panel(&tab);
        // Whatever the panel shows from its first moment on is looked at.
        panel.wait_for(
            "(globalThis.seen ??= [], new MutationObserver(() => seen.push(document.body.innerText))\
             .observe(document.body, { subtree: true, childList: true, characterData: true }), true)",
        )?;
        allow_once(world, &panel)?;

        panel.wait_for_text("You are signed in as Carla Costa")?;
        let seen = panel.evaluate("[...seen, document.body.innerText].join('\\n')")?;
        ensure!(!seen.as_str().unwrap_or("Anna").contains("Anna"), "{seen}");
        Ok(())
    })
}

/// Attack: A session that an agent left open elsewhere is used on.
/// Refused: *End the others* ends it by `session.ended`; the agent's own session lives on.
#[test]
fn the_other_sessions_end_by_one_click_and_this_one_lives_on() -> Result<()> {
    story(&Options::default(), |world| {
        let (_here, panel) = anna_signed_in(world)?;
        let there = world.console_again()?;
        let other_panel = world.panel(&there);
        wait_for_state(&other_panel, "signed-in")?;

        panel.click_button("Where you are signed in")?;
        panel.wait_for_text("Chrome, Linux · Here")?;
        panel.click_button("End the others")?;

        panel.wait_for_text("You are signed in nowhere else.")?;
        wait_for_state(&other_panel, "ended")?;
        wait_for_code(&other_panel, "session.ended")?;
        wait_for_state(&panel, "signed-in")
    })
}
