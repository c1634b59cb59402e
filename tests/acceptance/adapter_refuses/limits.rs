//! Too much of one thing: wrong tokens one after the other, and requests without end.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    ops::Range,
    thread,
    time::Duration,
};

use acceptance::{
    clock::Deadline,
    desk::{Answer, Desk, Ledger, Visitor, at_the_desk, at_the_server},
    http::{self, Response},
    installation::{ADAPTER_HOST, Installation, ORGANIZATION},
    world::{Agent, Options, Proof},
};
use adapter_api::{Code, auth_decide::DONE_PATH, session, sign_in_legacy};
use anyhow::{Context as _, Result, ensure};
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
        let refused = flood(session::PATH)?;
        told_to_wait(&refused)?;
        ensure!(refused.body == r#"{"code":"request.too_many"}"#, "{}", refused.body);
        for (path, framed) in [(DONE_PATH, false), ("/panel/acme", true)] {
            let page = flood(path)?;
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
