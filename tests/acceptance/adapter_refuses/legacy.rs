//! Operator ID and SSO token: whatever is wrong with them, it is told in the same words and time.

use std::time::Duration;

use acceptance::{
    desk::{Answer, Desk, Ledger, Visitor, at_the_desk},
    installation::Installation,
    world::{Agent, Options, Proof},
};
use adapter_api::Code;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Attack: Operator IDs and SSO tokens are tried out, to learn which exist.
/// Refused: One code, no sooner than any other wrong answer, and an entry in the audit log for each.
#[test]
fn typed_credentials_are_refused_alike_whatever_is_wrong() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        let mut ledger = Ledger::open(installation)?;
        let token = installation.issue_token(&Agent::ben())?;
        let carlas = installation.issue_token(&Agent::carla())?;
        installation.cordboard(&["agent", "disable", "acme", "carla"])?;
        ledger.news()?;
        let mut refused_alike = |operator_id: &str, token: &str| -> Result<()> {
            refused(&desk.sign_in_legacy(operator_id, token, None)?)?;
            ledger.has_refusal(Code::WrongCredentials, None)
        };

        refused_alike("op-9999", &token).context("an unknown operator")?;
        refused_alike("", &token).context("no operator")?;
        refused_alike("OP-1002", &token).context("in capitals")?;
        refused_alike("op-1002", "wrong").context("a wrong token")?;
        refused_alike("op-1002", "").context("no token")?;
        refused_alike("op-1002", &carlas).context("somebody else's token")?;
        refused_alike("op-1001", "token").context("an operator without a token")?;
        refused_alike("op-1003", &carlas).context("a disabled agent")?;
        installation.cordboard(&["organization", "set", "acme", "--legacy", "off"])?;
        ledger.news()?;
        for (operator_id, token) in [("op-1002", &*token), ("op-9999", "wrong")] {
            refused(&desk.sign_in_legacy(operator_id, token, None)?)
                .context("the method is off")?;
            ledger.has_refusal(Code::WrongCredentials, None)?;
        }

        installation.cordboard(&["organization", "set", "acme", "--legacy", "on"])?;
        desk.sign_in_legacy("op-1002", &token, None)?.granted().map(drop)
    })
}

/// Attack: A stolen SSO token is typed in at another user's console.
/// Refused: The words of any wrong token; the proof is used up.
#[test]
fn where_a_proof_is_required_the_token_counts_beside_its_own_users_alone() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let token = installation.issue_token(&Agent::ben())?;
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let mut ledger = Ledger::open(installation)?;

        // Whoever has stolen it sits at another user's console.
        let annas_proof = desk.proof_by(&mut anna)?;
        refused(&desk.sign_in_legacy("op-1002", &token, Some(&annas_proof))?)?;
        ledger.has_refusal(Code::WrongCredentials, None)?;
        for (operator_id, token) in [("op-1002", "wrong"), ("op-9999", &token)] {
            let proof = desk.proof_by(&mut ben)?;
            refused(&desk.sign_in_legacy(operator_id, token, Some(&proof))?)?;
            ledger.has_refusal(Code::WrongCredentials, None)?;
        }
        let proof = desk.proof_by(&mut ben)?;
        desk.sign_in_legacy("op-1002", &token, Some(&proof))?.granted()?;
        ledger.has(&[("sign_in", "ok")])?;
        // The proof is used up, whatever the token is.
        desk.sign_in_legacy("op-1002", &token, Some(&proof))?.refuses(403, Code::ProofNonce)
    })
}

/// Attack: The SSO token of an account that has moved to Salesforce is used.
/// Refused: The agent is told to sign in with Salesforce.
#[test]
fn a_token_of_an_account_that_has_moved_is_no_way_in() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let token = installation.issue_token(&Agent::anna())?;
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        desk.sign_in_by_window(&mut anna)?;
        let mut ledger = Ledger::open(installation)?;
        let by_token = |desk: &Desk<'_>, anna: &mut Visitor<'_>| -> Result<Answer> {
            let proof = desk.proof_by(anna)?;
            desk.sign_in_legacy("op-1001", &token, Some(&proof))
        };

        by_token(&desk, &mut anna)?.granted()?;
        installation.cordboard(&["organization", "set", "acme", "--legacy", "migrating"])?;
        ledger.news()?;
        by_token(&desk, &mut anna)?.refuses(403, Code::UseSalesforce)?;
        ledger.has_refusal(Code::UseSalesforce, None)
    })
}

/// Attack: An agent's operator ID is written on another user's record, beside the agent's SSO token.
/// Refused: The words of any wrong token: the account is linked to its own user.
#[test]
fn a_token_of_a_linked_account_counts_beside_the_linked_user_alone() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let token = installation.issue_token(&Agent::anna())?;
        desk.sign_in_by_window(&mut Visitor::logged_in(installation, "anna.agent")?)?;
        // Somebody has written Anna's operator ID on another user's record.
        let change = json!({ "username": "carla.costa@acme.example", "operator_id": "op-1001" });
        installation.practice_control("user", &change)?;
        let mut carla = Visitor::logged_in(installation, "carla.costa")?;
        let mut ledger = Ledger::open(installation)?;

        let proof = desk.proof_by(&mut carla)?;
        let answer = desk.sign_in_legacy("op-1001", &token, Some(&proof))?;

        refused(&answer)?;
        ledger.has_refusal(Code::WrongCredentials, None)
    })
}

/// Attack: A replaced SSO token, or a session that it opened, is used.
/// Refused: Both end when the new token is issued.
#[test]
fn a_new_token_ends_what_the_old_one_opened() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        let old = installation.issue_token(&Agent::ben())?;
        let granted = desk.sign_in_legacy("op-1002", &old, None)?.granted()?;

        let new = installation.issue_token(&Agent::ben())?;

        desk.session(&granted.access_token.0)?.refuses(401, Code::SessionEnded)?;
        refused(&desk.sign_in_legacy("op-1002", &old, None)?)?;
        desk.sign_in_legacy("op-1002", &new, None)?.granted().map(drop)
    })
}

#[test]
fn an_account_that_has_not_moved_is_told_to_go_on_with_its_token() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let mut ledger = Ledger::open(installation)?;

        let proof = desk.proof_by(&mut ben)?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::UseLegacy)?;

        ledger.has_nothing_new()?;
        ensure!(!is_linked(installation, "ben")?, "nothing is written");
        Ok(())
    })
}

/// In these words, and no sooner than any other wrong answer.
fn refused(answer: &Answer) -> Result<()> {
    answer.refuses(403, Code::WrongCredentials)?;
    ensure!(answer.took >= FLOOR, "answered after {:?}: {answer:?}", answer.took);
    Ok(())
}

fn is_linked(installation: &Installation, agent: &str) -> Result<bool> {
    let list = installation.cordboard(&["agent", "list", "acme", "--json"])?;
    let agents: Value = serde_json::from_str(&list)?;
    let agents = agents.as_array().context("a list of agents")?;
    let agent =
        agents.iter().find(|found| found["agent"] == agent).context("the agent is listed")?;
    Ok(agent["account"] == "linked")
}

const FLOOR: Duration = Duration::from_millis(400);
