//! An administrator sees who is signed in and what was allowed, and takes it back.

use acceptance::{
    desk::{Desk, Visitor, at_the_desk},
    installation::{Installation, Legacy},
    world::Options,
};
use adapter_api::Code;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Attack: A session that the administrator has ended, one or all of an agent's, is used on.
/// Refused: 401 `session.ended`, with an audit entry for each; a session that was not named lives on.
#[test]
fn one_session_ends_by_its_id_and_the_others_live_on() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let (office, home) = (Desk::new(installation), Desk::new(installation));
        let first = office.sign_in_by_window(&mut anna)?;
        let second = home.sign_in_by_window(&mut anna)?;
        let listed = listed(installation, "session")?;
        ensure!(listed.len() == 2, "{listed:?}");
        ensure!(listed.iter().all(|one| one["agent"] == "anna" && one["way"] == "salesforce_sso"));

        installation.cordboard(&["session", "end", "acme", &first.session.id])?;

        office.session(&first.access_token.0)?.refuses(401, Code::SessionEnded)?;
        ensure!(home.session(&second.access_token.0)?.status == 200, "the other one lives");
        let refused = installation.cordboard_refuses(&["session", "end", "acme", "ffffffff"])?;
        ensure!(refused.contains("names 0 live sessions"), "{refused}");

        installation.cordboard(&["session", "end", "acme", "--agent", "anna"])?;

        home.session(&second.access_token.0)?.refuses(401, Code::SessionEnded)?;
        ensure!(self::listed(installation, "session")?.is_empty());
        let audit = installation.cordboard(&["audit", "--json"])?;
        ensure!(audit.matches("\"session.end\"").count() == 2, "{audit}");
        Ok(())
    })
}

/// Attack: A session or a proof is used after the administrator has revoked the agent's permission.
/// Refused: 401 `consent.revoked`, and 403 `sign_in.consent_needed` for the proof.
#[test]
fn a_consent_revoked_by_the_administrator_is_asked_for_again() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_by_window(&mut anna)?;
        ensure!(listed(installation, "consent")?[0]["agent"] == "anna");

        installation.cordboard(&["consent", "revoke", "acme", "anna"])?;

        desk.session(&granted.access_token.0)?.refuses(401, Code::ConsentRevoked)?;
        let proof = desk.proof_by(&mut anna)?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::ConsentNeeded)?;
        let refused = installation.cordboard_refuses(&["consent", "revoke", "acme", "anna"])?;
        ensure!(refused.contains("nothing that could be revoked"), "{refused}");
        Ok(())
    })
}

/// Attack: A token that the administrator has retired, or a session that it opened, is used.
/// Refused: 403 `sign_in.wrong_credentials`, and 401 `session.ended`; no new token is issued until the administrator reinstates the method.
#[test]
fn a_retired_token_opens_nothing_until_the_administrator_reinstates_it() -> Result<()> {
    at_the_desk(&Options { legacy: Legacy::On, ..Options::default() }, |installation| {
        let refused = installation.cordboard_refuses(&["legacy", "retire", "acme", "ben"])?;
        ensure!(refused.contains("the only way in"), "{refused}");
        let user = acceptance::desk::user_id(installation, "ben.berger")?;
        installation.cordboard(&["agent", "link", "acme", "ben", &user])?;
        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let desk = Desk::new(installation);
        let token = token_of_ben(installation)?;
        let sign_in = |ben: &mut Visitor<'_>, token: &str| {
            let proof = desk.proof_by(ben)?;
            desk.sign_in_legacy("op-1002", token, Some(&proof))
        };
        let granted = sign_in(&mut ben, &token)?.granted()?;

        installation.cordboard(&["legacy", "retire", "acme", "ben"])?;

        desk.session(&granted.access_token.0)?.refuses(401, Code::SessionEnded)?;
        sign_in(&mut ben, &token)?.refuses(403, Code::WrongCredentials)?;
        installation.cordboard_refuses(&["legacy", "issue-token", "acme", "ben"])?;
        installation.cordboard(&["legacy", "reinstate", "acme", "ben"])?;
        let token = installation.cordboard(&["legacy", "issue-token", "acme", "ben"])?;
        sign_in(&mut ben, token.trim())?.granted().map(drop)
    })
}

fn listed(installation: &Installation, what: &str) -> Result<Vec<Value>> {
    let printed = installation.cordboard(&[what, "list", "acme", "--json"])?;
    Ok(serde_json::from_str(&printed)?)
}

fn token_of_ben(installation: &Installation) -> Result<String> {
    let state = installation.practice_state()?;
    let users = state["users"].as_array().context("the practice org has users")?;
    let ben = users.iter().find(|user| user["username"] == "ben.berger@acme.example");
    let token = ben.and_then(|ben| ben["sso_token"].as_str());
    Ok(token.context("Ben has a token on his user record")?.to_owned())
}
