//! The process's own keys as rows know them: which the server has taken up, and what rests on each.

use identity::{keys::KeyId, session::End};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit,
    row::{millis, time},
    sealing,
};

/// What would be lost with a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resting {
    /// Agents with an SSO token, by organisation and login.
    pub tokens: Vec<(String, String)>,
    pub sessions: u32,
    pub invitations: u32,
    /// Sign-ins in a window.
    pub transactions: u32,
    /// Whose secrets it seals: organisations, and agents as `acme/anna`.
    pub secrets: Vec<String>,
}

impl Resting {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl Unit {
    /// The keys that the server has, and since when.
    pub async fn keys_taken_up(&mut self) -> Result<Vec<(KeyId, Timestamp)>, StoreError> {
        let rows = sqlx::query("SELECT id, taken_up_at FROM process_key ORDER BY taken_up_at, id")
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| Ok((KeyId::from_kept(row.try_get("id")?), time(row, "taken_up_at")?)))
            .collect()
    }

    /// Says that the server has these keys and no others, and seals the organisations' secrets with the one in
    /// use. Answers which keys are new.
    pub async fn take_up_keys(&mut self, now: Timestamp) -> Result<Vec<KeyId>, StoreError> {
        let before = self.keys_taken_up().await?;
        let keys = self.keys.clone();
        for (gone, _) in before.iter().filter(|(id, _)| !keys.ids().any(|key| key == id)) {
            sqlx::query("DELETE FROM process_key WHERE id = ?")
                .bind(gone.as_str())
                .execute(self.connection())
                .await?;
        }
        let is_new = |key: &&KeyId| !before.iter().any(|(id, _)| id == *key);
        let new: Vec<KeyId> = keys.ids().filter(is_new).cloned().collect();
        for key in &new {
            sqlx::query("INSERT INTO process_key (id, taken_up_at) VALUES (?, ?)")
                .bind(key.as_str())
                .bind(millis(now))
                .execute(self.connection())
                .await?;
        }
        self.seal_anew().await?;
        Ok(new)
    }

    /// What no key opens stays as it is, for whoever brings the key back.
    async fn seal_anew(&mut self) -> Result<(), StoreError> {
        for column in sealing::all() {
            for found in self.sealed(column).await? {
                let name = column.bound_to(&found.id);
                let Ok(by) = self.keys.sealed_by(&name, &found.sealed) else { continue };
                if by == self.keys.in_use() {
                    continue;
                }
                let secret = self.keys.unseal(&name, &found.sealed);
                let secret = secret.map_err(|_| StoreError::OtherKey)?;
                let sealed = sealing::seal(&self.keys, &name, &secret)?;
                self.reseal(column, &found.id, sealed).await?;
            }
        }
        Ok(())
    }

    pub async fn resting_on(&mut self, key: &KeyId, now: Timestamp) -> Result<Resting, StoreError> {
        let tokens = sqlx::query(
            "SELECT organization, login FROM agent WHERE token_key = ? AND token_mac IS NOT NULL
             ORDER BY organization, login",
        )
        .bind(key.as_str())
        .fetch_all(self.connection())
        .await?;
        let pair = |row: &SqliteRow| Ok((row.try_get("organization")?, row.try_get("login")?));
        Ok(Resting {
            tokens: tokens.iter().map(pair).collect::<Result<_, StoreError>>()?,
            sessions: self
                .count(
                    "SELECT count(*) FROM session WHERE key = ? AND ended_at IS NULL AND ends_at > ?",
                    key,
                    now,
                )
                .await?,
            invitations: self
                .count(
                    "SELECT count(*) FROM invitation WHERE key = ? AND used_at IS NULL AND expires_at > ?",
                    key,
                    now,
                )
                .await?,
            transactions: self
                .count(
                    "SELECT count(*) FROM sign_in_transaction
                     WHERE key = ? AND stage IN ('open', 'verified') AND expires_at > ?",
                    key,
                    now,
                )
                .await?,
            secrets: self.secrets_of(key).await?,
        })
    }

    async fn count(
        &mut self,
        statement: &'static str,
        key: &KeyId,
        now: Timestamp,
    ) -> Result<u32, StoreError> {
        let count = sqlx::query_scalar(statement).bind(key.as_str()).bind(millis(now));
        Ok(count.fetch_one(self.connection()).await?)
    }

    async fn secrets_of(&mut self, key: &KeyId) -> Result<Vec<String>, StoreError> {
        let mut owners = Vec::new();
        for column in sealing::all() {
            for found in self.sealed(column).await? {
                let by = self.keys.sealed_by(&column.bound_to(&found.id), &found.sealed);
                if by == Ok(key) && !owners.contains(&found.owner) {
                    owners.push(found.owner);
                }
            }
        }
        Ok(owners)
    }

    /// Gives up what rests on a key before its time: sessions end, tokens and invitations are erased. Sealed
    /// secrets are not touched.
    pub async fn give_up_key(&mut self, key: &KeyId, now: Timestamp) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE session SET ended_at = ?, end_reason = ? WHERE key = ? AND ended_at IS NULL",
        )
        .bind(millis(now))
        .bind(End::ByAdministrator.as_str())
        .bind(key.as_str())
        .execute(self.connection())
        .await?;
        for statement in [
            "UPDATE agent SET token_mac = NULL, token_key = NULL, token_issued_at = NULL,
                token_last_used = NULL WHERE token_key = ?",
            "DELETE FROM invitation WHERE key = ?",
        ] {
            sqlx::query(statement).bind(key.as_str()).execute(self.connection()).await?;
        }
        Ok(())
    }

    /// What was there before keys had ids rests on the oldest, which was the only one.
    pub(crate) async fn name_keys(&mut self) -> Result<(), StoreError> {
        let oldest = self.keys.oldest().clone();
        for statement in [
            "UPDATE agent SET token_key = ? WHERE token_mac IS NOT NULL AND token_key IS NULL",
            "UPDATE session SET key = ? WHERE key IS NULL",
            "UPDATE invitation SET key = ? WHERE key IS NULL",
            "UPDATE sign_in_transaction SET key = ? WHERE key IS NULL",
        ] {
            sqlx::query(statement).bind(oldest.as_str()).execute(self.connection()).await?;
        }
        Ok(())
    }
}
