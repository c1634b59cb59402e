//! A session's tokens, and what ends it.

use acceptance::{
    desk::{Desk, Ledger, Visitor, at_the_desk},
    world::Options,
};
use adapter_api::{Code, session};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::json;

/// Attack: A refresh token is used again after its successor was used.
/// Refused: `session.reused`: the whole session ends, with every token of it and its open panels; the audit log says why, and from which network.
#[test]
fn a_refresh_token_that_comes_again_ends_the_session() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let first = desk.sign_in_by_window(&mut anna)?;
        let mut ledger = Ledger::open(installation)?;
        let second = desk.refresh(&first.refresh_token.0, None)?.granted()?;

        // The answer may have been lost on the way, so the same panel is given it again.
        let again = desk.refresh(&first.refresh_token.0, None)?.granted()?;
        ensure!(again.refresh_token == second.refresh_token, "the same answer, not a third token");
        let third = desk.refresh(&second.refresh_token.0, None)?.granted()?;
        ledger.has_nothing_new()?;

        desk.refresh(&first.refresh_token.0, None)?.refuses(401, Code::SessionReused)?;
        let news = ledger.news()?;
        let [end] = news.as_slice() else { bail!("not one end but {news:?}") };
        ensure!(end["event"] == "session.end" && end["outcome"] == "reused", "{end}");
        ensure!(end["detail"] == "salesforce_sso from 127.0.0.0/24", "{end}");
        desk.session(&third.access_token.0)?.refuses(401, Code::SessionReused)?;
        desk.refresh(&third.refresh_token.0, None)?.refuses(401, Code::SessionReused)?;
        desk.ticket(&third.access_token.0)?.refuses(401, Code::SessionReused)?;
        ledger.has_nothing_new()
    })
}

/// Attack: A stolen, altered or confused token, or a genuine one with another key.
/// Refused: 401; the session lives on. Of the genuine one with another key the audit log says so, once.
#[test]
fn a_token_opens_nothing_but_its_own_door_for_its_own_key() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let (desk, thief) = (Desk::new(installation), Desk::new(installation));
        let granted = desk.sign_in_by_window(&mut anna)?;
        let (access, refresh) = (&granted.access_token.0, &granted.refresh_token.0);
        let mut ledger = Ledger::open(installation)?;
        let longer = format!("{access}AA");

        for token in [refresh, "token", &access[1..], &longer, &access.to_uppercase()] {
            desk.session(token)?.refuses(401, Code::SessionEnded)?;
            desk.sign_out(token)?.refuses(401, Code::SessionEnded)?;
            desk.consents(token)?.refuses(401, Code::SessionEnded)?;
            desk.ticket(token)?.refuses(401, Code::SessionEnded)?;
        }
        for token in [access, "token", ""] {
            desk.refresh(token, None)?.refuses(401, Code::SessionEnded)?;
        }
        thief.session(access)?.refuses(401, Code::SessionEnded)?;
        thief.sign_out(access)?.refuses(401, Code::SessionEnded)?;
        thief.refresh(refresh, None)?.refuses(401, Code::SessionEnded)?;
        desk.call("GET", session::PATH).send()?.refuses(401, Code::SessionEnded)?;
        let unbound = desk.call("GET", session::PATH).access_token(access);
        unbound.falsified(|claims| claims.ath = None).send()?.refuses(401, Code::DpopInvalid)?;
        let bound_to_other = desk.call("GET", session::PATH).access_token(access);
        let lie = |claims: &mut oauth::dpop::Claims| {
            claims.ath = Some(oauth::dpop::access_token_hash(refresh));
        };
        bound_to_other.falsified(lie).send()?.refuses(401, Code::DpopInvalid)?;

        ensure!(desk.session(access)?.status == 200, "the session has lived through all this");
        ledger.has(&[("session.use", "other_key")])
    })
}

/// Attack: An old access token is used after two refreshes.
/// Refused: 401; only the newest lives.
#[test]
fn an_access_token_dies_when_its_successor_is_refreshed() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let first = desk.sign_in_by_window(&mut anna)?;
        let second = desk.refresh(&first.refresh_token.0, None)?.granted()?;
        let third = desk.refresh(&second.refresh_token.0, None)?.granted()?;

        desk.session(&first.access_token.0)?.refuses(401, Code::SessionExpired)?;

        ensure!(desk.session(&third.access_token.0)?.status == 200, "the newest lives");
        Ok(())
    })
}

/// Attack: A session is refreshed in the console of another user.
/// Refused: The session ends, and the audit log says `other_user`.
#[test]
fn a_refresh_beside_another_users_proof_ends_the_session() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_by_window(&mut anna)?;
        let mut ledger = Ledger::open(installation)?;

        let bens_proof = desk.proof_by(&mut ben)?;
        let answer = desk.refresh(&granted.refresh_token.0, Some(&bens_proof))?;

        answer.refuses(401, Code::SessionOtherUser)?;
        ledger.has(&[("session.end", "other_user")])?;
        desk.session(&granted.access_token.0)?.refuses(401, Code::SessionOtherUser)
    })
}

/// Fault: A signed-in user is taken out of the call center.
/// Seen: The next refresh beside a proof says that the session has ended.
/// Kept: Nothing; the audit log says why.
#[test]
fn a_refresh_beside_a_proof_of_who_is_no_agent_any_more_ends_the_session() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_by_window(&mut anna)?;
        let change = json!({ "username": "anna.agent@acme.example", "call_center": false });
        installation.practice_control("user", &change)?;
        let mut ledger = Ledger::open(installation)?;

        let proof = desk.proof_by(&mut anna)?;
        let answer = desk.refresh(&granted.refresh_token.0, Some(&proof))?;

        answer.refuses(401, Code::SessionEnded)?;
        ledger.has(&[("session.end", "standing")])?;
        desk.session(&granted.access_token.0)?.refuses(401, Code::SessionEnded)
    })
}

/// Attack: After a sign-out, old tokens or another panel's automatic sign-in come again.
/// Refused: They say that the agent signed out, at every panel; only the agent's click signs in.
#[test]
fn after_sign_out_only_a_click_signs_in() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let (desk, other) = (Desk::new(installation), Desk::new(installation));
        let granted = desk.sign_in_by_window(&mut anna)?;
        let proof = other.proof_by(&mut anna)?;
        let elsewhere = other.sign_in_proof(&proof)?.granted()?;
        let mut ledger = Ledger::open(installation)?;

        ensure!(desk.sign_out(&granted.access_token.0)?.status == 204, "signed out");

        ledger.has(&[("sign_out", "ok")])?;
        desk.session(&granted.access_token.0)?.refuses(401, Code::SignedOut)?;
        desk.refresh(&granted.refresh_token.0, None)?.refuses(401, Code::SignedOut)?;
        other.session(&elsewhere.access_token.0)?.refuses(401, Code::SignedOut)?;
        let proof = desk.proof_by(&mut anna)?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::SignedOut)?;
        ledger.has_nothing_new()?;
        let proof = desk.proof_by(&mut anna)?;
        desk.sign_in_started_by("agent", &proof)?.granted()?;
        ledger.has(&[("sign_in", "ok")])
    })
}

/// Attack: An agent revokes another agent's consent.
/// Refused: Nothing happens; the other's consent and session stand.
#[test]
fn an_administrators_disable_and_a_revoked_consent_are_told_apart() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let mut carla = Visitor::logged_in(installation, "carla.costa")?;
        let (annas, carlas) = (Desk::new(installation), Desk::new(installation));
        let anna = annas.sign_in_by_window(&mut anna)?;
        let granted = carlas.sign_in_by_window(&mut carla)?;
        let carla_token = &granted.access_token.0;
        let consents = annas.consents(&anna.access_token.0)?.json()?;
        let annas_consent = consents["consents"][0]["id"].as_str().context("one consent")?;
        let mut ledger = Ledger::open(installation)?;

        // Another agent's consent is not there to be revoked.
        let answer = carlas.revoke_consent(carla_token, annas_consent)?;
        ensure!(answer.status == 204, "what is not there is gone: {answer:?}");
        ledger.has_nothing_new()?;
        ensure!(annas.session(&anna.access_token.0)?.status == 200, "Anna's consent stands");

        annas.revoke_consent(&anna.access_token.0, annas_consent)?;
        ledger.has(&[("consent.revoke", "ok")])?;
        annas.session(&anna.access_token.0)?.refuses(401, Code::ConsentRevoked)?;
        installation.cordboard(&["agent", "disable", "acme", "carla"])?;
        carlas.session(carla_token)?.refuses(401, Code::AgentDisabled)?;
        carlas.refresh(&granted.refresh_token.0, None)?.refuses(401, Code::AgentDisabled)
    })
}
