//! Between columns and the mind's types, and what can go wrong there.

use jiff::Timestamp;
use sqlx::{Row, sqlite::SqliteRow};

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    #[error("the database file: {0}")]
    File(#[source] std::io::Error),
    #[error("the database's migrations: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("the database holds what this version cannot read: {0}")]
    Corrupt(&'static str),
    #[error("the database was made by an older version; `cordboard serve` brings it up to date")]
    SchemaOlder,
    #[error("the database was made by a newer version")]
    SchemaNewer,
    #[error("a sealed secret was made with another key file")]
    OtherKey,
    /// Somebody else was faster with a row that is used once.
    #[error("the row has moved on")]
    MovedOn,
    /// A unique column has this value already.
    #[error("{0} is taken")]
    Taken(&'static str),
}

impl StoreError {
    /// A uniqueness violation, told apart so that a person can be told which value to change.
    pub(crate) fn or_taken(error: sqlx::Error, columns: &[(&str, &'static str)]) -> Self {
        if let sqlx::Error::Database(database) = &error
            && database.is_unique_violation()
        {
            let message = database.message();
            let hit = columns.iter().find(|(column, _)| message.contains(column));
            return Self::Taken(hit.map_or("this value", |(_, name)| name));
        }
        error.into()
    }
}

pub fn millis(at: Timestamp) -> i64 {
    at.as_millisecond()
}

pub fn time(row: &SqliteRow, column: &str) -> Result<Timestamp, StoreError> {
    from_millis(row.try_get(column)?)
}

pub fn optional_time(row: &SqliteRow, column: &str) -> Result<Option<Timestamp>, StoreError> {
    row.try_get::<Option<i64>, _>(column)?.map(from_millis).transpose()
}

fn from_millis(millis: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_millisecond(millis).map_err(|_| StoreError::Corrupt("a time"))
}

/// A text column that the mind parses.
pub fn parsed<T: std::str::FromStr>(
    row: &SqliteRow,
    column: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    row.try_get::<&str, _>(column)?.parse().map_err(|_| StoreError::Corrupt(what))
}

pub fn optional_parsed<T: std::str::FromStr>(
    row: &SqliteRow,
    column: &str,
    what: &'static str,
) -> Result<Option<T>, StoreError> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| text.parse().map_err(|_| StoreError::Corrupt(what))).transpose()
}
