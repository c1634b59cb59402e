//! What a SIP message costs in the browser: this room's code, JsSIP and SIP.js read the same messages and
//! write the same request, one after the other on one page.

use std::fs;

use acceptance::{
    browser::{Browser, BrowserOptions, Tab},
    built,
};
use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use crate::report::{Report, median};

pub fn run() -> Result<Report> {
    let browser = Browser::launch(&BrowserOptions::default())?;
    let tab = page(&browser)?;
    let (invite, ok) = (message(INVITE), message(OK));
    let sdp = lines(SDP);

    let mut report = Report::new("SIP messages in Chromium, text in and text out");
    for (what, arguments) in [
        (format!("read an INVITE of {} bytes", invite.len()), json!(["read", invite])),
        (format!("read a 200 of {} bytes", ok.len()), json!(["read", ok])),
        ("write an INVITE with as much in it".to_owned(), json!(["write", AUTHORIZATION, sdp])),
    ] {
        let [ours, jssip, sipjs] = turns(&tab, &arguments)?;
        let times = |peer: f64| format!("{peer:.0} ({:.1}×)", peer / ours);
        let beside = format!("JsSIP {}, SIP.js {}", times(jssip), times(sipjs));
        report.row(&format!("{what}, median"), ours, "µs", &beside);
    }
    Ok(report)
}

/// A page with the three of them, by the names in [`STACKS`].
fn page(browser: &Browser) -> Result<Tab> {
    let folder = built::target_dir()?.join("bench");
    let read = |name: &str| {
        let file = folder.join(name);
        fs::read(&file)
            .with_context(|| format!("{} is missing; `cargo xtask bench` makes it", file.display()))
    };
    let script = |name: &str| Ok::<_, anyhow::Error>(String::from_utf8(read(name)?)?);
    let tab = browser.new_tab("about:blank")?;
    tab.evaluate(&format!("{}; 0", script("peers.js")?))?;
    let wasm = BASE64_STANDARD.encode(read("sip_bench_bg.wasm")?);
    tab.evaluate(&format!(
        "{}; wasm_bindgen({{ module_or_path: Uint8Array.from(atob('{wasm}'), c => c.charCodeAt(0)) }})
            .then(() => {{ globalThis.stacks = {{ ours: wasm_bindgen, ...peers }}; return 0; }})",
        script("sip_bench.js")?
    ))?;
    Ok(tab)
}

/// Median microseconds of each. They take turns, so that whatever else the machine does falls on all.
fn turns(tab: &Tab, arguments: &Value) -> Result<[f64; 3]> {
    let mut rounds: [Vec<f64>; 3] = Default::default();
    for _ in 0..ROUNDS_EACH {
        for (stack, taken) in STACKS.iter().zip(&mut rounds) {
            let took = tab.evaluate(&format!("({ROUND})('{stack}', ...{arguments})"))?;
            taken.push(took.as_f64().with_context(|| format!("{stack}: {took}"))?);
        }
    }
    ensure!(rounds.iter().flatten().all(|took| *took > 0.0), "a clock that stands still");
    Ok(rounds.map(|taken| median(&taken)))
}

fn message(head: &str) -> String {
    let (head, sdp) = (lines(&head.replace("AUTHORIZATION", AUTHORIZATION)), lines(SDP));
    format!("{head}Content-Length: {}\r\n\r\n{sdp}", sdp.len())
}

fn lines(text: &str) -> String {
    text.replace('\n', "\r\n")
}

const STACKS: [&str; 3] = ["ours", "jssip", "sipjs"];
const ROUNDS_EACH: usize = 15;

/// Microseconds per message, for as many messages as fit into a tenth of a second. What was not understood is an
/// error and no figure.
const ROUND: &str = r#"(stack, work, ...of) => {
    const turn = stacks[stack][work];
    if (!turn(...of)) throw new Error(`${stack} cannot ${work} this`);
    const started = performance.now();
    let turns = 0, took = 0;
    do {
        for (let i = 0; i < 10; i++) turn(...of);
        turns += 10;
        took = performance.now() - started;
    } while (took < 100);
    return took * 1000 / turns;
}"#;

const INVITE: &str = include_str!("sip/invite.head");
const OK: &str = include_str!("sip/ok.head");
/// As Chromium writes it.
const SDP: &str = include_str!("sip/offer.sdp");
const AUTHORIZATION: &str = "Digest algorithm=MD5, username=\"1001\", realm=\"pbx.example\", \
    nonce=\"ZzF2ZmNiOTEtN2RkZC00MTk3\", uri=\"sip:1002@pbx.example\", \
    response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9\", qop=auth, cnonce=\"0a4f113b\", nc=00000001";
