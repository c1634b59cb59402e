//! How soon a socket closes once the adapter knows that its agent is none any more: from the time of the audit
//! entry, which is written in the unit that ends the sessions, to the close that the panel sees.

use std::fs;

use acceptance::{
    clock,
    desk::{Desk, Visitor},
    installation::{CONFIG, Installation, Options, Ports},
};
use anyhow::{Context as _, Result, ensure};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::report::{Report, median, percentile};

pub fn run() -> Result<Report> {
    let folder = tempfile::Builder::new().prefix("cordboard-bench-").tempdir()?;
    let installation = Installation::start(folder.path(), Ports::free()?, &Options::default())?;
    ask_each_second(&installation)?;
    let mut anna = Visitor::logged_in(&installation, "anna.agent")?;
    Desk::new(&installation).sign_in_by_window(&mut anna)?;

    let mut report = Report::new("deactivation known to the adapter to socket closed, one node");
    let command = times(|| {
        let closed = closed_by(&installation, &mut anna, || {
            installation.cordboard(&["agent", "disable", "acme", "anna"]).map(drop)
        });
        installation.cordboard(&["agent", "enable", "acme", "anna"])?;
        closed
    })?;
    rows(&mut report, "by `agent disable`", &command);
    let query = times(|| {
        let closed = closed_by(&installation, &mut anna, || freeze(&installation, true));
        freeze(&installation, false)?;
        closed
    })?;
    rows(&mut report, "by the minute's query", &query);
    Ok(report)
}

fn times(mut once: impl FnMut() -> Result<f64>) -> Result<Vec<f64>> {
    (0..RUNS).map(|_| once()).collect()
}

fn rows(report: &mut Report, way: &str, figures: &[f64]) {
    let budget = "budget 2000";
    report.row(&format!("{way}, p50 of {RUNS}"), median(figures), "ms", budget);
    report.row(&format!("{way}, p95"), percentile(figures, 0.95), "ms", budget);
    report.row(&format!("{way}, max"), percentile(figures, 1.0), "ms", budget);
}

/// Milliseconds from the end's audit entry to the closed socket.
fn closed_by(
    installation: &Installation,
    agent: &mut Visitor<'_>,
    end: impl FnOnce() -> Result<()>,
) -> Result<f64> {
    let desk = Desk::new(installation);
    let proof = desk.proof_by(agent)?;
    let access = desk.sign_in_proof(&proof)?.granted()?.access_token.0;
    let mut events = desk.events(&access)?;
    end()?;
    events.closes()?;
    let closed_at = clock::wall();
    let known_at = known_at(installation)?;
    let took = closed_at.duration_since(known_at).as_millis_f64();
    ensure!(took > 0.0, "the socket closed before the adapter knew");
    Ok(took)
}

/// When the newest entry was written that ends sessions.
fn known_at(installation: &Installation) -> Result<Timestamp> {
    let audit = installation.cordboard(&["audit", "--json", "--most", "5"])?;
    let entries: Vec<Value> = serde_json::from_str(&audit)?;
    let ends =
        |entry: &&Value| entry["event"] == "session.end" || entry["event"] == "agent.disable";
    let end = entries.iter().rfind(ends).with_context(|| audit.clone())?;
    Ok(end["at"].as_str().context("an entry has a time")?.parse()?)
}

fn freeze(installation: &Installation, frozen: bool) -> Result<()> {
    let change = json!({ "username": "anna.agent@acme.example", "frozen": frozen });
    installation.practice_control("user", &change).map(drop)
}

fn ask_each_second(installation: &Installation) -> Result<()> {
    let config = installation.folder().join(CONFIG);
    let text = fs::read_to_string(&config)?;
    let quick = text.replace("directory_interval = 60", "directory_interval = 1");
    ensure!(quick != text, "the template names the interval");
    fs::write(&config, quick)?;
    installation.restart_adapter()
}

const RUNS: usize = 50;
