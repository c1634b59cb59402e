//! The architecture as a list of invariants that a command checks (`docs/ARCHITECTURE.md`).
//!
//! Every check is a function from what it looks at to [`Finding`]s; none stops at the first. They read
//! text, not syntax: quick, and wrong only where somebody hides something on purpose.

mod arrows;
mod loopback;
mod names;
mod purity;
mod serde;
mod shape;
mod sources;

use std::fmt;

use anyhow::{Result, bail};

use crate::{tables, workspace::Workspace};

pub fn run(workspace: &Workspace) -> Result<()> {
    let sources = sources::read(&workspace.root)?;
    let mut findings = arrows::check(&workspace.root, &workspace.rooms)?;
    for source in &sources {
        findings.extend(purity::check(source));
        findings.extend(names::check(source));
        findings.extend(serde::check(source));
        findings.extend(shape::check(source));
        findings.extend(loopback::check(source));
    }
    for (path, line, sentence) in tables::check(&workspace.root)? {
        findings.push(Finding::new(&path, line, sentence));
    }

    if findings.is_empty() {
        println!("tidy: {} files, nothing to complain about", sources.len());
        return Ok(());
    }
    findings.sort();
    for finding in &findings {
        println!("{finding}");
    }
    bail!("tidy has {} complaint{}", findings.len(), if findings.len() == 1 { "" } else { "s" })
}

/// One breach of one rule, as an editor can jump to it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    path: String,
    line: usize,
    sentence: String,
}

impl Finding {
    fn new(path: &str, line: usize, sentence: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, sentence: sentence.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.sentence)
    }
}

/// Tongues speak and decide nothing.
const TONGUES: [&str; 6] = ["adapter-api", "oauth", "salesforce", "saml", "sip", "texts"];

/// Minds decide and touch nothing.
const MINDS: [&str; 3] = ["call-log", "identity", "softphone"];

fn is_tongue_or_mind(room: &str) -> bool {
    TONGUES.contains(&room) || MINDS.contains(&room)
}
