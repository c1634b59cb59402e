//! What Linux knows of a process.

use std::fs;

use anyhow::{Context as _, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Nanoseconds that the process's first thread has run (`/proc/PID/task/PID/schedstat`).
pub fn main_thread_nanoseconds(process: u32) -> Result<u64> {
    on_cpu(&format!("/proc/{process}/task/{process}/schedstat"))
}

/// Nanoseconds that all its threads together have run.
pub fn nanoseconds(process: u32) -> Result<u64> {
    let mut sum = 0;
    for thread in fs::read_dir(format!("/proc/{process}/task"))? {
        let file = thread?.path().join("schedstat");
        // A thread may end between the two.
        sum += on_cpu(&file.to_string_lossy()).unwrap_or(0);
    }
    Ok(sum)
}

/// KiB of memory that are the process's own (`VmRSS`).
pub fn resident(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next()).context("no VmRSS")?;
    Ok(number.parse()?)
}

/// KiB that it shares with no other process.
pub fn private(process: u32) -> Result<u64> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
    let lines = rollup.lines().filter(|line| line.starts_with("Private_"));
    let numbers = lines.filter_map(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    Ok(numbers.sum())
}

/// Lets this process and those that it starts open so many files and sockets.
pub fn allow_files(number: u64) -> Result<()> {
    let limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= number) {
        return Ok(());
    }
    let maximum = limit.maximum.map(|maximum| maximum.max(number));
    setrlimit(Resource::Nofile, Rlimit { current: Some(number), maximum })
        .with_context(|| format!("{number} open files are not allowed; fewer `--sessions`?"))
}

fn on_cpu(file: &str) -> Result<u64> {
    let text = fs::read_to_string(file).with_context(|| file.to_owned())?;
    let first = text.split_whitespace().next().with_context(|| format!("{file} is empty"))?;
    Ok(first.parse()?)
}
