//! What keeps the database from doing what it is asked, as far as somebody can do something about it.

use crate::{Store, StoreError};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Another process holds the lock, or more units wait than it can serve in time.
    Busy,
    Full,
    ReadOnly,
    /// The disk answers with errors.
    Disk,
    Other,
}

impl StoreError {
    pub fn fault(&self) -> Fault {
        let error = match self {
            Self::Database(sqlx::Error::PoolTimedOut) => return Fault::Busy,
            Self::Database(sqlx::Error::Database(error)) => error,
            _ => return Fault::Other,
        };
        let Some(code) = error.code().and_then(|code| code.parse::<u32>().ok()) else {
            return Fault::Other;
        };
        // <https://sqlite.org/rescode.html>: "The primary result code is always a part of the extended result
        // code", its least significant eight bits.
        match code & 0xff {
            5 | 6 => Fault::Busy,
            8 => Fault::ReadOnly,
            10 => Fault::Disk,
            13 => Fault::Full,
            _ => Fault::Other,
        }
    }
}

impl Store {
    /// Commits a page to the disk as it was, so that whatever keeps units from being written keeps this one, too.
    pub async fn write_nothing(&self) -> Result<(), StoreError> {
        let mut unit = self.begin().await?;
        // The number is for applications to use, and none of ours does.
        sqlx::query("PRAGMA user_version = 0").execute(unit.connection()).await?;
        unit.commit().await
    }
}
