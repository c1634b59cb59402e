//! What Salesforce refuses for good, what the adapter refuses, and who can do something about it.

use acceptance::{
    desk::{
        Desk, Ledger, Visitor, at_the_desk,
        call_log::{inbound, noted, task, tasks, unwritten},
        user_id,
    },
    installation::{Installation, ORGANIZATION},
    world::{Agent, Options, Proof},
};
use adapter_api::{
    Code,
    call_log::{Entry, MOST_NOTES, Receipt, Request, Writer},
    error::Refused,
    events::Event,
};
use anyhow::{Result, ensure};
use serde_json::json;

use super::{PATIENCE, anna};

/// Fault: Salesforce refuses a call's Task for good: a required field, a validation rule, a missing permission, a contact that is gone.
/// Seen: the panel is told which code, field or rule; `cordboard call-log list` and the audit log say the same.
/// Kept: the call, which `cordboard call-log retry` or a newer revision writes once the cause is mended.
#[test]
fn a_refusal_says_why_and_is_mended_by_a_retry() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let mut ledger = Ledger::open(installation)?;
        for (rule, code, value) in [
            ("required_field", Code::CallLogFieldMissing, "Team__c (REQUIRED_FIELD_MISSING)"),
            ("validation", Code::CallLogRule, "Calls need a topic."),
            (
                "forbidden",
                Code::CallLogNoPermission,
                "INSUFFICIENT_ACCESS_OR_READONLY: insufficient access rights on object id",
            ),
        ] {
            let mut events = desk.events(&token)?;
            installation.practice_control("faults", &json!({ "task_rule": rule }))?;
            let call = inbound("+12065550143");
            let refused = Refused::with_value(code, value);

            desk.hand_over(&token, &call)?.receipt()?;
            let told = Event::CallLogRefused { call: call.call.clone(), refused: refused.clone() };
            events.hears(&told, PATIENCE)?;

            ensure!(desk.hand_over(&token, &call)?.receipt()? == Receipt::Refused(refused));
            let kept = unwritten(installation)?;
            ensure!(
                kept.len() == 1 && kept[0]["refusal"] == json!({ "code": code, "value": value }),
                "{kept:#?}"
            );
            ledger.has(&[("call_log.write", code.as_str())])?;
            ensure!(desk.call_log(&token)?.waiting.is_empty());
            installation.practice_control("faults", &json!({}))?;
            let id = &call.call.as_str()[..12];
            installation.cordboard(&["call-log", "retry", ORGANIZATION, id])?;
            let receipt = desk.settled(&token, &call)?;
            ensure!(matches!(receipt, Receipt::Written { .. }), "{receipt:?}");
            task(installation, &call.call)?;
            ledger.has(&[("call_log.retry", "ok")])?;
        }
        Ok(())
    })
}

#[test]
fn a_call_of_a_contact_who_is_gone_is_written_with_another_one() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let call = inbound("+12065550143");
        let entry = Entry { who: Some("003Ax0000009999".parse()?), ..call.entry.clone() };
        let call = Request { entry, ..call };

        let refused = desk.settled(&token, &call)?;

        let value = "WhoId (INVALID_CROSS_REFERENCE_KEY)";
        let expected = Receipt::Refused(Refused::with_value(Code::CallLogRecord, value));
        ensure!(refused == expected, "{refused:?}");
        let entry = Entry { who: None, ..call.entry.clone() };
        desk.settled(&token, &Request { revision: 2, entry, ..call.clone() })?;
        ensure!(task(installation, &call.call)?["fields"]["WhoId"].is_null());
        Ok(())
    })
}

/// Ben signs in by operator ID and SSO token, and is linked to nobody.
#[test]
fn an_agent_without_a_link_owns_tasks_by_the_operator_id() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let (desk, token) = ben(installation)?;
        let call = inbound("+12065550143");

        desk.settled(&token, &call)?;

        let owner = user_id(installation, "ben.berger")?;
        ensure!(task(installation, &call.call)?["owner"] == owner);
        Ok(())
    })
}

#[test]
fn an_agent_whom_salesforce_does_not_know_owns_no_task() -> Result<()> {
    at_the_desk(&Options { proof: Proof::Off, ..Options::default() }, |installation| {
        let (desk, token) = ben(installation)?;
        let operator_id = |id: &str| {
            let change = json!({ "username": Agent::ben().username, "operator_id": id });
            installation.practice_control("user", &change)
        };
        operator_id("op-9999")?;
        let call = inbound("+12065550143");

        let receipt = desk.settled(&token, &call)?;

        let refused = Refused::with_value(Code::CallLogNoUser, "ben");
        ensure!(receipt == Receipt::Refused(refused), "{receipt:?}");
        ensure!(tasks(installation, &call.call)?.is_empty());
        operator_id("op-1002")?;
        installation.cordboard(&["call-log", "retry", ORGANIZATION, "--all"])?;
        ensure!(matches!(desk.settled(&token, &call)?, Receipt::Written { .. }));
        Ok(())
    })
}

/// Attack: An agent reads the id of a colleague's call in its Task, and hands over notes of their own under it.
/// Refused: 400; the colleague's Task stays as it is.
#[test]
fn a_call_of_another_agents_is_not_touched() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let call = inbound("+12065550143");
        desk.settled(&token, &call)?;
        let other = Desk::new(installation);
        let mut carla = Visitor::logged_in(installation, "carla.costa")?;
        let carlas = other.sign_in_by_window(&mut carla)?.access_token.0;

        let answer = other.hand_over(&carlas, &noted(&call, "not so"))?;

        answer.refuses(400, Code::RequestMalformed)?;
        let task = task(installation, &call.call)?;
        ensure!(task["fields"]["Description"].is_null(), "{task:#}");
        Ok(())
    })
}

#[test]
fn what_is_too_long_is_refused_at_once() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = anna(installation)?;
        let call = inbound("+12065550143");

        let longest = noted(&call, &"é".repeat(MOST_NOTES));
        ensure!(matches!(desk.settled(&token, &longest)?, Receipt::Written { .. }));
        let too_long = noted(&longest, &"é".repeat(MOST_NOTES + 1));
        desk.hand_over(&token, &too_long)?.refuses(413, Code::RequestTooLarge)?;
        let entry = Entry { began_at: u64::MAX, ..call.entry.clone() };
        let never = Request { entry, ..inbound("1") };
        desk.hand_over(&token, &never)?.refuses(400, Code::RequestMalformed)
    })
}

#[test]
fn without_an_integration_client_the_panel_is_told_who_writes() -> Result<()> {
    at_the_desk(&Options { integration_client: false, ..Options::default() }, |installation| {
        let (desk, token) = anna(installation)?;

        ensure!(desk.call_log(&token)?.writer == Writer::Apex);
        let receipt = desk.hand_over(&token, &inbound("+12065550143"))?.receipt()?;

        ensure!(receipt == Receipt::Waiting, "{receipt:?}");
        ensure!(desk.call_log(&token)?.waiting.len() == 1);
        Ok(())
    })
}

/// A desk of Ben's, signed in by his SSO token, and his access token.
fn ben(installation: &Installation) -> Result<(Desk<'_>, String)> {
    let ben = Agent::ben();
    let sso_token = installation.issue_token(&ben)?;
    let desk = Desk::new(installation);
    let granted = desk.sign_in_legacy(&ben.operator_id, &sso_token, None)?.granted()?;
    Ok((desk, granted.access_token.0))
}
