//! The program itself: what it prints, how it ends, and that it speaks TLS.

use std::{
    io::{BufRead, BufReader, Read},
    net::{SocketAddr, TcpListener},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

#[test]
fn it_says_in_one_line_what_stands_where_and_ends_with_its_standard_input() {
    let (mut child, line, _) = start("http", &[]);

    for member in
        ["console", "my_domain", "control", "organization_id", "call_center_id", "certificate"]
    {
        assert!(line[member].is_string(), "{member} is missing");
    }
    for member in ["socket", "control", "domain", "password", "secret"] {
        assert!(line["pbx"][member].is_string(), "{member} is missing");
    }
    assert_eq!(line["pbx"]["numbers"]["echo"], "600");
    assert_eq!(line["users"].as_array().unwrap().len(), 5);
    assert!(
        line["sign_in_client"]["secret"].is_string()
            && line["integration_client"]["id"].is_string()
    );
    drop(child.stdin.take());
    let mut stdout = child.stdout.take().unwrap();
    assert!(ends(child));
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "", "nothing but the line goes to standard output");
}

#[test]
fn it_ends_when_it_is_asked_to_terminate() {
    let (child, ..) = start("http", &[]);

    Command::new("kill").arg(child.id().to_string()).status().unwrap();

    assert!(ends(child));
}

#[tokio::test]
async fn with_tls_it_stands_at_https_addresses() {
    let (mut child, line, port) = start("https", &["--tls"]);
    let here = SocketAddr::from(([127, 0, 0, 1], port));
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .resolve("acme.my.localhost", here)
        .danger_accept_invalid_certs(true)
        .no_proxy()
        .build()
        .unwrap();

    let versions = client
        .get(format!("{}/services/data/", line["my_domain"].as_str().unwrap()))
        .send()
        .await
        .unwrap();

    assert!(versions.status().is_success());
    drop(child.stdin.take());
    assert!(ends(child));
}

fn start(scheme: &str, more: &[&str]) -> (Child, Value, u16) {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut child = Command::new(env!("CARGO_BIN_EXE_cordboard-practice"))
        .arg(format!("--listen=127.0.0.1:{port}"))
        .arg(format!("--console={scheme}://acme.lightning.localhost:{port}"))
        .arg(format!("--my-domain={scheme}://acme.my.localhost:{port}"))
        .arg("--pbx=127.0.0.1:0")
        .arg("--stop-with-stdin")
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::with_capacity(1 << 16, child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert!(out.buffer().is_empty());
    child.stdout = Some(out.into_inner());
    (child, serde_json::from_str(&line).unwrap(), port)
}

/// Within ten seconds. One that stays ends with this test's process, which holds its standard input.
fn ends(mut child: Child) -> bool {
    let (sender, ended) = mpsc::channel();
    thread::spawn(move || sender.send(child.wait()));
    ended.recv_timeout(Duration::from_secs(10)).is_ok()
}
