//! The browser keeps nothing for the panel, or forgets it. Nothing of the panel is kept in a browser.

use acceptance::{
    browser::{BrowserOptions, Frame, ThirdPartyCookies},
    world::{Options, story, story_in},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{allow_once, anna_signed_in, open_window, reload, wait_for_state};

/// Fault: The browser refuses third-party cookies.
/// Seen: Nothing; the sign-in succeeds, and a reload is silent.
/// Kept: The consent, in the adapter.
#[test]
fn without_third_party_cookies_everything_works_the_same() -> Result<()> {
    let browser = BrowserOptions {
        third_party_cookies: ThirdPartyCookies::Refused,
        ..BrowserOptions::default()
    };
    story_in(&browser, &Options::calling(), |world| {
        let (tab, panel) = anna_signed_in(world)?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")?;
        ensure!(panel.complaints().is_empty(), "{:?}", panel.complaints());
        Ok(())
    })
}

/// Fault: The browser refuses the panel every storage: cookies, local and session storage, IndexedDB.
/// Seen: Nothing; the sign-in succeeds, and a reload is silent.
/// Kept: The consent, in the adapter.
#[test]
fn without_any_storage_everything_works_the_same() -> Result<()> {
    let in_frames = ("phone.localhost".to_owned(), "acme.lightning.localhost".to_owned());
    let browser = BrowserOptions { without_storage: Some(in_frames), ..BrowserOptions::default() };
    story_in(&browser, &Options::calling(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        ensure!(refused_storages(&panel)? == json!(["local", "session", "indexed"]), "it is there");
        allow_once(world, &panel)?;

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")?;
        ensure!(refused_storages(&panel)? == json!(["local", "session", "indexed"]), "it is there");
        ensure!(panel.complaints().is_empty(), "{:?}", panel.complaints());
        Ok(())
    })
}

/// Fault: All of the browser's cookies and storage are cleared while an agent is signed in.
/// Seen: Nothing; the panel goes on. Logged in to Salesforce again, the agent is signed in silently.
/// Kept: The session, in the panel's memory; the consent, in the adapter.
#[test]
fn a_cleared_browser_ends_no_session() -> Result<()> {
    story(&Options::default(), |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        clear(&panel)?;
        world.browser.clear_cookies()?;
        panel.click_button("What you allowed")?;
        panel.wait_for_button("Revoke the permission for Acme")?;
        wait_for_state(&panel, "signed-in")?;

        let tab = world.console_as("anna.agent")?;

        wait_for_state(&world.panel(&tab), "signed-in")?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");
        Ok(())
    })
}

/// Fault: All of the browser's cookies and storage are cleared while the window asks *Allow?*.
/// Seen: `oauth.state` in the window, and to begin again in the panel; the panel waits, and *Cancel* leads back to the button.
/// Kept: Nothing; the next window signs in.
#[test]
fn a_browser_cleared_under_the_window_begins_anew() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        clear(&panel)?;
        world.browser.clear_cookies()?;
        window.click_button("Allow")?;
        window.wait_for_text("oauth.state")?;
        wait_for_state(&panel, "waiting-for-window")?;
        window.close()?;
        panel.click_button("Cancel")?;

        let tab = world.console_as("anna.agent")?;

        allow_once(world, &world.panel(&tab))
    })
}

fn clear(panel: &Frame) -> Result<()> {
    let everything = "(async () => {
        localStorage.clear();
        sessionStorage.clear();
        for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
        return localStorage.length + sessionStorage.length;
    })()";
    ensure!(panel.evaluate(everything)? == 0, "something is left");
    Ok(())
}

/// Which of the storages the panel's page is refused.
fn refused_storages(panel: &Frame) -> Result<serde_json::Value> {
    panel.wait_for("document.querySelector('main') !== null")?;
    panel.evaluate(
        "(async () => {
            const refused = [];
            try { localStorage.length } catch { refused.push('local') }
            try { sessionStorage.length } catch { refused.push('session') }
            try {
                const opening = indexedDB.open('any');
                await new Promise((good, bad) => { opening.onsuccess = good; opening.onerror = bad });
            } catch { refused.push('indexed') }
            return refused;
        })()",
    )
}
