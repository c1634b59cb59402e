//! What signing in and calling cost, in the browser and in the adapter, each figure beside its budget or a peer's.
//!
//! ~~~text
//! panel      fresh browsers: main-thread CPU, heap, requests, bytes;  reloads: the silent sign-in
//! adapter    sign-ins one after the other: latency, CPU, growth;      sessions and sockets: memory
//! ends       from the moment the adapter knows that an agent is none any more to the closed socket
//! sip        reading and writing a message, beside JsSIP and SIP.js
//! calls      from the click to the INVITE, and from an INVITE to the ring
//! long       a call of some minutes: CPU, memory, growth
//! many       some hundred calls: CPU, memory, growth
//! extension  from nothing to its worker, its offscreen document, its phone; memory of each
//! ~~~
//!
//! `bench CHAPTER…` runs some of them; `--sessions N` says how many live sessions the adapter grows to,
//! `--minutes N` how long the long call is, `--calls N` how many the many are. Everything runs on one machine over
//! loopback, so wall-clock times contain the browser, the practice organisation and whatever else the machine does;
//! run it on a quiet one.

mod adapter;
mod calls;
mod ends;
mod extension;
mod growth;
mod panel;
mod phone;
mod report;
mod sip;
mod system;

use std::str::FromStr;

use anyhow::{Context as _, Result, bail};

use crate::report::Report;

fn main() -> Result<()> {
    let wishes = Wishes::parse(std::env::args().skip(1))?;
    for (name, chapter) in CHAPTERS {
        if wishes.chapters.is_empty() || wishes.chapters.iter().any(|wished| wished == name) {
            chapter(&wishes)?.print();
        }
    }
    Ok(())
}

type Chapter = fn(&Wishes) -> Result<Report>;

const CHAPTERS: [(&str, Chapter); 8] = [
    ("panel", |_| panel::run()),
    ("adapter", |wishes| adapter::run(wishes.sessions)),
    ("ends", |_| ends::run()),
    ("sip", |_| sip::run()),
    ("calls", |_| calls::run()),
    ("long", |wishes| growth::long(wishes.minutes)),
    ("many", |wishes| growth::many(wishes.calls)),
    ("extension", |_| extension::run()),
];

struct Wishes {
    /// None is all of them.
    chapters: Vec<String>,
    sessions: usize,
    minutes: f64,
    calls: usize,
}

impl Wishes {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut wishes = Self { chapters: Vec::new(), sessions: 10_000, minutes: 10.0, calls: 200 };
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--sessions" => wishes.sessions = number(&argument, arguments.next())?,
                "--minutes" => wishes.minutes = number(&argument, arguments.next())?,
                "--calls" => wishes.calls = number(&argument, arguments.next())?,
                chapter if CHAPTERS.iter().any(|(name, _)| *name == chapter) => {
                    wishes.chapters.push(argument);
                }
                unknown => {
                    let known = CHAPTERS.map(|(name, _)| format!("`{name}`")).join(", ");
                    bail!(
                        "`bench` knows {known}, `--sessions N`, `--minutes N`, `--calls N`, not `{unknown}`"
                    )
                }
            }
        }
        Ok(wishes)
    }
}

fn number<T: FromStr>(argument: &str, given: Option<String>) -> Result<T> {
    let given = given.with_context(|| format!("`{argument}` takes a number"))?;
    given.parse().ok().with_context(|| format!("`{given}` is no number"))
}
