//! An organisation without the Apex class: phrases, typed credentials, Salesforce's approval page.

use acceptance::world::{Agent, World};
use anyhow::{Context as _, Result};
use serde_json::json;

use crate::{
    album::Album,
    walk::{SIGN_IN, console_as, open_window, press, wait_for_code, wait_for_state},
};

pub fn take(world: &World, album: &mut Album) -> Result<()> {
    phrases(world, album)?;
    credentials(world, album)
}

fn phrases(world: &World, album: &mut Album) -> Result<()> {
    world.practice_control("app", &json!({ "permitted_users": "self_authorize" }))?;
    let (tab, panel) = console_as(world, "anna.agent")?;
    panel.wait_for_button(SIGN_IN)?;
    panel.wait_for("document.querySelector('.phrase .large') !== null")?;
    album.panel(world, &tab, "phrase")?;

    let window = open_window(world, &panel, SIGN_IN)?;
    window.wait_for_button("Allow")?;
    album.page(&world.browser, &window, "practice-approval")?;
    press(&window, "button[name=decision][value=allow]")?;
    window.wait_for_text("Which phrase does your panel show?")?;
    window.set_viewport(520, 860)?;
    album.page(&world.browser, &window, "window-phrase-and-allow")?;
    album.panel(world, &tab, "phrase-waiting")?;
    let phrase = panel.evaluate("document.querySelector('.phrase .large').innerText")?;
    let phrase = phrase.as_str().context("a phrase")?.trim().to_lowercase();
    press(&window, &format!("input[value='{phrase}']"))?;
    press(&window, "button[value=allow]")?;
    wait_for_state(&panel, "signed-in")?;
    window.close()?;

    // With consent on record only the phrase is asked for.
    tab.reload()?;
    world.open_softphone(&tab)?;
    let window = open_window(world, &panel, SIGN_IN)?;
    window.wait_for_text("Which phrase does your panel show?")?;
    album.page(&world.browser, &window, "window-phrase")?;
    press(&window, "#phrase-none")?;
    press(&window, "button[value=allow]")?;
    window.wait_for_text("sign_in.wrong_phrase")?;
    album.page(&world.browser, &window, "window-wrong-phrase")?;
    window.close()?;
    wait_for_code(&panel, "sign_in.wrong_phrase")?;
    album.panel(world, &tab, "wrong-phrase")?;
    tab.close()
}

fn credentials(world: &World, album: &mut Album) -> Result<()> {
    world.set_salesforce_sso("false")?;
    let token = world.issue_token(&Agent::ben())?;
    let (tab, panel) = console_as(world, "ben.berger")?;
    wait_for_state(&panel, "entering-credentials")?;
    album.panel(world, &tab, "credentials")?;
    album.console(world, &tab, "credentials")?;
    panel.fill("#operator-id", "op-1002")?;
    panel.fill("#sso-token", "not-the-token")?;
    panel.press("Enter")?;
    wait_for_code(&panel, "sign_in.wrong_credentials")?;
    album.panel(world, &tab, "wrong-credentials")?;

    panel.fill("#sso-token", &token)?;
    panel.press("Enter")?;
    wait_for_state(&panel, "signed-in")?;
    album.panel(world, &tab, "legacy-typed")?;
    tab.close()
}
