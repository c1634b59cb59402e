//! What the lines, the keys and the clock of an organisation that misbehaves do to those who ask it.

mod org;

use oauth::jws::Compact;
use org::{Outcome, PracticeOrg};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn each_line_breaks_as_it_is_told_to_and_no_other_does() {
    let org = PracticeOrg::start().await;
    let lines = [
        ("token", "my", "/services/oauth2/token"),
        ("userinfo", "my", "/services/oauth2/userinfo"),
        ("keys", "my", "/id/keys"),
        ("query", "my", "/services/data/v65.0/query"),
        ("run_apex", "lightning", "/aura/apex"),
    ];
    for (name, _, _) in lines {
        for (fault, outcome) in [
            ("unavailable", Outcome::Status(503)),
            ("cut", Outcome::Cut),
            ("silent", Outcome::Silent),
        ] {
            org.control("faults", json!({ name: fault })).await;
            for (other, host, path) in lines {
                let found = org.ask(host, path).await;
                if other == name {
                    assert_eq!(found, outcome, "{name} {fault}");
                } else {
                    assert!(
                        matches!(found, Outcome::Status(status) if status != 503),
                        "{name} {fault} breaks {other}: {found:?}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_salesforce_that_is_gone_leaves_setup_and_the_control_interface() {
    let org = PracticeOrg::start().await;
    let ada = org.logged_in("ada.admin@acme.example").await;

    org.control("faults", json!({ "salesforce": "cut" })).await;

    for (host, path) in [("lightning", "/lightning/page/home"), ("lightning", "/aura/settings")] {
        assert_eq!(org.ask(host, path).await, Outcome::Cut, "{path}");
    }
    for path in ["/login", "/services/oauth2/token", "/id/keys", "/services/data"] {
        assert_eq!(org.ask("my", path).await, Outcome::Cut, "{path}");
    }
    let page = ada.post_console("/lightning/setup/Misbehave/home/well", &[]).await;
    assert!(page.body.contains("Everything is well again."));
    assert_eq!(org.ask("my", "/id/keys").await, Outcome::Status(200));
}

#[tokio::test]
async fn a_rotated_key_is_published_and_the_one_before_is_withdrawn() {
    let org = PracticeOrg::start().await;
    let before = id_token(&org).await;
    assert!(org.is_signed(&before).await);

    org.control("faults", json!({ "signing_key": "rotated" })).await;
    let after = id_token(&org).await;

    assert!(org.is_signed(&after).await && !org.is_signed(&before).await);
    assert_ne!(kid(&before), kid(&after));
    org.control("faults", json!({ "signing_key": "unpublished" })).await;
    assert!(!org.is_signed(&id_token(&org).await).await);
}

#[tokio::test]
async fn a_rotated_certificate_can_be_exported_and_is_another_one() {
    let org = PracticeOrg::start().await;
    let anna = org.logged_in("anna.agent@acme.example").await;
    let exported = async || {
        let file = "/lightning/setup/CertificatesAndKeysManagement/Cordboard.crt";
        anna.console(file).await.body
    };
    let before = exported().await;
    assert!(org.verified_proof(&anna.proof(NONCE).await).is_some());

    org.control("faults", json!({ "certificate": "rotated" })).await;

    assert!(org.verified_proof(&anna.proof(NONCE).await).is_none());
    let after = exported().await;
    assert!(after.starts_with("-----BEGIN CERTIFICATE-----") && after != before);
    assert_eq!(anna.console("/practice/state").await.json()["certificate"], after.as_str());
}

#[tokio::test]
async fn tokens_and_proofs_are_dated_by_the_organizations_clock() {
    let org = PracticeOrg::start().await;
    let anna = org.logged_in("anna.agent@acme.example").await;
    let dates = async || {
        let proof = org.verified_proof(&anna.proof(NONCE).await).unwrap();
        let id_token = claims(&id_token(&org).await);
        [proof.iat.unwrap(), proof.exp, proof.nbf.unwrap()]
            .map(|date| i64::try_from(date).unwrap())
            .into_iter()
            .chain(["iat", "exp"].map(|name| id_token[name].as_i64().unwrap()))
            .collect::<Vec<_>>()
    };
    let right = dates().await;

    for minutes in [10, -10] {
        org.control("faults", json!({ "clock": minutes })).await;
        for (wrong, right) in dates().await.into_iter().zip(&right) {
            // The two were not made in the same second.
            assert!((0..30).contains(&(wrong - right - minutes * 60)), "{minutes}");
        }
    }
}

#[tokio::test]
async fn a_code_sent_twice_is_refused_the_second_time_before_the_first_is_answered() {
    let org = PracticeOrg::start().await;
    org.control("faults", json!({ "code": "sent_twice" })).await;
    let (code, verifier) = org.code_for("anna.agent@acme.example").await;

    let (one, other) = (org.token_by_code(&code, &verifier), org.token_by_code(&code, &verifier));
    tokio::pin!(one, other);
    let (refused, bought) = tokio::select! {
        refused = &mut one => (refused, other.await),
        refused = &mut other => (refused, one.await),
    };

    assert_eq!(refused.error(), "invalid_grant");
    let token = bought.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(org.bearer("/services/oauth2/userinfo", &token).await.status, StatusCode::FORBIDDEN);
}

async fn id_token(org: &PracticeOrg) -> String {
    let (code, verifier) = org.code_for("anna.agent@acme.example").await;
    let token = org.token_by_code(&code, &verifier).await;
    token.json()["id_token"].as_str().unwrap().to_owned()
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&Compact::parse(token).unwrap().payload).unwrap()
}

fn kid(token: &str) -> Option<String> {
    Compact::parse(token).unwrap().header.kid
}

const NONCE: &str = "nonce-of-the-adapter-1";
