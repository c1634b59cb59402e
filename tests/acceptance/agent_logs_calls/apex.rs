//! A call that the console's user writes, through our Apex class, where the adapter has no access of its own.

use acceptance::{
    desk::{
        Visitor, at_the_desk,
        call_log::{inbound, task, tasks},
        user_id,
    },
    installation::Installation,
    world::Options,
};
use adapter_api::call_log::CallId;
use anyhow::{Context as _, Result, ensure};
use salesforce::task::{APEX_CLASS, Field, Fields, Value, WRITE_METHOD, WrittenByApex};
use serde_json::json;

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
