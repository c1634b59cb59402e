//! Wrong attempts, counted for all nodes together.

use identity::attempts::Attempts;

use crate::{
    StoreError, Unit,
    row::{millis, time},
};

impl Unit {
    /// None where nothing is on record.
    pub async fn attempts(&mut self, key: &[u8; 32]) -> Result<Attempts, StoreError> {
        let row = sqlx::query("SELECT forgotten_at FROM attempts WHERE key = ?")
            .bind(key.as_slice())
            .fetch_optional(self.connection())
            .await?;
        match row {
            Some(row) => Ok(Attempts { forgotten_at: time(&row, "forgotten_at")? }),
            None => Ok(Attempts::default()),
        }
    }

    pub async fn save_attempts(
        &mut self,
        key: &[u8; 32],
        attempts: Attempts,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO attempts (key, forgotten_at) VALUES (?, ?)
             ON CONFLICT (key) DO UPDATE SET forgotten_at = excluded.forgotten_at",
        )
        .bind(key.as_slice())
        .bind(millis(attempts.forgotten_at))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn forget_attempts(&mut self, key: &[u8; 32]) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM attempts WHERE key = ?")
            .bind(key.as_slice())
            .execute(self.connection())
            .await?;
        Ok(())
    }
}
