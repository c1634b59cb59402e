//! The panel stands on Open CTI's wire, whoever's script carries it: here one that drops every reply that the
//! genuine script is known to drop.

use std::path::Path;

use acceptance::world::{Options, story};
use anyhow::Result;

use crate::steps::anna_signed_in;

#[test]
fn everything_works_the_same() -> Result<()> {
    let script =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/practice/tests/panel/strict.js");
    story(&Options { open_cti_script: Some(script), ..Options::default() }, |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        panel.wait_for_text("You are signed in as Anna Agent").map(drop)
    })
}
