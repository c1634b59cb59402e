//! The request itself: the proof of its key (RFC 9449), and its body.

use acceptance::{
    desk::{Desk, Key, Ledger, at_the_desk, challenge_of},
    world::Options,
};
use adapter_api::{Code, sign_in_challenge::PATH};
use anyhow::{Context as _, Result, ensure};
use oauth::dpop::Claims;
use serde_json::{Value, json};

/// Attack: A request without a DPoP proof, with two, or with one for another key, method, path or host.
/// Refused: 401, and nothing is done.
#[test]
fn a_request_that_does_not_prove_its_key_is_refused() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut ledger = Ledger::open(installation)?;
        let (desk, other) = (Desk::new(installation), Desk::new(installation));
        desk.nonce()?;
        let call = || desk.call("POST", PATH).json(&challenge_of("acme"));
        let invalid = |call: acceptance::desk::Call<'_>| -> Result<()> {
            call.send()?.refuses(401, Code::DpopInvalid)
        };

        invalid(call().without_proof())?;
        invalid(call().with_proof("not.a.proof"))?;
        invalid(call().header("DPoP", &desk.key.dpop(&call().claims())))?;
        invalid(call().with_proof(&desk.key.dpop_showing(&other.key.public, &call().claims())))?;
        invalid(call().header("Authorization", "Bearer token"))?;
        type Lie = fn(&mut Claims);
        let lies: [(&str, Lie); 7] = [
            ("method", |claims| claims.htm = "GET".into()),
            ("path", |claims| claims.htu = claims.htu.replace("challenge", "proof")),
            ("host", |claims| claims.htu = claims.htu.replace("phone", "phish")),
            ("query", |claims| claims.htu.push_str("?a=b")),
            ("a token that is not there", |claims| claims.ath = Some("hash".into())),
            ("a short jti", |claims| claims.jti = "1".into()),
            ("a long jti", |claims| claims.jti = "1".repeat(129)),
        ];
        for (lie, tell) in lies {
            invalid(call().falsified(tell)).context(lie)?;
        }

        ledger.has_nothing_new()
    })
}

/// Attack: A DPoP proof is made without the adapter's nonce, or replayed.
/// Refused: 401; the first is told the nonce to use, the second is told that it is a replay.
#[test]
fn a_proof_without_a_nonce_of_ours_is_told_the_one_to_use_and_is_taken_once() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let call = || desk.call("POST", PATH).json(&challenge_of("acme"));

        for nonce in [None, Some("bWFkZS11cA".to_owned())] {
            let answer = call().falsified(|claims| claims.nonce = nonce.clone()).send()?;
            answer.refuses(401, Code::DpopNonce)?;
            ensure!(answer.header("dpop-nonce").is_some(), "no nonce to use: {answer:?}");
        }
        let proof = desk.key.dpop(&call().claims());
        let answer = call().with_proof(&proof).send()?;
        ensure!(answer.status == 200, "with the nonce it works: {answer:?}");
        ensure!(answer.header("dpop-nonce").is_some(), "each answer brings a nonce: {answer:?}");
        ensure!(answer.header("cache-control") == Some("no-store"), "nobody keeps it: {answer:?}");

        call().with_proof(&proof).send()?.refuses(401, Code::DpopReplayed)?;
        // Another key may well use the same name for its proof.
        let (other, mut claims) = (Key::new(), call().claims());
        claims.jti = "the-same-jti".into();
        for key in [&desk.key, &other] {
            let answer = call().with_proof(&key.dpop(&claims)).send()?;
            ensure!(answer.status == 200, "{answer:?}");
        }
        Ok(())
    })
}

/// Attack: A body that is no JSON, of another form, nested without end, or too large.
/// Refused: An error of 400, 413 or 415; the adapter goes on.
#[test]
fn a_body_of_another_form_is_refused() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut ledger = Ledger::open(installation)?;
        let desk = Desk::new(installation);
        let good = challenge_of("acme");
        let with = |member: &str, value: Value| {
            let mut body = good.clone();
            body[member] = value;
            body.to_string()
        };
        let twice = good.to_string().replacen('{', r#"{"organization":"acme","#, 1);
        let deep = |depth| with("organization", json!(null)).replace("null", &nested(depth));
        let bodies = [
            ("nothing", String::new()),
            ("no JSON", "organization=acme".to_owned()),
            ("cut short", good.to_string()[..20].to_owned()),
            ("something after it", format!("{good} {good}")),
            ("a list of the values", json!(["acme", "enabled", "unused"]).to_string()),
            ("another type", "\"acme\"".to_owned()),
            ("an unknown member", with("key", json!("x"))),
            ("a member twice", twice),
            ("a missing member", json!({ "organization": "acme" }).to_string()),
            ("a wrong type", with("organization", json!(7))),
            ("a wrong word", with("salesforce_sso", json!("True"))),
            ("something nested", deep(100)),
            ("something nested without end", deep(10_000)),
        ];
        for (what, body) in &bodies {
            let answer = desk.call("POST", PATH).body("application/json", body).send()?;
            answer.refuses(400, Code::RequestMalformed).context(*what)?;
        }

        let text = desk.call("POST", PATH).body("text/plain", &good.to_string()).send()?;
        text.refuses(415, Code::RequestMalformed)?;
        let too_large = with("organization", json!("a".repeat(32 * 1024)));
        let answer = desk.call("POST", PATH).body("application/json", &too_large).send()?;
        answer.refuses(413, Code::RequestTooLarge)?;

        ensure!(desk.challenge()?.status == 200, "the adapter goes on");
        ledger.has_nothing_new()
    })
}

/// Attack: Made-up organizations, SQL and paths among them, at every way to sign in.
/// Refused: 404.
#[test]
fn an_organisation_that_is_none_of_ours_is_unknown_at_every_door() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        for organization in ["globex", "ACME", "", "../acme", "acme' OR '1'='1"] {
            let bodies = [
                (PATH, challenge_of(organization)),
                (
                    adapter_api::sign_in_proof::PATH,
                    json!({ "organization": organization, "proof": "p", "started_by": "load" }),
                ),
                (
                    adapter_api::sign_in_legacy::PATH,
                    json!({ "organization": organization, "operator_id": "op-1001", "sso_token": "t",
                            "proof": null, "started_by": "agent" }),
                ),
                (
                    adapter_api::auth_transaction::PATH,
                    json!({ "organization": organization, "method": "salesforce_sso",
                            "challenge": "c", "proof": null }),
                ),
            ];
            for (path, body) in bodies {
                let answer = desk.post(path, &body)?;
                answer.refuses(404, Code::OrganizationUnknown).context(path)?;
            }
        }
        Ok(())
    })
}

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}
