//! A panel in a real browser, in a cross-site frame of the console, speaks Open CTI with it: once through our
//! script, once through a strict stand-in for the genuine one, served in its place.
//!
//! The panel reports to its own server, so nothing needs to look into the browser. Without a Chromium these
//! two say so and pass.

mod org;

use std::{
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{
    Json, Router,
    http::header,
    routing::{get, post},
};
use org::PracticeOrg;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

#[tokio::test]
async fn the_panel_and_the_console_understand_each_other() {
    let Some(report) = report_of_a_panel(None).await else { return };

    assert_eq!(report["error"], Value::Null, "{report:#}");
    assert_eq!(report["microphone"], true);
    let query = report["query"].as_str().unwrap();
    assert!(
        query.starts_with("?mode=Lightning&ltn_app_id=06m") && query.contains("&clc=1&nonce="),
        "{query}"
    );
    assert_eq!(
        report["refusals"],
        json!([
            "Must pass in only one object which holds arguments to this API method call.",
            "Missing the required argument `callback`!",
            "Missing the required argument `listener`!",
            "Missing the required argument `value object`!",
            "Must pass in only one object which holds arguments to this API method call.",
        ])
    );
    spoken_as_documented(&report);
}

#[tokio::test]
async fn a_script_as_strict_as_the_genuine_one_has_nothing_to_drop() {
    let strict = include_str!("panel/strict.js").to_owned();
    let Some(report) = report_of_a_panel(Some(strict)).await else { return };

    assert_eq!(report["error"], Value::Null, "{report:#}");
    assert_eq!(report["violations"], json!([]));
    spoken_as_documented(&report);
}

fn spoken_as_documented(report: &Value) {
    let done = json!({ "success": true, "returnValue": null, "errors": null });
    let returned = |name: &str| {
        assert_eq!(report[name]["success"], true, "{name}: {}", report[name]);
        report[name]["returnValue"].clone()
    };
    let code = |name: &str| {
        assert_eq!(report[name]["success"], false, "{name}: {}", report[name]);
        report[name]["errors"][0]["code"].clone()
    };

    assert_eq!(returned("settings")["/cordboard/enableSalesforceSso"], "true");
    assert_eq!(
        returned("layout")["Inbound"]["screenPopSettings"]["NoMatch"]["screenPopType"],
        "PopToSearch"
    );
    assert!(returned("view")["url"].as_str().unwrap().ends_with("/lightning/page/home"));
    assert_eq!(returned("hidden")["visible"], false);
    assert_eq!(returned("visible")["visible"], true);
    for name in ["show", "label", "icon", "height", "pop", "refresh"] {
        assert_eq!(report[name], done, "{name}");
    }
    assert_eq!(code("tooHigh"), "INVALID_PARAM");
    assert_eq!(code("unknownPop"), "INVALID_PARAM");
    assert_eq!(code("noClass"), "SERVER_ERROR");
    assert_eq!(returned("proof")["runApex"].as_str().unwrap().split('.').count(), 3);
    assert_eq!(report["navigated"]["recordId"], "003Ax0000000001IAA");
    assert_eq!(report["navigated"]["recordName"], "Rose Gonzalez");
    assert_eq!(returned("search")["003Ax0000000003IAA"]["Name"], "Dr. Mia Chen");
    assert_eq!(returned("popped")["recordId"], "003Ax0000000003IAA");
    assert!(returned("task").as_str().unwrap().starts_with("00T"));
}

/// Opens the console as Anna and waits for what the panel in it reports.
async fn report_of_a_panel(script: Option<String>) -> Option<Value> {
    let Some(chromium) = ["/usr/bin/chromium", "/usr/bin/google-chrome"]
        .into_iter()
        .find(|path| Path::new(path).exists())
    else {
        eprintln!("no Chromium is installed, so no panel was played");
        return None;
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let adapter = format!("http://phone.localhost:{}", listener.local_addr().unwrap().port());
    let org = PracticeOrg::start_with(&adapter, script).await;
    let (reports, mut reported) = mpsc::channel(1);
    let panel = panel(&org.console, reports);
    tokio::spawn(async { axum::serve(listener, panel).await });
    let profile = tempfile::tempdir().unwrap();
    let _browser = Chromium::open(
        chromium,
        profile.path(),
        &format!("{}/practice/login?username=anna.agent@acme.example", org.console),
    );

    let report = tokio::time::timeout(Duration::from_secs(60), reported.recv()).await;
    Some(report.expect("the panel reports within a minute").unwrap())
}

fn panel(console: &str, reports: mpsc::Sender<Value>) -> Router {
    let page = include_str!("panel/panel.html").replace("CONSOLE", console);
    let html = [(header::CONTENT_TYPE, "text/html")];
    let javascript = [(header::CONTENT_TYPE, "text/javascript")];
    let script = include_str!("panel/panel.js");
    Router::new()
        .route("/panel/acme", get(move || async move { (html, page) }))
        .route("/panel.js", get(move || async move { (javascript, script) }))
        .route(
            "/report",
            post(move |body: String| async move {
                reports.send(serde_json::from_str(&body).unwrap()).await.unwrap();
                Json(())
            }),
        )
}

/// Gone when dropped, with all the processes it started.
struct Chromium(Child);

impl Chromium {
    fn open(program: &str, profile: &Path, url: &str) -> Self {
        let child = Command::new(program)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
            ])
            .args([
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ])
            .args(["--disable-dev-shm-usage", "--no-default-browser-check"])
            .arg(format!("--user-data-dir={}", profile.display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args(["-KILL", "--", &group]).status();
        let _ = self.0.wait();
    }
}
