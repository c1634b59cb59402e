//! The machine that the adapter runs on, at its worst: it kills, its disk is full, its clock jumps. The
//! adapter is the built one; a library stands between it and its libc (`tests/shim`).

use std::{fs, path::PathBuf, time::Duration};

use anyhow::Result;
use rusqlite::Connection;
use rustix::io::Errno;
use tempfile::TempDir;

use crate::{built, installation::Installation};

/// Harmless at first. What it does to the adapter it does from that moment on.
pub struct Machine {
    library: PathBuf,
    orders: TempDir,
}

/// Why a disk takes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    Full,
    Broken,
    ReadOnly,
}

/// Another program beside the adapter, which has the adapter's database for itself until it is dropped.
#[must_use]
pub struct DatabaseLock {
    _connection: Connection,
}

impl DatabaseLock {
    pub fn take(installation: &Installation) -> Result<Self> {
        let connection = Connection::open(installation.folder().join("cordboard.sqlite"))?;
        connection.busy_timeout(Duration::from_secs(5))?;
        connection.execute_batch("BEGIN EXCLUSIVE")?;
        Ok(Self { _connection: connection })
    }
}

impl Machine {
    pub fn new() -> Result<Self> {
        let orders = tempfile::Builder::new().prefix("cordboard-machine-").tempdir()?;
        Ok(Self { library: built::shim()?, orders })
    }

    /// What a program needs in its environment to run on this machine.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("LD_PRELOAD", self.library.clone()),
            ("CORDBOARD_SHIM", self.orders.path().to_owned()),
        ]
    }

    /// Kills the program before the `call`-th thing, counted from now, that would leave it: to a file, a
    /// socket, another thread.
    pub fn kill_at(&self, call: u32) -> Result<()> {
        self.order("kill-at", i64::from(call))
    }

    /// Nothing can be written to any file, the database and the log included.
    pub fn spoil(&self, disk: Disk) -> Result<()> {
        let errno = match disk {
            Disk::Full => Errno::NOSPC,
            Disk::Broken => Errno::IO,
            Disk::ReadOnly => Errno::ROFS,
        };
        self.order("errno", i64::from(errno.raw_os_error()))
    }

    /// So much is left on the disk, whoever asks. What is written finds a place all the same, as it does where
    /// SQLite's log has room.
    pub fn leave_space(&self, bytes: u32) -> Result<()> {
        self.order("space", i64::from(bytes))
    }

    /// The clock on the wall jumps; the one that only counts goes on.
    pub fn shift_clock(&self, seconds: i64) -> Result<()> {
        self.order("clock", seconds)
    }

    /// Harmless again; a clock that was set stays so.
    pub fn relent(&self) -> Result<()> {
        for order in ["kill-at", "errno", "space"] {
            match fs::remove_file(self.orders.path().join(order)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(error.into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whole at once, so that no half of a number is obeyed.
    fn order(&self, name: &str, number: i64) -> Result<()> {
        let written = self.orders.path().join("written");
        fs::write(&written, number.to_string())?;
        Ok(fs::rename(&written, self.orders.path().join(name))?)
    }
}
