//! Persistence; the only room that knows SQL. One file per aggregate, all of them methods of a [`Unit`]: what
//! is done in one unit is there whole after [`Unit::commit`], or not at all.
//!
//! SQLite in WAL mode. A writing unit takes the write lock when it begins, so what it reads stays true until
//! it commits.

#![forbid(unsafe_code)]

mod agent;
mod audit;
mod consent;
mod organization;
mod row;
mod schema;
mod session;
mod sign_in;

use std::{path::Path, sync::Arc, time::Duration};

use identity::keys::Keys;
use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use audit::{Entry, Recorded};
pub use row::StoreError;

#[derive(Clone)]
pub struct Store {
    pool: SqlitePool,
    keys: Arc<Keys>,
}

/// Whether a missing database is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    Create,
    Refuse,
}

impl Store {
    pub async fn open(path: &Path, missing: Missing, keys: Arc<Keys>) -> Result<Self, StoreError> {
        let options = options(path).create_if_missing(missing == Missing::Create);
        let pool =
            SqlitePoolOptions::new().max_connections(CONNECTIONS).connect_with(options).await?;
        Ok(Self { pool, keys })
    }

    /// Brings the schema up to date. Only the server does this, alone, before it listens.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        schema::migrator().run(&self.pool).await.map_err(StoreError::from)
    }

    /// Refuses a database whose schema is not exactly ours: older, it waits for the server to migrate;
    /// newer, it belongs to a newer version.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        schema::check(&self.pool).await
    }

    /// Begins a unit that reads and writes.
    pub async fn begin(&self) -> Result<Unit, StoreError> {
        Ok(Unit {
            transaction: self.pool.begin_with("BEGIN IMMEDIATE").await?,
            keys: self.keys.clone(),
        })
    }

    /// Begins a unit that only reads; it waits for nobody.
    pub async fn read(&self) -> Result<Unit, StoreError> {
        Ok(Unit { transaction: self.pool.begin().await?, keys: self.keys.clone() })
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// One unit of work. Dropped without [`Unit::commit`], it leaves no trace.
pub struct Unit {
    transaction: sqlx::Transaction<'static, sqlx::Sqlite>,
    keys: Arc<Keys>,
}

impl Unit {
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }

    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}

/// Notices that another process has written: the command line beside the server.
pub struct Watch {
    connection: SqliteConnection,
    seen: i64,
}

impl Watch {
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let mut connection = SqliteConnection::connect_with(&options(path)).await?;
        let seen = data_version(&mut connection).await?;
        Ok(Self { connection, seen })
    }

    /// Whether anybody has committed since the last call.
    pub async fn has_changed(&mut self) -> Result<bool, StoreError> {
        let version = data_version(&mut self.connection).await?;
        Ok(std::mem::replace(&mut self.seen, version) != version)
    }
}

async fn data_version(connection: &mut SqliteConnection) -> Result<i64, StoreError> {
    Ok(sqlx::query("PRAGMA data_version").fetch_one(connection).await?.try_get(0)?)
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // What a sign-in has been told is on the disk, also after a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
}

/// SQLite has one writer; a few readers beside it are enough.
const CONNECTIONS: u32 = 8;
