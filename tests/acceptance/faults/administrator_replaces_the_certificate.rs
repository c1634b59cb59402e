//! The certificate with which the Apex class signs is replaced in Salesforce, and Cordboard has to learn it.

use std::fs;

use acceptance::world::{Options, World, story};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::steps::{anna_signed_in, reload, wait_for_code, wait_for_state};

/// Fault: The certificate of the Apex class is replaced in Salesforce, and Cordboard knows only the one before.
/// Seen: `proof.signature`, and what to tell the administrator; no window opens.
/// Kept: The consent; once the new certificate is entered, *Try again* signs in.
#[test]
fn a_certificate_that_cordboard_does_not_know_is_named_until_it_is_entered() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, panel) = anna_signed_in(world)?;
        world.practice_control("faults", &json!({ "certificate": "rotated" }))?;

        reload(world, &tab)?;
        wait_for_code(&panel, "proof.signature")?;
        ensure!(world.browser.popups() == 0, "a window opened by itself");

        let new = exported(world, "new.pem")?;
        world.cordboard(&["organization", "set", "acme", "--certificate", &new])?;
        panel.click_button("Try again")?;
        wait_for_state(&panel, "signed-in")
    })
}

/// Fault: The certificate of the Apex class is replaced in Salesforce, and both were entered before.
/// Seen: Nothing, before and after.
/// Kept: The silent sign-in.
#[test]
fn a_certificate_entered_beforehand_is_replaced_unnoticed() -> Result<()> {
    story(&Options::default(), |world| {
        let old = exported(world, "old.pem")?;
        let (tab, panel) = anna_signed_in(world)?;
        world.practice_control("faults", &json!({ "certificate": "rotated" }))?;
        let new = exported(world, "new.pem")?;
        let both = ["organization", "set", "acme", "--certificate", &old, "--certificate", &new];
        world.cordboard(&both)?;

        for certificate in [json!({}), json!({ "certificate": "rotated" })] {
            world.practice_control("faults", &certificate)?;
            reload(world, &tab)?;
            wait_for_state(&panel, "signed-in").with_context(|| certificate.to_string())?;
        }
        Ok(())
    })
}

/// As an administrator exports it from Salesforce.
fn exported(world: &World, file: &str) -> Result<String> {
    let state = world.practice_state()?;
    let path = world.folder().join(file);
    fs::write(&path, state["certificate"].as_str().context("a certificate")?)?;
    Ok(path.to_string_lossy().into_owned())
}
