//! Challenges and sign-in transactions: one-use rows that die within minutes.

use identity::{
    agent::AgentId,
    consent::ConsentId,
    keys::KeyId,
    organization::Handle,
    sign_in::{
        Membership, Standing,
        transaction::{
            BoundUser, Failure, FormToken, Stage, Transaction, TransactionId, VerifiedUser,
        },
    },
};
use jiff::Timestamp;
use salesforce::id::{CallCenterId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit,
    row::{millis, time},
    session::session_id,
};

impl Unit {
    pub async fn insert_challenge(
        &mut self,
        nonce: &str,
        organization: &Handle,
        jkt: &str,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO challenge (nonce, organization, jkt, expires_at) VALUES (?, ?, ?, ?)",
        )
        .bind(nonce)
        .bind(organization.as_str())
        .bind(jkt)
        .bind(millis(expires_at))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    /// Whether the nonce was given to this key, in this organisation, a minute ago at most, and never used.
    pub async fn consume_challenge(
        &mut self,
        nonce: &str,
        organization: &Handle,
        jkt: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let consumed = sqlx::query(
            "DELETE FROM challenge WHERE nonce = ? AND organization = ? AND jkt = ? AND expires_at > ?",
        )
        .bind(nonce)
        .bind(organization.as_str())
        .bind(jkt)
        .bind(millis(now))
        .execute(self.connection())
        .await?;
        Ok(consumed.rows_affected() == 1)
    }

    pub async fn insert_transaction(
        &mut self,
        transaction: &Transaction,
    ) -> Result<(), StoreError> {
        let bound_to = transaction.bound_to.as_ref().map(BoundRow::json);
        sqlx::query(
            "INSERT INTO sign_in_transaction
                (id, organization, jkt, challenge, key, bound_to, switching, expires_at, stage)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'open')",
        )
        .bind(&transaction.id.0)
        .bind(transaction.organization.as_str())
        .bind(&transaction.jkt)
        .bind(&transaction.challenge)
        .bind(transaction.key.as_str())
        .bind(bound_to)
        .bind(transaction.switching.as_ref().map(|agent| agent.0.as_str()))
        .bind(millis(transaction.expires_at))
        .execute(self.connection())
        .await?;
        Ok(())
    }

    pub async fn transaction(
        &mut self,
        id: &TransactionId,
    ) -> Result<Option<Transaction>, StoreError> {
        let row = sqlx::query("SELECT * FROM sign_in_transaction WHERE id = ?")
            .bind(&id.0)
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row)).transpose()
    }

    /// Moves the transaction on from the stage in which it was read. Where it has moved on meanwhile, nothing
    /// is written: what is used up stays used up.
    pub async fn advance(
        &mut self,
        transaction: &Transaction,
        to: &Stage,
    ) -> Result<(), StoreError> {
        let (from, to) = (StageColumns::of(&transaction.stage), StageColumns::of(to));
        let moved = sqlx::query(
            "UPDATE sign_in_transaction SET stage = ?, verified_user = ?, form = ?, agent = ?, consent = ?,
                session = ?, claimed_at = ?, failure_code = ?, failure_value = ?
             WHERE id = ? AND stage = ? AND form IS ?",
        )
        .bind(to.stage)
        .bind(to.user)
        .bind(to.form)
        .bind(to.agent)
        .bind(to.consent)
        .bind(to.session.map(<[u8; 16]>::as_slice))
        .bind(to.claimed_at)
        .bind(to.failure_code)
        .bind(to.failure_value)
        .bind(&transaction.id.0)
        .bind(from.stage)
        .bind(from.form)
        .execute(self.connection())
        .await?;
        match moved.rows_affected() {
            1 => Ok(()),
            _ => Err(StoreError::MovedOn),
        }
    }

    /// Removes what has expired: challenges, tickets and counts at once, transactions and sessions after a day, so
    /// that whoever asks late is still told what happened.
    pub async fn sweep(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let (now, yesterday) = (millis(now), millis(now) - DAY);
        for (statement, before) in [
            ("DELETE FROM challenge WHERE expires_at < ?", now),
            ("DELETE FROM events_ticket WHERE expires_at < ?", now),
            ("DELETE FROM invitation WHERE expires_at < ?", yesterday),
            ("DELETE FROM attempts WHERE forgotten_at < ?", now),
            ("DELETE FROM sign_in_transaction WHERE expires_at < ?", yesterday),
            (
                "DELETE FROM events_ticket WHERE session IN (SELECT id FROM session WHERE ends_at < ?)",
                yesterday,
            ),
            (
                "DELETE FROM sign_in_transaction WHERE session IN (SELECT id FROM session WHERE ends_at < ?)",
                yesterday,
            ),
            ("DELETE FROM session WHERE ends_at < ?", yesterday),
            ("DELETE FROM call_log WHERE state = 'written' AND handed_at < ?", now - 7 * DAY),
            ("DELETE FROM call_log WHERE state = 'refused' AND handed_at < ?", now - 90 * DAY),
        ] {
            sqlx::query(statement).bind(before).execute(self.connection()).await?;
        }
        Ok(())
    }
}

#[derive(Default)]
struct StageColumns<'a> {
    stage: &'static str,
    user: Option<String>,
    form: Option<&'a str>,
    agent: Option<&'a str>,
    consent: Option<&'a str>,
    session: Option<&'a [u8; 16]>,
    claimed_at: Option<i64>,
    failure_code: Option<&'a str>,
    failure_value: Option<&'a str>,
}

impl<'a> StageColumns<'a> {
    fn of(stage: &'a Stage) -> Self {
        match stage {
            Stage::Open => Self { stage: "open", ..Self::default() },
            Stage::Verified { user, form } => Self {
                stage: "verified",
                user: Some(VerifiedRow::json(user)),
                form: Some(&form.0),
                ..Self::default()
            },
            Stage::Allowed { agent, consent } => Self {
                stage: "allowed",
                agent: Some(&agent.0),
                consent: Some(&consent.0),
                ..Self::default()
            },
            Stage::Claimed { session, at } => Self {
                stage: "claimed",
                session: Some(&session.0),
                claimed_at: Some(millis(*at)),
                ..Self::default()
            },
            Stage::Failed(failure) => Self {
                stage: "failed",
                failure_code: Some(&failure.code),
                failure_value: failure.value.as_deref(),
                ..Self::default()
            },
        }
    }
}

fn read(row: &SqliteRow) -> Result<Transaction, StoreError> {
    Ok(Transaction {
        id: TransactionId(row.try_get("id")?),
        organization: Handle::parse(row.try_get("organization")?)
            .map_err(|_| StoreError::Corrupt("a handle"))?,
        jkt: row.try_get("jkt")?,
        challenge: row.try_get("challenge")?,
        key: KeyId::from_kept(row.try_get("key")?),
        bound_to: row.try_get::<Option<&str>, _>("bound_to")?.map(BoundRow::parse).transpose()?,
        switching: row.try_get::<Option<String>, _>("switching")?.map(AgentId),
        expires_at: time(row, "expires_at")?,
        stage: stage(row)?,
    })
}

fn stage(row: &SqliteRow) -> Result<Stage, StoreError> {
    Ok(match row.try_get("stage")? {
        "open" => Stage::Open,
        "verified" => Stage::Verified {
            user: VerifiedRow::parse(row.try_get("verified_user")?)?,
            form: FormToken(row.try_get("form")?),
        },
        "allowed" => Stage::Allowed {
            agent: AgentId(row.try_get("agent")?),
            consent: ConsentId(row.try_get("consent")?),
        },
        "claimed" => {
            Stage::Claimed { session: session_id(row, "session")?, at: time(row, "claimed_at")? }
        }
        "failed" => Stage::Failed(Failure {
            code: row.try_get("failure_code")?,
            value: row.try_get("failure_value")?,
        }),
        _ => return Err(StoreError::Corrupt("a transaction's stage")),
    })
}

/// `call_center`: absent where nobody could be asked, null for none.
#[derive(Serialize, Deserialize)]
struct StandingRow {
    active: bool,
    user_type: String,
    membership_known: bool,
    call_center: Option<CallCenterId>,
}

impl StandingRow {
    fn of(standing: &Standing) -> Self {
        let (membership_known, call_center) = match standing.call_center {
            Membership::Of(center) => (true, center),
            Membership::Unknown => (false, None),
        };
        Self {
            active: standing.active,
            user_type: standing.user_type.clone(),
            membership_known,
            call_center,
        }
    }

    fn into_standing(self) -> Standing {
        let call_center = match self.membership_known {
            true => Membership::Of(self.call_center),
            false => Membership::Unknown,
        };
        Standing { active: self.active, user_type: self.user_type, call_center }
    }
}

#[derive(Serialize, Deserialize)]
struct BoundRow {
    user: UserId,
    operator_id: Option<String>,
    standing: StandingRow,
    language: Option<String>,
}

impl BoundRow {
    fn json(bound: &BoundUser) -> String {
        let row = Self {
            user: bound.user,
            operator_id: bound.operator_id.clone(),
            standing: StandingRow::of(&bound.standing),
            language: bound.language.clone(),
        };
        serde_json::to_string(&row).expect("plain data is always JSON")
    }

    fn parse(json: &str) -> Result<BoundUser, StoreError> {
        let row: Self =
            serde_json::from_str(json).map_err(|_| StoreError::Corrupt("a bound user"))?;
        Ok(BoundUser {
            user: row.user,
            operator_id: row.operator_id,
            standing: row.standing.into_standing(),
            language: row.language,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct VerifiedRow {
    user: UserId,
    username: String,
    name: String,
    standing: StandingRow,
    language: Option<String>,
}

impl VerifiedRow {
    fn json(user: &VerifiedUser) -> String {
        let row = Self {
            user: user.user,
            username: user.username.clone(),
            name: user.name.clone(),
            standing: StandingRow::of(&user.standing),
            language: user.language.clone(),
        };
        serde_json::to_string(&row).expect("plain data is always JSON")
    }

    fn parse(json: &str) -> Result<VerifiedUser, StoreError> {
        let row: Self =
            serde_json::from_str(json).map_err(|_| StoreError::Corrupt("a verified user"))?;
        Ok(VerifiedUser {
            user: row.user,
            username: row.username,
            name: row.name,
            standing: row.standing.into_standing(),
            language: row.language,
        })
    }
}

/// Milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000;
