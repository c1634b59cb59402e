//! The ordinary course of things: first sign-in, signed in, legacy and its end, sign-out.

use acceptance::world::{Agent, World};
use anyhow::{Context as _, Result};

use crate::{
    album::Album,
    walk::{SIGN_IN, console_as, log_in, open_window, press, wait_for_code, wait_for_state},
};

pub fn take(world: &mut World, album: &mut Album) -> Result<()> {
    blocked_window(world, album)?;
    first_sign_in(world, album)?;
    legacy(world, album)?;
    endings(world, album)
}

fn blocked_window(world: &World, album: &mut Album) -> Result<()> {
    let (tab, panel) = console_as(world, "anna.agent")?;
    wait_for_code(&panel, "sign_in.consent_needed")?;
    panel.wait_for_button(SIGN_IN)?;
    album.console(world, &tab, "consent-needed")?;
    album.panel(world, &tab, "consent-needed")?;
    panel.evaluate("window.open = () => null")?;
    panel.click_button(SIGN_IN)?;
    wait_for_code(&panel, "sign_in.popup_blocked")?;
    album.panel(world, &tab, "popup-blocked")?;

    let link = panel.evaluate("document.querySelector('a[target=_blank]').href")?;
    let link = link.as_str().context("the fallback's link")?;
    let elsewhere = acceptance::browser::Browser::launch(&Default::default())?;
    let stranger = elsewhere.new_tab(&log_in(world, "ben.berger", "/lightning/page/home"))?;
    stranger.set_viewport(520, 680)?;
    stranger.go(link)?;
    stranger.wait_for_text("sign_in.other_user")?;
    album.page(&elsewhere, &stranger, "window-other-user")?;
    wait_for_code(&panel, "sign_in.other_user")?;
    album.panel(world, &tab, "other-user")?;
    stranger.go(&format!("{}/auth/decide?tx=x", world.adapter_url()))?;
    stranger.wait_for_text("not started here")?;
    album.page(&elsewhere, &stranger, "window-not-started-here")?;
    tab.close()
}

fn first_sign_in(world: &World, album: &mut Album) -> Result<()> {
    let (tab, panel) = console_as(world, "anna.agent")?;
    let window = open_window(world, &panel, SIGN_IN)?;
    window.wait_for_button("Allow")?;
    album.page(&world.browser, &window, "window-allow")?;
    window.set_viewport(320, 680)?;
    album.page(&world.browser, &window, "window-allow-320")?;
    window.set_viewport(520, 680)?;
    wait_for_state(&panel, "waiting-for-window")?;
    album.panel(world, &tab, "waiting")?;
    press(&window, "button[value=decline]")?;
    window.wait_for_text("Nothing was shared")?;
    album.page(&world.browser, &window, "window-declined")?;
    window.close()?;
    wait_for_code(&panel, "sign_in.consent_declined")?;
    album.panel(world, &tab, "declined")?;

    let window = open_window(world, &panel, SIGN_IN)?;
    window.wait_for_button("Allow")?;
    press(&window, "button[value=allow]")?;
    window.wait_for_text("You can close this window")?;
    album.page(&world.browser, &window, "window-done")?;
    window.close()?;
    wait_for_state(&panel, "signed-in")?;
    album.panel(world, &tab, "signed-in")?;
    album.console(world, &tab, "signed-in")?;
    tab.set_viewport(1280, 330)?;
    album.console(world, &tab, "signed-in-low")?;
    tab.set_viewport(1280, 800)?;

    // A new page of the console is a new frame, signed in without a click.
    tab.go(&format!("{}/lightning/r/Contact/003Ax0000000001IAA/view", world.console()))?;
    world.open_softphone(&tab)?;
    wait_for_state(&panel, "signed-in")?;
    album.console(world, &tab, "record")?;

    press(&panel, ".sessions .disclosure")?;
    panel.wait_for("document.querySelector('.sessions li') !== null")?;
    album.panel(world, &tab, "sessions")?;
    press(&panel, ".sessions .disclosure")?;
    press(&panel, ".consents .disclosure")?;
    panel.wait_for("document.querySelector('.consent') !== null")?;
    album.panel(world, &tab, "consents")?;
    press(&panel, ".consent .button")?;
    panel.wait_for("document.querySelector('.destructive') !== null")?;
    album.panel(world, &tab, "consents-revoking")?;
    panel.click_button("Revoke permission")?;
    wait_for_code(&panel, "session.consent_revoked")
        .or_else(|_| wait_for_state(&panel, "ended"))?;
    album.panel(world, &tab, "consent-revoked")?;
    tab.close()
}

fn legacy(world: &World, album: &mut Album) -> Result<()> {
    let (tab, panel) = console_as(world, "ben.berger")?;
    wait_for_state(&panel, "signed-in")?;
    album.panel(world, &tab, "legacy")?;
    album.console(world, &tab, "legacy")?;
    panel.click_button("Switch to Salesforce sign-in")?;
    panel.wait_for_button("Continue with Salesforce")?;
    album.panel(world, &tab, "switching")?;
    let window = open_window(world, &panel, "Continue with Salesforce")?;
    window.wait_for_button("Allow")?;
    album.panel(world, &tab, "switching-waiting")?;
    window.close()?;
    tab.close()
}

fn endings(world: &mut World, album: &mut Album) -> Result<()> {
    let (tab, panel) = console_as(world, "anna.agent")?;
    let window = open_window(world, &panel, SIGN_IN)?;
    window.wait_for_button("Allow")?;
    press(&window, "button[value=allow]")?;
    wait_for_state(&panel, "signed-in")?;
    window.close()?;
    panel.click_button("Sign out")?;
    wait_for_state(&panel, "signed-out")?;
    album.panel(world, &tab, "signed-out")?;

    panel.click_button("Sign in")?;
    wait_for_state(&panel, "signed-in")?;
    world.stop_adapter()?;
    panel.wait_for_text("Reconnecting")?;
    album.panel(world, &tab, "reconnecting")?;
    world.start_adapter()?;
    panel.wait_for("!document.body.innerText.includes('Reconnecting')")?;

    world.cordboard(&["agent", "disable", "acme", &Agent::anna().handle])?;
    wait_for_state(&panel, "ended")?;
    album.panel(world, &tab, "ended")?;
    album.console(world, &tab, "ended")?;
    panel.click_button("Sign in")?;
    wait_for_code(&panel, "sign_in.agent_disabled")?;
    album.panel(world, &tab, "disabled")?;
    tab.close()
}
