//! `cordboard check-config`: everything that `serve` and the agents' sign-in rest on, looked at without
//! starting anything, and each fault with what to do about it.

use std::{path::Path, sync::Arc};

use identity::keys::Keys;
use serde_json::json;
use store::{Missing, Store};

use super::{organization::lacks, owner, print::Answer};
use crate::{config::Config, http::assets::Assets, key_file};

/// One thing that was looked at.
struct Finding {
    what: String,
    result: Result<String, String>,
}

pub fn run(path: &Path) -> anyhow::Result<Answer> {
    let findings = check(path);
    let fault = match findings.iter().filter(|finding| finding.result.is_err()).count() {
        0 => None,
        1 => Some("one thing is wrong".to_owned()),
        number => Some(format!("{number} things are wrong")),
    };
    let text = findings.iter().map(line).collect();
    Ok(Answer::new(findings.iter().map(value).collect()).text(text).fault(fault))
}

/// What the later ones need the earlier ones for is left out when those are wrong.
fn check(path: &Path) -> Vec<Finding> {
    let config = Config::load(path);
    let mut findings = vec![finding("configuration", &config, |_| path.display().to_string())];
    let Ok(config) = config else { return findings };
    let keys = key_file::load(&config.key_file);
    findings.push(finding("key", &keys, |_| config.key_file.display().to_string()));
    let assets = Assets::load(&config.assets);
    findings.push(finding("panel", &assets, |_| config.assets.display().to_string()));
    if let Ok(keys) = keys {
        findings.extend(check_database(&config, keys.keys()));
    }
    findings
}

fn check_database(config: &Config, keys: Keys) -> Vec<Finding> {
    let shown = config.database.display().to_string();
    if !config.database.exists() {
        let note = format!("{shown} is not there yet; `cordboard serve` makes it");
        return vec![Finding { what: "database".into(), result: Ok(note) }];
    }
    let organizations = owner::as_owner_of(&config.database, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(read_organizations(config, keys))
    });
    let mut findings = vec![finding("database", &organizations, |_| shown)];
    for organization in organizations.iter().flatten() {
        let what = format!("organisation {}", organization.handle);
        let notes = lacks(organization).join("; ");
        let result = Ok(if notes.is_empty() { "nothing lacks".into() } else { notes });
        findings.push(Finding { what, result });
    }
    findings
}

/// Sealed secrets are opened on the way, so a key of another installation is found out here.
async fn read_organizations(
    config: &Config,
    keys: Keys,
) -> anyhow::Result<Vec<identity::organization::Organization>> {
    let store = Store::open(&config.database, Missing::Refuse, Arc::new(keys)).await?;
    store.check_schema().await?;
    let organizations = store.read().await?.organizations().await?;
    store.close().await;
    Ok(organizations)
}

fn finding<T>(what: &str, result: &anyhow::Result<T>, fine: impl FnOnce(&T) -> String) -> Finding {
    let result = match result {
        Ok(found) => Ok(fine(found)),
        Err(error) => Err(format!("{error:#}")),
    };
    Finding { what: what.to_owned(), result }
}

fn line(finding: &Finding) -> String {
    match &finding.result {
        Ok(note) => format!("fine   {:<20} {note}\n", finding.what),
        Err(reason) => format!("WRONG  {:<20} {reason}\n", finding.what),
    }
}

fn value(finding: &Finding) -> serde_json::Value {
    let (outcome, note) = match &finding.result {
        Ok(note) => ("fine", note),
        Err(reason) => ("wrong", reason),
    };
    json!({ "what": finding.what, "outcome": outcome, "note": note })
}
