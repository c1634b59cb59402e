//! Persistence; the only room that knows SQL. One file per aggregate, all of them methods of a [`Unit`]: what
//! is done in one unit is there whole after [`Unit::commit`], or not at all.
//!
//! SQLite in WAL mode. A writing unit takes the write lock when it begins, so what it reads stays true until
//! it commits.

#![forbid(unsafe_code)]

mod agent;
mod attempts;
mod audit;
mod backup;
mod call_log;
mod calling;
mod consent;
mod directory;
mod fault;
mod invitation;
mod key;
mod organization;
mod row;
mod schema;
mod sealing;
mod session;
mod sign_in;

use std::{fs, os::unix::fs::OpenOptionsExt as _, path::Path, sync::Arc, time::Duration};

use identity::keys::Keys;
use sqlx::{
    Connection, Row, SqliteConnection, SqlitePool,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

pub use audit::{Entry, Recorded};
pub use call_log::{Handed, Kept, Lease, State, Taken, Tally};
pub use calling::CallingVersion;
pub use fault::Fault;
pub use key::Resting;
pub use row::StoreError;

#[derive(Clone)]
pub struct Store {
    /// SQLite has one writer, so one connection; whoever waits for it keeps no reader out.
    writer: SqlitePool,
    readers: SqlitePool,
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
        if missing == Missing::Create {
            create(path).map_err(StoreError::File)?;
        }
        let pool = |connections| {
            let options = SqlitePoolOptions::new().max_connections(connections);
            let options = options.acquire_timeout(PATIENCE);
            options.after_release(|connection, _| Box::pin(is_usable(connection)))
        };
        let writer = pool(1).connect_with(options(path)).await?;
        let readers = pool(READERS).connect_with(options(path)).await?;
        Ok(Self { writer, readers, keys })
    }

    /// Brings the schema up to date. Only the server does this, alone, before it listens.
    pub async fn migrate(&self) -> Result<(), StoreError> {
        schema::migrator().run(&self.writer).await?;
        let mut unit = self.begin().await?;
        unit.name_keys().await?;
        unit.commit().await
    }

    /// Refuses a database whose schema is not exactly ours: older, it waits for the server to migrate;
    /// newer, it belongs to a newer version.
    pub async fn check_schema(&self) -> Result<(), StoreError> {
        schema::check(&self.readers).await
    }

    /// Beside the server nothing is made with a key that the server has not taken up yet.
    pub async fn beside_server(self) -> Result<Self, StoreError> {
        let taken_up = self.read().await?.keys_taken_up().await?;
        let taken_up: Vec<_> = taken_up.into_iter().map(|(id, _)| id).collect();
        Ok(Self { keys: Arc::new(self.keys.beside(&taken_up)), ..self })
    }

    pub fn keys(&self) -> &Arc<Keys> {
        &self.keys
    }

    /// Begins a unit that reads and writes.
    pub async fn begin(&self) -> Result<Unit, StoreError> {
        Ok(Unit {
            transaction: self.writer.begin_with("BEGIN IMMEDIATE").await?,
            keys: self.keys.clone(),
        })
    }

    /// Begins a unit that only reads; it waits for nobody.
    pub async fn read(&self) -> Result<Unit, StoreError> {
        Ok(Unit { transaction: self.readers.begin().await?, keys: self.keys.clone() })
    }

    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
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

/// SQLite rolls back by itself what fails for want of a disk, so that sqlx's `ROLLBACK` fails, too, and
/// leaves sqlx counting a transaction that is not there: the connection would never begin another one.
/// <https://sqlite.org/lang_transaction.html#response_to_errors_within_a_transaction>
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // What has been asked of the connection is done in order, its rollback before this.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
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
        .busy_timeout(PATIENCE)
}

/// A new database is its owner's alone, and SQLite makes the files beside it alike.
fn create(path: &Path) -> std::io::Result<()> {
    let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    match made {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

const READERS: u32 = 8;

/// So long a unit waits for another process, and as long for the units before it. Then it fails by
/// [`Fault::Busy`], rather than keep somebody waiting for whom nobody waits any more.
const PATIENCE: Duration = Duration::from_secs(5);
