//! Whether the adapter can work, so whether its database takes what is written. Looked at when somebody asks,
//! and then not again for a moment: probes of many kinds come often, and each look is a write.

use std::{fmt, path::Path};

use nix::sys::statfs::statfs;
use store::{Fault, Store};
use tokio::{
    sync::Mutex,
    time::{Duration, Instant, timeout},
};

#[derive(Debug, Default)]
pub struct Readiness {
    last: Mutex<Option<(Instant, Result<(), NotReady>)>>,
}

/// The reason, as whoever probes may read it: it names no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReady {
    Locked,
    Full,
    ReadOnly,
    Disk,
    Database,
}

impl Readiness {
    /// Whoever asks while another looks waits for the same answer.
    pub async fn look(&self, store: &Store, database: &Path) -> Result<(), NotReady> {
        let mut last = self.last.lock().await;
        if let Some((at, found)) = *last
            && at.elapsed() < HELD
        {
            return found;
        }
        let before = last.map(|(_, found)| found);
        let found = look(store, database).await;
        *last = Some((Instant::now(), found));
        tell_change(before, found);
        found
    }
}

async fn look(store: &Store, database: &Path) -> Result<(), NotReady> {
    match timeout(PATIENCE, store.write_nothing()).await {
        Err(_) => return Err(NotReady::Locked),
        Ok(Err(error)) => {
            tracing::debug!(%error, "the database takes nothing");
            return Err(error.fault().into());
        }
        Ok(Ok(())) => {}
    }
    // SQLite writes into what its log already occupies, so one page may find a place where a sign-in finds none.
    if has_space(database) { Ok(()) } else { Err(NotReady::Full) }
}

/// What cannot be measured is not held against it.
fn has_space(database: &Path) -> bool {
    let folder = database.parent().unwrap_or(Path::new("."));
    statfs(folder).map_or(true, |disk| {
        let block = u64::try_from(disk.block_size()).unwrap_or(1);
        disk.blocks_available().saturating_mul(block) >= LEAST_SPACE
    })
}

/// One line when it changes, not one for each probe.
fn tell_change(before: Option<Result<(), NotReady>>, found: Result<(), NotReady>) {
    match (before, found) {
        (Some(before), found) if before == found => {}
        (_, Err(reason)) => tracing::error!(%reason, "not ready"),
        (Some(Err(_)), Ok(())) => tracing::info!("ready again"),
        (_, Ok(())) => {}
    }
}

impl From<Fault> for NotReady {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Busy => Self::Locked,
            Fault::Full => Self::Full,
            Fault::ReadOnly => Self::ReadOnly,
            Fault::Disk => Self::Disk,
            Fault::Other => Self::Database,
        }
    }
}

impl fmt::Display for NotReady {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "another process keeps the database locked",
            Self::Full => "the disk of the database is full",
            Self::ReadOnly => "the database cannot be written",
            Self::Disk => "the disk of the database answers with errors",
            Self::Database => "the database fails; the log says how",
        })
    }
}

/// For so long an answer stands.
const HELD: Duration = Duration::from_secs(2);

/// Longer than this a probe does not wait for the database.
const PATIENCE: Duration = Duration::from_secs(3);

/// SQLite's log takes four megabytes before it is worked off.
const LEAST_SPACE: u64 = 8 << 20;
