//! What the console's script asks its own server while it hosts the panel.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::records::{self, Record};
use crate::org::{
    Org, clock,
    faults::OpenCti,
    seed::{self, AccountKind, ContactKind, TaskKind},
    session::Session,
    state::{Account, Contact, Task},
};

/// `GET /aura/settings`: the user's call center as `getCallCenterSettings` answers it, `null` without one.
/// Read anew each time, so that what an administrator changes counts at the panel's next look.
pub async fn settings(State(org): State<Arc<Org>>, session: Session) -> Json<Value> {
    let state = org.state();
    Json(match state.call_center_of(session.user) {
        Some(call_center) => call_center
            .definition
            .settings()
            .into_iter()
            .map(|(key, value)| (key, Value::from(value)))
            .collect(),
        None => Value::Null,
    })
}

/// `GET /aura/open-cti`: how the console's script is to misbehave.
pub async fn open_cti(State(org): State<Arc<Org>>) -> Json<OpenCti> {
    Json(org.state().open_cti.clone())
}

/// `GET /aura/layout`: `getSoftphoneLayout`.
pub async fn layout(State(org): State<Arc<Org>>, _session: Session) -> Json<Value> {
    Json(org.state().softphone_layout.to_json())
}

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

/// `GET /aura/search`: matches keyed by record id, as `searchAndScreenPop` returns them.
pub async fn search(
    State(org): State<Arc<Org>>,
    _session: Session,
    Query(search): Query<Search>,
) -> Json<Map<String, Value>> {
    let state = org.state();
    let entry = |record: Record<'_>| {
        let phone = record.phones().first().map(|(_, number)| *number);
        let value = json!({ "Id": record.id(), "Name": record.name(), "Phone": phone,
            "RecordType": record.object(), "object": record.object(), "displayName": record.object() });
        (record.id().to_owned(), value)
    };
    Json(records::search(&state, &search.q).into_iter().map(entry).collect())
}

/// `POST /aura/task`: `saveLog`. With `Id` a task is updated, without it one is made.
pub async fn save_task(
    State(org): State<Arc<Org>>,
    session: Session,
    Json(mut fields): Json<Map<String, Value>>,
) -> Response {
    let mut state = org.state();
    let entity = fields.remove("entityApiName");
    if let Some(id) = fields.remove("Id") {
        let Some(task) = state.tasks.iter_mut().find(|task| Some(task.id.as_str()) == id.as_str())
        else {
            return refusal("INVALID_PARAM", "The record to update does not exist.");
        };
        task.fields.extend(fields);
        return Json(json!({ "id": task.id })).into_response();
    }
    if entity.as_ref().and_then(Value::as_str) != Some("Task") {
        return refusal(
            "INVALID_PARAM",
            "The practice organization logs to Task only: set entityApiName.",
        );
    }
    if let Some(call_type) = fields.get("CallType").and_then(Value::as_str)
        && !["Inbound", "Internal", "Outbound"].contains(&call_type)
    {
        return refusal("INVALID_PARAM", "Call Type: bad value for restricted picklist field");
    }
    let id = seed::id::<TaskKind>(state.next_number()).to_string();
    state.tasks.push(Task {
        id: id.clone(),
        owner: session.user,
        created_at: clock::now(),
        fields,
    });
    Json(json!({ "id": id })).into_response()
}

#[derive(Deserialize)]
pub struct NewRecord {
    entity: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
}

/// `POST /aura/record`: *Save* of the *New* dialog.
pub async fn create_record(
    State(org): State<Arc<Org>>,
    _session: Session,
    Json(new): Json<NewRecord>,
) -> Response {
    let mut state = org.state();
    if new.name.trim().is_empty() {
        return refusal("REQUIRED_FIELD_MISSING", "Complete this field: Name");
    }
    let number = state.next_number();
    let (name, phone) = (new.name.trim().to_owned(), new.phone.trim().to_owned());
    let empty = String::new;
    let path = match new.entity.as_str() {
        "Account" => {
            let id = seed::id::<AccountKind>(number).to_string();
            let account =
                Account { id, name, phone, website: empty(), industry: empty(), city: empty() };
            let path = Record::Account(&account).path();
            state.accounts.push(account);
            path
        }
        "Contact" => {
            let id = seed::id::<ContactKind>(number).to_string();
            let account = empty();
            let contact = Contact {
                id,
                name,
                title: empty(),
                account,
                phone,
                mobile: empty(),
                email: empty(),
            };
            let path = Record::Contact(&contact).path();
            state.contacts.push(contact);
            path
        }
        other => {
            return refusal(
                "INVALID_PARAM",
                &format!("The practice organization makes no {other}."),
            );
        }
    };
    Json(json!({ "path": path })).into_response()
}

fn refusal(code: &str, description: &str) -> Response {
    let error = json!({ "code": code, "description": description, "details": null });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "errors": [error] }))).into_response()
}
