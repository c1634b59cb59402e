//! An agent without a mouse: the keyboard is always somewhere, each state is said once, a code is copied by keys.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World, story},
};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{wait_for_code, wait_for_state};

#[test]
fn the_keyboard_is_never_lost_and_each_state_is_said_once() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        panel.evaluate(LISTEN)?;

        press_button(&panel, "Sign in with Salesforce")?;
        let window = world.browser.wait_for_popup()?;
        wait_for_state(&panel, "waiting-for-window")?;
        tab_to(&window, "Allow")?;
        window.press("Enter")?;
        window.wait_until_closed()?;
        wait_for_state(&panel, "signed-in")?;
        tab.activate()?;
        focus_is_somewhere(&panel, "signed in")?;

        let there = world.console_again()?;
        wait_for_state(&world.panel(&there), "signed-in")?;
        tab.activate()?;
        press_button(&panel, "Where you are signed in")?;
        press_button(&panel, "End the others")?;
        panel.wait_for_text("You are signed in nowhere else.")?;
        focus_is_somewhere(&panel, "the others have ended")?;
        press_button(&panel, "What you allowed")?;
        press_button(&panel, "Revoke the permission for Acme")?;
        focus_is_somewhere(&panel, "asked once more")?;
        press_button(&panel, "Keep")?;
        focus_is_somewhere(&panel, "kept")?;
        press_button(&panel, "Sign out")?;
        wait_for_state(&panel, "signed-out")?;
        focus_is_somewhere(&panel, "signed out")?;
        press_button(&panel, "Sign in")?;
        wait_for_state(&panel, "signed-in")?;
        focus_is_somewhere(&panel, "signed in again")?;

        let said = panel.evaluate("said.map((text) => text.split('.')[0])")?;
        let said: Vec<&str> =
            said.as_array().into_iter().flatten().filter_map(|it| it.as_str()).collect();
        let signed_in = "You are signed in as Anna Agent";
        ensure!(said.first() == Some(&"Continue in the window"), "{said:?}");
        ensure!(
            said.windows(2).all(|pair| pair[0] != pair[1]),
            "something is said twice: {said:?}"
        );
        ensure!(said.iter().filter(|text| **text == signed_in).count() == 2, "{said:?}");
        ensure!(said.iter().filter(|text| **text == "You are signed out").count() == 1, "{said:?}");
        Ok(())
    })
}

#[test]
fn a_countdown_is_not_said_second_by_second() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.consent_needed")?;
        world.stop_adapter()?;
        panel.evaluate(LISTEN)?;
        press_button(&panel, "Try again")?;
        wait_for_state(&panel, "unreachable")?;
        panel.evaluate(COUNT)?;

        panel.wait_for("new Set(counted).size > 3")?;

        let said = panel
            .evaluate("said.filter((text) => text.startsWith('The server cannot be reached'))")?;
        ensure!(said.as_array().map(Vec::len) == Some(1), "{said}");
        focus_is_somewhere(&panel, "unreachable")
    })
}

#[test]
fn a_code_is_copied_by_keys_from_anywhere_but_a_field() -> Result<()> {
    story(&Options { salesforce_sso: "True".into(), ..Options::default() }, |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "settings.enable_salesforce_sso")?;
        panel.wait_for_text("Ctrl+C")?;
        panel.click("h1")?;

        panel.press("Control+c")?;

        panel.wait_for_text("Copied")?;
        ensure!(clipboard(world, &tab)? == "settings.enable_salesforce_sso True");

        world.set_salesforce_sso("false")?;
        let flags = ["organization", "set", "acme", "--proof", "off"];
        world.cordboard(&flags)?;
        panel.click_button("Try again")?;
        wait_for_state(&panel, "entering-credentials")?;
        panel.fill("#operator-id", "op-1001")?;
        panel.fill("#sso-token", "wrong")?;
        panel.press("Enter")?;
        wait_for_code(&panel, "sign_in.wrong_credentials")?;
        panel.click("#operator-id")?;
        panel.press("Control+a")?;
        panel.press("Control+c")?;
        ensure!(clipboard(world, &tab)? == "op-1001", "the field's own text is copied");
        panel.press("End")?;
        panel.press("Control+c")?;
        ensure!(clipboard(world, &tab)? == "op-1001", "a field keeps its keys");
        tab_to(&panel, "Copy")?;
        panel.press("Control+c")?;
        panel.wait_for_text("Copied")?;
        ensure!(clipboard(world, &tab)? == "sign_in.wrong_credentials");
        Ok(())
    })
}

/// Reaches the button with Tab, as a person does, and presses it.
fn press_button(panel: &Frame, name: &str) -> Result<()> {
    panel.wait_for_button(name)?;
    tab_to(panel, name)?;
    panel.wait_for("document.activeElement.getAttribute('aria-disabled') !== 'true'")?;
    panel.press("Enter")
}

/// Presses Tab until the keyboard is on the button with this name.
fn tab_to(page: &Frame, name: &str) -> Result<()> {
    page.wait_for_button(name)?;
    // From nowhere the first Tab would go to the console around the panel.
    page.evaluate("document.activeElement === document.body && (document.querySelector('h1').tabIndex = -1, document.querySelector('h1').focus())")?;
    for _ in 0..40 {
        let focused = page.evaluate(
            "(document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.innerText ?? '').trim()",
        )?;
        if focused == name {
            return Ok(());
        }
        page.press("Tab")?;
    }
    anyhow::bail!("Tab does not lead to `{name}`")
}

fn focus_is_somewhere(panel: &Frame, when: &str) -> Result<()> {
    panel
        .wait_for("document.hasFocus() && document.activeElement !== document.body")
        .map(drop)
        .with_context(|| format!("the keyboard is lost: {when}"))
}

/// What the operating system has, read by the page around the panel.
fn clipboard(world: &World, tab: &Tab) -> Result<String> {
    world.browser.set_permission("clipboard-read", "granted", &world.console())?;
    tab.evaluate("window.focus()")?;
    let text = tab.evaluate("navigator.clipboard.readText()")?;
    Ok(text.as_str().context("text")?.to_owned())
}

/// Notes what the panel says to assistive technology from here on.
const LISTEN: &str = "(() => {
    globalThis.said = [];
    const region = document.querySelector('.panel > [role=status]');
    new MutationObserver(() => said.push(region.textContent))
        .observe(region, { characterData: true, childList: true, subtree: true });
    return true;
})()";

const COUNT: &str = "(() => {
    globalThis.counted = [];
    const look = () => counted.push(document.querySelector('.countdown')?.innerText);
    new MutationObserver(look).observe(document.querySelector('main'), { characterData: true, subtree: true, childList: true });
    return true;
})()";
