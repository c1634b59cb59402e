//! A call that the console's user writes, through our Apex class, where the adapter has no access of its own.

use acceptance::{
    desk::{
        Desk, Visitor, at_the_desk,
        call_log::{inbound, noted, task, tasks, unwritten},
        user_id,
    },
    installation::Installation,
    world::Options,
};
use adapter_api::{
    Code,
    call_log::{CallId, Receipt},
    call_log_turn::{Done, Outcome, Response, Write},
    error::Refused,
};
use anyhow::{Context as _, Result, ensure};
use salesforce::task::{APEX_CLASS, Field, Fields, Value, WRITE_METHOD, WrittenByApex};
use serde_json::json;

use super::settle_at_once;

/// Fault: the console dies between a call's Task and the class's answer, so that the panel writes it once more.
/// Seen: nothing.
/// Kept: one Task of the agent's; what the agent edited, and a deletion.
#[test]
fn a_call_that_the_console_writes_twice_is_one_task() -> Result<()> {
    told(|installation, anna| {
        let call = inbound("1").call;
        let (nothing, first) = (Fields::new(), fields("first"));

        let written = write(anna, &call, &first, &nothing)?;
        ensure!(write(anna, &call, &first, &nothing)? == written);

        let made = task(installation, &call)?;
        ensure!(made["id"] == written.task.context("a task")?.as_str(), "{made:#}");
        ensure!(made["owner"] == user_id(installation, "anna.agent")?, "{made:#}");
        write(anna, &call, &fields("second"), &first)?;
        ensure!(task(installation, &call)?["fields"]["Description"] == "second");

        let edit = json!({ "id": made["id"], "fields": { "Description": "my own" } });
        installation.practice_control("task", &edit)?;
        write(anna, &call, &fields("third"), &fields("second"))?;
        ensure!(task(installation, &call)?["fields"]["Description"] == "my own");

        let gone = json!({ "id": made["id"], "deleted": true });
        installation.practice_control("task", &gone)?;
        let after = write(anna, &call, &fields("fourth"), &fields("third"))?;
        ensure!(after == WrittenByApex { task: None } && tasks(installation, &call)?.is_empty());
        Ok(())
    })
}

/// Attack: A page in the console asks the class for a Task of somebody else's, or to change a colleague's call by its id.
/// Refused: The owner is no field that it takes, and a colleague's Task is not found: the call becomes a Task of the running user's.
#[test]
fn nobody_writes_a_call_as_somebody_else() -> Result<()> {
    told(|installation, anna| {
        let call = inbound("1").call;
        write(anna, &call, &fields("hers"), &Fields::new())?;
        let mut carla = Visitor::logged_in(installation, "carla.costa")?;
        let mut of_anna = fields("not so");
        of_anna.insert(Field::OwnerId, Value::text(user_id(installation, "anna.agent")?));

        let refused = write(&mut carla, &call, &of_anna, &Fields::new()).err();
        let refused = refused.context("it takes an owner")?;
        ensure!(refused.to_string().contains("OwnerId"), "{refused:#}");
        write(&mut carla, &call, &fields("not so"), &Fields::new())?;

        let both = tasks(installation, &call)?;
        ensure!(both.len() == 2 && both[0]["fields"]["Description"] == "hers", "{both:#?}");
        ensure!(both[1]["owner"] == user_id(installation, "carla.costa")?, "{both:#?}");
        Ok(())
    })
}

/// Fault: the page that writes a call is gone before it says what came of it, and the agent has typed notes meanwhile.
/// Seen: the next page writes it again, and then the notes.
/// Kept: one Task, with the notes; the agent's own edit.
#[test]
fn a_page_that_dies_in_the_middle_of_a_write_leaves_one_task() -> Result<()> {
    at_annas_desk(|installation, anna, desk, token| {
        let call = inbound("+12065550143");
        ensure!(desk.hand_over(token, &call)?.receipt()? == Receipt::Waiting);
        let write = desk.turn(token, None)?.write.context("it is due")?;
        run(anna, &write)?;
        ensure!(desk.turn(token, None)?.write.is_none(), "it has not settled");
        let noted = noted(&call, "Wants a quote");
        ensure!(desk.hand_over(token, &noted)?.receipt()? == Receipt::Waiting);

        let again = desk.next_write(token)?;
        ensure!(again.parameters == write.parameters, "what nobody answered is sent as it was");
        let done = Done { outcome: run(anna, &again)?, lease: again.lease };
        let later = desk.turn(token, Some(done))?.write.context("the notes are due")?;
        let done = Done { outcome: run(anna, &later)?, lease: later.lease };
        ensure!(desk.turn(token, Some(done))? == Response { write: None, next_in: None });

        let task = task(installation, &call.call)?;
        ensure!(task["fields"]["Description"] == "Wants a quote", "{task:#}");
        ensure!(task["fields"]["Subject"] == "Call from +12065550143", "{task:#}");
        let receipt = desk.hand_over(token, &noted)?.receipt()?;
        ensure!(matches!(receipt, Receipt::Written { .. }), "{receipt:?}");
        Ok(())
    })
}

#[test]
fn a_rule_of_salesforces_is_told_and_a_class_that_is_not_there_is_waited_for() -> Result<()> {
    at_annas_desk(|installation, _, desk, token| {
        let call = inbound("+12065550143");
        desk.hand_over(token, &call)?.receipt()?;
        let write = desk.turn(token, None)?.write.context("it is due")?;
        let said = "Could not load Apex class: CordboardCallLog.".to_owned();
        let done = Done { lease: write.lease, outcome: Outcome::Failed(said) };
        let waits = desk.turn(token, Some(done))?;
        ensure!(waits.write.is_none() && waits.next_in.is_some(), "{waits:?}");
        let listed = unwritten(installation)?;
        let trouble = listed[0]["trouble"].as_str().context("a trouble")?;
        ensure!(trouble.contains("Could not load Apex class"), "{listed:?}");

        let write = desk.next_write(token)?;
        let said = "Insert failed. First exception on row 0; first error: \
            FIELD_CUSTOM_VALIDATION_EXCEPTION, Calls need notes: []";
        let done = Done { lease: write.lease, outcome: Outcome::Failed(said.to_owned()) };
        ensure!(desk.turn(token, Some(done))? == Response { write: None, next_in: None });
        let receipt = desk.hand_over(token, &call)?.receipt()?;
        let refused = Refused::with_value(Code::CallLogRule, "Calls need notes");
        ensure!(receipt == Receipt::Refused(refused), "{receipt:?}");
        Ok(())
    })
}

/// Attack: An agent reports by a colleague's lease that the colleague's call is written, so that it never is.
/// Refused: A lease is good for the agent alone whose call it is; the report changes nothing.
#[test]
fn a_lease_of_somebody_elses_is_good_for_nothing() -> Result<()> {
    at_annas_desk(|installation, anna, desk, token| {
        let call = inbound("+12065550143");
        desk.hand_over(token, &call)?.receipt()?;
        let write = desk.turn(token, None)?.write.context("it is due")?;
        let mut carla = Visitor::logged_in(installation, "carla.costa")?;
        let others = desk.sign_in_by_window(&mut carla)?.access_token.0;

        let task = r#"{"task":"00Tgg0000000001EAA"}"#.to_owned();
        let done = Done { lease: write.lease.clone(), outcome: Outcome::Returned(task) };
        ensure!(desk.turn(&others, Some(done))? == Response { write: None, next_in: None });

        ensure!(desk.hand_over(token, &call)?.receipt()? == Receipt::Waiting);
        let done = Done { outcome: run(anna, &write)?, lease: write.lease };
        desk.turn(token, Some(done))?;
        let receipt = desk.hand_over(token, &call)?.receipt()?;
        ensure!(matches!(receipt, Receipt::Written { .. }), "{receipt:?}");
        Ok(())
    })
}

/// The class's answer, as a panel passes it on.
fn run(visitor: &mut Visitor<'_>, write: &Write) -> Result<Outcome> {
    let returned = visitor.run_apex_of(APEX_CLASS, WRITE_METHOD, &write.parameters)?;
    Ok(Outcome::Returned(returned.as_str().context("the class returns text")?.to_owned()))
}

fn at_annas_desk(
    tell: impl FnOnce(&Installation, &mut Visitor<'_>, &Desk<'_>, &str) -> Result<()>,
) -> Result<()> {
    let options = Options { integration_client: false, ..Options::default() };
    at_the_desk(&options, |installation| {
        settle_at_once(installation)?;
        let desk = Desk::new(installation);
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let token = desk.sign_in_by_window(&mut anna)?.access_token.0;
        tell(installation, &mut anna, &desk, &token)
    })
}

fn told(tell: impl FnOnce(&Installation, &mut Visitor<'_>) -> Result<()>) -> Result<()> {
    let options = Options { integration_client: false, ..Options::default() };
    at_the_desk(&options, |installation| {
        tell(installation, &mut Visitor::logged_in(installation, "anna.agent")?)
    })
}

fn write(
    visitor: &mut Visitor<'_>,
    call: &CallId,
    wanted: &Fields,
    written: &Fields,
) -> Result<WrittenByApex> {
    let encoded =
        |fields| Ok::<_, anyhow::Error>(oauth::base64url::encode(serde_json::to_vec(fields)?));
    let parameters =
        format!("call={call}&wanted={}&written={}", encoded(wanted)?, encoded(written)?);
    let returned = visitor.run_apex_of(APEX_CLASS, WRITE_METHOD, &parameters)?;
    Ok(serde_json::from_str(returned.as_str().context("the class returns text")?)?)
}

fn fields(notes: &str) -> Fields {
    [
        (Field::Subject, Value::text("Call from 1")),
        (Field::Description, Value::text(notes)),
        (Field::CallType, Value::text("Inbound")),
        (Field::CallDurationInSeconds, Value::Number(61)),
    ]
    .into()
}
