//! Invitations, with which agents set their passwords.

use identity::{agent::AgentId, organization::Handle};
use jiff::Timestamp;
use sqlx::Row;

use crate::{StoreError, Unit, row::millis};

impl Unit {
    /// The newest invitation of an agent is the only one. `code` is its HMAC under the key in use.
    pub async fn insert_invitation(
        &mut self,
        code: &[u8; 32],
        agent: &AgentId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM invitation WHERE agent = ?")
            .bind(&agent.0)
            .execute(self.connection())
            .await?;
        let key = self.keys.in_use().clone();
        sqlx::query("INSERT INTO invitation (code, agent, expires_at, key) VALUES (?, ?, ?, ?)")
            .bind(code.as_slice())
            .bind(&agent.0)
            .bind(millis(expires_at))
            .bind(key.as_str())
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// Whom an invitation is for, while it is good. `codes` are its HMACs under each key.
    pub async fn invited(
        &mut self,
        codes: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<Option<AgentId>, StoreError> {
        let statement =
            "SELECT agent FROM invitation WHERE code = ? AND used_at IS NULL AND expires_at > ?";
        self.of_invitation(statement, codes, now).await
    }

    /// Where an agent belongs.
    pub async fn organization_of_agent(
        &mut self,
        agent: &AgentId,
    ) -> Result<Option<Handle>, StoreError> {
        let row = sqlx::query("SELECT organization FROM agent WHERE id = ?")
            .bind(&agent.0)
            .fetch_optional(self.connection())
            .await?;
        let Some(row) = row else { return Ok(None) };
        Handle::parse(row.try_get("organization")?)
            .map(Some)
            .map_err(|_| StoreError::Corrupt("an organisation's handle"))
    }

    /// Whom an invitation was for, which is used up by asking.
    pub async fn use_invitation(
        &mut self,
        codes: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<Option<AgentId>, StoreError> {
        let statement = "UPDATE invitation SET used_at = ?2
             WHERE code = ?1 AND used_at IS NULL AND expires_at > ?2 RETURNING agent";
        self.of_invitation(statement, codes, now).await
    }

    async fn of_invitation(
        &mut self,
        statement: &'static str,
        codes: &[[u8; 32]],
        now: Timestamp,
    ) -> Result<Option<AgentId>, StoreError> {
        for code in codes {
            let row = sqlx::query(statement)
                .bind(code.as_slice())
                .bind(millis(now))
                .fetch_optional(self.connection())
                .await?;
            if let Some(row) = row {
                return Ok(Some(AgentId(row.try_get("agent")?)));
            }
        }
        Ok(None)
    }
}
