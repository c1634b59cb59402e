//! The audit log: append-only, by the database's own triggers.

use identity::{agent::AgentId, organization::Handle};
use jiff::Timestamp;
use sqlx::Row;

use crate::{
    StoreError, Unit,
    row::{millis, time},
};

/// What happened. `detail` holds a value for a person, never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    pub at: Timestamp,
    pub organization: Option<&'a Handle>,
    pub agent: Option<&'a AgentId>,
    /// Who did it: `agent`, `command line by root`, `salesforce`.
    pub actor: &'a str,
    pub event: &'a str,
    /// `ok`, or the code of the refusal.
    pub outcome: &'a str,
    pub detail: Option<&'a str>,
}

/// An entry read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    pub id: i64,
    pub at: Timestamp,
    pub organization: Option<String>,
    pub agent: Option<String>,
    pub actor: String,
    pub event: String,
    pub outcome: String,
    pub detail: Option<String>,
}

impl Unit {
    pub async fn audit(&mut self, entry: Entry<'_>) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO audit (at, organization, agent, actor, event, outcome, detail)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(millis(entry.at))
        .bind(entry.organization.map(Handle::as_str))
        .bind(entry.agent.map(|agent| agent.0.as_str()))
        .bind(entry.actor)
        .bind(entry.event)
        .bind(entry.outcome)
        .bind(entry.detail)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// The newest entries, newest first.
    pub async fn audit_entries(&mut self, most: u32) -> Result<Vec<Recorded>, StoreError> {
        let rows = sqlx::query("SELECT * FROM audit ORDER BY id DESC LIMIT ?")
            .bind(most)
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Recorded {
                    id: row.try_get("id")?,
                    at: time(row, "at")?,
                    organization: row.try_get("organization")?,
                    agent: row.try_get("agent")?,
                    actor: row.try_get("actor")?,
                    event: row.try_get("event")?,
                    outcome: row.try_get("outcome")?,
                    detail: row.try_get("detail")?,
                })
            })
            .collect()
    }
}
