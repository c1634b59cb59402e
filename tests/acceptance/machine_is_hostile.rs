//! The disk refuses and the clock jumps under an adapter that goes on running.

use acceptance::{
    desk::{Answer, Desk, Ledger, Visitor, WindowWalk, at_the_desk},
    installation::Installation,
    machine::{Disk, Machine},
    world::Options,
};
use adapter_api::{Code, error::Refused};
use anyhow::{Result, ensure};

/// Fault: the disk is full in the middle of a sign-in, log and database alike.
/// Seen: `adapter.internal` for each step that has to write; the same step succeeds as soon as there is space.
/// Kept: who is signed in stays so; the consent is recorded once, and so is the sign-in.
#[test]
fn a_full_disk_halts_a_sign_in_and_half_writes_nothing() -> Result<()> {
    on_a_machine(|machine, installation| a_sign_in_halts(machine, Disk::Full, installation))
}

/// Fault: the disk answers every write with an error.
/// Seen: `adapter.internal` for each step that has to write; the same step succeeds as soon as the disk does.
/// Kept: who is signed in stays so; the consent is recorded once, and so is the sign-in.
#[test]
fn a_broken_disk_halts_a_sign_in_and_half_writes_nothing() -> Result<()> {
    on_a_machine(|machine, installation| a_sign_in_halts(machine, Disk::Broken, installation))
}

/// Fault: the file system becomes read-only, as Linux makes it after an error.
/// Seen: `adapter.internal` for each step that has to write; the same step succeeds once it is writable.
/// Kept: who is signed in stays so; the consent is recorded once, and so is the sign-in.
#[test]
fn a_read_only_disk_halts_a_sign_in_and_half_writes_nothing() -> Result<()> {
    on_a_machine(|machine, installation| a_sign_in_halts(machine, Disk::ReadOnly, installation))
}

/// Fault: the adapter's clock jumps an hour ahead of Salesforce's in the middle of a session, and is set right.
/// Seen: the session has expired, and a new proof is refused by `proof.expired`, which points at the clock.
/// Kept: the session; it goes on as soon as the clock is right.
#[test]
fn a_clock_an_hour_ahead_ends_no_session_for_good() -> Result<()> {
    on_a_machine(|machine, installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let granted = desk.sign_in_by_window(&mut anna)?;
        let (access, refresh) = (&granted.access_token.0, &granted.refresh_token.0);
        let mut ledger = Ledger::open(installation)?;

        machine.shift_clock(HOUR)?;
        desk.session(access)?.refuses(401, Code::SessionExpired)?;
        desk.refresh(refresh, None)?.refuses(403, Code::SessionProofNeeded)?;
        let proof = desk.proof_by(&mut anna)?;
        let behind = Refused::with_value(Code::ProofExpired, "-60 min");
        desk.refresh(refresh, Some(&proof))?.refuses(403, behind)?;
        ledger.has_refusal(Code::ProofExpired, Some("-60 min"))?;
        machine.shift_clock(0)?;

        lives(desk.session(access)?)?;
        let granted = desk.refresh(refresh, None)?.granted()?;
        lives(desk.session(&granted.access_token.0)?)?;
        ledger.has_nothing_new()
    })
}

/// Fault: the adapter's clock jumps an hour back in the middle of a session, and is set right.
/// Seen: nothing; the panel's session is renewed before and after.
/// Kept: the session, which a clock that is wrong for a while does not lengthen.
#[test]
fn a_clock_an_hour_behind_goes_unnoticed() -> Result<()> {
    on_a_machine(|machine, installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let first = desk.sign_in_by_window(&mut anna)?;
        let mut ledger = Ledger::open(installation)?;

        machine.shift_clock(-HOUR)?;
        lives(desk.session(&first.access_token.0)?)?;
        let behind = desk.refresh(&first.refresh_token.0, None)?.granted()?;
        lives(desk.session(&behind.access_token.0)?)?;
        machine.shift_clock(0)?;

        desk.session(&behind.access_token.0)?.refuses(401, Code::SessionExpired)?;
        let right = desk.refresh(&behind.refresh_token.0, None)?.granted()?;
        lives(desk.session(&right.access_token.0)?)?;
        ensure!(right.session.ends_at == first.session.ends_at, "the session is another length");
        ledger.has_nothing_new()
    })
}

fn on_a_machine(tell: impl FnOnce(&Machine, &Installation) -> Result<()>) -> Result<()> {
    let machine = Machine::new()?;
    let options = Options { adapter_environment: machine.environment(), ..Options::default() };
    at_the_desk(&options, |installation| tell(&machine, installation))
}

/// Each step that writes is tried in vain, and then again.
fn a_sign_in_halts(machine: &Machine, disk: Disk, installation: &Installation) -> Result<()> {
    let in_vain = |request: &mut dyn FnMut() -> Result<Answer>| {
        machine.spoil(disk)?;
        let answer = request();
        machine.relent()?;
        answer
    };
    let mut carla = Visitor::logged_in(installation, "carla.costa")?;
    let other = Desk::new(installation);
    let signed_in = other.sign_in_by_window(&mut carla)?;
    let mut anna = Visitor::logged_in(installation, "anna.agent")?;
    let desk = Desk::new(installation);
    let mut ledger = Ledger::open(installation)?;

    let proof = desk.proof_by(&mut anna)?;
    in_vain(&mut || desk.ask_for_transaction(Some(&proof), CHALLENGE))?
        .refuses(500, Code::AdapterInternal)?;
    let lost = desk.begin(&mut anna)?;
    let mut window = WindowWalk::open(&mut anna, &lost)?;
    in_vain(&mut || window.to_callback())?.page_refuses(500, Code::AdapterInternal)?;
    let transaction = desk.begin(&mut anna)?;
    let mut window = WindowWalk::open(&mut anna, &transaction)?;
    let form = window.to_form()?;
    in_vain(&mut || window.submit(&form.allow()))?.page_refuses(500, Code::AdapterInternal)?;
    ledger.has_nothing_new()?;
    let answer = window.submit(&form.allow())?;
    ensure!(answer.status == 303, "{answer:?}");
    in_vain(&mut || desk.claim(&transaction))?.refuses(500, Code::AdapterInternal)?;
    in_vain(&mut || other.session(&signed_in.access_token.0))?.json()?;
    let granted = desk.claim(&transaction)?.granted()?;
    let token = &granted.refresh_token.0;
    in_vain(&mut || desk.refresh(token, None))?.refuses(500, Code::AdapterInternal)?;
    let renewed = desk.refresh(token, None)?.granted()?;
    lives(desk.session(&renewed.access_token.0)?)?;

    ledger.has(&[("consent.grant", "ok"), ("sign_in", "ok")])
}

fn lives(session: Answer) -> Result<()> {
    ensure!(session.status == 200, "the session is over: {session:?}");
    Ok(())
}

const HOUR: i64 = 3600;

/// Of a verifier that nobody needs.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
