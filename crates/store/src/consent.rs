//! Consents: one live consent for each subject of an organisation.

use identity::{
    agent::AgentId,
    consent::{Consent, ConsentId},
    organization::Handle,
};
use jiff::Timestamp;
use salesforce::id::UserId;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit,
    row::{millis, parsed, time},
};

impl Unit {
    /// The live consent that a subject gave as this agent. One given as another agent counts for nothing.
    pub async fn consent_of(
        &mut self,
        organization: &Handle,
        subject: UserId,
        agent: &AgentId,
    ) -> Result<Option<Consent>, StoreError> {
        let row = sqlx::query(
            "SELECT * FROM consent
             WHERE organization = ? AND subject = ? AND agent = ? AND revoked_at IS NULL",
        )
        .bind(organization.as_str())
        .bind(subject.as_str())
        .bind(&agent.0)
        .fetch_optional(self.connection())
        .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// A consent, as long as it is not revoked.
    pub async fn live_consent(&mut self, id: &ConsentId) -> Result<Option<Consent>, StoreError> {
        let row = sqlx::query("SELECT * FROM consent WHERE id = ? AND revoked_at IS NULL")
            .bind(&id.0)
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Revokes what a subject allowed as somebody else, before they allow it as this agent.
    pub async fn revoke_consents_as_others(
        &mut self,
        organization: &Handle,
        subject: UserId,
        agent: &AgentId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let revoked = sqlx::query(
            "UPDATE consent SET revoked_at = ?
             WHERE organization = ? AND subject = ? AND agent <> ? AND revoked_at IS NULL",
        )
        .bind(millis(now))
        .bind(organization.as_str())
        .bind(subject.as_str())
        .bind(&agent.0)
        .execute(self.connection())
        .await?;
        Ok(revoked.rows_affected())
    }

    /// Revokes everything that an agent has allowed: the account becomes somebody else's.
    pub async fn revoke_consents_of_agent(
        &mut self,
        agent: &AgentId,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let revoked =
            sqlx::query("UPDATE consent SET revoked_at = ? WHERE agent = ? AND revoked_at IS NULL")
                .bind(millis(now))
                .bind(&agent.0)
                .execute(self.connection())
                .await?;
        Ok(revoked.rows_affected())
    }

    /// What an agent has allowed and not revoked.
    pub async fn consents(&mut self, agent: &AgentId) -> Result<Vec<Consent>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM consent WHERE agent = ? AND revoked_at IS NULL ORDER BY granted_at",
        )
        .bind(&agent.0)
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(read).collect()
    }

    /// What the organisation's agents have allowed and not revoked.
    pub async fn consents_of_organization(
        &mut self,
        organization: &Handle,
    ) -> Result<Vec<Consent>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM consent WHERE organization = ? AND revoked_at IS NULL ORDER BY granted_at",
        )
        .bind(organization.as_str())
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(read).collect()
    }

    pub async fn insert_consent(
        &mut self,
        organization: &Handle,
        consent: &Consent,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO consent (id, organization, subject, agent, granted_at) VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&consent.id.0)
        .bind(organization.as_str())
        .bind(consent.subject.as_str())
        .bind(&consent.agent.0)
        .bind(millis(consent.granted_at))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Whether there was a live consent of this agent's to revoke.
    pub async fn revoke_consent(
        &mut self,
        id: &ConsentId,
        agent: &AgentId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let revoked = sqlx::query(
            "UPDATE consent SET revoked_at = ? WHERE id = ? AND agent = ? AND revoked_at IS NULL",
        )
        .bind(millis(now))
        .bind(&id.0)
        .bind(&agent.0)
        .execute(self.connection())
        .await?;
        Ok(revoked.rows_affected() == 1)
    }
}

fn read(row: &SqliteRow) -> Result<Consent, StoreError> {
    Ok(Consent {
        id: ConsentId(row.try_get("id")?),
        subject: parsed(row, "subject", "a consent's subject")?,
        agent: AgentId(row.try_get("agent")?),
        granted_at: time(row, "granted_at")?,
    })
}
