//! The adapter dies in the middle of a sign-in, wherever in it a death can be told from another one, and
//! comes back on the same database.

use std::os::unix::process::ExitStatusExt as _;

use acceptance::{
    desk::{Desk, Ledger, Transaction, Visitor, WindowWalk, at_the_desk},
    installation::{Installation, ORGANIZATION},
    machine::Machine,
    world::Options,
};
use adapter_api::{Code, session::Granted};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Fault: the adapter is killed (SIGKILL, as for want of memory) at any point of a first sign-in, and started again.
/// Seen: the panel asks once more and is signed in; or it is asked to begin again, and signs in.
/// Kept: one session and one consent with one audit entry each, or nothing at all; whatever was answered before the death.
#[test]
fn an_adapter_killed_anywhere_in_a_sign_in_has_signed_in_once_or_not_at_all() -> Result<()> {
    let machine = Machine::new()?;
    let options = Options { adapter_environment: machine.environment(), ..Options::default() };
    at_the_desk(&options, |installation| {
        let anna = Visitor::logged_in(installation, "anna.agent")?;
        let mut fates = [0; 3];
        for call in 1.. {
            let fate = killed_at(call, &machine, installation, &anna)
                .with_context(|| format!("killed at call {call}"))?;
            fates[fate as usize] += 1;
            if fate == Fate::Survived {
                break;
            }
        }
        let [nothing, signed_in, _] = fates;
        println!("killed {nothing} times before the consent, {signed_in} times after it");
        ensure!(nothing >= 5 && signed_in >= 5, "the deaths miss a half of the sign-in: {fates:?}");
        Ok(())
    })
}

/// Where the death came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    BeforeConsent,
    AfterConsent,
    /// The sign-in was over by then.
    Survived,
}

/// What has come back to panel and window before the adapter died.
#[derive(Default)]
struct Answered {
    transaction: Option<Transaction>,
    allowed: bool,
    granted: Option<Granted>,
    all: bool,
}

fn killed_at(
    call: u32,
    machine: &Machine,
    installation: &Installation,
    anna: &Visitor<'_>,
) -> Result<Fate> {
    let desk = Desk::new(installation);
    let mut ledger = Ledger::open(installation)?;
    let mut answered = Answered::default();

    machine.kill_at(call)?;
    let walk = sign_in(&desk, &mut anna.clone(), &mut answered);
    machine.relent()?;
    if let Err(error) = walk {
        let death = installation.adapter_dies()?.and_then(|status| status.signal());
        ensure!(death == Some(SIGKILL), "it does not die, and refuses: {error:#}");
    }
    installation.start_adapter()?;

    let consented = judge(installation, &desk, &answered, &mut ledger, &mut anna.clone())?;
    Ok(match (answered.all, consented) {
        (true, _) => Fate::Survived,
        (false, true) => Fate::AfterConsent,
        (false, false) => Fate::BeforeConsent,
    })
}

/// A first sign-in, with the first refresh of its session.
fn sign_in(desk: &Desk<'_>, anna: &mut Visitor<'_>, answered: &mut Answered) -> Result<()> {
    let transaction = desk.begin(anna)?;
    answered.transaction = Some(transaction.clone());
    let mut window = WindowWalk::open(anna, &transaction)?;
    let form = window.to_form()?;
    let answer = window.submit(&form.allow())?;
    ensure!(answer.status == 303, "{answer:?}");
    answered.allowed = true;
    let granted = desk.claim(&transaction)?.granted()?;
    answered.granted = Some(granted.clone());
    desk.refresh(&granted.refresh_token.0, None)?.granted()?;
    answered.all = true;
    Ok(())
}

/// Says whether the consent was on record, and leaves none.
fn judge(
    installation: &Installation,
    desk: &Desk<'_>,
    answered: &Answered,
    ledger: &mut Ledger<'_>,
    anna: &mut Visitor<'_>,
) -> Result<bool> {
    let news = ledger.news()?;
    let (consents, sign_ins) = (count(&news, "consent.grant"), count(&news, "sign_in"));
    ensure!(news.len() == consents + sign_ins, "something else happened: {news:?}");
    ensure!(sign_ins <= consents && consents <= 1, "more than once: {news:?}");
    ensure!(consents == 1 || !answered.allowed, "an answered consent is lost");
    ensure!(sign_ins == 1 || answered.granted.is_none(), "an answered sign-in is lost");

    let other = Desk::new(installation);
    let (desk, granted) = if consents == 1 {
        let transaction = answered.transaction.as_ref().context("a consent to nothing")?;
        let granted = desk.claim(transaction)?.granted()?;
        ensure!(
            answered.granted.as_ref().is_none_or(|first| first.session.id == granted.session.id),
            "the session answered before and the one answered after are two"
        );
        (desk, granted)
    } else {
        let proof = other.proof_by(anna)?;
        other.sign_in_proof(&proof)?.refuses(403, Code::ConsentNeeded)?;
        ledger.has_nothing_new()?;
        (&other, signed_in_anew(&other, anna)?)
    };
    let granted = desk.refresh(&granted.refresh_token.0, None)?.granted()?;
    let all: Vec<Value> = news.into_iter().chain(ledger.news()?).collect();
    ensure!(
        count(&all, "consent.grant") == 1 && count(&all, "sign_in") == 1 && all.len() == 2,
        "not one consent and one sign-in: {all:?}"
    );
    is_linked(installation)?;
    revoke(desk, &granted.access_token.0)?;
    ledger.has(&[("consent.revoke", "ok")])?;
    Ok(consents == 1)
}

fn signed_in_anew(desk: &Desk<'_>, anna: &mut Visitor<'_>) -> Result<Granted> {
    let mut answered = Answered::default();
    sign_in(desk, anna, &mut answered)?;
    answered.granted.context("a whole sign-in grants a session")
}

/// One consent is on record; it goes, and the session with it.
fn revoke(desk: &Desk<'_>, access_token: &str) -> Result<()> {
    let list = desk.consents(access_token)?.json()?;
    let consents = list["consents"].as_array().context("a list of consents")?;
    let [consent] = consents.as_slice() else { anyhow::bail!("not one consent: {list}") };
    let id = consent["id"].as_str().context("a consent has an id")?;
    let answer = desk.revoke_consent(access_token, id)?;
    ensure!(answer.status == 204, "{answer:?}");
    desk.session(access_token)?.refuses(401, Code::ConsentRevoked)
}

fn is_linked(installation: &Installation) -> Result<()> {
    let agents = installation.cordboard(&["agent", "list", ORGANIZATION, "--json"])?;
    let agents: Vec<Value> = serde_json::from_str(&agents).context(agents)?;
    let linked = agents.iter().filter(|agent| !agent["salesforce_user"].is_null());
    ensure!(linked.count() == 1, "not one agent is linked: {agents:?}");
    Ok(())
}

fn count(news: &[Value], event: &str) -> usize {
    let is = |entry: &&Value| entry["event"] == event && entry["outcome"] == "ok";
    news.iter().filter(is).count()
}

const SIGKILL: i32 = 9;
