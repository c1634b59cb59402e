//! Login and password: whatever is wrong with them, it is told in the same words and time.

use std::{fs, sync::Barrier, thread, time::Duration};

use acceptance::{
    desk::{Answer, Desk, Ledger, Visitor, at_the_desk, at_the_server},
    installation::{CONFIG, Installation},
    world::{Options, Proof},
};
use adapter_api::{Code, invite};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Attack: Somebody tries logins and passwords, to learn which logins exist.
/// Refused: unknown login, wrong password, no password, a disabled agent and the method being off are one
/// answer, `sign_in.wrong_credentials`, in the same time.
#[test]
fn passwords_are_refused_alike_whatever_is_wrong() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        for login in ["ben", "carla"] {
            let code = invited(installation, login)?;
            let set = set_password(installation, &desk, &code, "same-origin")?;
            ensure!(set.status == 200, "{set:?}");
        }
        installation.cordboard(&["agent", "disable", "acme", "carla"])?;
        let mut ledger = Ledger::open(installation)?;
        let mut refused_alike = |login: &str, password: &str| -> Result<()> {
            let answer = desk.sign_in_password(login, password)?;
            answer.refuses(403, Code::WrongCredentials)?;
            ensure!(answer.took >= FLOOR, "answered after {:?}: {answer:?}", answer.took);
            ledger.has_refusal(Code::WrongCredentials, None)
        };

        refused_alike("nobody", PASSWORD).context("an unknown login")?;
        refused_alike("ben", "wrong horse battery").context("a wrong password")?;
        refused_alike("ben", "").context("no password")?;
        refused_alike("anna", PASSWORD).context("an agent without a password")?;
        refused_alike("carla", PASSWORD).context("a disabled agent")?;
        installation.cordboard(&["organization", "set", "acme", "--password", "off"])?;
        ledger.news()?;
        let off = desk.sign_in_password("ben", PASSWORD)?;
        off.refuses(403, Code::WrongCredentials).context("the method is off")?;
        ensure!(off.took >= FLOOR, "answered after {:?}", off.took);

        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        desk.sign_in_password("ben", PASSWORD)?.granted().map(drop)
    })
}

/// Attack: Another site's page posts the form of an invitation whose code it got hold of.
/// Refused: `request.origin`; the invitation stays as good as it was.
#[test]
fn a_password_is_set_from_our_own_page_alone() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        let code = invited(installation, "ben")?;

        set_password(installation, &desk, &code, "cross-site")?
            .page_refuses(403, Code::RequestOrigin)?;

        let ours = set_password(installation, &desk, &code, "same-origin")?;
        ensure!(ours.status == 200, "{ours:?}");
        Ok(())
    })
}

#[test]
fn a_reset_ends_the_sessions_of_the_password_before() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let desk = Desk::new(installation);
        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        let code = invited(installation, "ben")?;
        set_password(installation, &desk, &code, "same-origin")?;
        let granted = desk.sign_in_password("ben", PASSWORD)?.granted()?;

        let code = invited(installation, "ben")?;
        set_password(installation, &desk, &code, "same-origin")?;

        desk.session(&granted.access_token.0)?.refuses(401, Code::SessionEnded)
    })
}

/// Attack: Somebody who knows an agent's login and password uses them without that agent's Salesforce session: without a proof, or beside a colleague's.
/// Refused: `proof.malformed` without a proof, `sign_in.wrong_credentials` beside one that names another agent or a user who may be none; a proof counts once, and another user's at a refresh ends the session.
#[test]
fn where_a_proof_is_required_a_password_is_worth_nothing_away_from_salesforce() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
        installation.cordboard(&["agent", "add", "acme", "dora", "--name", "Dora Dahl"])?;
        let added = installation.practice_control("users", &json!({ "count": 1 }))?;
        let added = added[0]["username"].as_str().context("a username")?;
        let (added, _) = added.split_once('@').context("a username has a domain")?;
        for login in ["ben", "dora"] {
            let code = invited(installation, login)?;
            set_password(installation, &desk, &code, "same-origin")?;
        }
        let beside = |login: &str, user: &str| -> Result<Answer> {
            let proof = desk.proof_by(&mut Visitor::logged_in(installation, user)?)?;
            desk.sign_in_password_beside(login, PASSWORD, Some(&proof))
        };

        desk.sign_in_password("ben", PASSWORD)?.refuses(403, Code::ProofMalformed)?;
        for user in ["anna.agent", "otto.outside"] {
            beside("ben", user)?.refuses(403, Code::WrongCredentials).context(user)?;
            beside("dora", user)?.refuses(403, Code::WrongCredentials).context(user)?;
        }
        beside("ben", "ben.berger")?.granted()?;
        // Nobody's user: the account has nothing to know one by.
        let granted = beside("dora", added)?.granted()?;

        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let proof = desk.proof_by(&mut ben)?;
        desk.sign_in_password_beside("ben", PASSWORD, Some(&proof))?.granted()?;
        desk.sign_in_password_beside("ben", PASSWORD, Some(&proof))?
            .refuses(403, Code::ProofNonce)?;
        let proof = desk.proof_by(&mut Visitor::logged_in(installation, added)?)?;
        let granted = desk.refresh(&granted.refresh_token.0, Some(&proof))?.granted()?;
        let proof = desk.proof_by(&mut ben)?;
        desk.refresh(&granted.refresh_token.0, Some(&proof))?.refuses(401, Code::SessionOtherUser)
    })
}

/// Fault: More sign-ins with a password arrive at once than the machine can hash and may wait.
/// Seen: 503 with `Retry-After` and `request.too_many`; the panel keeps what was typed and says to try again in a moment.
/// Kept: Whoever had a place is answered, and whoever comes after the rush is signed in.
#[test]
fn a_full_queue_of_passwords_is_said_at_once_and_passes() -> Result<()> {
    at_the_server(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        ben_has_a_password(installation)?;
        // Whoever guesses pays what a new hash costs, which is long enough for the others to arrive.
        costs(installation, "threads = 1\nwaiting = 0\nmemory_kib = 65536\npasses = 20")?;
        let desks: Vec<Desk<'_>> = (0..RUSH).map(|_| Desk::new(installation)).collect();
        desks.iter().try_for_each(|desk| desk.challenge().map(drop))?;
        let begin = Barrier::new(RUSH);

        let answers: Vec<Answer> = thread::scope(|scope| {
            let attempt = |desk| {
                let begin = &begin;
                scope.spawn(move || {
                    begin.wait();
                    Desk::sign_in_password(desk, "nobody", PASSWORD)
                })
            };
            let attempts: Vec<_> = desks.iter().map(attempt).collect();
            let join = |attempt: thread::ScopedJoinHandle<'_, _>| {
                attempt.join().expect("the attempt does not panic")
            };
            attempts.into_iter().map(join).collect::<Result<_>>()
        })?;

        let (busy, wrong): (Vec<_>, Vec<_>) =
            answers.iter().partition(|answer| answer.status == 503);
        ensure!(!busy.is_empty() && !wrong.is_empty(), "{answers:?}");
        for answer in busy {
            answer.refuses(503, Code::RequestTooMany)?;
            ensure!(answer.header("retry-after") == Some("5"), "{answer:?}");
        }
        wrong.iter().try_for_each(|answer| answer.refuses(403, Code::WrongCredentials))?;
        Desk::new(installation).sign_in_password("ben", PASSWORD)?.granted().map(drop)
    })
}

#[test]
fn a_password_is_hashed_anew_at_the_next_sign_in_when_the_cost_has_changed() -> Result<()> {
    at_the_server(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        ben_has_a_password(installation)?;
        ensure!(parameters(installation)? == "argon2id,m=19456,t=2,p=1");
        costs(installation, "memory_kib = 7168\npasses = 5\nlanes = 2")?;
        let desk = Desk::new(installation);
        desk.sign_in_password("ben", "wrong horse battery")?
            .refuses(403, Code::WrongCredentials)?;
        ensure!(parameters(installation)? == "argon2id,m=19456,t=2,p=1", "by a wrong one");

        desk.sign_in_password("ben", PASSWORD)?.granted()?;

        ensure!(parameters(installation)? == "argon2id,m=7168,t=5,p=2");
        desk.sign_in_password("ben", PASSWORD)?.granted().map(drop)
    })
}

fn ben_has_a_password(installation: &Installation) -> Result<()> {
    installation.cordboard(&["organization", "set", "acme", "--password", "on"])?;
    let code = invited(installation, "ben")?;
    let set = set_password(installation, &Desk::new(installation), &code, "same-origin")?;
    ensure!(set.status == 200, "{set:?}");
    Ok(())
}

/// Restarts the adapter with these settings in place of its `[passwords]`.
fn costs(installation: &Installation, settings: &str) -> Result<()> {
    let config = installation.folder().join(CONFIG);
    let text = fs::read_to_string(&config)?;
    let (before, rest) = text.split_once("[passwords]").context("the template has passwords")?;
    let (_, after) = rest.split_once("\n\n").context("something comes after them")?;
    fs::write(&config, format!("{before}[passwords]\n{settings}\n\n{after}"))?;
    installation.restart_adapter()
}

/// How ben's password is hashed.
fn parameters(installation: &Installation) -> Result<String> {
    let list = installation.cordboard(&["agent", "list", "acme", "--json"])?;
    let list: Value = serde_json::from_str(&list)?;
    let mut agents = list.as_array().context("a list of agents")?.iter();
    let ben = agents.find(|agent| agent["agent"] == "ben").context("ben is listed")?;
    Ok(ben["password"].as_str().context("ben has a password")?.to_owned())
}

fn invited(installation: &Installation, login: &str) -> Result<String> {
    let printed = installation.cordboard(&["agent", "invite", "acme", login])?;
    Ok(printed.trim().to_owned())
}

fn set_password(
    installation: &Installation,
    desk: &Desk<'_>,
    code: &str,
    fetched_from: &str,
) -> Result<Answer> {
    let password = PASSWORD.replace(' ', "+");
    desk.call("POST", invite::PATH)
        .without_proof()
        .body(
            "application/x-www-form-urlencoded",
            &format!("code={code}&password={password}&again={password}"),
        )
        .header("origin", &installation.adapter_url())
        .header("sec-fetch-site", fetched_from)
        .send()
}

/// More than one place.
const RUSH: usize = 6;
const PASSWORD: &str = "correct horse battery";
const FLOOR: Duration = Duration::from_millis(400);
