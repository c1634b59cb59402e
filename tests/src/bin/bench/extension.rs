//! The browser extension: how long it takes to be there, and what it holds in memory.

use acceptance::{
    browser::{Browser, BrowserOptions, Frame, Tab},
    clock,
    world::{Options, World},
};
use anyhow::{Context as _, Result};
use serde_json::json;

use crate::{
    panel::{allow, processes},
    report::{Report, median, percentile},
    system,
};

pub fn run() -> Result<Report> {
    let browser = BrowserOptions { extension: true, ..BrowserOptions::default() };
    let world = World::start_in(&browser, &Options::calling())?;
    let tab = world.console_as("anna.agent")?;
    let panel = world.panel(&tab);
    allow(&world, &panel)?;
    panel.wait_for_text("Your number is 1001")?;
    tab.go("about:blank")?;

    let options = world.browser.new_tab(&world.browser.extension_page("options.html")?)?;
    set_up(&world, &world.browser, &options)?;

    let mut report = Report::new("browser extension, Chromium");
    let woken = times(|| {
        world.browser.stop_worker()?;
        options.evaluate(WAKE)?.as_f64().context("a time")
    })?;
    report.row("worker stopped, asked to answered", median(&woken), "ms", "median");
    report.row("the same, p95", percentile(&woken, 0.95), "ms", "");
    let opened = times(|| {
        options.evaluate(CLOSE)?;
        options.evaluate(WAKE)?.as_f64().context("a time")
    })?;
    report.row("no offscreen document, asked to loaded", median(&opened), "ms", "median");
    report.row("the same, p95", percentile(&opened, 0.95), "ms", "");

    tab.go(&world.console())?;
    world.open_softphone(&tab)?;
    self::resident(&world)?.wait_for(READY)?;
    let ready = times(|| {
        options.evaluate(CLOSE)?;
        let begun = clock::now();
        options.evaluate(WAKE)?;
        self::resident(&world)?.wait_for(READY)?;
        Ok(begun.elapsed().as_secs_f64() * 1_000.0)
    })?;
    report.row("no offscreen document, asked to its phone ready", median(&ready), "ms", "median");
    report.row("the same, p95", percentile(&ready, 0.95), "ms", "");

    let panel = world.panel(&tab);
    panel.wait_for_text("Your number is 1001")?;
    let side = world.browser.new_tab(&world.browser.extension_page("side_panel.html")?)?;
    side.frame("/phone/acme").wait_for_text("Your number is 1001")?;
    for (context, page) in [
        ("worker", &*world.browser.worker()?),
        ("offscreen document", &*world.browser.offscreen()?),
        ("the phone in it", &self::resident(&world)?),
        ("side panel", &*side),
        ("the panel in it", &side.frame("/phone/acme")),
        ("panel in a console", &panel),
    ] {
        report.row(&format!("heap: {context}"), heap(page)?, "MiB", "");
    }
    report.row("a browser with a panel, private memory", with_panel(&world, false)?, "MiB", "");
    report.row("the same, and the extension", with_panel(&world, true)?, "MiB", "");
    Ok(report)
}

fn set_up(world: &World, browser: &Browser, options: &Tab) -> Result<()> {
    browser.allow_microphone(browser.extension_origin()?)?;
    options.activate()?;
    options.fill("#phone", &format!("{}/panel/acme", world.adapter_url()))?;
    options.click_button("Set up")?;
    options.wait_for_text("It is set up.")
}

fn resident(world: &World) -> Result<Frame> {
    Ok(world.browser.offscreen()?.frame("/phone/acme"))
}

fn times(mut once: impl FnMut() -> Result<f64>) -> Result<Vec<f64>> {
    (0..TIMES).map(|_| once()).collect()
}

/// MiB that JavaScript uses once its garbage is gone.
fn heap(page: &Frame) -> Result<f64> {
    page.call("HeapProfiler.collectGarbage", json!({}))?;
    let usage = page.call("Runtime.getHeapUsage", json!({}))?;
    Ok(usage["usedSize"].as_f64().context("a size")? / MEBIBYTE)
}

/// MiB that no two processes of a new browser share, once its phone is ready.
fn with_panel(world: &World, extension: bool) -> Result<f64> {
    let browser =
        world.another_browser_in(&BrowserOptions { extension, ..BrowserOptions::default() })?;
    if extension {
        let options = browser.new_tab(&browser.extension_page("options.html")?)?;
        set_up(world, &browser, &options)?;
        options.close()?;
    }
    let log_in = format!("{}/practice/login?username=anna.agent@acme.example", world.console());
    let tab = browser.new_tab(&log_in)?;
    tab.wait_for("document.querySelector('#softphone-item')")?;
    world.open_softphone(&tab)?;
    world.panel(&tab).wait_for(READY)?;
    let mut kibibytes = 0;
    for process in processes(&browser)? {
        kibibytes += system::private(process)?;
    }
    Ok(kibibytes as f64 / 1024.0)
}

const TIMES: usize = 20;
const MEBIBYTE: f64 = 1_048_576.0;
const READY: &str = "document.body?.innerText.includes('Your number is 1001')";
const CLOSE: &str = "chrome.offscreen.closeDocument().then(() => true)";
/// By an extension page's clock.
const WAKE: &str = "(async () => {
    const begun = performance.now();
    await chrome.runtime.sendMessage('open');
    return performance.now() - begun;
})()";
