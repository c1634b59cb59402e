//! Sessions, and the tickets of their events sockets.

use identity::{
    agent::AgentId,
    consent::ConsentId,
    organization::Handle,
    session::{End, Session, SessionId},
    sign_in::Way,
};
use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit,
    row::{millis, optional_time, time},
};

impl Unit {
    pub async fn session(&mut self, id: SessionId) -> Result<Option<Session>, StoreError> {
        let row = sqlx::query("SELECT * FROM session WHERE id = ?")
            .bind(id.0.as_slice())
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Its tokens are made with the key in use.
    pub async fn insert_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let key = self.keys.in_use().clone();
        sqlx::query(
            "INSERT INTO session (id, organization, agent, jkt, way, consent, created_at, ends_at,
                generation, renewed_at, proved_at, client, key)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(session.id.0.as_slice())
        .bind(session.organization.as_str())
        .bind(&session.agent.0)
        .bind(&session.jkt)
        .bind(session.way.as_str())
        .bind(session.consent.as_ref().map(|consent| consent.0.as_str()))
        .bind(millis(session.created_at))
        .bind(millis(session.ends_at))
        .bind(session.generation)
        .bind(millis(session.renewed_at))
        .bind(session.proved_at.map(millis))
        .bind(&session.client)
        .bind(key.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Saves a refresh. The new tokens are made with the key in use.
    pub async fn renew_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let key = self.keys.in_use().clone();
        sqlx::query(
            "UPDATE session SET generation = ?, renewed_at = ?, proved_at = ?, key = ? WHERE id = ?",
        )
        .bind(session.generation)
        .bind(millis(session.renewed_at))
        .bind(session.proved_at.map(millis))
        .bind(key.as_str())
        .bind(session.id.0.as_slice())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn end_session(
        &mut self,
        id: SessionId,
        end: End,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let ended = sqlx::query(
            "UPDATE session SET ended_at = ?, end_reason = ? WHERE id = ? AND ended_at IS NULL",
        )
        .bind(millis(now))
        .bind(end.as_str())
        .bind(id.0.as_slice())
        .execute(self.connection())
        .await?;
        Ok(ended.rows_affected())
    }

    pub async fn end_sessions_of_agent(
        &mut self,
        agent: &AgentId,
        end: End,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let ended = sqlx::query(
            "UPDATE session SET ended_at = ?, end_reason = ? WHERE agent = ? AND ended_at IS NULL",
        )
        .bind(millis(now))
        .bind(end.as_str())
        .bind(&agent.0)
        .execute(self.connection())
        .await?;
        Ok(ended.rows_affected())
    }

    /// Ends the agent's legacy sessions: all of them, or those of one panel that has switched.
    pub async fn end_legacy_sessions(
        &mut self,
        agent: &AgentId,
        jkt: Option<&str>,
        end: End,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let ended = sqlx::query(
            "UPDATE session SET ended_at = ?, end_reason = ?
             WHERE agent = ? AND jkt = ifnull(?, jkt) AND way = ? AND ended_at IS NULL",
        )
        .bind(millis(now))
        .bind(end.as_str())
        .bind(&agent.0)
        .bind(jkt)
        .bind(Way::Legacy.as_str())
        .execute(self.connection())
        .await?;
        Ok(ended.rows_affected())
    }

    pub async fn end_sessions_of_consent(
        &mut self,
        consent: &ConsentId,
        end: End,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let ended = sqlx::query(
            "UPDATE session SET ended_at = ?, end_reason = ? WHERE consent = ? AND ended_at IS NULL",
        )
        .bind(millis(now))
        .bind(end.as_str())
        .bind(&consent.0)
        .execute(self.connection())
        .await?;
        Ok(ended.rows_affected())
    }

    /// The organisation's sessions that are neither ended nor over, the oldest first.
    pub async fn live_sessions(
        &mut self,
        organization: &Handle,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM session
             WHERE organization = ? AND ended_at IS NULL AND ends_at > ? ORDER BY created_at",
        )
        .bind(organization.as_str())
        .bind(millis(now))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(read).collect()
    }

    /// How many live sessions there are of each organisation and way.
    pub async fn live_session_counts(
        &mut self,
        now: Timestamp,
    ) -> Result<Vec<(Handle, Way, u64)>, StoreError> {
        let rows = sqlx::query(
            "SELECT organization, way, count(*) AS sessions FROM session
             WHERE ended_at IS NULL AND ends_at > ? GROUP BY organization, way",
        )
        .bind(millis(now))
        .fetch_all(self.connection())
        .await?;
        let count = |row: &SqliteRow| {
            let sessions = u64::try_from(row.try_get::<i64, _>("sessions")?).unwrap_or(0);
            Ok((handle(row)?, way(row)?, sessions))
        };
        rows.iter().map(count).collect()
    }

    /// The same for one agent.
    pub async fn live_sessions_of_agent(
        &mut self,
        agent: &AgentId,
        now: Timestamp,
    ) -> Result<Vec<Session>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM session
             WHERE agent = ? AND ended_at IS NULL AND ends_at > ? ORDER BY created_at",
        )
        .bind(&agent.0)
        .bind(millis(now))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(read).collect()
    }

    /// Ends the agent's sessions but one, which is the one that asks for it.
    pub async fn end_other_sessions(
        &mut self,
        agent: &AgentId,
        but: SessionId,
        end: End,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let ended = sqlx::query(
            "UPDATE session SET ended_at = ?, end_reason = ?
             WHERE agent = ? AND id <> ? AND ended_at IS NULL AND ends_at > ?",
        )
        .bind(millis(now))
        .bind(end.as_str())
        .bind(&agent.0)
        .bind(but.0.as_slice())
        .bind(millis(now))
        .execute(self.connection())
        .await?;
        Ok(ended.rows_affected())
    }

    /// The sessions that have ended since a moment, with the reason.
    pub async fn sessions_ended_since(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<(SessionId, End)>, StoreError> {
        let rows = sqlx::query("SELECT id, end_reason FROM session WHERE ended_at >= ?")
            .bind(millis(since))
            .fetch_all(self.connection())
            .await?;
        rows.iter()
            .map(|row| Ok((session_id(row, "id")?, end_of(row.try_get("end_reason")?)?)))
            .collect()
    }

    pub async fn insert_ticket(
        &mut self,
        mac: &[u8; 32],
        session: SessionId,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO events_ticket (ticket, session, expires_at) VALUES (?, ?, ?)")
            .bind(mac.as_slice())
            .bind(session.0.as_slice())
            .bind(millis(expires_at))
            .execute(self.connection())
            .await?;
        Ok(())
    }

    /// The session that the ticket opens; it opens no other socket after that.
    pub async fn consume_ticket(
        &mut self,
        mac: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<SessionId>, StoreError> {
        let row =
            sqlx::query("DELETE FROM events_ticket WHERE ticket = ? RETURNING session, expires_at")
                .bind(mac.as_slice())
                .fetch_optional(self.connection())
                .await?;
        let Some(row) = row else { return Ok(None) };
        let alive = time(&row, "expires_at")? > now;
        Ok(if alive { Some(session_id(&row, "session")?) } else { None })
    }
}

fn read(row: &SqliteRow) -> Result<Session, StoreError> {
    let end: Option<&str> = row.try_get("end_reason")?;
    Ok(Session {
        id: session_id(row, "id")?,
        organization: handle(row)?,
        agent: AgentId(row.try_get("agent")?),
        jkt: row.try_get("jkt")?,
        way: way(row)?,
        consent: row.try_get::<Option<String>, _>("consent")?.map(ConsentId),
        created_at: time(row, "created_at")?,
        ends_at: time(row, "ends_at")?,
        generation: row.try_get("generation")?,
        renewed_at: time(row, "renewed_at")?,
        proved_at: optional_time(row, "proved_at")?,
        client: row.try_get("client")?,
        ended: end.map(end_of).transpose()?,
    })
}

fn handle(row: &SqliteRow) -> Result<Handle, StoreError> {
    Handle::parse(row.try_get("organization")?).map_err(|_| StoreError::Corrupt("a handle"))
}

fn way(row: &SqliteRow) -> Result<Way, StoreError> {
    let way: &str = row.try_get("way")?;
    let known = Way::ALL.into_iter().find(|known| known.as_str() == way);
    known.ok_or(StoreError::Corrupt("a way"))
}

fn end_of(text: &str) -> Result<End, StoreError> {
    End::ALL.into_iter().find(|end| end.as_str() == text).ok_or(StoreError::Corrupt("an end"))
}

pub fn session_id(row: &SqliteRow, column: &str) -> Result<SessionId, StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map(SessionId).map_err(|_| StoreError::Corrupt("a session id"))
}
