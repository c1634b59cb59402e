//! `cordboard audit`: the newest entries of the audit log.

use std::path::Path;

use clap::Args;
use serde_json::json;
use store::Recorded;

use super::{
    open::with_store,
    print::{self, or_dash},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// How many entries.
    #[arg(long, default_value_t = 50)]
    most: u32,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

pub fn run(config: &Path, arguments: &Arguments) -> anyhow::Result<()> {
    let entries =
        with_store(config, async |session| Ok(session.unit.audit_entries(arguments.most).await?))?;
    if arguments.json {
        for entry in entries.iter().rev() {
            println!("{}", value(entry));
        }
        return Ok(());
    }
    let rows: Vec<Vec<String>> = entries.into_iter().rev().map(row).collect();
    print::table(&["AT", "ORGANIZATION", "AGENT", "ACTOR", "EVENT", "OUTCOME", "DETAIL"], &rows);
    Ok(())
}

fn row(entry: Recorded) -> Vec<String> {
    vec![
        entry.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        or_dash(entry.organization),
        or_dash(entry.agent),
        entry.actor,
        entry.event,
        entry.outcome,
        or_dash(entry.detail),
    ]
}

fn value(entry: &Recorded) -> serde_json::Value {
    json!({
        "id": entry.id,
        "at": entry.at,
        "organization": entry.organization,
        "agent": entry.agent,
        "actor": entry.actor,
        "event": entry.event,
        "outcome": entry.outcome,
        "detail": entry.detail,
    })
}
