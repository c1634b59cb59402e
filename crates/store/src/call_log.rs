//! Calls on their way to Salesforce. An entry belongs to whoever holds its lease: nobody else writes of it, and
//! whoever has lost it learns that before anything is sent.

use call_log::{CallId, Entry, FARTHEST, Kind, LEASE, Memory, Refusal, due_at};
use identity::{agent::AgentId, organization::Handle};
use jiff::Timestamp;
use salesforce::id::TaskId;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit,
    organization::{from_json, json},
    row::{millis, optional_parsed, optional_time, time},
};

mod entry;

/// In a statement's condition, of which `?1` is the moment, `?2` the farthest time that an entry may be due at, and
/// `?3` the farthest end of a lease.
macro_rules! is_due {
    () => {
        "(due_at <= ?1 OR due_at > ?2) AND (ifnull(leased_until, 0) <= ?1 OR leased_until > ?3)"
    };
}

/// Others are written by their agents, in the console.
macro_rules! is_ours {
    () => {
        "organization IN (SELECT handle FROM organization WHERE integration_client_id IS NOT NULL)"
    };
}

/// What became of a revision that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Handed {
    /// It is the newest, and waits.
    New,
    /// It, or a newer one, was there already.
    Known(State),
    /// The call is another agent's.
    NotTheirs,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Written(TaskId),
    Refused(Refusal),
}

/// Names one holder of one entry, for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub call: CallId,
    /// Chosen by the holder, and unguessable.
    pub token: String,
}

/// An entry that is being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub lease: Lease,
    pub agent: AgentId,
    pub revision: u32,
    pub entry: Entry,
    pub memory: Memory,
    pub attempts: u32,
}

/// An entry as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub call: CallId,
    pub agent: AgentId,
    pub handed_at: Timestamp,
    pub entry: Entry,
    pub state: State,
    pub attempts: u32,
    pub trouble: Option<String>,
    pub due_at: Timestamp,
}

/// How many entries of an organisation's stand how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    pub organization: Handle,
    pub waiting: u64,
    pub refused: u64,
}

// ── From the phones ───────────────────────────────────────────────

impl Unit {
    /// The newest revision counts, whenever it comes.
    pub async fn hand_over(
        &mut self,
        call: &CallId,
        (organization, agent): (&Handle, &AgentId),
        revision: u32,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<Handed, StoreError> {
        let row = sqlx::query("SELECT * FROM call_log WHERE call = ?")
            .bind(&call.0)
            .fetch_optional(self.connection())
            .await?;
        let mut settles_at = None;
        if let Some(row) = row {
            if row.try_get::<&str, _>("agent")? != agent.0 {
                return Ok(Handed::NotTheirs);
            }
            if row.try_get::<u32, _>("revision")? >= revision {
                return state(&row).map(Handed::Known);
            }
            settles_at = optional_time(&row, "settles_at")?;
        }
        sqlx::query(
            "INSERT INTO call_log
                (call, organization, agent, handed_at, revision, entry, state, due_at)
             VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?)
             ON CONFLICT (call) DO UPDATE SET
                handed_at = excluded.handed_at, revision = excluded.revision, entry = excluded.entry,
                state = 'waiting', refusal = NULL, refusal_value = NULL, attempts = 0, trouble = NULL,
                due_at = excluded.due_at",
        )
        .bind(&call.0)
        .bind(organization.as_str())
        .bind(&agent.0)
        .bind(millis(now))
        .bind(revision)
        .bind(entry::write(entry))
        .bind(millis(due_at(entry, now, settles_at)))
        .execute(self.connection())
        .await?;
        Ok(Handed::New)
    }

    /// Which of the agent's wait; the oldest first.
    pub async fn calls_waiting(&mut self, agent: &AgentId) -> Result<Vec<CallId>, StoreError> {
        let calls = sqlx::query_scalar(
            "SELECT call FROM call_log WHERE agent = ? AND state = 'waiting'
             ORDER BY handed_at, call",
        );
        let calls = calls.bind(&agent.0).fetch_all(self.connection()).await?;
        Ok(calls.into_iter().map(CallId).collect())
    }
}

// ── For the writer ────────────────────────────────────────────────

impl Unit {
    /// The organisations that have entries to write.
    pub async fn calls_due(&mut self, now: Timestamp) -> Result<Vec<Handle>, StoreError> {
        let rows = sqlx::query(concat!(
            "SELECT DISTINCT organization FROM call_log WHERE state = 'waiting' AND ",
            is_ours!(),
            " AND ",
            is_due!(),
        ))
        .bind(millis(now))
        .bind(millis(now + FARTHEST))
        .bind(millis(now + LEASE))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(organization).collect()
    }

    /// When the next entry is to be written, also one that somebody else has at the moment.
    pub async fn next_call_due(&mut self) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(concat!(
            "SELECT min(max(due_at, ifnull(leased_until, 0))) AS due_at FROM call_log
             WHERE state = 'waiting' AND ",
            is_ours!(),
        ));
        optional_time(&row.fetch_one(self.connection()).await?, "due_at")
    }

    /// The same of one agent's, whoever writes them.
    pub async fn next_call_due_of(
        &mut self,
        agent: &AgentId,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = sqlx::query(
            "SELECT min(max(due_at, ifnull(leased_until, 0))) AS due_at FROM call_log
             WHERE state = 'waiting' AND agent = ?",
        );
        optional_time(&row.bind(&agent.0).fetch_one(self.connection()).await?, "due_at")
    }

    /// Takes the entry that has been due for longest, of one agent's or of all, for [`LEASE`].
    pub async fn take_call(
        &mut self,
        organization: &Handle,
        agent: Option<&AgentId>,
        token: String,
        now: Timestamp,
    ) -> Result<Option<Taken>, StoreError> {
        let row = sqlx::query(concat!(
            "UPDATE call_log SET lease = ?4, leased_until = ?3, attempts = attempts + 1
             WHERE call = (
                SELECT call FROM call_log
                WHERE organization = ?5 AND ifnull(?6, agent) = agent AND state = 'waiting' AND ",
            is_due!(),
            "   ORDER BY due_at LIMIT 1
             ) RETURNING *",
        ))
        .bind(millis(now))
        .bind(millis(now + FARTHEST))
        .bind(millis(now + LEASE))
        .bind(&token)
        .bind(organization.as_str())
        .bind(agent.map(|agent| agent.0.as_str()))
        .fetch_optional(self.connection())
        .await?;
        row.map(|row| taken(&row, token)).transpose()
    }

    /// The entry of this agent's that this lease is of, unless somebody else has taken it.
    pub async fn call_of_lease(
        &mut self,
        agent: &AgentId,
        token: String,
    ) -> Result<Option<Taken>, StoreError> {
        let row = sqlx::query("SELECT * FROM call_log WHERE agent = ? AND lease = ?");
        let row = row.bind(&agent.0).bind(&token).fetch_optional(self.connection()).await?;
        row.map(|row| taken(&row, token)).transpose()
    }

    /// Puts down what is about to be sent. False where the lease is lost, and nothing may be.
    pub async fn attempt_call(
        &mut self,
        lease: &Lease,
        memory: &Memory,
        settles_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE call_log SET task = ?, written = ?, attempted = ?, settles_at = ?
             WHERE call = ? AND lease = ?",
        )
        .bind(memory.task.map(|task| task.to_string()))
        .bind(json(&memory.written))
        .bind(json(&memory.attempted))
        .bind(millis(settles_at))
        .bind(&lease.call.0)
        .bind(&lease.token)
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Salesforce has what it should of this revision. A newer one that has come meanwhile goes on waiting, and
    /// so it does where the lease is lost.
    pub async fn call_written(
        &mut self,
        taken: &Taken,
        memory: &Memory,
        task: TaskId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE call_log SET
                task = ?1, written = ?2, attempted = ?3, settles_at = NULL, lease = NULL,
                leased_until = NULL, attempts = 0, trouble = NULL, due_at = min(due_at, ?4),
                state = CASE revision WHEN ?5 THEN 'written' ELSE 'waiting' END
             WHERE call = ?6 AND lease = ?7 RETURNING state",
        )
        .bind(task.to_string())
        .bind(json(&memory.written))
        .bind(json(&memory.attempted))
        .bind(millis(now))
        .bind(taken.revision)
        .bind(&taken.lease.call.0)
        .bind(&taken.lease.token)
        .fetch_optional(self.connection())
        .await?;
        Ok(done.is_some_and(|row| row.try_get("state").is_ok_and(|state: &str| state == "written")))
    }

    /// Salesforce refuses this revision for good. A newer one goes on waiting.
    pub async fn call_refused(
        &mut self,
        taken: &Taken,
        memory: &Memory,
        refusal: &Refusal,
    ) -> Result<bool, StoreError> {
        let done = sqlx::query(
            "UPDATE call_log SET
                task = ?1, written = ?2, attempted = ?3, settles_at = NULL, lease = NULL,
                leased_until = NULL, trouble = NULL,
                state = CASE revision WHEN ?4 THEN 'refused' ELSE state END,
                refusal = CASE revision WHEN ?4 THEN ?5 END,
                refusal_value = CASE revision WHEN ?4 THEN ?6 END
             WHERE call = ?7 AND lease = ?8 RETURNING state",
        )
        .bind(memory.task.map(|task| task.to_string()))
        .bind(json(&memory.written))
        .bind(json(&memory.attempted))
        .bind(taken.revision)
        .bind(refusal.kind.as_str())
        .bind(refusal.value.as_deref())
        .bind(&taken.lease.call.0)
        .bind(&taken.lease.token)
        .fetch_optional(self.connection())
        .await?;
        Ok(done.is_some_and(|row| row.try_get("state").is_ok_and(|state: &str| state == "refused")))
    }

    /// Not now. What was sent and not answered may arrive until it has settled.
    pub async fn call_postponed(
        &mut self,
        taken: &Taken,
        trouble: &str,
        again_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE call_log SET
                lease = NULL, leased_until = NULL, trouble = ?1,
                due_at = CASE revision
                    WHEN ?2 THEN max(?3, ifnull(settles_at, 0))
                    ELSE max(due_at, ifnull(settles_at, 0))
                END
             WHERE call = ?4 AND lease = ?5",
        )
        .bind(trouble)
        .bind(taken.revision)
        .bind(millis(again_at))
        .bind(&taken.lease.call.0)
        .bind(&taken.lease.token)
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Salesforce is back: whatever waits for another attempt is due now, but for what may still arrive.
    pub async fn calls_due_now(
        &mut self,
        organization: &Handle,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE call_log SET due_at = max(?1, ifnull(settles_at, 0))
             WHERE organization = ?2 AND state = 'waiting' AND attempts > 0 AND lease IS NULL
                AND due_at > ?1",
        )
        .bind(millis(now))
        .bind(organization.as_str())
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Of a writer that is no more, of one agent's calls or of all. Whatever it has sent settles first.
    pub async fn end_call_leases(&mut self, agent: Option<&AgentId>) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE call_log SET lease = NULL, leased_until = NULL, due_at = max(due_at, ifnull(settles_at, 0))
             WHERE lease IS NOT NULL AND ifnull(?, agent) = agent",
        )
        .bind(agent.map(|agent| agent.0.as_str()))
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

// ── For administrators ────────────────────────────────────────────

impl Unit {
    /// What waits and what was refused, the oldest first.
    pub async fn calls_unwritten(
        &mut self,
        organization: &Handle,
    ) -> Result<Vec<Kept>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM call_log WHERE organization = ? AND state <> 'written' ORDER BY handed_at, call",
        );
        let rows = rows.bind(organization.as_str()).fetch_all(self.connection()).await?;
        rows.iter().map(kept).collect()
    }

    /// Tries one call, or all that wait or were refused, again at once.
    pub async fn retry_calls(
        &mut self,
        organization: &Handle,
        call: Option<&CallId>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let done = sqlx::query(
            "UPDATE call_log SET
                state = 'waiting', refusal = NULL, refusal_value = NULL,
                due_at = max(?1, ifnull(settles_at, 0))
             WHERE organization = ?2 AND state <> 'written' AND (?3 IS NULL OR call = ?3)",
        )
        .bind(millis(now))
        .bind(organization.as_str())
        .bind(call.map(|call| call.0.as_str()))
        .execute(self.connection())
        .await?;
        Ok(done.rows_affected())
    }

    pub async fn call_tallies(&mut self) -> Result<Vec<Tally>, StoreError> {
        let rows = sqlx::query(
            "SELECT organization, sum(state = 'waiting') AS waiting, sum(state = 'refused') AS refused
             FROM call_log WHERE state <> 'written' GROUP BY organization",
        );
        let rows = rows.fetch_all(self.connection()).await?;
        let count = |row: &SqliteRow, column| {
            Ok::<u64, StoreError>(row.try_get::<i64, _>(column)?.unsigned_abs())
        };
        rows.iter()
            .map(|row| {
                Ok(Tally {
                    organization: organization(row)?,
                    waiting: count(row, "waiting")?,
                    refused: count(row, "refused")?,
                })
            })
            .collect()
    }
}

fn organization(row: &SqliteRow) -> Result<Handle, StoreError> {
    Handle::parse(row.try_get("organization")?).map_err(|_| StoreError::Corrupt("a handle"))
}

fn state(row: &SqliteRow) -> Result<State, StoreError> {
    Ok(match row.try_get("state")? {
        "waiting" => State::Waiting,
        "written" => {
            let task = optional_parsed(row, "task", "a task")?;
            State::Written(task.ok_or(StoreError::Corrupt("a task"))?)
        }
        "refused" => {
            let kind: &str = row.try_get("refusal")?;
            let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind);
            let kind = kind.ok_or(StoreError::Corrupt("a refusal"))?;
            State::Refused(Refusal { kind, value: row.try_get("refusal_value")? })
        }
        _ => return Err(StoreError::Corrupt("a call's state")),
    })
}

fn taken(row: &SqliteRow, token: String) -> Result<Taken, StoreError> {
    Ok(Taken {
        lease: Lease { call: CallId(row.try_get("call")?), token },
        agent: AgentId(row.try_get("agent")?),
        revision: row.try_get("revision")?,
        entry: entry::read(row.try_get("entry")?)?,
        memory: Memory {
            task: optional_parsed(row, "task", "a task")?,
            written: from_json(row.try_get("written")?)?,
            attempted: from_json(row.try_get("attempted")?)?,
        },
        attempts: row.try_get("attempts")?,
    })
}

fn kept(row: &SqliteRow) -> Result<Kept, StoreError> {
    Ok(Kept {
        call: CallId(row.try_get("call")?),
        agent: AgentId(row.try_get("agent")?),
        handed_at: time(row, "handed_at")?,
        entry: entry::read(row.try_get("entry")?)?,
        state: state(row)?,
        attempts: row.try_get("attempts")?,
        trouble: row.try_get("trouble")?,
        due_at: time(row, "due_at")?,
    })
}
