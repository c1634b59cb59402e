//! The panel's claim, which turns a window into a session.

use std::{sync::Barrier, thread};

use acceptance::{
    desk::{Desk, Ledger, Transaction, Visitor, WindowWalk, at_the_desk},
    installation::Installation,
    world::Options,
};
use adapter_api::Code;
use anyhow::{Result, ensure};

/// Attack: A claim with another verifier, another id, or from another panel.
/// Refused: `sign_in.expired`; the panel that began is given its session.
#[test]
fn a_claim_of_anyone_but_the_panel_that_began_is_refused() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, thief) = (Desk::new(installation), Desk::new(installation));
        let transaction = allowed(installation, &desk)?;
        let other = allowed(installation, &desk)?;
        let mut ledger = Ledger::open(installation)?;
        let expired = |desk: &Desk<'_>, id: &str, verifier: &str| -> Result<()> {
            desk.claim_with(id, verifier)?.refuses(410, Code::TransactionExpired)
        };

        expired(&desk, &transaction.id, &other.verifier)?;
        expired(&desk, &transaction.id, "")?;
        expired(&desk, &transaction.id, &transaction.id)?;
        expired(&desk, &transaction.id, &format!("{}=", transaction.verifier))?;
        expired(&thief, &transaction.id, &transaction.verifier)?;
        for id in ["AAAAAAAAAAAAAAAAAAAAAA", "x", "%2e%2e"] {
            expired(&desk, id, &transaction.verifier)?;
        }

        ledger.has_nothing_new()?;
        desk.claim(&transaction)?.granted()?;
        ledger.has(&[("sign_in", "ok")])
    })
}

/// Fault: The panel claims twice, as after an answer that was lost.
/// Seen: Nothing; the second answer is the first.
/// Kept: One session with one token; it is audited once.
#[test]
fn a_claim_repeated_at_once_is_given_the_same_session() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, thief) = (Desk::new(installation), Desk::new(installation));
        let transaction = allowed(installation, &desk)?;
        let mut ledger = Ledger::open(installation)?;

        let first = desk.claim(&transaction)?.granted()?;
        let again = desk.claim(&transaction)?.granted()?;

        ensure!(first.session.id == again.session.id, "{first:?} {again:?}");
        ensure!(first.access_token == again.access_token, "the tokens differ");
        thief.claim(&transaction)?.refuses(410, Code::TransactionExpired)?;
        ledger.has(&[("sign_in", "ok")])
    })
}

/// Fault: Several claims of one sign-in arrive together.
/// Seen: Nothing; every answer has the same session.
/// Kept: One session; it is audited once.
#[test]
fn claims_that_come_together_are_given_one_session() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let transaction = allowed(installation, &desk)?;
        let mut ledger = Ledger::open(installation)?;

        let answers = at_once(|_| desk.claim(&transaction));

        let mut sessions = Vec::new();
        for answer in answers {
            sessions.push(answer?.granted()?.session.id);
        }
        sessions.dedup();
        ensure!(sessions.len() == 1, "one session, not {sessions:?}");
        ledger.has(&[("sign_in", "ok")])
    })
}

/// Fault: The window's form is sent several times together, with different choices.
/// Seen: One answer decides; the others say `sign_in.expired`.
/// Kept: One decision; it is audited once.
#[test]
fn a_form_that_comes_twice_together_decides_once() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let transaction = desk.begin(&mut anna)?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let page = window.to_form()?;
        let browser = window.visitor().clone();
        let mut ledger = Ledger::open(installation)?;

        let answers = at_once(|place| {
            let mut copy = browser.clone();
            let decision = if place % 2 == 0 { page.allow() } else { page.decline() };
            WindowWalk::resume(&mut copy).submit(&decision)
        });

        let mut decided = 0;
        for answer in answers {
            let answer = answer?;
            if matches!(answer.status, 200 | 303) {
                decided += 1;
            } else {
                answer.page_refuses(410, Code::TransactionExpired)?;
            }
        }
        ensure!(decided == 1, "decided {decided} times");
        let news = ledger.news()?;
        ensure!(news.len() == 1, "one entry, not {news:?}");
        Ok(())
    })
}

/// Attack: Another panel, or one with a wrong verifier, asks why a sign-in was refused.
/// Refused: `sign_in.expired`; the reason is for the panel that began.
#[test]
fn a_refused_sign_in_is_told_to_its_own_panel_alone() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let (desk, other) = (Desk::new(installation), Desk::new(installation));
        let transaction = desk.begin(&mut anna)?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let page = window.to_form()?;
        window.submit(&page.decline())?;

        other.claim(&transaction)?.refuses(410, Code::TransactionExpired)?;
        desk.claim_with(&transaction.id, "wrong")?.refuses(410, Code::TransactionExpired)?;
        desk.claim(&transaction)?.refuses(403, Code::ConsentDeclined)
    })
}

/// The answers to the same thing done four times together.
fn at_once<T: Send>(act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (act, start) = (&act, &Barrier::new(4));
    thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|place| {
                scope.spawn(move || {
                    start.wait();
                    act(place)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("nothing panics")).collect()
    })
}

/// Anna has allowed it, and nobody has claimed it yet.
fn allowed(installation: &Installation, desk: &Desk<'_>) -> Result<Transaction> {
    let mut anna = Visitor::logged_in(installation, "anna.agent")?;
    let transaction = desk.begin(&mut anna)?;
    let mut window = WindowWalk::open(&mut anna, &transaction)?;
    let page = window.to_form()?;
    let answer = window.submit(&page.allow())?;
    ensure!(answer.status == 303, "{answer:?}");
    Ok(transaction)
}
