//! The window's form, by which alone anything is decided.

use acceptance::{
    desk::{Desk, FormPage, Ledger, Submission, Visitor, WindowWalk, at_the_desk},
    installation::Installation,
    world::{Options, Proof},
};
use adapter_api::{Code, auth_decide};
use anyhow::{Context as _, Result, ensure};

/// Attack: The window's form is posted from another site, without its token, incomplete, or in another browser.
/// Refused: The answer is an error and nothing is decided; our own page goes on.
#[test]
fn a_form_posted_from_elsewhere_decides_nothing() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let transaction = desk.begin(&mut anna)?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let page = window.to_form()?;
        let mut ledger = Ledger::open(installation)?;
        let ours = page.allow();
        let from =
            |origin: Option<&str>| Submission { origin: origin.map(str::to_owned), ..ours.clone() };
        let fetched = |sec_fetch_site| Submission { sec_fetch_site, ..ours.clone() };
        let forged = [
            from(None),
            from(Some("null")),
            from(Some("https://evil.example")),
            from(Some(&installation.console())),
            from(Some(&format!("{}/", installation.adapter_url()))),
            fetched(None),
            fetched(Some("none")),
            fetched(Some("same-site")),
            fetched(Some("cross-site")),
            ours.clone().with("form", ""),
            ours.clone().with("form", &page.tx),
        ];

        for submission in &forged {
            let answer = window.submit(submission)?;
            answer.page_refuses(403, Code::RequestOrigin).context(format!("{submission:?}"))?;
        }
        for incomplete in ["tx", "form", "choice"] {
            let answer = window.submit(&ours.clone().without(incomplete))?;
            ensure!((400..500).contains(&answer.status), "without {incomplete}: {answer:?}");
        }
        // The right form in a browser that did not start.
        let mut other = Visitor::logged_in(installation, "anna.agent")?;
        let second = desk.begin(&mut other)?;
        let answer = WindowWalk::open(&mut other, &second)?.submit(&ours)?;
        answer.page_refuses(403, Code::OauthState)?;

        ledger.has_nothing_new()?;
        let answer = window.submit(&ours)?;
        ensure!(answer.status == 303, "our own page decides: {answer:?}");
        desk.claim(&transaction)?.granted()?;
        ledger.has(&[("consent.grant", "ok"), ("sign_in", "ok")])
    })
}

/// Attack: A form is sent twice, as an older drawing of itself, or as an address.
/// Refused: Only the form drawn last counts, once.
#[test]
fn a_form_is_good_once_and_only_as_it_was_drawn_last() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let transaction = desk.begin(&mut anna)?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let first = window.to_form()?;
        let mut ledger = Ledger::open(installation)?;
        let second = window.form_again(&first)?;

        window.submit(&first.allow())?.page_refuses(403, Code::RequestOrigin)?;
        // What the address says decides nothing.
        let fields = second.allow().encoded();
        window.get(&format!("{}?{fields}", auth_decide::PATH))?;
        ledger.has_nothing_new()?;

        let last = window.form_again(&first)?;
        let cookies = window.visitor().cookies.clone();
        ensure!(window.submit(&last.allow())?.status == 303, "the last one drawn counts");
        window.visitor().cookies = cookies;
        window.submit(&last.allow())?.page_refuses(410, Code::TransactionExpired)?;
        window.submit(&last.decline())?.page_refuses(410, Code::TransactionExpired)?;
        desk.claim(&transaction)?.granted()?;
        ledger.has(&[("consent.grant", "ok"), ("sign_in", "ok")])
    })
}

/// Attack: *Allow* is submitted in a window where the agent has said *Not now*.
/// Refused: 410 `sign_in.expired`; no permission is on record, so a proof alone is refused by `sign_in.consent_needed`.
#[test]
fn not_now_burns_the_sign_in_and_grants_nothing() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let transaction = desk.begin(&mut anna)?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let page = window.to_form()?;
        let mut ledger = Ledger::open(installation)?;
        let cookies = window.visitor().cookies.clone();

        let answer = window.submit(&page.decline())?;

        ensure!(answer.status == 200, "{answer:?}");
        desk.claim(&transaction)?.refuses(403, Code::ConsentDeclined)?;
        window.visitor().cookies = cookies;
        window.submit(&page.allow())?.page_refuses(410, Code::TransactionExpired)?;
        ledger.has(&[("sign_in", "sign_in.consent_declined")])?;
        let proof = desk.proof_by(&mut anna)?;
        desk.sign_in_proof(&proof)?.refuses(403, Code::ConsentNeeded)
    })
}

/// Attack: The phrase is guessed, left out, made up or spelt otherwise.
/// Refused: `sign_in.wrong_phrase`; the sign-in is burned, so that there is no second guess, whether consent is on record or not.
#[test]
fn any_phrase_but_the_panels_burns_the_sign_in() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        refuse_each_wrong_phrase(installation, &mut anna)?;

        let desk = Desk::new(installation);
        let transaction = desk.open_transaction(None)?;
        let phrase = transaction.phrase.clone().context("the panel shows a phrase")?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let page = window.to_form()?;
        ensure!(window.submit(&page.allow_with(&phrase))?.status == 303, "the right one counts");
        desk.claim(&transaction)?.granted()?;

        // Consent is on record from here on, and the phrase is asked for all the same.
        refuse_each_wrong_phrase(installation, &mut anna)
    })
}

fn refuse_each_wrong_phrase(installation: &Installation, anna: &mut Visitor<'_>) -> Result<()> {
    let desk = Desk::new(installation);
    let mut ledger = Ledger::open(installation)?;
    type Wrong = fn(&FormPage, &str) -> Submission;
    let wrong: [(&str, Wrong); 5] = [
        ("another of the four", |page, shown| {
            let other = page.phrases.iter().find(|phrase| *phrase != shown);
            page.allow_with(other.map_or("", String::as_str))
        }),
        ("none of these", |page, _| page.allow_with("")),
        ("no choice at all", |page, _| page.allow()),
        ("made up", |page, _| page.allow_with("amber walrus")),
        ("in capitals", |page, shown| page.allow_with(&shown.to_uppercase())),
    ];
    for (what, submission) in wrong {
        let transaction = desk.open_transaction(None)?;
        let phrase = transaction.phrase.clone().context("the panel shows a phrase")?;
        let mut window = WindowWalk::open(anna, &transaction)?;
        let page = window.to_form()?;
        ensure!(page.phrases.len() == 4, "not four phrases but {:?}", page.phrases);
        let cookies = window.visitor().cookies.clone();

        let answer = window.submit(&submission(&page, &phrase))?;

        answer.page_refuses(403, Code::WrongPhrase).context(what)?;
        desk.claim(&transaction)?.refuses(403, Code::WrongPhrase).context(what)?;
        ledger.has_refusal(Code::WrongPhrase, None).context(what)?;
        // There is no second guess.
        window.visitor().cookies = cookies;
        let right = window.submit(&page.allow_with(&phrase))?;
        right.page_refuses(410, Code::TransactionExpired).context(what)?;
        ledger.has_nothing_new()?;
    }
    Ok(())
}
