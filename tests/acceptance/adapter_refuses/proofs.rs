//! The running-user proof, at each of the four doors that take one.

use acceptance::{
    desk::{Answer, Desk, Ledger, Visitor, at_the_desk},
    installation::Installation,
    world::Options,
};
use adapter_api::{Code, error::Refused};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

/// Attack: A proof of another certificate, audience, organisation, use or nonce, or an expired one, is brought to each door that takes one.
/// Refused: 403 with a code of its own for each; nobody is signed in, and a session that is alive lives on.
#[test]
fn a_proof_that_the_class_did_not_sign_for_us_opens_no_door() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_by_window(&mut anna)?;
        let mut ledger = Ledger::open(installation)?;
        let other_organization = "00DAx0000000099MAA";
        let faults = [
            ("other_certificate", Code::ProofSignature, None),
            ("audience", Code::ProofAudience, Some("https://other.example")),
            ("expired", Code::ProofExpired, Some("-2 min")),
            ("other_organization", Code::ProofOrganization, Some(other_organization)),
            ("use", Code::ProofUse, None),
            ("nonce", Code::ProofNonce, None),
        ];

        for (fault, code, value) in faults {
            installation.practice_control("faults", &json!({ "proof": fault }))?;
            let mut proof = || desk.proof_by(&mut anna);
            let refused = Refused { code, value: value.map(str::to_owned) };
            let refuses = |answer: Answer| answer.refuses(403, refused.clone()).context(fault);

            refuses(desk.sign_in_proof(&proof()?)?)?;
            is_recorded(&mut ledger, code, value).context(fault)?;
            refuses(desk.sign_in_legacy("op-1001", "token", Some(&proof()?))?)?;
            is_recorded(&mut ledger, code, value).context(fault)?;
            refuses(desk.ask_for_transaction(Some(&proof()?), CHALLENGE)?)?;
            refuses(desk.refresh(&granted.refresh_token.0, Some(&proof()?))?)?;
            ledger.has_no_sign_in()?;
        }

        installation.practice_control("faults", &json!({}))?;
        let answer = desk.session(&granted.access_token.0)?;
        ensure!(answer.status == 200, "the session has lived through all this: {answer:?}");
        Ok(())
    })
}

/// Attack: A proof is empty, cut, endless, unsigned (`none`), of another algorithm or changed by a letter, or there is none where one is required.
/// Refused: 403 `proof.malformed` or `proof.signature`, without an audit entry; the genuine proof is not used up.
#[test]
fn what_is_no_proof_at_all_opens_no_door() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let mut ledger = Ledger::open(installation)?;
        let genuine = desk.proof_by(&mut anna)?;
        let (signed, signature) = genuine.rsplit_once('.').context("a proof is a JWS")?;
        let (_, payload) = signed.split_once('.').context("a proof has a payload")?;
        let with_header =
            |header: &str| format!("{}.{payload}.{signature}", oauth::base64url::encode(header));
        let malformed = [
            String::new(),
            "proof".to_owned(),
            signed.to_owned(),
            format!("{signed}.{signature}."),
            with_header(r#"{"alg":"none"}"#),
            with_header(r#"{"alg":"HS256"}"#),
            with_header(r#"{"alg":"ES256"}"#),
            "a".repeat(20_000),
        ];
        for proof in &malformed {
            desk.sign_in_proof(proof)?.refuses(403, Code::ProofMalformed)?;
        }
        // One letter of the claims changed: the signature is another text's.
        let forged = genuine.replacen('.', ".e", 1);
        desk.sign_in_proof(&forged)?.refuses(403, Code::ProofSignature)?;

        // Doors behind which a proof is required do not open without one.
        desk.ask_for_transaction(None, CHALLENGE)?.refuses(403, Code::ProofMalformed)?;
        desk.sign_in_legacy("op-1002", "token", None)?.refuses(403, Code::ProofMalformed)?;
        ledger.has_nothing_new()?;

        // None of this has used the genuine one up.
        desk.sign_in_proof(&genuine)?.refuses(403, Code::ConsentNeeded)
    })
}

/// Attack: A proof is used again, at another panel, or with a nonce that nobody gave.
/// Refused: The proof's nonce is refused; a proof that is used for one thing is used for all.
#[test]
fn a_proof_is_good_once_and_at_the_panel_that_asked_for_it() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let (desk, thief) = (Desk::new(installation), Desk::new(installation));
        desk.sign_in_by_window(&mut anna)?;
        let mut ledger = Ledger::open(installation)?;
        let proof = desk.proof_by(&mut anna)?;

        thief.sign_in_proof(&proof)?.refuses(403, Code::ProofNonce)?;
        ledger.has_refusal(Code::ProofNonce, None)?;
        desk.sign_in_proof(&proof)?.granted()?;
        ledger.has(&[("sign_in", "ok")])?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::ProofNonce)?;
        ledger.has_refusal(Code::ProofNonce, None)?;

        // Used for one thing, it is used for all.
        let proof = desk.proof_by(&mut anna)?;
        desk.open_transaction(Some(&proof))?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::ProofNonce)?;
        ledger.has_refusal(Code::ProofNonce, None)?;

        // A nonce that nobody gave.
        let proof = anna.proof("bWFkZS11cC1ub25jZS1vZi0yMg")?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::ProofNonce)
    })
}

/// Attack: An administrator, logged in as an agent, brings a genuine proof, alone or beside that agent's token.
/// Refused: `sign_in.login_as`, in the audit log too; no sign-in begins.
#[test]
fn login_as_opens_nothing() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        desk.sign_in_by_window(&mut Visitor::logged_in(installation, "anna.agent")?)?;
        let mut ledger = Ledger::open(installation)?;
        let mut ada = Visitor::logged_in(installation, "ada.admin")?;
        ada.log_in_as("anna.agent")?;

        let proof = desk.proof_by(&mut ada)?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::LoginAs)?;
        ledger.has_refusal(Code::LoginAs, None)?;
        let proof = desk.proof_by(&mut ada)?;
        desk.ask_for_transaction(Some(&proof), CHALLENGE)?.refuses(403, Code::LoginAs)?;
        ledger.has_no_sign_in()?;

        // Neither does the token of somebody whom the administrator sits there as.
        let token = token_of(installation, "ben.berger")?;
        ada = Visitor::logged_in(installation, "ada.admin")?;
        ada.log_in_as("ben.berger")?;
        let proof = desk.proof_by(&mut ada)?;
        let answer = desk.sign_in_legacy("op-1002", &token, Some(&proof))?;
        answer.refuses(403, Code::LoginAs)?;
        ledger.has_refusal(Code::LoginAs, None)
    })
}

/// Attack: A proof is sent for an organization that is set up without proofs.
/// Refused: It is refused as malformed, genuine or not.
#[test]
fn where_no_proof_is_required_none_counts() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        desk.sign_in_by_window(&mut anna)?;
        installation.cordboard(&["organization", "set", "acme", "--proof", "off"])?;
        let mut ledger = Ledger::open(installation)?;

        let proof = desk.proof_by(&mut anna)?;

        desk.sign_in_proof(&proof)?.refuses(403, Code::ProofMalformed)?;
        ledger.has_nothing_new()
    })
}

/// What nobody of the organisation can have signed is no entry: anybody can send it, without end.
fn is_recorded(ledger: &mut Ledger<'_>, code: Code, value: Option<&str>) -> Result<()> {
    match code {
        Code::ProofSignature => ledger.has_nothing_new(),
        _ => ledger.has_refusal(code, value),
    }
}

fn token_of(installation: &Installation, username: &str) -> Result<String> {
    let state = installation.practice_state()?;
    let users = state["users"].as_array().context("the org has users")?;
    let name = format!("{username}@acme.example");
    let user = users.iter().find(|user| user["username"] == name.as_str());
    let token = user.and_then(|user| user["sso_token"].as_str());
    Ok(token.with_context(|| format!("`{username}` has no token"))?.to_owned())
}

/// 32 bytes in base64url, whatever they are.
const CHALLENGE: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
