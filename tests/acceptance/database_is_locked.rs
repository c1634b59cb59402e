//! Another program has the adapter's database for itself: a copy that somebody takes by hand, a shell left open.

use std::{sync::mpsc, thread, time::Duration};

use acceptance::{
    desk::{Answer, Desk, Ledger, Visitor, WindowWalk, at_the_desk},
    http,
    installation::{ADAPTER_HOST, Installation},
    machine::DatabaseLock,
    world::{Options, story},
};
use adapter_api::{Code, error::Refused};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{anna_signed_in, reload, wait_for_code, wait_for_state};

/// Fault: another program locks the database for a moment, at each step of a sign-in that writes.
/// Seen: nothing; the step waits for the lock to be released.
/// Kept: everything; the sign-in is recorded once.
#[test]
fn a_short_lock_goes_unnoticed() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let mut ledger = Ledger::open(installation)?;

        let challenge = waits(installation, || desk.challenge())?.json()?;
        let proof = anna.proof(challenge["nonce"].as_str().context("a nonce")?)?;
        let transaction = waits_for(installation, || desk.open_transaction(Some(&proof)))?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let answer = waits(installation, || window.to_callback())?;
        let address = answer.location()?.to_owned();
        let form = waits_for(installation, || window.form_at(&address))?;
        let answer = waits(installation, || window.submit(&form.allow()))?;
        ensure!(answer.status == 303, "{answer:?}");
        let granted = waits(installation, || desk.claim(&transaction))?.granted()?;
        waits(installation, || desk.ticket(&granted.access_token.0))?.json()?;
        waits(installation, || desk.refresh(&granted.refresh_token.0, None))?.granted()?;

        ledger.has(&[("consent.grant", "ok"), ("sign_in", "ok")])
    })
}

/// Fault: another program locks the database and does not let go, at each step of a sign-in that writes.
/// Seen: after five seconds 503 with `Retry-After` and `adapter.busy`, in JSON or as a page; what only reads is answered at once, and `/readyz` names the lock. Once it is released the same step succeeds.
/// Kept: who is signed in stays so; nothing is half written, and what succeeds is recorded once.
#[test]
fn a_long_lock_is_said_and_half_writes_nothing() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut visitors = Vec::new();
        for _ in 0..4 {
            visitors.push(Visitor::logged_in(installation, "anna.agent")?);
        }
        let [one, two, three, four] = visitors.as_mut_slice() else { unreachable!("four") };
        let (beginner, reader, asked, claimant) = (
            Desk::new(installation),
            Desk::new(installation),
            Desk::new(installation),
            Desk::new(installation),
        );
        let signed_in = reader.sign_in_by_window(one)?;
        let mut lost = WindowWalk::open(two, &beginner.begin(one)?)?;
        let callback = lost.callback_url()?;
        let asked_for = asked.begin(one)?;
        let mut window = WindowWalk::open(three, &asked_for)?;
        let form = window.to_form()?;
        let allowed = claimant.begin(one)?;
        let mut other_window = WindowWalk::open(four, &allowed)?;
        let answer = other_window.to_form().and_then(|form| other_window.submit(&form.allow()))?;
        ensure!(answer.status == 303, "{answer:?}");
        let (access, refresh) = (&signed_in.access_token.0, &signed_in.refresh_token.0);
        let mut ledger = Ledger::open(installation)?;

        let lock = DatabaseLock::take(installation)?;
        thread::scope(|scope| {
            let in_vain = [
                scope.spawn(|| busy(&beginner.challenge()?)),
                scope.spawn(|| busy_page(&lost.get(&callback)?)),
                scope.spawn(|| busy_page(&window.submit(&form.allow())?)),
                scope.spawn(|| busy(&claimant.claim(&allowed)?)),
                scope.spawn(|| busy(&reader.refresh(refresh, None)?)),
            ];
            let other = Desk::new(installation);
            ensure!(other.consents("nonsense")?.took < Duration::from_secs(3), "it only reads");
            ensure!(ready(installation)? == (503, LOCKED.to_owned()), "{:?}", ready(installation)?);
            in_vain.into_iter().try_for_each(|step| step.join().expect("it only asks"))
        })?;
        drop(lock);

        ledger.has_nothing_new()?;
        ensure!(reader.session(access)?.status == 200, "who is signed in stays so");
        reader.refresh(refresh, None)?.granted()?;
        ensure!(beginner.challenge()?.status == 200, "the next one begins");
        ensure!(window.submit(&form.allow())?.status == 303, "the form is as good as before");
        asked.claim(&asked_for)?.granted()?;
        claimant.claim(&allowed)?.granted()?;
        ledger.has(&[("sign_in", "ok"), ("sign_in", "ok")])
    })
}

/// Fault: another program keeps the database locked while an agent opens the console.
/// Seen: the panel says that the server is busy, counts down, and signs in by itself once the lock is released.
/// Kept: the consent.
#[test]
fn a_panel_that_meets_a_lock_recovers_by_itself() -> Result<()> {
    story(&Options::default(), |world| {
        let (tab, _) = anna_signed_in(world)?;

        let lock = DatabaseLock::take(world)?;
        reload(world, &tab)?;
        let panel = world.panel(&tab);
        wait_for_code(&panel, "adapter.busy")?;
        wait_for_state(&panel, "unreachable")?;
        panel.wait_for_text("Trying again")?;
        drop(lock);

        wait_for_state(&panel, "signed-in")
    })
}

/// No answer comes while the database is locked, and a good one when it is released.
fn waits_for<T: Send>(
    installation: &Installation,
    ask: impl FnOnce() -> Result<T> + Send,
) -> Result<T> {
    let lock = DatabaseLock::take(installation)?;
    let (sender, answers) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || sender.send(ask()));
        let early = answers.recv_timeout(A_MOMENT);
        drop(lock);
        ensure!(early.is_err(), "it is answered while the database is locked");
        answers.recv()?
    })
}

fn waits(
    installation: &Installation,
    ask: impl FnOnce() -> Result<Answer> + Send,
) -> Result<Answer> {
    waits_for(installation, ask)
}

fn busy(answer: &Answer) -> Result<()> {
    answer.refuses(503, Code::AdapterBusy)?;
    told_when(answer)
}

fn busy_page(answer: &Answer) -> Result<()> {
    answer.page_refuses(503, Refused::from(Code::AdapterBusy))?;
    told_when(answer)
}

fn told_when(answer: &Answer) -> Result<()> {
    ensure!(answer.header("retry-after") == Some("5"), "no time to try again: {answer:?}");
    let expected = Duration::from_secs(4)..Duration::from_secs(25);
    ensure!(expected.contains(&answer.took), "after {:?}: {answer:?}", answer.took);
    Ok(())
}

fn ready(installation: &Installation) -> Result<(u16, String)> {
    let response = http::get(installation.adapter_address(), ADAPTER_HOST, "/readyz", &[])?;
    Ok((response.status, response.body))
}

const A_MOMENT: Duration = Duration::from_millis(300);

const LOCKED: &str = "not ready: another process keeps the database locked\n";
