//! The REST interface, as far as the adapter asks it: which versions there are, users by query, and who of
//! them is frozen; the Tasks of calls, by query and one by one.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::org::{
    Org,
    faults::QueryFault,
    my_domain::bearer_token,
    objects::Case,
    soql::{self, Select},
    state::{State as OrgState, User},
    tasks,
};

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/services/data", get(versions))
        .route("/services/data/", get(versions))
        .route("/services/data/{version}/query", get(query))
        .route("/services/data/{version}/query/", get(query))
        .route("/services/data/{version}/query/{locator}", get(query_more))
        .route("/services/data/{version}/sobjects/Task", post(tasks::insert))
        .route("/services/data/{version}/sobjects/Task/{id}", patch(tasks::update))
}

/// Needs no authentication (REST API Developer Guide, *List Available REST API Versions*).
async fn versions() -> Json<Value> {
    let version = |(number, label): &(u32, &str)| json!({ "label": label, "url": format!("/services/data/v{number}.0"), "version": format!("{number}.0") });
    Json(VERSIONS.iter().map(version).collect())
}

#[derive(Default, Deserialize)]
struct Asked {
    #[serde(default)]
    q: String,
}

async fn query(
    State(org): State<Arc<Org>>,
    Path(version): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let mut state = org.state();
    if let Some(refused) = version_is_unknown(&version).or_else(|| refused(&mut state, &headers)) {
        return refused;
    }
    let selected = Select::parse(&asked.q).and_then(|select| {
        let (object, rows) = rows(&state, &select.object)?;
        Ok((object, select.run(&rows)?))
    });
    match selected {
        Ok((object, records)) => {
            let records: Vec<Value> = records
                .into_iter()
                .map(|mut record| {
                    let id = record.remove(ID_OF_ROW).unwrap_or_default();
                    let id = id.as_str().unwrap_or_default();
                    let url = format!("/services/data/{version}/sobjects/{object}/{id}");
                    record.insert("attributes".into(), json!({ "type": object, "url": url }));
                    Value::Object(record)
                })
                .collect();
            page(&mut state, &version, None, &records, 0)
        }
        Err(soql::Refusal { code, message }) => refusal(StatusCode::BAD_REQUEST, code, &message),
    }
}

/// The records that follow, by `nextRecordsUrl`.
async fn query_more(
    State(org): State<Arc<Org>>,
    Path((version, locator)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let mut state = org.state();
    if let Some(refused) = refused(&mut state, &headers) {
        return refused;
    }
    let place = locator.split_once('-').and_then(|(cursor, from)| {
        Some((cursor, state.cursors.get(cursor)?.clone(), from.parse().ok()?))
    });
    match place {
        Some((cursor, records, from)) => page(&mut state, &version, Some(cursor), &records, from),
        None => {
            let message = "invalid query locator";
            refusal(StatusCode::BAD_REQUEST, "INVALID_QUERY_LOCATOR", message)
        }
    }
}

pub fn version_is_unknown(version: &str) -> Option<Response> {
    let known = VERSIONS.iter().any(|(number, _)| version == format!("v{number}.0"));
    let message = "The requested resource does not exist";
    (!known).then(|| refusal(StatusCode::NOT_FOUND, "NOT_FOUND", message))
}

/// Without a live token of the integration client, or while the fault is played.
pub fn refused(state: &mut OrgState, headers: &HeaderMap) -> Option<Response> {
    let most = state.faults.token_queries;
    let token = bearer_token(headers).and_then(|token| state.grants.token_for_query(token, most));
    if !token.is_some_and(|token| token.has_scope("api")) {
        let message = "Session expired or invalid";
        return Some(refusal(StatusCode::UNAUTHORIZED, "INVALID_SESSION_ID", message));
    }
    if state.faults.query == Some(QueryFault::Forbidden) {
        let message = "The user hasn't been approved to use the API.";
        return Some(refusal(StatusCode::FORBIDDEN, "API_DISABLED_FOR_ORG", message));
    }
    None
}

/// The records from `from` on, as many as go into one answer.
fn page(
    state: &mut OrgState,
    version: &str,
    cursor: Option<&str>,
    records: &[Value],
    from: usize,
) -> Response {
    let most = state.faults.query_page.unwrap_or(RECORDS_AT_ONCE).max(1);
    let until = from.saturating_add(most).min(records.len());
    let some = records.get(from..until).unwrap_or_default();
    let mut answer = json!({ "totalSize": records.len(), "done": true, "records": some });
    if until < records.len() {
        let cursor = cursor.map_or_else(
            || {
                let cursor = format!("01gAx{:010}AAQ", state.next_number());
                state.cursors.insert(cursor.clone(), records.to_vec());
                cursor
            },
            str::to_owned,
        );
        answer["done"] = false.into();
        answer["nextRecordsUrl"] =
            format!("/services/data/{version}/query/{cursor}-{until}").into();
    }
    Json(answer).into_response()
}

/// The object as it is spelled, and its records. Two of them have one for each user.
fn rows(state: &OrgState, name: &str) -> Result<(&'static str, Vec<Value>), soql::Refusal> {
    let is = |known: &str| known.eq_ignore_ascii_case(name);
    if is("User") {
        Ok(("User", state.users.iter().map(row).collect()))
    } else if is("UserLogin") {
        Ok(("UserLogin", state.users.iter().map(login_row).collect()))
    } else if is("Case") {
        Ok(("Case", state.cases.iter().map(case_row).collect()))
    } else if is("Task") {
        Ok(("Task", state.tasks.iter().map(tasks::row).collect()))
    } else {
        Err(soql::Refusal::unknown_object(name))
    }
}

/// Salesforce gives `UserLogin` records ids of their own, `0Yw…`.
fn login_row(user: &User) -> Value {
    let id = user.id.as_str().replacen("005", "0Yw", 1);
    json!({ ID_OF_ROW: id, "Id": id, "UserId": user.id, "IsFrozen": user.frozen })
}

fn case_row(case: &Case) -> Value {
    let id = |id: &str| (!id.is_empty()).then(|| id.to_owned());
    json!({
        ID_OF_ROW: case.id,
        "Id": case.id,
        "CaseNumber": case.number,
        "Subject": case.subject,
        "Status": case.status,
        "ContactId": id(&case.contact),
        "AccountId": id(&case.account),
    })
}

/// Every field that the integration user may read; `CTI_SSO_Token__c` is not among them.
fn row(user: &User) -> Value {
    let (first_name, last_name) = user.names();
    let modified_at = user.modified_at.strftime("%Y-%m-%dT%H:%M:%S.000+0000").to_string();
    json!({
        ID_OF_ROW: user.id,
        "Id": user.id,
        "Username": user.username,
        "Email": user.username,
        "Name": user.name,
        "FirstName": first_name,
        "LastName": last_name,
        "IsActive": user.active,
        "UserType": user.user_type,
        "CallCenterId": user.call_center,
        "CTI_Operator_Id__c": user.operator_id(),
        "LanguageLocaleKey": user.language,
        "SystemModstamp": modified_at,
        "LastModifiedDate": modified_at,
    })
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    tracing::info!(%status, code, message, "refused by the REST interface");
    (status, Json(json!([{ "message": message, "errorCode": code }]))).into_response()
}

/// The record's id travels beside the fields, for its `attributes`.
const ID_OF_ROW: &str = soql::HIDDEN;

/// REST API Developer Guide, *Query*: "up to 2,000 records".
const RECORDS_AT_ONCE: usize = 2_000;

pub const VERSIONS: [(u32, &str); 3] = [(65, "Winter '26"), (66, "Spring '26"), (67, "Summer '26")];
