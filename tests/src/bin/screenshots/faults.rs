//! What Salesforce does wrong: in the window, and while the panel starts.

use acceptance::{
    browser::{Frame, Tab},
    world::World,
};
use anyhow::Result;
use serde_json::{Value, json};

use crate::{
    album::Album,
    walk::{SIGN_IN, console_as, open_window, wait_for_code},
};

pub fn take(world: &World, album: &mut Album) -> Result<()> {
    let (tab, panel) = console_as(world, "anna.agent")?;
    for (name, code, faults) in in_the_window() {
        prepared(&panel)?;
        world.practice_control("faults", &faults)?;
        in_a_window(world, album, (&tab, &panel), name, code)?;
    }
    world.practice_control("faults", &json!({}))?;
    for (name, code, change, undo) in at_the_app() {
        prepared(&panel)?;
        world.practice_control("app", &change)?;
        in_a_window(world, album, (&tab, &panel), name, code)?;
        world.practice_control("app", &undo)?;
    }
    for (name, code, faults) in at_the_start() {
        world.practice_control("faults", &faults)?;
        panel.click_button("Try again").or_else(|_| panel.click_button("Try now"))?;
        wait_for_code(&panel, code)?;
        album.panel(world, &tab, &format!("fault-{name}"))?;
    }
    world.practice_control("faults", &json!({}))?;
    tab.close()
}

fn in_the_window() -> [(&'static str, &'static str, Value); 3] {
    [
        ("token-cut", "oauth.unreachable", json!({ "token": "cut" })),
        ("key-unpublished", "oauth.id_token", json!({ "signing_key": "unpublished" })),
        ("code-twice", "oauth.refused", json!({ "code": "sent_twice" })),
    ]
}

fn at_the_app() -> [(&'static str, &'static str, Value, Value); 2] {
    [
        ("app-blocked", "oauth.blocked", json!({ "blocked": true }), json!({ "blocked": false })),
        (
            "app-uninstalled",
            "oauth.not_installed",
            json!({ "installed": false }),
            json!({ "installed": true }),
        ),
    ]
}

fn at_the_start() -> [(&'static str, &'static str, Value); 5] {
    [
        ("clock", "proof.expired", json!({ "clock": 10 })),
        ("certificate", "proof.signature", json!({ "certificate": "rotated" })),
        ("apex-cut", "proof.unavailable", json!({ "run_apex": "cut" })),
        ("gone", "host.refused", json!({ "salesforce": "cut" })),
        ("apex-silent", "host.no_answer", json!({ "run_apex": "silent" })),
    ]
}

fn in_a_window(
    world: &World,
    album: &mut Album,
    (tab, panel): (&Tab, &Frame),
    name: &str,
    code: &str,
) -> Result<()> {
    let window = open_window(world, panel, SIGN_IN)?;
    window.wait_for_text(code)?;
    album.page(&world.browser, &window, &format!("window-fault-{name}"))?;
    window.close()?;
    wait_for_code(panel, code)?;
    prepared(panel)?;
    album.panel(world, tab, &format!("fault-{name}"))
}

/// A click would open the window.
fn prepared(panel: &Frame) -> Result<()> {
    let ready = "main button.brand:not([aria-disabled])";
    panel.wait_for(&format!("document.querySelector('{ready}') !== null"))?;
    panel.wait_for_button(SIGN_IN)
}
