//! `cordboard backup`: a copy of the database, while the server runs.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::Args;
use serde_json::json;
use store::Entry;

use super::{
    open::{Opened, with_open},
    print::Answer,
};
use crate::clock;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Where the copy goes. It must not be there yet, in a folder that the database's owner may write to.
    file: PathBuf,
}

pub fn run(config: &Path, arguments: &Arguments) -> anyhow::Result<Answer> {
    with_open(config, async |opened| back_up(opened, &arguments.file).await)?;
    Ok(Answer::new(json!({ "file": arguments.file }))
        .note("The copy is whole. Keep the key file as well, in another place."))
}

async fn back_up(opened: &Opened, file: &Path) -> anyhow::Result<()> {
    opened
        .store
        .back_up(file)
        .await
        .with_context(|| format!("no backup at `{}`", file.display()))?;
    let mut unit = opened.store.begin().await?;
    unit.audit(Entry {
        at: clock::now(),
        organization: None,
        agent: None,
        actor: &opened.operator,
        event: "backup",
        outcome: "ok",
        detail: Some(&file.display().to_string()),
    })
    .await?;
    unit.commit().await?;
    Ok(())
}
