//! How the minute's query of an organisation's users fares, and whose sessions it asks about.

use identity::{
    agent::AgentId,
    directory::{Asked, Cause, Directory, Live, Trouble},
    organization::Handle,
};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit,
    row::{millis, optional_time, parsed, time},
    session::session_id,
};

impl Unit {
    /// The live sessions of agents who are linked to a Salesforce user.
    pub async fn live_sessions_of_users(
        &mut self,
        organization: &Handle,
        now: Timestamp,
    ) -> Result<Vec<Live>, StoreError> {
        let rows = sqlx::query(
            "SELECT session.id, session.agent, session.created_at, agent.linked_user
             FROM session JOIN agent ON agent.id = session.agent
             WHERE session.organization = ? AND session.ended_at IS NULL AND session.ends_at > ?
                AND agent.linked_user IS NOT NULL",
        )
        .bind(organization.as_str())
        .bind(millis(now))
        .fetch_all(self.connection())
        .await?;
        let live = |row: &SqliteRow| {
            Ok(Live {
                session: session_id(row, "id")?,
                agent: AgentId(row.try_get("agent")?),
                user: parsed(row, "linked_user", "a linked user")?,
                created_at: time(row, "created_at")?,
            })
        };
        rows.iter().map(live).collect()
    }

    /// An organisation that was never asked has an empty one.
    pub async fn directory(&mut self, organization: &Handle) -> Result<Directory, StoreError> {
        let row = sqlx::query("SELECT * FROM directory WHERE organization = ?")
            .bind(organization.as_str())
            .fetch_optional(self.connection())
            .await?;
        row.map_or_else(|| Ok(Directory::default()), |row| read(&row))
    }

    pub async fn save_directory(
        &mut self,
        organization: &Handle,
        directory: &Directory,
    ) -> Result<(), StoreError> {
        let trouble = directory.trouble.as_ref();
        let (cause, refusal) = match trouble.map(|trouble| &trouble.cause) {
            None => (None, None),
            Some(Cause::Silent) => (Some("silent"), None),
            Some(Cause::Refused(code)) => (Some("refused"), Some(code.as_str())),
            Some(Cause::Unseen) => (Some("unseen"), None),
        };
        sqlx::query(
            "INSERT OR REPLACE INTO directory
                (organization, answered_at, trouble_since, trouble_asked, trouble_cause, refusal)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(organization.as_str())
        .bind(directory.answered_at.map(millis))
        .bind(trouble.map(|trouble| millis(trouble.since)))
        .bind(trouble.map(|trouble| trouble.asked.as_str()))
        .bind(cause)
        .bind(refusal)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn read(row: &SqliteRow) -> Result<Directory, StoreError> {
    let trouble = match optional_time(row, "trouble_since")? {
        None => None,
        Some(since) => {
            let asked: &str = row.try_get("trouble_asked")?;
            let asked = Asked::ALL.into_iter().find(|known| known.as_str() == asked);
            Some(Trouble {
                since,
                asked: asked.ok_or(StoreError::Corrupt("a question"))?,
                cause: match row.try_get("trouble_cause")? {
                    "silent" => Cause::Silent,
                    "refused" => Cause::Refused(row.try_get("refusal")?),
                    "unseen" => Cause::Unseen,
                    _ => return Err(StoreError::Corrupt("a cause")),
                },
            })
        }
    };
    Ok(Directory { answered_at: optional_time(row, "answered_at")?, trouble })
}
