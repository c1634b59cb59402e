//! An operator changes the keys that everything secret rests on, while agents work.

use std::{fs, os::unix::fs::PermissionsExt as _};

use acceptance::{
    desk::{Desk, Visitor, WindowWalk, at_the_desk},
    installation::Installation,
    world::{Agent, Options},
};
use adapter_api::{Code, session::Granted};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Fault: the operator makes a new key, restarts the adapter, and takes the old key away later.
/// Seen: nothing: sessions go on, a window that is open finishes, the SSO token signs in.
/// Kept: everything; what is used moves to the new key by itself, and the old one stays until nothing rests on it.
#[test]
fn a_new_key_signs_nobody_out_and_the_old_one_goes_when_nothing_rests_on_it() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let mut carla = Visitor::logged_in(installation, "carla.costa")?;
        let annas = desk.sign_in_by_window(&mut anna)?;
        let transaction = desk.begin(&mut carla)?;
        let mut window = WindowWalk::open(&mut carla, &transaction)?;
        let old = key(installation, "in_use")?;

        let new = installation.cordboard(&["key", "rotate"])?.trim().to_owned();
        ensure!(key(installation, "waiting")? == new && key(installation, "in_use")? == old);
        // The server does not know the new key yet, so nothing may rest on it.
        let token = installation.issue_token(&Agent::ben())?;
        let bens = sign_in_by_token(&desk, &mut ben, &token)?;
        installation.restart_adapter()?;

        ensure!(key(installation, "in_use")? == new && key(installation, "older")? == old);
        ensure!(desk.session(&annas.access_token.0)?.status == 200, "the access token is good");
        let refused = installation.cordboard_refuses(&["key", "retire", &old])?;
        ensure!(refused.contains("sessions: 2"), "{refused}");
        ensure!(refused.contains("SSO tokens: 1 (acme/ben)"), "{refused}");
        let form = window.to_form()?;
        window.submit(&form.allow())?;
        desk.claim(&transaction)?.granted().context("the window that was open")?;
        let annas = desk.refresh(&annas.refresh_token.0, None)?.granted()?;
        desk.refresh(&bens.refresh_token.0, None)?.granted()?;
        sign_in_by_token(&desk, &mut ben, &token)?;

        installation.cordboard(&["key", "retire", &old])?;
        installation.restart_adapter()?;

        ensure!(keys(installation)?.len() == 1, "the old key is still there");
        desk.refresh(&annas.refresh_token.0, None)?.granted()?;
        sign_in_by_token(&desk, &mut ben, &token)?;
        desk.sign_in_by_window(&mut carla)?;
        installation.cordboard(&["check-config"]).map(drop)
    })
}

#[test]
fn an_old_key_that_is_given_up_takes_with_it_what_rests_on_it() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let token = installation.issue_token(&Agent::ben())?;
        let annas = desk.sign_in_by_window(&mut anna)?;
        let old = key(installation, "in_use")?;
        installation.cordboard(&["key", "rotate"])?;
        let refused = installation.cordboard_refuses(&["key", "retire", &old, "--force"])?;
        ensure!(refused.contains("makes what is new"), "{refused}");
        installation.restart_adapter()?;

        installation.cordboard(&["key", "retire", &old, "--force"])?;

        desk.session(&annas.access_token.0)?.refuses(401, Code::SessionEnded)?;
        let proof = desk.proof_by(&mut ben)?;
        let answer = desk.sign_in_legacy("op-1002", &token, Some(&proof))?;
        answer.refuses(403, Code::WrongCredentials)?;
        let token = installation.issue_token(&Agent::ben())?;
        sign_in_by_token(&desk, &mut ben, &token)?;
        let file = installation.folder().join("cordboard.key");
        ensure!(fs::metadata(&file)?.permissions().mode() & 0o777 == 0o600, "its owner's alone");
        Ok(())
    })
}

fn sign_in_by_token(desk: &Desk<'_>, ben: &mut Visitor<'_>, token: &str) -> Result<Granted> {
    let proof = desk.proof_by(ben)?;
    desk.sign_in_legacy("op-1002", token, Some(&proof))?.granted()
}

/// The one key of a stage.
fn key(installation: &Installation, stage: &str) -> Result<String> {
    let keys = keys(installation)?;
    let key = keys.iter().find(|key| key["stage"] == stage);
    let id = key.and_then(|key| key["key"].as_str());
    Ok(id.with_context(|| format!("no key is `{stage}`: {keys:?}"))?.to_owned())
}

fn keys(installation: &Installation) -> Result<Vec<Value>> {
    Ok(serde_json::from_str(&installation.cordboard(&["key", "list", "--json"])?)?)
}
