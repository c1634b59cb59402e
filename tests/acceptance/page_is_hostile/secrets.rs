//! What crosses the panel during a sign-in, looked for wherever somebody could read it afterwards.

use std::{collections::BTreeSet, fs};

use acceptance::{
    browser::{Frame, Tab},
    world::{Agent, Legacy, Options, Proof, World, story},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::steps::{allow_once, wait_for_code, wait_for_state};

/// Attack: Somebody reads the panel's page, what the browser keeps for it, the audit log and the finest log, after a sign-in by window and by proof.
/// Refused: No token, proof, verifier or ticket stands in any of them.
#[test]
fn a_salesforce_sign_in_leaves_no_secret_behind() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = overheard(world, "anna.agent")?;
        allow_once(world, &panel)?;
        let mut secrets = crossed(&panel)?;
        crate::steps::reload(world, &tab)?;
        overhear(&panel)?;
        wait_for_state(&panel, "signed-in")?;
        secrets.extend(crossed(&panel)?);

        has(&secrets, &["access_token", "refresh_token", "verifier", "proof", "ticket", "dpop"])?;
        nowhere_to_be_read(world, &tab, &panel, &secrets)
    })
}

/// Attack: Somebody reads the same after a sign-in by operator ID and SSO token, beside a proof.
/// Refused: No SSO token, proof or token of the session stands in any of them.
#[test]
fn a_legacy_sign_in_leaves_no_secret_behind() -> Result<()> {
    story(&Options { salesforce_sso: "false".into(), ..Options::default() }, |world| {
        let token = world.issue_token(&Agent::ben())?;
        let (tab, panel) = overheard(world, "ben.berger")?;
        wait_for_state(&panel, "signed-in")?;
        let secrets = crossed(&panel)?;

        has(&secrets, &["access_token", "refresh_token", "proof", "sso_token", "ticket", "dpop"])?;
        ensure!(secrets.contains(&("sso_token".to_owned(), token)), "it is another token");
        nowhere_to_be_read(world, &tab, &panel, &secrets)
    })
}

/// Attack: Somebody reads the same after a sign-in by login and password, the first try of which went wrong.
/// Refused: Neither password nor any token of the session stands in any of them.
#[test]
fn a_password_leaves_no_secret_behind() -> Result<()> {
    let options = Options {
        salesforce_sso: "false".into(),
        legacy: Legacy::Off,
        proof: Proof::Off,
        ..Options::default()
    };
    story(&options, |world| {
        world.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        let invited = world.cordboard(&["agent", "invite", "acme", "ben"])?;
        set_password(world, invited.lines().last().context("a code")?.trim())?;
        let (tab, panel) = overheard(world, "ben.berger")?;
        wait_for_state(&panel, "entering-password")?;
        enter(&panel, WRONG_PASSWORD)?;
        wait_for_code(&panel, "sign_in.wrong_credentials")?;
        enter(&panel, PASSWORD)?;
        wait_for_state(&panel, "signed-in")?;
        let secrets = crossed(&panel)?;

        has(&secrets, &["access_token", "refresh_token", "password", "ticket", "dpop"])?;
        for password in [WRONG_PASSWORD, PASSWORD] {
            let crossed = secrets.contains(&("password".to_owned(), password.to_owned()));
            ensure!(crossed, "`{password}` has not crossed");
        }
        nowhere_to_be_read(world, &tab, &panel, &secrets)
    })
}

/// A console whose panel is listened to from its first word to the adapter; the adapter logs whatever it can.
fn overheard(world: &World, username: &str) -> Result<(Tab, Frame)> {
    world.configure("log", r#""trace""#)?;
    world.restart_adapter()?;
    // Time to put the ear to the wall, at each load.
    world.practice_control("open-cti", &json!({ "getCallCenterSettings": "late" }))?;
    let tab = world.console_as(username)?;
    let panel = world.panel(&tab);
    overhear(&panel)?;
    Ok((tab, panel))
}

fn overhear(panel: &Frame) -> Result<()> {
    panel.wait_for("document.querySelector('main')?.dataset.state === 'starting'")?;
    panel.evaluate(
        "window.crossed = [];
         const genuine = window.fetch;
         window.fetch = async (address, init) => {
           const answer = await genuine(address, init);
           const [authorization, dpop] = ['authorization', 'dpop'].map((name) => init.headers.get(name));
           const answered = await answer.clone().text();
           crossed.push({ authorization, dpop, asked: init.body ?? null, answered });
           return answer;
         };
         0",
    )
    .map(drop)
}

/// Everything secret that has passed between panel and adapter, by its name, once the events are open.
fn crossed(panel: &Frame) -> Result<BTreeSet<(String, String)>> {
    panel.wait_for("crossed.some((it) => it.answered.includes('\"ticket\"'))")?;
    let crossed = panel.evaluate("crossed")?;
    let mut secrets = BTreeSet::new();
    for it in crossed.as_array().context("what crossed")? {
        for name in ["authorization", "dpop"] {
            if let Some(header) = it[name].as_str() {
                secrets.insert((name.to_owned(), header.trim_start_matches("DPoP ").to_owned()));
            }
        }
        for body in ["asked", "answered"] {
            let body =
                serde_json::from_str(it[body].as_str().unwrap_or("null")).unwrap_or_default();
            collect(&body, &mut secrets);
        }
    }
    Ok(secrets)
}

fn collect(value: &Value, secrets: &mut BTreeSet<(String, String)>) {
    let Some(members) = value.as_object() else { return };
    for (name, value) in members {
        match value.as_str() {
            // A challenge has a `proof` as well: whether one is asked for.
            Some(text) if SECRETS.contains(&name.as_str()) && text.len() > 10 => {
                secrets.insert((name.clone(), text.to_owned()));
            }
            _ => collect(value, secrets),
        }
    }
}

fn has(secrets: &BTreeSet<(String, String)>, names: &[&str]) -> Result<()> {
    for name in names {
        ensure!(secrets.iter().any(|(found, _)| found == name), "no {name} has crossed");
    }
    Ok(())
}

fn nowhere_to_be_read(
    world: &World,
    tab: &Tab,
    panel: &Frame,
    secrets: &BTreeSet<(String, String)>,
) -> Result<()> {
    for button in ["Where you are signed in", "What you allowed"] {
        panel.click_button(button)?;
    }
    let kept = panel.evaluate(KEPT)?;
    let places = [
        ("the panel", kept.as_str().context("a page")?.to_owned()),
        ("the console", tab.evaluate("document.documentElement.outerHTML")?.to_string()),
        ("the audit log", world.cordboard(&["audit", "--json", "--most", "1000"])?),
        ("the log", fs::read_to_string(world.folder().join("adapter.log"))?),
        ("the console's messages", world.browser.complaints().join("\n")),
    ];
    ensure!(places[0].1.contains("signed in as"), "this is not the panel");
    ensure!(places[3].1.contains("DEBUG sqlx"), "this is not the finest log");
    for (place, text) in &places {
        for (name, secret) in secrets {
            ensure!(!text.contains(secret.as_str()), "{place} has the {name}");
        }
    }
    Ok(())
}

fn set_password(world: &World, code: &str) -> Result<()> {
    let page = world.browser.new_tab(&format!("{}/invite", world.adapter_url()))?;
    page.fill("#code", code)?;
    page.fill("#new-password", PASSWORD)?;
    page.fill("#again", PASSWORD)?;
    page.press("Enter")?;
    page.wait_for_text("Your password is set")?;
    page.close()
}

fn enter(panel: &Frame, password: &str) -> Result<()> {
    panel.fill("#login", "ben")?;
    panel.fill("#password", password)?;
    panel.press("Enter")
}

const PASSWORD: &str = "correct horse battery staple";
const WRONG_PASSWORD: &str = "not the password at all";

/// The members of requests and answers that open something.
const SECRETS: [&str; 7] =
    ["access_token", "refresh_token", "verifier", "proof", "sso_token", "password", "ticket"];

/// The page and everything that a browser keeps for it.
const KEPT: &str = "(async () => [
    document.documentElement.outerHTML,
    location.href,
    document.cookie,
    window.name,
    JSON.stringify(history.state),
    JSON.stringify(Object.entries(localStorage)),
    JSON.stringify(Object.entries(sessionStorage)),
    JSON.stringify(await indexedDB.databases()),
    performance.getEntries().map((entry) => entry.name).join(' '),
].join('\\n'))()";
