//! What calls cost: a long one and many short ones, and whether anything grows. JavaScript's heap is looked at
//! after its garbage is gone; WebAssembly's memory never shrinks.

use std::{
    thread,
    time::{Duration, Instant},
};

use acceptance::{browser::Browser, clock};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::{
    panel::renderers,
    phone::Phone,
    report::{Report, slope},
    system,
};

/// One call of so many minutes.
pub fn long(minutes: f64) -> Result<Report> {
    ensure!(minutes > 0.0, "a call takes time");
    let phone = Phone::start()?;
    let part = Duration::from_secs_f64(minutes * 60.0 / LOOKS as f64);
    let mut idle = Spent::default();
    idle.wait(part, &phone.world.browser)?;
    phone.dial("601")?;
    phone.is("talking")?;

    let (mut looks, mut spent) = (vec![Look::at(&phone)?], Spent::default());
    for _ in 0..LOOKS {
        spent.wait(part, &phone.world.browser)?;
        looks.push(Look::at(&phone)?);
    }
    phone.is("talking")?;

    let mut report = Report::new(&format!("a call of {minutes} minutes"));
    report.row(
        "main threads' CPU in the call",
        spent.main / spent.passed * 100.0,
        "%",
        "of one processor",
    );
    report.row("main threads' CPU of a phone that waits", idle.main / idle.passed * 100.0, "%", "");
    report.row(
        "all threads' CPU in the call, media included",
        spent.all / spent.passed * 100.0,
        "%",
        "",
    );
    let step = minutes / LOOKS as f64;
    growth(&mut report, &looks, step, "minute");
    Ok(report)
}

/// So many calls, made and received in turn, hung up here and there in turn.
pub fn many(calls: usize) -> Result<Report> {
    let phone = Phone::start()?;
    // SIP remembers an INVITE for 64*T1, so it takes that long until memory is as large as it will be.
    let begun = clock::now();
    for number in 0.. {
        short(&phone, number)?;
        if begun.elapsed() > WARM_UP {
            break;
        }
    }
    let mut looks = vec![Look::at(&phone)?];
    let each = calls.div_ceil(LOOKS).max(1);
    let mut spent = Spent::default();
    for part in 0..calls.div_ceil(each) {
        let before = Meter::read(&phone.world.browser)?;
        for number in 0..each.min(calls - part * each) {
            short(&phone, number)?;
        }
        spent.add(&before, &phone.world.browser)?;
        looks.push(Look::at(&phone)?);
    }

    let mut report = Report::new(&format!("{calls} calls, one after the other"));
    report.row("main threads' CPU of a call", spent.main / calls as f64 / 1e6, "ms", "");
    growth(&mut report, &looks, each as f64, "call");
    Ok(report)
}

fn short(phone: &Phone, number: usize) -> Result<()> {
    if number.is_multiple_of(2) {
        phone.dial("600")?;
        phone.is("talking")?;
        phone.panel.click_button("Hang up")?;
    } else {
        let call = phone.ring()?;
        phone.panel.click_button("Answer")?;
        phone.is("talking")?;
        phone.world.pbx_control(&format!("calls/{call}"), &json!({ "order": "hang_up" }))?;
    }
    phone.clear()
}

fn growth(report: &mut Report, looks: &[Look], step: f64, unit: &str) {
    let (first, last) = (&looks[0], &looks[looks.len() - 1]);
    for (name, of, measure, budget) in FIGURES {
        let values: Vec<f64> = looks.iter().map(of).collect();
        let grows = slope(&values) / step;
        let beside =
            format!("{grows:+.3} {measure} a {unit}, budget {budget}; {:.1} at first", of(first));
        report.row(name, of(last), measure, &beside);
    }
}

type Figure = (&'static str, fn(&Look) -> f64, &'static str, &'static str);

const FIGURES: [Figure; 6] = [
    ("JavaScript's heap at the end", |look| look.heap / 1024.0, "KiB", "1"),
    ("WebAssembly's memory at the end", |look| look.wasm / 1024.0, "KiB", "0"),
    ("peer connections at the end", |look| look.connections, "", "0"),
    ("audio graphs at the end", |look| look.audio, "", "0"),
    ("nodes at the end", |look| look.nodes, "", "0"),
    ("event listeners at the end", |look| look.listeners, "", "0"),
];

/// What the panel's page holds.
struct Look {
    heap: f64,
    wasm: f64,
    connections: f64,
    audio: f64,
    nodes: f64,
    listeners: f64,
}

impl Look {
    fn at(phone: &Phone) -> Result<Self> {
        let panel = &phone.panel;
        panel.call("Performance.enable", json!({}))?;
        // Collects the garbage.
        let wasm = panel.of_all("WebAssembly.Memory", BYTES)?;
        let answer = panel.call("Performance.getMetrics", json!({}))?;
        let metrics = answer["metrics"].as_array().context("no metrics")?;
        let metric = |name: &str| {
            let found = metrics.iter().find(|metric| metric["name"] == name);
            found.and_then(|metric| metric["value"].as_f64()).with_context(|| name.to_owned())
        };
        Ok(Self {
            heap: metric("JSHeapUsedSize")?,
            wasm: wasm.as_f64().context("no memory")?,
            connections: metric("RTCPeerConnections")?,
            audio: metric("AudioHandlers")?,
            nodes: metric("Nodes")?,
            listeners: metric("JSEventListeners")?,
        })
    }
}

/// Where the renderers' processors stand, in nanoseconds.
struct Meter {
    main: u64,
    all: u64,
    read: Instant,
}

impl Meter {
    fn read(browser: &Browser) -> Result<Self> {
        let (mut main, mut all) = (0, 0);
        for (process, of_main) in renderers(browser)? {
            main += of_main;
            all += system::nanoseconds(process)?;
        }
        Ok(Self { main, all, read: clock::now() })
    }
}

/// Nanoseconds that the renderers have run, and that have passed.
#[derive(Default)]
struct Spent {
    main: f64,
    all: f64,
    passed: f64,
}

impl Spent {
    fn wait(&mut self, span: Duration, browser: &Browser) -> Result<()> {
        let before = Meter::read(browser)?;
        // What a call costs is asked of a span of time; nothing is waited for.
        thread::sleep(span);
        self.add(&before, browser)
    }

    fn add(&mut self, before: &Meter, browser: &Browser) -> Result<()> {
        let now = Meter::read(browser)?;
        self.main += now.main.saturating_sub(before.main) as f64;
        self.all += now.all.saturating_sub(before.all) as f64;
        self.passed += now.read.duration_since(before.read).as_nanos() as f64;
        Ok(())
    }
}

const LOOKS: usize = 10;
const WARM_UP: Duration = Duration::from_secs(45);
const BYTES: &str =
    "function() { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }";
