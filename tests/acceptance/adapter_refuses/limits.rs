//! Too much of one thing: wrong tokens one after the other, and requests without end.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    ops::Range,
    thread,
    time::Duration,
};

use acceptance::{
    clock::{self, Deadline},
    desk::{Answer, Desk, Ledger, Visitor, at_the_desk, at_the_server},
    http::{self, Response},
    installation::{ADAPTER_HOST, Installation, ORGANIZATION},
    world::{Agent, Options, Proof},
};
use adapter_api::{
    Code,
    auth_decide::{self, DONE_PATH},
    session, sign_in_challenge, sign_in_legacy,
};
use anyhow::{Context as _, Result, bail, ensure};
use rustix::net;
use serde_json::json;

/// Attack: Somebody tries one SSO token after the other for an operator ID, from changing addresses.
/// Refused: The fourth wrong answer comes after 3 seconds, and later ones later, also for an operator ID that does not exist, and a restart
/// changes nothing. The agent whose operator ID it is signs in meanwhile without waiting, and the count begins anew.
#[test]
fn wrong_tokens_are_answered_later_and_later_and_the_right_one_at_once() -> Result<()> {
    at_the_server(&without_proof(), |installation| {
        let token = installation.issue_token(&Agent::ben())?;
        let desk = Desk::new(installation);
        for operator_id in ["op-1002", "op-9999"] {
            for number in 0..3 {
                let address = format!("192.0.2.{number}");
                wrong_after(&attempt(&desk, operator_id, "wrong", &address)?, 400..3_000)?;
            }
        }
        installation.restart_adapter()?;
        let desk = Desk::new(installation);

        for operator_id in ["op-1002", "op-9999"] {
            let answer = attempt(&desk, operator_id, "wrong", "192.0.2.9")?;
            wrong_after(&answer, 3_000..5_000).context(operator_id)?;
        }
        right_at_once(&attempt(&desk, "op-1002", &token, "192.0.2.1")?)?;
        wrong_after(&attempt(&desk, "op-1002", "wrong", "192.0.2.1")?, 400..3_000)
    })
}

/// Attack: Somebody tries one operator ID after the other from one address, and each request says that it was forwarded for another.
/// Refused: What stands in `X-Forwarded-For` before the address that the reverse proxy has seen counts for nothing: after thirty wrong
/// answers the next ones come after 3 seconds, and right ones at once. The audit log names the network of that address for each.
#[test]
fn an_address_that_tries_one_operator_after_the_other_is_slowed() -> Result<()> {
    at_the_desk(&without_proof(), |installation| {
        let token = installation.issue_token(&Agent::ben())?;
        let address = |number: u32| format!("198.51.100.{number}, 203.0.113.7");
        thread::scope(|scope| {
            let attempts = (0..35).map(|number| {
                scope.spawn(move || {
                    let desk = Desk::new(installation);
                    attempt(&desk, &format!("op-{number}"), "wrong", &address(number))?
                        .refuses(403, Code::WrongCredentials)
                })
            });
            let attempts: Vec<_> = attempts.collect();
            attempts.into_iter().try_for_each(|attempt| attempt.join().expect("it only asks"))
        })?;

        let desk = Desk::new(installation);
        let mut ledger = Ledger::open(installation)?;
        wrong_after(&attempt(&desk, "op-35", "wrong", &address(35))?, 3_000..5_000)?;
        right_at_once(&attempt(&desk, "op-1002", &token, &address(36))?)?;
        wrong_after(&attempt(&desk, "op-36", "wrong", "203.0.113.8")?, 400..3_000)?;
        for entry in ledger.news()? {
            ensure!(entry["detail"] == "legacy from 203.0.113.0/24", "{entry}");
        }
        Ok(())
    })
}

/// Attack: One address floods the adapter with requests, whatever they ask for.
/// Refused: Past its limit it is answered 429 with `Retry-After`, calls in JSON and pages as a page; the adapter's health and the panel's
/// files still answer, and so do requests from other addresses. Whoever waits goes on.
#[test]
fn a_flood_is_told_to_wait_and_whoever_waits_goes_on() -> Result<()> {
    at_the_server(&Options::default(), |installation| {
        installation.configure("requests", "{ burst = 20, per_second = 1 }")?;
        installation.restart_adapter()?;
        let flood = |path: &str| get(installation, path, "192.0.2.7");

        for number in 0..20 {
            let response = flood(session::PATH)?;
            ensure!(response.status == 401, "number {number}: {}", response.status);
        }
        // Meanwhile one or another is earned: the flood goes on until it is refused.
        let refused = |path: &str| -> Result<_> {
            for _ in 0..100 {
                let response = flood(path)?;
                if response.status == 429 {
                    return Ok(response);
                }
            }
            bail!("{path} is never refused")
        };
        let call = refused(session::PATH)?;
        told_to_wait(&call)?;
        ensure!(call.body == r#"{"code":"request.too_many"}"#, "{}", call.body);
        for (path, framed) in [(DONE_PATH, false), ("/panel/acme", true)] {
            let page = refused(path)?;
            told_to_wait(&page)?;
            ensure!(page.body.contains("<h1>") && page.body.contains("request.too_many"));
            // In the console's frame the page has to be seen.
            ensure!(page.header("x-frame-options").is_none() == framed, "{path}");
        }
        for path in ["/healthz", "/readyz", "/assets/window.css"] {
            ensure!(flood(path)?.status == 200, "{path}");
        }
        ensure!(get(installation, DONE_PATH, "192.0.2.8")?.status == 200, "from elsewhere");

        let patience = Deadline::after(Duration::from_secs(20));
        while flood(DONE_PATH)?.status != 200 {
            patience.left().context("whoever waits is admitted")?;
        }
        Ok(())
    })
}

/// Attack: Somebody opens connections and never finishes a request's head on them.
/// Refused: After 15 seconds the adapter closes them; meanwhile it answers everybody else.
#[test]
fn a_request_that_never_ends_its_head_is_hung_up_on() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let patience = Deadline::after(Duration::from_secs(40));
        let mut slow = Vec::new();
        for _ in 0..20 {
            let mut stream = TcpStream::connect(installation.adapter_address())?;
            stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: phone.localhost\r\nX-Slow: ")?;
            slow.push(stream);
        }
        ensure!(get(installation, "/readyz", "192.0.2.7")?.status == 200, "others are answered");

        for mut stream in slow {
            stream.set_read_timeout(Some(patience.left().context("it is still open")?))?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).context("it is not closed")?;
            ensure!(!answer.starts_with(b"HTTP/1.1 2"), "half a request is answered");
        }
        ensure!(get(installation, "/readyz", "192.0.2.7")?.status == 200);
        Ok(())
    })
}

/// Attack: Somebody sends a request's head and then its body byte by byte, without end, to the panel's calls and to the pages' forms.
/// Refused: After 15 seconds 408 and `request.too_slow`, however lively the bytes come, and the connection is closed; meanwhile the
/// adapter answers everybody else.
#[test]
fn a_body_that_trickles_is_not_waited_for() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        desk.nonce()?;
        let call = desk.call("POST", sign_in_challenge::PATH);
        let proof = format!("DPoP: {}\r\n", desk.key.dpop(&call.claims()));
        let began = clock::now();

        thread::scope(|scope| {
            let json = scope.spawn(|| {
                let head = format!("{proof}Content-Type: application/json\r\n");
                trickle(installation, sign_in_challenge::PATH, &head)
            });
            let form = scope.spawn(|| {
                let head = "Content-Type: application/x-www-form-urlencoded\r\n";
                trickle(installation, auth_decide::PATH, head)
            });
            ensure!(
                get(installation, "/readyz", "192.0.2.7")?.status == 200,
                "others are answered"
            );
            for slow in [json, form] {
                let answer = slow.join().expect("it only sends")?;
                ensure!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
                ensure!(answer.contains("request.too_slow"), "{answer}");
            }
            Ok(())
        })?;

        let took = began.elapsed();
        ensure!((Duration::from_secs(14)..Duration::from_secs(40)).contains(&took), "{took:?}");
        Ok(())
    })
}

/// Attack: One address, not a reverse proxy's of ours, opens connections without end and keeps them, as requests and as WebSockets.
/// Refused: Past its limit they are closed without an answer; other addresses are answered, and the proxies hold as many as they like.
#[test]
fn an_address_holds_so_many_connections_and_no_more() -> Result<()> {
    at_the_server(&Options::default(), |installation| {
        installation.configure("connections", "4")?;
        installation.restart_adapter()?;
        let of_the_proxy: Vec<_> =
            (0..12).map(|_| TcpStream::connect(installation.adapter_address())).collect();
        ensure!(get(installation, "/healthz", "192.0.2.7")?.status == 200, "over the proxy");
        drop(of_the_proxy);

        installation.configure("trusted_proxies", "[]")?;
        installation.restart_adapter()?;
        let mut sockets = Vec::new();
        for _ in 0..2 {
            let mut stream = from(installation, 2)?;
            let answer = begin(&mut stream, &upgrade(installation))?;
            ensure!(answer.starts_with("HTTP/1.1 101 "), "{answer}");
            sockets.push(stream);
        }
        let mut requests = Vec::new();
        for _ in 0..2 {
            let mut stream = from(installation, 2)?;
            ensure!(begin(&mut stream, ALIVE)?.starts_with("HTTP/1.1 200 "), "the first four");
            requests.push(stream);
        }
        ensure!(begin(&mut from(installation, 2)?, ALIVE)?.is_empty(), "the fifth is answered");
        let elsewhere = begin(&mut from(installation, 3)?, ALIVE)?;
        ensure!(elsewhere.starts_with("HTTP/1.1 200 "), "from elsewhere: {elsewhere}");

        drop(sockets);
        let patience = Deadline::after(Duration::from_secs(20));
        while begin(&mut from(installation, 2)?, ALIVE)?.is_empty() {
            patience.left().context("a place is given back")?;
        }
        Ok(())
    })
}

/// Attack: One address begins one sign-in after the other.
/// Refused: These have a limit of their own, and past it the answer is 429 with `Retry-After`; who is signed in goes on. Whoever waits
/// signs in.
#[test]
fn sign_ins_have_a_limit_of_their_own() -> Result<()> {
    at_the_server(&Options::default(), |installation| {
        installation.configure("sign_ins", "{ burst = 10, per_second = 1 }")?;
        installation.restart_adapter()?;
        let desk = Desk::new(installation);
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let granted = desk.sign_in_by_window(&mut anna)?;

        let mut answer = desk.challenge()?;
        for _ in 0..10 {
            answer = desk.challenge()?;
        }
        answer.refuses(429, Code::RequestTooMany)?;
        ensure!(answer.header("retry-after") == Some("1"), "{answer:?}");
        ensure!(desk.session(&granted.access_token.0)?.status == 200, "who is signed in goes on");

        let patience = Deadline::after(Duration::from_secs(20));
        while answer.status == 429 {
            patience.left().context("whoever waits is admitted")?;
            answer = desk.challenge()?;
        }
        ensure!(answer.status == 200, "{answer:?}");
        Ok(())
    })
}

/// A byte each moment, until there is an answer.
fn trickle(installation: &Installation, path: &str, head: &str) -> Result<String> {
    let mut stream = TcpStream::connect(installation.adapter_address())?;
    stream.set_read_timeout(Some(Duration::from_millis(200)))?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {ADAPTER_HOST}\r\n{head}Origin: {}\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Length: 20000\r\n\r\n",
        installation.adapter_url()
    )?;
    let (patience, mut answer) = (Deadline::after(Duration::from_secs(40)), Vec::new());
    let mut bytes = [0; 4096];
    loop {
        // Once the answer is there the adapter reads no more, and may say so.
        let _ = stream.write_all(b" ");
        match stream.read(&mut bytes) {
            Ok(0) => return Ok(String::from_utf8_lossy(&answer).into_owned()),
            Ok(length) => answer.extend_from_slice(&bytes[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(_) if !answer.is_empty() => {
                return Ok(String::from_utf8_lossy(&answer).into_owned());
            }
            Err(error) => return Err(error.into()),
        }
        patience.left().context("it is still waited for")?;
    }
}

/// A connection from `127.0.0.number`: Linux has all of them.
fn from(installation: &Installation, number: u8) -> Result<TcpStream> {
    let socket = net::socket(net::AddressFamily::INET, net::SocketType::STREAM, None)?;
    net::bind(&socket, &SocketAddr::from(([127, 0, 0, number], 0)))?;
    net::connect(&socket, &installation.adapter_address())?;
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(stream)
}

/// What comes first, or nothing where the connection is closed.
fn begin(stream: &mut TcpStream, request: &str) -> Result<String> {
    let _ = stream.write_all(request.as_bytes());
    let mut bytes = [0; 1024];
    match stream.read(&mut bytes) {
        Ok(length) => Ok(String::from_utf8_lossy(&bytes[..length]).into_owned()),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}

/// RFC 6455 §4.1, with the key of its example.
fn upgrade(installation: &Installation) -> String {
    format!(
        "GET /events HTTP/1.1\r\nHost: {ADAPTER_HOST}\r\nOrigin: {}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        installation.adapter_url()
    )
}

const ALIVE: &str = "GET /healthz HTTP/1.1\r\nHost: phone.localhost\r\n\r\n";

fn attempt(desk: &Desk<'_>, operator_id: &str, token: &str, forwarded_for: &str) -> Result<Answer> {
    let body = json!({
        "organization": ORGANIZATION,
        "operator_id": operator_id,
        "sso_token": token,
        "proof": null,
        "started_by": "agent",
    });
    let call = desk.call("POST", sign_in_legacy::PATH).json(&body);
    call.header("X-Forwarded-For", forwarded_for).send()
}

/// Late, but not as late as the next ones.
fn wrong_after(answer: &Answer, millis: Range<u64>) -> Result<()> {
    answer.refuses(403, Code::WrongCredentials)?;
    let expected = Duration::from_millis(millis.start)..Duration::from_millis(millis.end);
    ensure!(expected.contains(&answer.took), "after {:?}: {answer:?}", answer.took);
    Ok(())
}

fn right_at_once(answer: &Answer) -> Result<()> {
    answer.granted()?;
    ensure!(answer.took < Duration::from_secs(3), "the right one waited {:?}", answer.took);
    Ok(())
}

fn told_to_wait(response: &Response) -> Result<()> {
    ensure!(response.status == 429, "{} {}", response.status, response.body);
    let seconds = response.header("retry-after").context("no Retry-After")?.parse::<u32>()?;
    ensure!(seconds == 1, "after {seconds} s");
    Ok(())
}

fn get(installation: &Installation, path: &str, forwarded_for: &str) -> Result<Response> {
    let headers = [("X-Forwarded-For", forwarded_for)];
    http::get(installation.adapter_address(), ADAPTER_HOST, path, &headers)
}

fn without_proof() -> Options {
    Options { proof: Proof::Off, ..Options::default() }
}
