//! The minute's query, and what was found by it. No browser; the adapter asks each second.

use std::{fs, time::Duration};

use acceptance::{
    clock::Deadline,
    desk::{Desk, Visitor, at_the_desk, user_id},
    installation::{CONFIG, Installation},
    world::{Agent, Options, Proof},
};
use adapter_api::{Code, error::Refused};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

/// Attack: A frozen user, whose console goes on and signs proofs, signs in again once the minute's query has ended the session.
/// Refused: `sign_in.user_frozen`, also after a restart and while Salesforce does not answer. Unfrozen, the next proof is let in at once.
#[test]
fn a_frozen_user_whose_console_goes_on_is_not_let_in_again() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        asked_each(installation, 1)?;
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_by_window(&mut anna)?;
        let mut sign_in = || desk.sign_in_proof(&desk.proof_by(&mut anna)?);

        change_user(installation, "anna.agent", &json!({ "frozen": true }))?;
        wait_for_finding(installation, "anna", Some("user_frozen"))?;

        desk.session(&granted.access_token.0)?.refuses(401, Code::UserFrozen)?;
        let frozen = Refused::with_value(Code::UserFrozen, user_id(installation, "anna.agent")?);
        sign_in()?.refuses(403, frozen.clone())?;
        installation.practice_control("faults", &json!({ "query": "unavailable" }))?;
        asked_each(installation, AN_HOUR)?;
        sign_in()?.refuses(403, frozen)?;
        installation.practice_control("faults", &json!({}))?;
        change_user(installation, "anna.agent", &json!({ "frozen": false }))?;
        sign_in()?.granted()?;
        wait_for_finding(installation, "anna", None)
    })
}

/// Fault: Salesforce has frozen the user of an agent who signs in by SSO token and is linked to nobody.
/// Seen: Within a minute the session ends with `sign_in.user_frozen`, and the token is refused as a wrong one; `cordboard agent list` says why.
/// Kept: The account and its token, which is good again within a minute of the user's being unfrozen.
#[test]
fn an_agent_without_a_link_is_found_by_the_operator_id() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        asked_each(installation, 1)?;
        let token = installation.issue_token(&Agent::ben())?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_legacy("op-1002", &token, None)?.granted()?;

        change_user(installation, "ben.berger", &json!({ "frozen": true }))?;
        wait_for_finding(installation, "ben", Some("user_frozen"))?;

        desk.session(&granted.access_token.0)?.refuses(401, Code::UserFrozen)?;
        desk.sign_in_legacy("op-1002", &token, None)?.refuses(403, Code::WrongCredentials)?;
        let list = installation.cordboard(&["agent", "list", "acme"])?;
        ensure!(list.contains("user_frozen"), "{list}");
        change_user(installation, "ben.berger", &json!({ "frozen": false }))?;
        wait_for_finding(installation, "ben", None)?;
        desk.sign_in_legacy("op-1002", &token, None)?.granted().map(drop)
    })
}

/// Fault: A user was frozen by mistake, and the adapter has lost the permission to see that it is not so any more.
/// Seen: The agent stays out by `sign_in.user_frozen` until an administrator enters `cordboard agent enable`.
/// Kept: The account, its link and the consent.
#[test]
fn an_administrator_lets_in_who_was_found_to_be_frozen() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        asked_each(installation, 1)?;
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        desk.sign_in_by_window(&mut anna)?;
        change_user(installation, "anna.agent", &json!({ "frozen": true }))?;
        wait_for_finding(installation, "anna", Some("user_frozen"))?;
        installation.practice_control("faults", &json!({ "query": "forbidden" }))?;
        change_user(installation, "anna.agent", &json!({ "frozen": false }))?;
        let frozen = Refused::with_value(Code::UserFrozen, user_id(installation, "anna.agent")?);
        desk.sign_in_proof(&desk.proof_by(&mut anna)?)?.refuses(403, frozen)?;

        installation.cordboard(&["agent", "enable", "acme", "anna"])?;

        desk.sign_in_proof(&desk.proof_by(&mut anna)?)?.granted().map(drop)
    })
}

/// Fault: More agents are signed in than one query can name; Salesforce answers in pages of 25 records, and refuses each access token after three queries.
/// Seen: `cordboard organization show` finds nothing to complain of; whose user is deactivated or frozen is signed out within the minute, from the first to the last.
/// Kept: Every other session.
#[test]
fn more_agents_than_one_query_can_name_are_all_asked_about() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let people = installation.practice_control("users", &json!({ "count": CROWD }))?;
        let people = people.as_array().context("a list of users")?;
        let desk = Desk::new(installation);
        for person in people {
            let (username, operator_id) = (text(&person["username"]), text(&person["operator_id"]));
            let add = ["agent", "add", "acme", username, "--name", username];
            installation.cordboard(&[&add[..], &["--operator-id", operator_id]].concat())?;
            let token = installation.cordboard(&["legacy", "issue-token", "acme", username])?;
            desk.sign_in_legacy(operator_id, token.trim(), None)?.granted()?;
        }
        let gone = [0, CROWD / 2, CROWD - 1].map(|place| text(&people[place]["username"]));
        for (username, change) in gone.iter().zip(["active", "frozen", "call_center"]) {
            let change = json!({ "username": username, change: change == "frozen" });
            installation.practice_control("user", &change)?;
        }
        let faults = json!({ "query_page": 25, "token_queries": 3 });
        installation.practice_control("faults", &faults)?;

        asked_each(installation, 1)?;

        let found = ["user_inactive", "user_frozen", "not_in_call_center"];
        for (username, found) in gone.iter().zip(found) {
            wait_for_finding(installation, username, Some(found))?;
        }
        let live = installation.cordboard(&["session", "list", "acme", "--json"])?;
        let live: Value = serde_json::from_str(&live)?;
        let live = live.as_array().context("a list of sessions")?;
        ensure!(live.len() == CROWD - gone.len(), "{} sessions live", live.len());
        let shown = installation.cordboard(&["organization", "show", "acme", "--json"])?;
        let shown: Value = serde_json::from_str(&shown)?;
        ensure!(shown["directory"]["trouble"].is_null(), "{shown:#}");
        Ok(())
    })
}

/// Gives the adapter another interval between its queries.
fn asked_each(installation: &Installation, seconds: u32) -> Result<()> {
    let config = installation.folder().join(CONFIG);
    let text = fs::read_to_string(&config)?;
    let (before, rest) = text.split_once(INTERVAL).context("the template names the interval")?;
    let (_, after) = rest.split_once('\n').context("a line ends")?;
    fs::write(&config, format!("{before}{INTERVAL}{seconds}\n{after}"))?;
    installation.restart_adapter()
}

fn change_user(installation: &Installation, username: &str, change: &Value) -> Result<()> {
    let mut change = change.clone();
    change["username"] = format!("{username}@acme.example").into();
    installation.practice_control("user", &change).map(drop)
}

/// Until `cordboard agent list` says what Salesforce has said against the agent's user.
fn wait_for_finding(installation: &Installation, agent: &str, what: Option<&str>) -> Result<()> {
    let deadline = Deadline::after(Duration::from_secs(20));
    loop {
        let list = installation.cordboard(&["agent", "list", "acme", "--json"])?;
        let list: Value = serde_json::from_str(&list)?;
        let mut agents = list.as_array().context("a list of agents")?.iter();
        let found = agents.find(|found| found["agent"] == agent).context("the agent is listed")?;
        if found["found"]["what"].as_str() == what {
            return Ok(());
        }
        if deadline.left().is_none() {
            bail!("{found:#}");
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// One query names 200 users at most.
const CROWD: usize = 205;
const INTERVAL: &str = "directory_interval = ";
const AN_HOUR: u32 = 3_600;
