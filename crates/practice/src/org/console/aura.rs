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
    objects::{Account, Case, Contact, Lead, Object},
    seed::{self, AccountKind, CaseKind, ContactKind, LeadKind, TaskKind},
    session::Session,
    softphone_layout::{self, CallType},
    state::{State as OrgState, Task},
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
    #[serde(rename = "type")]
    call_type: CallType,
    #[serde(default)]
    q: String,
}

/// `GET /aura/search`: matches keyed by record id, as `searchAndScreenPop` returns them: among the objects of the
/// softphone layout for this type of call, and with the fields that it shows of them.
pub async fn search(
    State(org): State<Arc<Org>>,
    _session: Session,
    Query(search): Query<Search>,
) -> Json<Map<String, Value>> {
    let state = org.state();
    let objects = state.softphone_layout.objects(search.call_type);
    let found = records::search(&state, objects, &search.q);
    Json(found.into_iter().map(|record| (record.id().to_owned(), shown(record))).collect())
}

fn shown(record: Record<'_>) -> Value {
    let object = record.object();
    let mut entry = json!({ "Id": record.id(), "RecordType": object.name(), "object": object.name(),
        "displayName": object.name() });
    for (field, _) in softphone_layout::fields(object) {
        entry[*field] = match (*field, record) {
            ("Subject", _) => record.title().into(),
            ("Company", Record::Lead(lead)) => lead.company.as_str().into(),
            ("Phone" | "Extension", _) => record.phones().first().copied().into(),
            _ => record.name().into(),
        };
    }
    entry
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
    /// Of a case it is the subject.
    #[serde(default)]
    name: String,
    #[serde(default)]
    company: String,
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
    let Some(object) = Object::named(&new.entity) else {
        let description = format!("The practice organization makes no {}.", new.entity);
        return refusal("INVALID_PARAM", &description);
    };
    let name_field = if object == Object::Case { "Subject" } else { "Name" };
    for (field, value) in [(name_field, &new.name), ("Company", &new.company)] {
        let is_asked_for = field != "Company" || object == Object::Lead;
        if is_asked_for && value.trim().is_empty() {
            return refusal("REQUIRED_FIELD_MISSING", &format!("Complete this field: {field}"));
        }
    }
    let id = make(&mut state, object, &new);
    let path = Record::find(&state, &id).map(Record::path);
    Json(json!({ "id": id, "path": path })).into_response()
}

/// The id of what was made.
fn make(state: &mut OrgState, object: Object, new: &NewRecord) -> String {
    let number = state.next_number();
    let [name, company, phone] =
        [&new.name, &new.company, &new.phone].map(|text| text.trim().to_owned());
    let empty = String::new;
    match object {
        Object::Account => {
            let id = seed::id::<AccountKind>(number).to_string();
            let (website, industry, city) = (empty(), empty(), empty());
            state.accounts.push(Account { id: id.clone(), name, phone, website, industry, city });
            id
        }
        Object::Contact => {
            let id = seed::id::<ContactKind>(number).to_string();
            let (title, account, mobile, email) = (empty(), empty(), empty(), empty());
            let contact = Contact { id: id.clone(), name, title, account, phone, mobile, email };
            state.contacts.push(contact);
            id
        }
        Object::Lead => {
            let id = seed::id::<LeadKind>(number).to_string();
            let (title, mobile, email) = (empty(), empty(), empty());
            let status = "Open - Not Contacted".into();
            let lead = Lead { id: id.clone(), name, company, title, phone, mobile, email, status };
            state.leads.push(lead);
            id
        }
        Object::Case | Object::User => {
            let id = seed::id::<CaseKind>(number).to_string();
            state.cases.push(Case {
                id: id.clone(),
                number: seed::case_number(number),
                subject: name,
                status: "New".into(),
                priority: "Medium".into(),
                contact: empty(),
                account: empty(),
                web_phone: phone,
            });
            id
        }
    }
}

fn refusal(code: &str, description: &str) -> Response {
    let error = json!({ "code": code, "description": description, "details": null });
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "errors": [error] }))).into_response()
}
