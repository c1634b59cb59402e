//! What an administrator finds and does in Setup.

mod org;

use org::PracticeOrg;
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn the_misbehave_page_offers_every_fault_and_plays_what_was_chosen() {
    let org = PracticeOrg::start().await;
    let ada = org.logged_in("ada.admin@acme.example").await;

    let page = ada.console(MISBEHAVE).await;
    let faults = faults(&org).await;
    assert!(!faults.is_empty());
    for fault in &faults {
        assert_eq!(fault["value"], "", "{fault}");
        let name = fault["name"].as_str().unwrap();
        assert!(page.body.contains(&format!("name=\"{name}\"")), "{name} is not on the page");
    }
    let chosen = [("proof", "use"), ("delay", "1"), ("app", "blocked"), ("console_coop", "")];
    let saved = ada.post_console(MISBEHAVE, &chosen).await;

    assert!(saved.body.contains("3 things are not well."), "{}", saved.body);
    let state = ada.console("/practice/state").await.json();
    assert_eq!(state["faults"]["proof"], "use");
    assert_eq!(state["faults"]["delay"], 1);
    assert_eq!(state["app"]["blocked"], true);
}

#[tokio::test]
async fn everything_is_well_again_by_one_button() {
    let org = PracticeOrg::start().await;
    let ada = org.logged_in("ada.admin@acme.example").await;
    org.control("faults", json!({ "query": "forbidden" })).await;
    org.control("apex", json!({ "installed": false })).await;
    org.control("browser", json!({ "frame_allow": "camera" })).await;
    assert!(ada.console(MISBEHAVE).await.body.contains("<option value=\"camera\" selected>"));

    let page = ada.post_console(&format!("{MISBEHAVE}/well"), &[]).await;

    assert!(page.body.contains("Everything is well again."), "{}", page.body);
    assert!(faults(&org).await.iter().all(|fault| fault["value"] == ""));
}

#[tokio::test]
async fn what_cannot_be_played_is_refused_by_name() {
    let org = PracticeOrg::start().await;
    let ada = org.logged_in("ada.admin@acme.example").await;

    let refused = ada.post_console(MISBEHAVE, &[("delay", "long"), ("proof", "use")]).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("“delay” cannot be “long”"), "{}", refused.body);
    assert!(faults(&org).await.iter().all(|fault| fault["value"] == ""));
}

#[tokio::test]
async fn a_user_is_frozen_and_unfrozen_beside_their_name() {
    let org = PracticeOrg::start().await;
    let ada = org.logged_in("ada.admin@acme.example").await;
    let anna = format!("/lightning/setup/ManageUsers/{}", org.user("anna.agent"));

    let frozen = ada.post_console(&format!("{anna}/freeze"), &[]).await;
    assert!(frozen.body.contains("Yes, frozen") && frozen.body.contains("Unfreeze Anna Agent"));
    // Whoever edits a frozen user does not unfreeze them by the way.
    let fields = ["operator_id", "sso_token", "user_type", "language"].map(|name| (name, "x"));
    let edited = ada.post_console(&anna, &[&fields[..], &[("active", "true")]].concat()).await;
    assert!(edited.body.contains("Yes, frozen"));
    let unfrozen = ada.post_console(&format!("{anna}/unfreeze"), &[]).await;

    assert!(!unfrozen.body.contains("Yes, frozen") && unfrozen.body.contains("Freeze Anna Agent"));
}

async fn faults(org: &PracticeOrg) -> Vec<Value> {
    let table = org.browser().console("/practice/faults").await.json();
    table.as_array().unwrap().clone()
}

const MISBEHAVE: &str = "/lightning/setup/Misbehave/home";
