//! Salesforce is slow, gone or loses answers while calls are written.

use acceptance::{
    clock::Deadline,
    desk::{
        Ledger, at_the_desk,
        call_log::{inbound, noted, task, tasks, unwritten},
    },
    installation::Installation,
    world::Options,
};
use adapter_api::call_log::Receipt;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::{PATIENCE, anna, settle_at_once};

/// Fault: Salesforce inserts a call's Task, and the connection breaks off before its answer is there.
/// Seen: the call waits for a moment, and is then logged.
/// Kept: one Task; the adapter asks for it by the call before it would insert again.
#[test]
fn an_insert_whose_answer_is_lost_is_not_repeated() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        settle_at_once(installation)?;
        let (desk, token) = anna(installation)?;
        installation.practice_control("faults", &json!({ "task_insert": "cut" }))?;
        let call = inbound("+12065550143");

        let receipt = desk.settled(&token, &call)?;

        let task = task(installation, &call.call)?;
        let id = task["id"].as_str().context("an id")?.parse()?;
        ensure!(receipt == Receipt::Written { task: id }, "{receipt:?}");
        let inserts = asked(&installation.practice_state()?, "/sobjects/Task");
        ensure!(inserts == 1, "asked to insert {inserts} times");
        Ok(())
    })
}

/// Fault: Salesforce takes so long over an insert that the adapter has given up on it, and finishes it all the same.
/// Seen: the call waits until the write has settled, and is then logged.
/// Kept: one Task; nothing is asked or sent of that call before.
#[test]
fn an_insert_that_is_finished_after_all_is_not_repeated() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        installation.configure("call_log_settle", "14")?;
        installation.restart_adapter()?;
        let (desk, token) = anna(installation)?;
        installation.practice_control("faults", &json!({ "task_insert_delay": 12_000 }))?;
        let call = inbound("+12065550143");

        desk.settled(&token, &call)?;

        task(installation, &call.call)?;
        let inserts = asked(&installation.practice_state()?, "/sobjects/Task");
        ensure!(inserts == 1, "asked to insert {inserts} times");
        Ok(())
    })
}

/// Fault: the adapter is stopped, as for an update, while Salesforce is busy with a call's Task.
/// Seen: nothing; the adapter waits for the answer before it leaves.
/// Kept: one Task, known at the next start without waiting for the write to settle.
#[test]
fn a_stop_lets_what_is_being_written_finish() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        installation.configure("call_log_settle", "3600")?;
        installation.restart_adapter()?;
        let (desk, token) = anna(installation)?;
        installation.practice_control("faults", &json!({ "task_insert_delay": 1_000 }))?;
        let call = inbound("+12065550143");
        desk.hand_over(&token, &call)?.receipt()?;
        let deadline = Deadline::after(PATIENCE);
        while asked(&installation.practice_state()?, "/sobjects/Task") == 0 {
            ensure!(deadline.left().is_some(), "nothing is inserted");
        }

        installation.restart_adapter()?;

        ensure!(matches!(desk.settled(&token, &call)?, Receipt::Written { .. }));
        task(installation, &call.call)?;
        Ok(())
    })
}

/// Fault: Salesforce ends the adapter's access token between the question and the insert.
/// Seen: nothing.
/// Kept: one Task; what was refused for the token was not done, and is sent again with a new one.
#[test]
fn a_token_that_ends_in_between_is_replaced() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        installation.practice_control("faults", &json!({ "token_queries": 1 }))?;
        let first = inbound("+12065550143");
        let second = noted(&first, "second");

        desk.settled(&token, &first)?;
        desk.settled(&token, &second)?;

        let task = task(installation, &first.call)?;
        ensure!(task["fields"]["Description"] == "second", "{task:#}");
        Ok(())
    })
}

/// Fault: Salesforce updates a call's Task, and the connection breaks off before its answer is there.
/// Seen: the call waits for a moment, and is then logged.
/// Kept: the fields stay ours: the next revision still updates them.
#[test]
fn an_update_whose_answer_is_lost_leaves_the_fields_ours() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        settle_at_once(installation)?;
        let (desk, token) = anna(installation)?;
        let first = inbound("+12065550143");
        desk.settled(&token, &first)?;

        installation.practice_control("faults", &json!({ "task_update": "cut" }))?;
        let second = noted(&first, "second");
        desk.settled(&token, &second)?;
        installation.practice_control("faults", &json!({}))?;
        desk.settled(&token, &noted(&second, "third"))?;

        let task = task(installation, &first.call)?;
        ensure!(task["fields"]["Description"] == "third", "{task:#}");
        Ok(())
    })
}

/// Fault: Salesforce answers 503 to whoever inserts a Task, or somebody else keeps the records locked, for a while.
/// Seen: how many calls wait; `cordboard call-log list` says why.
/// Kept: every call, and one Task of each once it passes.
#[test]
fn what_passes_is_tried_again() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        settle_at_once(installation)?;
        let (desk, token) = anna(installation)?;
        for (fault, trouble) in [
            (json!({ "task_insert": "unavailable" }), "503"),
            (json!({ "task_rule": "locked" }), "UNABLE_TO_LOCK_ROW"),
            (json!({ "query": "forbidden" }), "API_DISABLED_FOR_ORG"),
            (json!({ "token": "unavailable", "token_queries": 0 }), "503"),
        ] {
            installation.practice_control("faults", &fault)?;
            let call = inbound("+12065550143");
            ensure!(desk.hand_over(&token, &call)?.receipt()? == Receipt::Waiting);
            let said = trouble_of_the_first(installation)?;
            ensure!(said.contains(trouble), "{fault}: {said}");
            ensure!(desk.call_log(&token)?.waiting.len() == 1);
            ensure!(tasks(installation, &call.call)?.is_empty());

            installation.practice_control("faults", &json!({}))?;
            desk.settled(&token, &call)?;
            task(installation, &call.call).with_context(|| fault.to_string())?;
        }
        Ok(())
    })
}

/// Fault: Salesforce is away while calls end, and the adapter is restarted before it is back.
/// Seen: how many calls wait.
/// Kept: every call with its newest notes; one Task of each, soon after Salesforce is back.
#[test]
fn calls_wait_for_salesforce_and_outlive_a_restart() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        settle_at_once(installation)?;
        let (desk, token) = anna(installation)?;
        let mut ledger = Ledger::open(installation)?;
        installation.practice_control("faults", &json!({ "my_domain": "unavailable" }))?;
        let calls: Vec<_> = (0..5).map(|number| inbound(&format!("+1206555014{number}"))).collect();
        for call in &calls {
            ensure!(desk.hand_over(&token, call)?.receipt()? == Receipt::Waiting);
        }
        let second = noted(&calls[0], "called again");
        desk.hand_over(&token, &second)?.receipt()?;
        ensure!(desk.call_log(&token)?.waiting.len() == 5);

        installation.restart_adapter()?;
        ensure!(desk.call_log(&token)?.waiting.len() == 5);
        installation.practice_control("faults", &json!({}))?;

        desk.settled(&token, &second)?;
        for call in &calls[1..] {
            desk.settled(&token, call)?;
        }
        for call in &calls {
            task(installation, &call.call)?;
        }
        let first = task(installation, &second.call)?;
        ensure!(first["fields"]["Description"] == "called again", "{first:#}");
        ensure!(desk.call_log(&token)?.waiting.is_empty());
        ledger.has_nothing_new()
    })
}

/// What keeps the first call that waits, once an attempt has failed.
fn trouble_of_the_first(installation: &Installation) -> Result<String> {
    let deadline = Deadline::after(PATIENCE);
    loop {
        let waiting = unwritten(installation)?;
        if let Some(trouble) = waiting.first().and_then(|call| call["trouble"].as_str()) {
            return Ok(trouble.to_owned());
        }
        ensure!(deadline.left().is_some(), "nothing keeps it: {waiting:#?}");
    }
}

/// How often programs have asked for paths that end so.
fn asked(state: &Value, path: &str) -> u64 {
    let asked = state["asked"].as_object().into_iter().flatten();
    let of_path = asked.filter(|(asked, _)| asked.ends_with(path));
    of_path.filter_map(|(_, times)| times.as_u64()).sum()
}
