//! The panel stands on Open CTI's wire, whoever's script carries it: here one that drops every reply that the
//! genuine script is known to drop.

use std::path::PathBuf;

use acceptance::world::{Names, Options, story};
use anyhow::{Result, ensure};

use crate::steps::{anna_signed_in, reload, wait_for_state};

/// Fault: The console's Open CTI script drops every reply that the genuine one is known to drop.
/// Seen: Nothing; the first sign-in succeeds.
/// Kept: The session.
#[test]
fn everything_works_the_same() -> Result<()> {
    story(&Options { open_cti_script: Some(script()), ..Options::default() }, |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("You are signed in as Anna Agent").map(drop)
    })
}

/// Fault: Such a script, under TLS and one of Salesforce's own host names.
/// Seen: Nothing; the first sign-in succeeds, and a reload is silent.
/// Kept: The session's agent is signed in again after the reload.
#[test]
fn over_tls_and_under_salesforces_own_name_it_works_the_same() -> Result<()> {
    let options =
        Options { open_cti_script: Some(script()), names: Names::Salesforce, ..Options::default() };
    story(&options, |world| {
        let (tab, panel) = anna_signed_in(world)?;
        let origin =
            panel.evaluate("new URLSearchParams(location.search).get('sfdcIframeOrigin')")?;
        ensure!(origin == world.console(), "{origin}");

        reload(world, &tab)?;

        wait_for_state(&panel, "signed-in")
    })
}

/// Found from where the tests run, which Cargo says is their package's folder.
pub fn script() -> PathBuf {
    PathBuf::from("../crates/practice/tests/panel/strict.js")
}
