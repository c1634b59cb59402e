//! A copy of the whole database, taken while others read and write it.

use std::{fs, os::unix::fs::OpenOptionsExt as _, path::Path};

use sqlx::{Connection as _, Row as _, SqliteConnection, sqlite::SqliteConnectOptions};

use crate::{Store, StoreError};

impl Store {
    /// Writes the copy to a file that must not be there yet, its owner's alone, and checks it. SQLite's
    /// `VACUUM INTO` reads one moment of the database and keeps no writer waiting.
    pub async fn back_up(&self, to: &Path) -> Result<(), StoreError> {
        let made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(to);
        let file = made.map_err(StoreError::File)?;
        let copied = self.copy(to).await;
        match copied.and_then(|()| file.sync_all().map_err(StoreError::File)) {
            Ok(()) => Ok(()),
            Err(error) => {
                // Half a copy would pass for a whole one.
                let _ = fs::remove_file(to);
                Err(error)
            }
        }
    }

    async fn copy(&self, to: &Path) -> Result<(), StoreError> {
        let path = to.to_str().ok_or(StoreError::Corrupt("a path in UTF-8"))?;
        sqlx::query("VACUUM INTO ?").bind(path).execute(&self.readers).await?;
        let options = SqliteConnectOptions::new().filename(to).read_only(true);
        let mut copy = SqliteConnection::connect_with(&options).await?;
        let found = sqlx::query("PRAGMA integrity_check").fetch_one(&mut copy).await?;
        let found: &str = found.try_get(0)?;
        let is_whole = found == "ok";
        copy.close().await?;
        if is_whole { Ok(()) } else { Err(StoreError::Corrupt("the copy")) }
    }
}
