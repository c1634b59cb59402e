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
    let applied = sqlx::query("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(pool)
        .await;
    let version: i64 = match applied {
        Ok(row) => row.try_get::<Option<i64>, _>(0)?.unwrap_or(0),
        // The table comes with the first migration.
        Err(sqlx::Error::Database(_)) => 0,
        Err(other) => return Err(other.into()),
    };
    let newest = MIGRATIONS.last().map_or(0, |(version, ..)| *version);
    match version.cmp(&newest) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(StoreError::SchemaOlder),
        std::cmp::Ordering::Greater => Err(StoreError::SchemaNewer),
    }
}

const MIGRATIONS: &[(i64, &str, &str)] =
    &[(1, "sign in", include_str!("../migrations/0001_sign_in.sql"))];
