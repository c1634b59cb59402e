//! The adapter dies while it takes and writes a call, wherever a death can be told from another one, and comes
//! back on the same database.

use std::{fs, os::unix::process::ExitStatusExt as _, time::Duration};

use acceptance::{
    clock::Deadline,
    desk::{
        Desk, Visitor, at_the_desk,
        call_log::{inbound, noted, task, tasks},
    },
    installation::Installation,
    machine::{Disk, Machine},
    world::Options,
};
use adapter_api::call_log::{Receipt, Request};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// Fault: the adapter is killed (SIGKILL, as for want of memory) at any point between a call's end and its Task: before it is stored, before the receipt, before, during or after the insert, and the same for later notes.
/// Seen: the panel, which has no receipt, hands the call over again; nobody else notices.
/// Kept: exactly one Task, with the newest notes.
#[test]
fn an_adapter_killed_anywhere_between_a_call_and_its_task_writes_one() -> Result<()> {
    let machine = Machine::new()?;
    let options = Options { adapter_environment: machine.environment(), ..Options::default() };
    at_the_desk(&options, |installation| {
        installation.configure("call_log_settle", "0")?;
        installation.restart_adapter()?;
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        Desk::new(installation).sign_in_by_window(&mut anna)?;
        let mut fates = [0; 4];
        for call in 1.. {
            let fate = killed_at(call, &machine, installation, &mut anna)
                .with_context(|| format!("killed at call {call}"))?;
            fates[fate as usize] += 1;
            if fate == Fate::Survived {
                break;
            }
        }
        let [before, inserted, updated, _] = fates;
        println!(
            "killed {before} times before the insert, {inserted} after it, {updated} after the update"
        );
        ensure!(before >= 5 && inserted >= 5, "the deaths miss a part of the way: {fates:?}");
        Ok(())
    })
}

/// Fault: the disk is full, broken or read-only when a call is handed over.
/// Seen: the panel has no receipt, keeps the call, and hands it over again.
/// Kept: one Task of each call, and nothing that was answered and not stored.
#[test]
fn no_receipt_is_given_for_what_is_not_stored() -> Result<()> {
    let machine = Machine::new()?;
    let options = Options { adapter_environment: machine.environment(), ..Options::default() };
    at_the_desk(&options, |installation| {
        let (desk, token) = super::anna(installation)?;
        for disk in [Disk::Full, Disk::Broken, Disk::ReadOnly] {
            let call = inbound("+12065550143");
            machine.spoil(disk)?;
            let answer = desk.hand_over(&token, &call)?;
            ensure!(answer.status >= 500, "{disk:?}: {answer:?}");
            machine.relent()?;
            ensure!(tasks(installation, &call.call)?.is_empty());

            desk.settled(&token, &call)?;
            task(installation, &call.call)?;
        }
        Ok(())
    })
}

/// Where the death came, as far as Salesforce can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    BeforeInsert,
    AfterInsert,
    AfterUpdate,
    Survived,
}

fn killed_at(
    call: u32,
    machine: &Machine,
    installation: &Installation,
    anna: &mut Visitor<'_>,
) -> Result<Fate> {
    let desk = Desk::new(installation);
    let token = desk.sign_in_proof(&desk.proof_by(anna)?)?.granted()?.access_token.0;
    let first = inbound("+12065550143");
    let second = noted(&first, "called again");

    machine.kill_at(call)?;
    let went = go(installation, &desk, &token, [&first, &second])?;
    machine.relent()?;
    let death = installation.adapter_dies()?.and_then(|status| status.signal());
    ensure!(death == Some(SIGKILL) || went, "it does not die, and writes nothing");
    let found = tasks(installation, &first.call)?;
    let fate = match (death, found.as_slice()) {
        (None, _) => Fate::Survived,
        (Some(_), []) => Fate::BeforeInsert,
        (Some(_), [task]) if has_notes(task) => Fate::AfterUpdate,
        (Some(_), _) => Fate::AfterInsert,
    };
    if death.is_some() {
        installation.start_adapter()?;
    }

    // The panel keeps what it has no receipt of, and hands it over in order.
    desk.hand_over(&token, &first)?.receipt()?;
    let receipt = desk.settled(&token, &second)?;
    let task = task(installation, &first.call)?;
    ensure!(has_notes(&task), "{task:#}");
    let id = task["id"].as_str().context("an id")?.parse()?;
    ensure!(receipt == Receipt::Written { task: id }, "{receipt:?}");
    Ok(fate)
}

/// A call and its notes, as far as the adapter lives. True where both stand in Salesforce.
fn go(
    installation: &Installation,
    desk: &Desk<'_>,
    token: &str,
    revisions: [&Request; 2],
) -> Result<bool> {
    for (request, is_there) in revisions.into_iter().zip([|_: &Value| true, has_notes]) {
        if desk.hand_over(token, request).is_err() {
            return Ok(false);
        }
        let deadline = Deadline::after(PATIENCE);
        while !tasks(installation, &request.call)?.iter().any(is_there) {
            if deadline.left().is_none() || is_dead(installation)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Asked of the system: whatever the adapter were asked would count as its own doing.
fn is_dead(installation: &Installation) -> Result<bool> {
    let id = installation.adapter_process().context("the adapter is stopped")?;
    let status = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name before the state stands in parentheses.
    Ok(status.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" Z")))
}

fn has_notes(task: &Value) -> bool {
    task["fields"]["Description"] == "called again"
}

const PATIENCE: Duration = Duration::from_secs(10);
const SIGKILL: i32 = 9;
