//! The panel in a real browser: cold loads in fresh browsers, then reloads of one that is signed in.

use acceptance::{
    browser::{Browser, BrowserOptions, Frame, Tab},
    world::{Options, World},
};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::{
    report::{Report, median, percentile},
    system,
};

pub fn run() -> Result<Report> {
    let world = World::start(&Options::default())?;
    let tab = world.console_as("anna.agent")?;
    allow(&world, &world.panel(&tab))?;

    let mut report = Report::new("panel, Chromium, practice organisation on loopback");
    let cold = |slowdown| -> Result<Vec<Cold>> {
        (0..COLD_LOADS).map(|_| cold_load(&world, slowdown)).collect()
    };
    let (usual, slow) = (cold(1)?, cold(SLOWDOWN)?);
    for (what, figure, unit, beside) in COLD_FIGURES {
        let of = |loads: &[Cold]| median(&loads.iter().map(figure).collect::<Vec<_>>());
        report.row(what, of(&usual), unit, beside);
        report.slowed(of(&slow), SLOWDOWN);
    }

    let silent = || -> Result<Vec<f64>> { (0..RELOADS).map(|_| silent(&world, &tab)).collect() };
    let usual = silent()?;
    world.browser.set_slowdown(SLOWDOWN);
    let slow = silent()?;
    report.row(
        "silent sign-in after a reload, frame to session",
        median(&usual),
        "ms",
        "budget 500, median",
    );
    report.slowed(median(&slow), SLOWDOWN);
    report.row("silent sign-in after a reload, p95", percentile(&usual, 0.95), "ms", "");
    report.slowed(percentile(&slow, 0.95), SLOWDOWN);
    Ok(report)
}

type ColdFigure = (&'static str, fn(&Cold) -> f64, &'static str, &'static str);

const COLD_FIGURES: [ColdFigure; 6] = [
    (
        "cold load, main threads' CPU until signed in",
        |cold| cold.cpu,
        "ms",
        "budget 375 (aim 190); RingCentral Embeddable 1890",
    ),
    ("cold load, frame opened to signed in", |cold| cold.signed_in, "ms", ""),
    (
        "cold load, first paint of the panel",
        |cold| cold.painted,
        "ms",
        "RingCentral Embeddable 184, only \"Loading\"",
    ),
    ("cold load, heap", |cold| cold.heap, "MiB", "RingCentral Embeddable 24"),
    ("cold load, requests", |cold| cold.requests, "", "RingCentral Embeddable 10"),
    ("cold load, bytes", |cold| cold.bytes, "KiB", "RingCentral Embeddable 1630"),
];

struct Cold {
    cpu: f64,
    signed_in: f64,
    painted: f64,
    heap: f64,
    requests: f64,
    bytes: f64,
}

/// A browser that has never seen the panel; consent is on record, so nothing is clicked.
fn cold_load(world: &World, slowdown: u32) -> Result<Cold> {
    let browser = Browser::launch(&BrowserOptions::default())?;
    browser.set_slowdown(slowdown);
    let address = format!("{}/practice/login?username=anna.agent@acme.example", world.console());
    let tab = browser.new_tab(&address)?;
    tab.wait_for("document.querySelector('#softphone-item')")?;
    let before = renderers(&browser)?;
    world.open_softphone(&tab)?;
    let panel = world.panel(&tab);
    wait_until_signed_in(&panel)?;
    // Whichever renderers worked for it, a new one from its birth.
    let after = renderers(&browser)?;
    let cpu: u64 = after
        .iter()
        .map(|(process, spent)| {
            let known = before.iter().find(|(known, _)| known == process);
            spent - known.map_or(0, |(_, spent)| *spent)
        })
        .sum();
    // The paint's time is told after the frame that it belongs to.
    panel.wait_for("performance.getEntriesByName('first-contentful-paint').length")?;
    let seen = panel.evaluate(SEEN)?;
    let number = |name: &str| seen[name].as_f64().with_context(|| format!("no {name} in {seen}"));
    Ok(Cold {
        cpu: cpu as f64 / 1e6,
        signed_in: number("signedIn")?,
        painted: number("painted")?,
        heap: number("heap")? / 1024.0 / 1024.0,
        requests: number("requests")?,
        bytes: number("bytes")? / 1024.0,
    })
}

fn silent(world: &World, tab: &Tab) -> Result<f64> {
    tab.reload()?;
    world.open_softphone(tab)?;
    let panel = world.panel(tab);
    wait_until_signed_in(&panel)?;
    panel.evaluate(SEEN)?["signedIn"].as_f64().context("the panel asked for no session")
}

/// Every renderer process with the nanoseconds of its main thread.
pub fn renderers(browser: &Browser) -> Result<Vec<(u32, u64)>> {
    let renderers = processes_of(browser, |kind| kind == "renderer")?.into_iter();
    renderers.map(|process| Ok((process, system::main_thread_nanoseconds(process)?))).collect()
}

pub fn processes(browser: &Browser) -> Result<Vec<u32>> {
    processes_of(browser, |_| true)
}

fn processes_of(browser: &Browser, wanted: impl Fn(&Value) -> bool) -> Result<Vec<u32>> {
    let answer = browser.call("SystemInfo.getProcessInfo", json!({}))?;
    let processes = answer["processInfo"].as_array().context("no processInfo")?.iter();
    let wanted = processes.filter(|process| wanted(&process["type"]));
    Ok(wanted.filter_map(|process| u32::try_from(process["id"].as_u64()?).ok()).collect())
}

fn wait_until_signed_in(panel: &Frame) -> Result<Value> {
    panel.wait_for("document.querySelector('main')?.dataset.state === 'signed-in'")
}

pub fn allow(world: &World, panel: &Frame) -> Result<()> {
    panel.click_button("Sign in with Salesforce")?;
    let window = world.browser.wait_for_popup()?;
    window.click_button("Allow")?;
    wait_until_signed_in(panel).map(drop)
}

/// `signedIn` is the end of the answer that granted the session, since the frame's navigation began.
const SEEN: &str = "(() => {
    const entries = performance.getEntriesByType('resource');
    const grants = entries.filter((entry) => entry.name.endsWith('/sign-in/proof'));
    const own = [...performance.getEntriesByType('navigation'), ...entries];
    return {
        signedIn: grants.at(-1)?.responseEnd,
        painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
        heap: performance.memory.usedJSHeapSize,
        requests: own.length,
        bytes: own.reduce((sum, entry) => sum + entry.transferSize, 0),
    };
})()";

/// As a phone, or an agent's old computer.
const SLOWDOWN: u32 = 4;
const COLD_LOADS: usize = 7;
const RELOADS: usize = 21;
