//! A frame of another site, inside the console, posts messages to the panel in everybody's name.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World, story},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::steps::{anna_signed_in, open_window, reload, wait_for_code, wait_for_state};

/// Attack: A frame of another site posts the console's answers to the panel before the console does: settings, and a proof.
/// Refused: The panel goes on waiting for the console, whose own answer counts.
#[test]
fn answers_in_the_consoles_name_are_not_heard() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        for (method, silent, forged, state) in [
            ("getCallCenterSettings", "getCallCenterSettings", json!({ SSO: "True" }), "starting"),
            ("runApex", "runApex/proof", json!({ "runApex": "forged" }), "proving"),
        ] {
            misbehave(world, json!({ silent: "never" }))?;
            reload(world, &tab)?;
            wait_for_state(&panel, state)?;

            flood(world, &tab, &panel, &answers(method, &forged))?;

            wait_for_state(&panel, state)?;
            ensure!(!panel.has("[data-code]")?, "a forged answer was heard");
        }

        // The same letters from the console itself are its answer, so it is the sender that counts.
        misbehave(world, json!({ "getCallCenterSettings": "never" }))?;
        reload(world, &tab)?;
        wait_for_state(&panel, "starting")?;
        post(&tab, &answers("getCallCenterSettings", &json!({ SSO: "True" })))?;
        wait_for_code(&panel, "settings.enable_salesforce_sso")
    })
}

/// Attack: A frame of another site tells a panel that waits for its window, or has a session, that the window is done, that the session is over, and whatever else comes to mind.
/// Refused: Nothing changes; the window decides, and the session goes on.
#[test]
fn messages_that_nobody_waits_for_change_nothing() -> Result<()> {
    story(&Options::default(), |world| {
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        let window = open_window(world, &panel)?;
        window.wait_for_button("Allow")?;
        flood(world, &tab, &panel, &whatever())?;
        wait_for_state(&panel, "waiting-for-window")?;
        window.click_button("Allow")?;
        wait_for_state(&panel, "signed-in")?;
        let before = panel.text()?;

        flood(world, &tab, &panel, &whatever())?;

        ensure!(panel.text()? == before, "{}", panel.text()?);
        ensure!(world.browser.popups() <= 1, "a window opened by itself");
        Ok(())
    })
}

/// Posts the messages from a frame of another site, and waits until the panel's window has had all of them.
fn flood(world: &World, tab: &Tab, panel: &Frame, messages: &Value) -> Result<()> {
    let count = messages.as_array().context("a list")?.len();
    let console = world.console();
    let (_, port) = console.rsplit_once(':').context("a port")?;
    // Nobody lives at this name, which is as good as anybody: the page has an origin of its own.
    let hostile = format!("http://evil.localhost:{port}/");
    tab.evaluate(&format!(
        "document.querySelector('#evil')?.remove();
         document.body.append(Object.assign(document.createElement('iframe'), {{ id: 'evil', src: '{hostile}' }}))"
    ))?;
    let evil = tab.frame("evil.localhost");
    evil.wait_for("document.readyState === 'complete' && location.protocol === 'http:'")?;
    panel.evaluate("window.heard = 0; addEventListener('message', () => { heard += 1 }); 0")?;
    evil.evaluate(&format!(
        "for (const message of {messages}) for (let i = 0; i < parent.frames.length; i += 1)
           if (parent.frames[i] !== self) parent.frames[i].postMessage(message, '*')"
    ))?;
    panel.wait_for(&format!("window.heard >= {count}")).map(drop)
}

/// From the console's own page.
fn post(tab: &Tab, messages: &Value) -> Result<()> {
    tab.evaluate(&format!(
        "for (const message of {messages})
           document.querySelector('#softphone-frame').contentWindow.postMessage(message, '*')"
    ))
    .map(drop)
}

/// As the console would answer, whatever the version of its script and the number of the call.
fn answers(method: &str, value: &Value) -> Value {
    let versions_and_calls = (38..68).flat_map(|version| (0..6).map(move |call| (version, call)));
    versions_and_calls
        .map(|(version, call)| {
            json!({
                "apiVersion": version, "apiType": "opencti", "methodName": method, "callId": call,
                "shouldExecuteCallback": true,
                "response": { "success": true, "returnValue": value, "errors": null },
            })
        })
        .collect()
}

fn whatever() -> Value {
    json!([
        null,
        "cti-auth-wake",
        { "t": "cti-auth-wake" },
        { "type": "session.ended", "code": "sign_in.signed_out" },
        { "granted": { "access_token": "a", "refresh_token": "r" } },
        { "sign_in": "signed_out", "call_center": null, "organization_name": "Evil", "notice": null },
        "sign_out",
        { "open_window": "javascript:alert(1)" },
    ])
}

fn misbehave(world: &World, faults: Value) -> Result<()> {
    world.practice_control("open-cti", &faults).map(drop)
}

const SSO: &str = "/cordboard/enableSalesforceSso";
