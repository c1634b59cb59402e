//! `cordboard audit`: the newest entries of the audit log, the newest last.

use std::path::Path;

use clap::Args;
use serde_json::json;
use store::Recorded;

use super::{
    open::with_store,
    print::{Answer, or_dash},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// How many entries.
    #[arg(long, default_value_t = 50)]
    most: u32,
}

pub fn run(config: &Path, arguments: &Arguments) -> anyhow::Result<Answer> {
    let mut entries =
        with_store(config, async |session| Ok(session.unit.audit_entries(arguments.most).await?))?;
    entries.reverse();
    let header = ["AT", "ORGANIZATION", "AGENT", "ACTOR", "EVENT", "OUTCOME", "DETAIL"];
    Ok(Answer::list(&header, &entries, row, value))
}

fn row(entry: &Recorded) -> Vec<String> {
    vec![
        entry.at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        or_dash(entry.organization.as_ref()),
        or_dash(entry.agent.as_ref()),
        entry.actor.clone(),
        entry.event.clone(),
        entry.outcome.clone(),
        or_dash(entry.detail.as_ref()),
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
