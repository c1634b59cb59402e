//! The migrations, embedded, and the check that a database has had exactly these.

use std::borrow::Cow;

use sqlx::{
    Row, SqlSafeStr, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
};

use crate::StoreError;

pub fn migrator() -> Migrator {
    Migrator::with_migrations(
        MIGRATIONS
            .iter()
            .map(|(version, description, sql)| {
                Migration::new(
                    *version,
                    Cow::Borrowed(description),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect(),
    )
}

pub async fn check(pool: &SqlitePool) -> Result<(), StoreError> {
    let rows = sqlx::query("SELECT version FROM _sqlx_migrations WHERE success").fetch_all(pool);
    let rows = match rows.await {
        Ok(rows) => rows,
        // The table comes with the first migration.
        Err(sqlx::Error::Database(_)) => Vec::new(),
        Err(other) => return Err(other.into()),
    };
    let applied: Vec<i64> =
        rows.iter().map(|row| row.try_get("version")).collect::<Result<_, _>>()?;
    let is_ours = |applied: &i64| MIGRATIONS.iter().any(|(version, ..)| version == applied);
    if !applied.iter().all(is_ours) {
        return Err(StoreError::SchemaNewer);
    }
    if applied.len() < MIGRATIONS.len() {
        return Err(StoreError::SchemaOlder);
    }
    Ok(())
}

const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "sign in", include_str!("../migrations/0001_sign_in.sql")),
    (2, "password", include_str!("../migrations/0002_password.sql")),
    (3, "attempts", include_str!("../migrations/0003_attempts.sql")),
    (4, "agent language", include_str!("../migrations/0004_agent_language.sql")),
    (5, "directory", include_str!("../migrations/0005_directory.sql")),
    (6, "session client", include_str!("../migrations/0006_session_client.sql")),
    (7, "process key", include_str!("../migrations/0007_process_key.sql")),
    (8, "weak token", include_str!("../migrations/0008_weak_token.sql")),
    (10, "finding", include_str!("../migrations/0010_finding.sql")),
    (11, "calling", include_str!("../migrations/0011_calling.sql")),
    (12, "region", include_str!("../migrations/0012_region.sql")),
    (13, "call log", include_str!("../migrations/0013_call_log.sql")),
    (14, "busy reasons", include_str!("../migrations/0014_busy_reasons.sql")),
    (15, "caller ids", include_str!("../migrations/0015_caller_ids.sql")),
    (16, "deactivation", include_str!("../migrations/0016_deactivation.sql")),
];
