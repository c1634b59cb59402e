//! How long an agent waits: from the click to the INVITE that it makes, and from an INVITE to the ring.

use anyhow::Result;

use crate::{
    phone::Phone,
    report::{Report, median, percentile},
};

pub fn run() -> Result<Report> {
    let phone = Phone::start()?;
    phone.watch()?;
    let made = times(|| made(&phone))?;
    let rung = times(|| rung(&phone))?;

    let mut report = Report::new("calls, Chromium, practice PBX on loopback");
    for (what, figures) in [
        ("click on Call to the INVITE on the wire", made),
        ("INVITE on the wire to the ring on the screen", rung),
    ] {
        report.row(&format!("{what}, median of {RUNS}"), median(&figures), "ms", "");
        report.row(&format!("{what}, p95"), percentile(&figures, 0.95), "ms", "");
    }
    Ok(report)
}

fn times(once: impl FnMut() -> Result<f64>) -> Result<Vec<f64>> {
    std::iter::repeat_with(once).take(RUNS).collect()
}

/// The microphone is opened and the browser gathers its candidates in between.
fn made(phone: &Phone) -> Result<f64> {
    phone.panel.fill("#dial", "600")?;
    phone.moments()?;
    phone.panel.click_button("Call")?;
    phone.is("talking")?;
    let took = phone.moments()?.between("clicked", "sent")?;
    phone.panel.click_button("Hang up")?;
    phone.clear()?;
    Ok(took)
}

fn rung(phone: &Phone) -> Result<f64> {
    phone.moments()?;
    phone.ring()?;
    phone.panel.wait_for("'shown' in moments")?;
    let took = phone.moments()?.between("received", "shown")?;
    phone.panel.click_button("Decline")?;
    phone.clear()?;
    Ok(took)
}

const RUNS: usize = 25;
