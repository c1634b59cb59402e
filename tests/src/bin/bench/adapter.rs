//! The adapter: silent sign-ins one after the other, each session left alive with its events socket open.

use std::{fs, time::Duration};

use acceptance::{
    desk::{Desk, Events, Visitor},
    installation::{Installation, Options, Ports},
};
use anyhow::{Context as _, Result};

use crate::{
    report::{Report, median, percentile},
    system,
};

pub fn run(sessions: usize) -> Result<Report> {
    let folder = tempfile::Builder::new().prefix("cordboard-bench-").tempdir()?;
    system::allow_files(sessions as u64 + SPARE_FILES)?;
    let installation = Installation::start(folder.path(), Ports::free()?, &Options::default())?;
    lift_limits(&installation)?;
    let process = installation.adapter_process().context("the adapter runs")?;
    let mut anna = Visitor::logged_in(&installation, "anna.agent")?;
    Desk::new(&installation).sign_in_by_window(&mut anna)?;

    let mut report = Report::new("adapter, SQLite, one after the other over loopback");
    let empty = system::resident(process)?;
    report.row("memory at the start", mebibytes(empty), "MiB", "");
    let mut live = Live::default();
    let mut first = None;
    for target in steps(sessions) {
        let cost = live.grow_to(target, &installation, &mut anna, process)?;
        let first_cpu = *first.get_or_insert(cost.cpu);
        report.row(
            &format!("CPU per sign-in and socket, up to {target} sessions"),
            cost.cpu,
            "ms",
            &format!("{:.2} times the first", cost.cpu / first_cpu),
        );
        report.row(&format!("sign-in, p50, up to {target}"), median(&cost.took), "ms", "");
        report.row(
            &format!("sign-in, p95, up to {target}"),
            percentile(&cost.took, 0.95),
            "ms",
            "",
        );
        report.row(
            &format!("sign-in, p99, up to {target}"),
            percentile(&cost.took, 0.99),
            "ms",
            "",
        );
        report.row(
            &format!("sign-ins per second of the adapter's CPU, up to {target}"),
            1e3 / cost.cpu,
            "/s",
            "",
        );
    }
    let full = system::resident(process)?;
    let each = (full.saturating_sub(empty)) as f64 / live.sockets.len().max(1) as f64;
    report.row(
        &format!("memory with {} sessions and sockets", live.sockets.len()),
        mebibytes(full),
        "MiB",
        "",
    );
    report.row("memory for each session with its socket", each, "KiB", "");
    Ok(report)
}

/// One address signs in as often here as a whole company does in a day.
fn lift_limits(installation: &Installation) -> Result<()> {
    let file = installation.folder().join("cordboard.toml");
    let settings = fs::read_to_string(&file)?;
    let kept = settings.split("[limits]").next().unwrap_or_default();
    let rate = format!("{{ burst = {MANY}, per_second = {MANY} }}");
    fs::write(&file, format!("{kept}[limits]\nrequests = {rate}\nsign_ins = {rate}\n"))?;
    installation.restart_adapter()
}

/// 100, 1,000, 10,000 … and the last one as asked for.
fn steps(most: usize) -> Vec<usize> {
    let powers = (2..).map(|power| 10_usize.pow(power)).take_while(|step| *step < most);
    powers.chain([most]).collect()
}

#[derive(Default)]
struct Live {
    sockets: Vec<Events>,
}

struct Cost {
    /// Milliseconds of the adapter's CPU for each sign-in: challenge, proof, ticket and socket.
    cpu: f64,
    /// Milliseconds from the proof's request to its answer.
    took: Vec<f64>,
}

impl Live {
    fn grow_to(
        &mut self,
        target: usize,
        installation: &Installation,
        agent: &mut Visitor<'_>,
        process: u32,
    ) -> Result<Cost> {
        let already = self.sockets.len();
        let before = system::nanoseconds(process)?;
        let mut took = Vec::new();
        while self.sockets.len() < target {
            let desk = Desk::new(installation);
            let proof = desk.proof_by(agent)?;
            let answer = desk.sign_in_proof(&proof)?;
            took.push(milliseconds(answer.took));
            let access = answer.granted()?.access_token.0;
            self.sockets.push(desk.events(&access)?);
        }
        let spent = system::nanoseconds(process)? - before;
        Ok(Cost { cpu: spent as f64 / 1e6 / (target - already).max(1) as f64, took })
    }
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}

const MANY: u32 = 1_000_000;
/// What either side needs beside its ends of the sockets.
const SPARE_FILES: u64 = 512;
