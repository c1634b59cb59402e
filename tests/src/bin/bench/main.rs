//! What signing in costs, in the browser and in the adapter, each figure beside its budget or a peer's.
//!
//! ~~~text
//! panel      fresh browsers: main-thread CPU, heap, requests, bytes;  reloads: the silent sign-in
//! adapter    sign-ins one after the other: latency, CPU, growth;      sessions and sockets: memory
//! ends       from the moment the adapter knows that an agent is none any more to the closed socket
//! ~~~
//!
//! `bench panel`, `bench adapter` or `bench ends` runs one chapter, `--sessions N` says how many live sessions the second
//! one grows to. Everything runs on one machine over loopback, so wall-clock times contain the browser, the
//! practice organisation and whatever else the machine does; run it on a quiet one.

mod adapter;
mod ends;
mod panel;
mod report;
mod system;

use anyhow::{Context as _, Result, bail};

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut wanted, mut sessions) = (Vec::new(), SESSIONS);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--sessions" => {
                let number = arguments.next().context("`--sessions` takes a number")?;
                sessions = number.parse().with_context(|| format!("`{number}` is no number"))?;
            }
            "panel" | "adapter" | "ends" => wanted.push(argument),
            unknown => {
                bail!(
                    "`bench` knows `panel`, `adapter`, `ends` and `--sessions N`, not `{unknown}`"
                )
            }
        }
    }
    let runs = |chapter: &str| wanted.is_empty() || wanted.iter().any(|one| one == chapter);
    if runs("panel") {
        panel::run()?.print();
    }
    if runs("adapter") {
        adapter::run(sessions)?.print();
    }
    if runs("ends") {
        ends::run()?.print();
    }
    Ok(())
}

const SESSIONS: usize = 10_000;
