//! `Task` by the REST interface: insert, update, and the rows that queries select from, with the refusals that an
//! adapter meets (Object Reference, *Task*; REST API Developer Guide, *Working with Records*).

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use salesforce::{
    id::{TaskId, UserId},
    task::Field,
};
use serde_json::{Map, Value, json};

use crate::org::{
    Org, clock,
    console::has_record,
    faults::TaskRule,
    objects::Case,
    rest::{refused, version_is_unknown},
    seed::{self, TaskKind},
    soql::HIDDEN,
    state::{State as OrgState, Task},
};

/// One of the errors of a refusal.
#[derive(Debug, PartialEq, Eq)]
struct Error {
    code: &'static str,
    message: String,
    fields: Vec<String>,
}

type Fields = Map<String, Value>;

/// `POST /services/data/vNN.0/sobjects/Task`. It goes on when whoever asked has gone.
pub async fn insert(
    State(org): State<Arc<Org>>,
    Path(version): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let delay = org.state().faults.task_insert_delay.unwrap_or_default();
    let inserting = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(delay)).await;
        insert_now(&org, &version, &headers, &body)
    });
    inserting.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn insert_now(org: &Org, version: &str, headers: &HeaderMap, body: &[u8]) -> Response {
    let mut state = org.state();
    if let Some(refused) = version_is_unknown(version).or_else(|| refused(&mut state, headers)) {
        return refused;
    }
    let fields = match read(body).and_then(|fields| check(&state, &fields).map(|()| fields)) {
        Ok(fields) => fields,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error),
    };
    // Without an owner it is the integration user's, who has no console here.
    let owner = fields.get("OwnerId").and_then(Value::as_str).and_then(|id| id.parse().ok());
    let Some(owner) = owner else {
        let error = Error::of("REQUIRED_FIELD_MISSING", "Required fields are missing", "OwnerId");
        return refusal(StatusCode::BAD_REQUEST, &error);
    };
    let id = seed::id::<TaskKind>(state.next_number()).to_string();
    state.tasks.push(Task {
        id: id.clone(),
        owner,
        created_at: clock::now(),
        fields: kept(fields),
    });
    let answer = json!({ "id": id, "success": true, "errors": [] });
    (StatusCode::CREATED, Json(answer)).into_response()
}

/// `PATCH /services/data/vNN.0/sobjects/Task/{id}`
pub async fn update(
    State(org): State<Arc<Org>>,
    Path((version, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut state = org.state();
    if let Some(refused) = version_is_unknown(&version).or_else(|| refused(&mut state, &headers)) {
        return refused;
    }
    let fields = match read(&body).and_then(|fields| check(&state, &fields).map(|()| fields)) {
        Ok(fields) => fields,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error),
    };
    if let Some(once) = ONCE.iter().find(|once| fields.contains_key(**once)) {
        let message = format!(
            "Unable to create/update fields: {once}. Please check the security settings of this field and verify \
             that it is read/write for your profile or permission set."
        );
        let error = Error::of("INVALID_FIELD_FOR_INSERT_UPDATE", &message, once);
        return refusal(StatusCode::BAD_REQUEST, &error);
    }
    let task = state.tasks.iter_mut().find(|task| task.id[..15] == id[..id.len().min(15)]);
    let Some(task) = task else {
        let error = Error::whole("NOT_FOUND", "The requested resource does not exist");
        return refusal(StatusCode::NOT_FOUND, &error);
    };
    change(task, fields);
    StatusCode::NO_CONTENT.into_response()
}

/// What the Apex class `CordboardCallLog` does as its running user; nothing where the Task was written and is gone.
pub fn write_own(
    state: &mut OrgState,
    owner: UserId,
    call: &str,
    mut wanted: Fields,
    written: &Fields,
) -> Result<Option<TaskId>, String> {
    let refused = |error: Error| format!("{}: {}", error.code, error.message);
    if let Some(foreign) = wanted.keys().find(|name| !OF_A_CALL.contains(&name.as_str())) {
        return Err(format!("A call has no field \"{foreign}\"."));
    }
    check(state, &wanted).map_err(refused)?;
    let is_it = |task: &&mut Task| {
        task.owner == owner && task.fields.get("CallObject").is_some_and(|known| known == call)
    };
    if let Some(task) = state.tasks.iter_mut().find(is_it) {
        let written = kept(written.clone());
        let of_case = contact_of(&state.cases, task.fields.get("WhatId"));
        wanted = kept(wanted);
        wanted.retain(|field, _| {
            let current = task.fields.get(field).unwrap_or(&Value::Null);
            // The case's contact was named for want of another.
            let is_ours = |ours: &Value| {
                ours == current
                    || field == "WhoId" && ours.is_null() && Some(current) == of_case.as_ref()
            };
            Field::CHANGING.iter().any(|known| known.name() == field)
                && written.get(field).is_some_and(is_ours)
        });
        if task.field("WhoId").is_none() {
            name_contact(&state.cases, &mut wanted);
        }
        change(task, wanted);
        return Ok(task.id.parse().ok());
    }
    if !written.is_empty() {
        return Ok(None);
    }
    name_contact(&state.cases, &mut wanted);
    wanted.insert("CallObject".into(), call.into());
    wanted.insert("OwnerId".into(), owner.as_str().into());
    let id = seed::id::<TaskKind>(state.next_number()).to_string();
    let task = id.parse().ok();
    state.tasks.push(Task { id, owner, created_at: clock::now(), fields: kept(wanted) });
    Ok(task)
}

/// A call about a case, with nobody that is known, was with the case's contact.
fn name_contact(cases: &[Case], wanted: &mut Fields) {
    let is_nobodys = wanted.get("WhoId").is_none_or(Value::is_null);
    if let Some(contact) = contact_of(cases, wanted.get("WhatId")).filter(|_| is_nobodys) {
        wanted.insert("WhoId".into(), contact);
    }
}

fn contact_of(cases: &[Case], what: Option<&Value>) -> Option<Value> {
    let id = what?.as_str()?;
    let case = cases.iter().find(|case| case.id == id && !case.contact.is_empty())?;
    Some(case.contact.as_str().into())
}

/// What somebody edits in the console: no field's history, the newest value.
pub fn change(task: &mut Task, fields: Fields) {
    task.fields.extend(kept(fields));
    task.fields.retain(|_, value| !value.is_null());
}

/// A task as queries select it.
pub fn row(task: &Task) -> Value {
    let created_at = task.created_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
    let mut row = json!({
        HIDDEN: task.id,
        "Id": task.id,
        "OwnerId": task.owner,
        "CreatedDate": created_at,
    });
    for field in TEXTS.iter().map(|(field, _)| *field).chain(OTHERS) {
        if row.get(field).is_none() {
            row[field] = task.fields.get(field).cloned().unwrap_or(Value::Null);
        }
    }
    row
}

fn read(body: &[u8]) -> Result<Fields, Error> {
    serde_json::from_slice(body)
        .map_err(|error| Error::whole("JSON_PARSER_ERROR", &error.to_string()))
}

/// Empty texts are kept as nothing, and no text with blanks at its ends.
fn kept(fields: Fields) -> Fields {
    let trimmed = |value| match value {
        Value::String(text) if text.trim().is_empty() => Value::Null,
        Value::String(text) => text.trim().into(),
        other => other,
    };
    fields.into_iter().map(|(name, value)| (name, trimmed(value))).collect()
}

fn check(state: &OrgState, fields: &Fields) -> Result<(), Error> {
    for (name, value) in fields {
        let text = TEXTS.iter().find(|(known, _)| known == name);
        if text.is_none() && !OTHERS.contains(&name.as_str()) {
            let message = format!("No such column '{name}' on sobject of type Task");
            return Err(Error::whole("INVALID_FIELD", &message));
        }
        if let (Some((_, most)), Some(value)) = (text, value.as_str())
            && value.encode_utf16().count() > *most
        {
            let message = format!("{name}: data value too large: (max length={most})");
            return Err(Error::of("STRING_TOO_LONG", &message, name));
        }
    }
    if let Some(call_type) = fields.get("CallType").and_then(Value::as_str)
        && !["Inbound", "Internal", "Outbound"].contains(&call_type)
    {
        let message = "Call Type: bad value for restricted picklist field";
        return Err(Error::of("INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, "CallType"));
    }
    for (field, prefixes) in
        [("WhoId", ["003", "00Q"].as_slice()), ("WhatId", &[]), ("OwnerId", &["005"])]
    {
        let Some(id) = fields.get(field).and_then(Value::as_str) else { continue };
        reference(state, field, id, prefixes)?;
    }
    let is_set = |field| fields.get(field).and_then(Value::as_str).is_some_and(|id| !id.is_empty());
    if is_set("WhatId") && fields["WhoId"].as_str().is_some_and(|id| id.starts_with("00Q")) {
        // Object Reference, *Task*: "If the WhoId represents a lead, then the WhatId field must be empty."
        let message = "Related To ID: a lead has none";
        return Err(Error::of("FIELD_INTEGRITY_EXCEPTION", message, "WhatId"));
    }
    match state.faults.task_rule {
        None => Ok(()),
        Some(TaskRule::RequiredField) => {
            let message = "Required fields are missing: [Team__c]";
            Err(Error::of("REQUIRED_FIELD_MISSING", message, "Team__c"))
        }
        Some(TaskRule::Validation) => {
            Err(Error::whole("FIELD_CUSTOM_VALIDATION_EXCEPTION", "Calls need a topic."))
        }
        Some(TaskRule::Forbidden) => Err(Error::whole(
            "INSUFFICIENT_ACCESS_OR_READONLY",
            "insufficient access rights on object id",
        )),
        Some(TaskRule::Locked) => Err(Error::whole(
            "UNABLE_TO_LOCK_ROW",
            "unable to obtain exclusive access to this record",
        )),
    }
}

fn reference(state: &OrgState, field: &str, id: &str, prefixes: &[&str]) -> Result<(), Error> {
    if id.parse::<salesforce::id::RecordId>().is_err() {
        let message = format!("{field}: id value of incorrect type: {id}");
        return Err(Error::of("MALFORMED_ID", &message, field));
    }
    let right_kind = prefixes.is_empty() || prefixes.iter().any(|prefix| id.starts_with(prefix));
    let there = match id.parse() {
        Ok(user) => state.user(user).is_some(),
        Err(_) => has_record(state, id),
    };
    if right_kind && there {
        return Ok(());
    }
    let message = format!("invalid cross reference id: {field}");
    Err(Error::of("INVALID_CROSS_REFERENCE_KEY", &message, field))
}

impl Error {
    fn of(code: &'static str, message: &str, field: &str) -> Self {
        Self { code, message: message.to_owned(), fields: vec![field.to_owned()] }
    }

    fn whole(code: &'static str, message: &str) -> Self {
        Self { code, message: message.to_owned(), fields: Vec::new() }
    }
}

fn refusal(status: StatusCode, error: &Error) -> Response {
    let Error { code, message, fields } = error;
    tracing::info!(%status, code, message, "refused by the REST interface");
    let error = json!({ "message": message, "errorCode": code, "fields": fields });
    (status, Json(json!([error]))).into_response()
}

/// Texts and their lengths, in UTF-16 units.
const TEXTS: [(&str, usize); 7] = [
    ("Subject", 255),
    ("Description", 32_000),
    ("CallDisposition", 255),
    ("CallObject", 255),
    ("Status", 255),
    ("Type", 255),
    ("Priority", 255),
];

const OTHERS: [&str; 7] = [
    "OwnerId",
    "WhoId",
    "WhatId",
    "TaskSubtype",
    "ActivityDate",
    "CallType",
    "CallDurationInSeconds",
];

/// What a call's Task is given by Apex; owner and call the class sets itself.
const OF_A_CALL: [&str; 11] = [
    "WhoId",
    "WhatId",
    "Subject",
    "Description",
    "CallDurationInSeconds",
    "CallDisposition",
    "Status",
    "TaskSubtype",
    "Type",
    "ActivityDate",
    "CallType",
];

/// Set at an insert, and never again.
const ONCE: [&str; 1] = ["TaskSubtype"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::org::soql;

    #[test]
    fn a_task_of_a_contact_or_of_a_lead_alone_is_taken() {
        let state = state();
        let contact = state.contacts[0].id.clone();

        for what in [&state.accounts[0].id, &state.cases[0].id] {
            assert_eq!(refused(&state, &json!({ "WhoId": contact, "WhatId": what })), None);
        }
        assert_eq!(refused(&state, &json!({ "WhoId": state.leads[0].id, "WhatId": null })), None);
    }

    #[test]
    fn what_salesforce_would_refuse_is_refused_with_its_code_and_field() {
        let state = state();
        let account = state.accounts[0].id.clone();
        let lead = state.leads[0].id.clone();
        for (fields, code, field) in [
            (json!({ "Nonsense": 1 }), "INVALID_FIELD", None),
            (json!({ "Subject": "é".repeat(256) }), "STRING_TOO_LONG", Some("Subject")),
            (
                json!({ "CallType": "INBOUND" }),
                "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                Some("CallType"),
            ),
            (json!({ "WhoId": "x" }), "MALFORMED_ID", Some("WhoId")),
            (
                json!({ "WhoId": lead, "WhatId": account }),
                "FIELD_INTEGRITY_EXCEPTION",
                Some("WhatId"),
            ),
            (json!({ "WhoId": account }), "INVALID_CROSS_REFERENCE_KEY", Some("WhoId")),
            (json!({ "WhatId": "500Ax0000009999" }), "INVALID_CROSS_REFERENCE_KEY", Some("WhatId")),
            (
                json!({ "OwnerId": "005Ax0000009999" }),
                "INVALID_CROSS_REFERENCE_KEY",
                Some("OwnerId"),
            ),
        ] {
            let expected = (code.to_owned(), field.map(str::to_owned));
            assert_eq!(refused(&state, &fields), Some(expected), "{fields}");
        }
    }

    #[test]
    fn the_adapters_own_query_finds_the_first_tasks_of_a_call() {
        let task = |id: &str, call: &str, second| Task {
            id: id.into(),
            owner: seed::id(2),
            created_at: jiff::Timestamp::from_second(second).unwrap(),
            fields: json!({ "CallObject": call, "Subject": id }).as_object().unwrap().clone(),
        };
        let tasks = [
            task("late", "c0", 9),
            task("first", "c0", 5),
            task("other", "c1", 5),
            task("old", "c0", 1),
        ];
        let rows: Vec<Value> = tasks.iter().map(row).collect();

        let query = salesforce::task::call_query("c0", "1970-01-01T00:00:02Z");
        let found = soql::Select::parse(&query).unwrap().run(&rows).unwrap();

        let found: Vec<&Value> = found.iter().map(|found| &found["Subject"]).collect();
        assert_eq!(found, ["first", "late"]);
    }

    fn refused(state: &OrgState, fields: &Value) -> Option<(String, Option<String>)> {
        let error = check(state, fields.as_object().unwrap()).err()?;
        Some((error.code.to_owned(), error.fields.first().cloned()))
    }

    fn state() -> OrgState {
        seed::state(salesforce::force_app::call_center("http://a.localhost", "a", true))
    }
}
