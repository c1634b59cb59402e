//! How the minute's query of an organisation's users fares, whom it asks about, and what it has found.

use identity::{
    agent::{Agent, AgentId},
    directory::{Asked, Cause, Directory, Finding, Inquiry, Live, Trouble, Unfit},
    organization::Handle,
};
use jiff::Timestamp;
use salesforce::id::UserId;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit, agent,
    row::{millis, optional_parsed, optional_time, time},
    session::session_id,
};

impl Unit {
    /// The agents who have live sessions, or a finding that may have passed, as far as Salesforce can know
    /// them. Whoever is disabled here needs no finding.
    pub async fn inquiries(
        &mut self,
        organization: &Handle,
        now: Timestamp,
    ) -> Result<Vec<Inquiry>, StoreError> {
        let rows = sqlx::query(
            "SELECT agent.*, session.id AS session, session.created_at AS session_created_at
             FROM agent LEFT JOIN session
                ON session.agent = agent.id AND session.ended_at IS NULL AND session.ends_at > ?
             WHERE agent.organization = ?
                AND (session.id IS NOT NULL OR (agent.finding IS NOT NULL AND agent.disabled = 0))
             ORDER BY agent.id",
        )
        .bind(millis(now))
        .bind(organization.as_str())
        .fetch_all(self.connection())
        .await?;
        let mut inquiries: Vec<Inquiry> = Vec::new();
        for row in &rows {
            let live = live(row)?;
            match inquiries.last_mut() {
                Some(last) if last.agent.0 == row.try_get::<&str, _>("id")? => {
                    last.sessions.extend(live);
                }
                _ => inquiries.extend(inquiry(&agent::read(row, &self.keys)?, live)),
            }
        }
        Ok(inquiries)
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

impl Unit {
    /// The agents whom a verified user may mean and against whose user something was found.
    pub async fn found_unfit(
        &mut self,
        organization: &Handle,
        user: UserId,
        operator_id: Option<&str>,
    ) -> Result<Vec<Agent>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM agent
             WHERE organization = ? AND finding IS NOT NULL AND (linked_user = ? OR operator_id = ?)",
        )
        .bind(organization.as_str())
        .bind(user.as_str())
        .bind(operator_id)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| agent::read(row, &self.keys)).collect()
    }

    pub async fn save_finding(
        &mut self,
        agent: &AgentId,
        finding: Option<&Finding>,
    ) -> Result<(), StoreError> {
        let (what, value) = finding.map_or((None, None), |finding| columns(&finding.unfit));
        sqlx::query(
            "UPDATE agent SET finding = ?, finding_value = ?, finding_user = ?, found_at = ? WHERE id = ?",
        )
        .bind(what)
        .bind(value)
        .bind(finding.map(|finding| finding.user.to_string()))
        .bind(finding.map(|finding| millis(finding.found_at)))
        .bind(&agent.0)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// How many agents Salesforce cannot be asked about: they have neither a link nor an operator ID.
    pub async fn agents_unknown_to_salesforce(
        &mut self,
        organization: &Handle,
    ) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT count(*) FROM agent
             WHERE organization = ? AND linked_user IS NULL AND operator_id IS NULL AND disabled = 0",
        )
        .bind(organization.as_str())
        .fetch_one(self.connection())
        .await?;
        Ok(row.try_get::<i64, _>(0)?.unsigned_abs())
    }
}

fn inquiry(agent: &Agent, live: Option<Live>) -> Option<Inquiry> {
    Some(Inquiry {
        agent: agent.id.clone(),
        subject: agent.subject()?,
        finding: agent.finding.clone(),
        sessions: live.into_iter().collect(),
    })
}

/// Of a row that may have no session.
fn live(row: &SqliteRow) -> Result<Option<Live>, StoreError> {
    if row.try_get::<Option<&[u8]>, _>("session")?.is_none() {
        return Ok(None);
    }
    let session = session_id(row, "session")?;
    Ok(Some(Live { session, created_at: time(row, "session_created_at")? }))
}

fn columns(unfit: &Unfit) -> (Option<&'static str>, Option<String>) {
    match unfit {
        Unfit::Inactive => (Some("inactive"), None),
        Unfit::Frozen => (Some("frozen"), None),
        Unfit::NotInCallCenter(center) => {
            (Some("not_in_call_center"), center.map(|center| center.to_string()))
        }
        Unfit::NotStandardUser(user_type) => (Some("not_standard_user"), Some(user_type.clone())),
    }
}

/// Of an agent's row.
pub fn finding(row: &SqliteRow) -> Result<Option<Finding>, StoreError> {
    let what: Option<&str> = row.try_get("finding")?;
    let user = optional_parsed(row, "finding_user", "the user of a finding")?;
    let (Some(what), Some(user), Some(found_at)) = (what, user, optional_time(row, "found_at")?)
    else {
        return Ok(None);
    };
    let unfit = match what {
        "inactive" => Unfit::Inactive,
        "frozen" => Unfit::Frozen,
        "not_in_call_center" => {
            Unfit::NotInCallCenter(optional_parsed(row, "finding_value", "a call center")?)
        }
        "not_standard_user" => {
            let user_type: Option<String> = row.try_get("finding_value")?;
            Unfit::NotStandardUser(user_type.unwrap_or_default())
        }
        _ => return Err(StoreError::Corrupt("a finding")),
    };
    Ok(Some(Finding { unfit, user, found_at }))
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
