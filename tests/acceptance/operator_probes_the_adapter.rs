//! A monitor asks the adapter, every second or two, whether it can work.

use std::{fs, time::Duration};

use acceptance::{
    clock::{self, Deadline},
    desk::at_the_desk,
    http,
    installation::{ADAPTER_HOST, Installation},
    machine::{Disk, Machine},
    world::Options,
};
use anyhow::{Result, ensure};

/// Fault: the disk of the database is full, or broken, or all but full.
/// Seen: `/readyz` answers 503 and says which; once the disk takes something again it answers 200. `/healthz` answers all the while.
/// Kept: the adapter goes on; nothing has to be restarted.
#[test]
fn an_adapter_that_cannot_write_is_not_ready_and_says_why() -> Result<()> {
    let machine = Machine::new()?;
    let options = Options { adapter_environment: machine.environment(), ..Options::default() };
    at_the_desk(&options, |installation| {
        becomes(installation, 200, "ok\n")?;

        machine.spoil(Disk::Full)?;
        becomes(installation, 503, "not ready: the disk of the database is full\n")?;
        machine.spoil(Disk::Broken)?;
        becomes(installation, 503, "not ready: the disk of the database answers with errors\n")?;
        ensure!(get(installation, "/healthz")? == (200, "ok\n".to_owned()), "it lives");
        machine.relent()?;
        becomes(installation, 200, "ok\n")?;

        machine.leave_space(1 << 20)?;
        becomes(installation, 503, "not ready: the disk of the database is full\n")?;
        machine.relent()?;
        becomes(installation, 200, "ok\n")
    })
}

#[test]
fn probes_without_end_cost_a_write_every_two_seconds() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let log_length = || -> Result<u64> {
            Ok(fs::metadata(installation.folder().join("cordboard.sqlite-wal"))?.len())
        };
        let (began, before) = (clock::now(), log_length()?);

        for _ in 0..500 {
            ensure!(get(installation, "/readyz")?.0 == 200);
        }

        let writes = (log_length()? - before) / PAGE_IN_LOG;
        let most = began.elapsed().as_secs() / 2 + 1;
        ensure!(writes >= 1 && writes <= most, "{writes} writes, not at most {most}");
        Ok(())
    })
}

/// A look stands for a moment, so the news may take one.
fn becomes(installation: &Installation, status: u16, body: &str) -> Result<()> {
    let patience = Deadline::after(Duration::from_secs(20));
    loop {
        let answer = get(installation, "/readyz")?;
        if answer == (status, body.to_owned()) {
            return Ok(());
        }
        ensure!(patience.left().is_some(), "not {status} {body:?} but {answer:?}");
    }
}

fn get(installation: &Installation, path: &str) -> Result<(u16, String)> {
    let response = http::get(installation.adapter_address(), ADAPTER_HOST, path, &[])?;
    Ok((response.status, response.body))
}

/// SQLite's write-ahead log: a page of 4096 bytes behind a header of 24.
const PAGE_IN_LOG: u64 = 4096 + 24;
