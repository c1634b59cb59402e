//! The control interface under `/practice/` on the console's host: what tests and demos rearrange, in JSON.
//!
//! It asks for no authentication, and `GET /practice/login` for no password: a practice organisation is open
//! by design. A page of another site cannot use it unseen, since JSON and XML bodies are not simple requests
//! and nothing here allows cross-origin ones.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use salesforce::definition::Definition;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::org::{
    Org, Site, clock,
    faults::{self, Browser, Faults, OpenCti, Plays},
    seed, session,
    softphone_layout::SoftphoneLayout,
    state::{Apex, App, ApprovalMemory, PermittedUsers, State as OrgState, User, UserChange},
    tasks,
};
use crate::pbx;

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route("/practice/state", get(state))
        .route("/practice/login", get(log_in))
        .route("/practice/user", post(change_user))
        .route("/practice/users", post(add_users))
        .route("/practice/call-center", post(change_call_center))
        .route("/practice/call-center/import", post(import_call_center))
        .route("/practice/task", post(change_task))
        .route("/practice/app", post(change_app))
        .route("/practice/apex", post(change_apex))
        .route("/practice/faults", get(faults).post(change_faults))
        .route("/practice/browser", post(change_browser))
        .route("/practice/pbx", post(change_pbx))
        .route("/practice/open-cti", post(change_open_cti))
        .route("/practice/softphone-layout", post(change_softphone_layout))
}

/// `GET /practice/state`: all of it, credentials included.
async fn state(State(org): State<Arc<Org>>) -> Json<Value> {
    let state = org.state();
    let call_centers = state.call_centers.iter().map(|call_center| {
        let items: Map<String, Value> = call_center
            .definition
            .sections
            .iter()
            .flat_map(|section| section.items.iter().map(move |item| (section, item)))
            .map(|(section, item)| (format!("{}/{}", section.name, item.name), json!(item.value)))
            .collect();
        json!({ "id": call_center.id, "name": call_center.name(), "items": items })
    });
    let tokens = state.grants.live_tokens().map(|token| {
        json!({ "client": token.client, "user": username(&state, token.user), "scope": token.scope })
    });
    Json(json!({
        "organization_id": state.organization,
        "users": state.users.iter().map(shown_user).collect::<Vec<_>>(),
        "call_centers": call_centers.collect::<Vec<_>>(),
        "app": shown_app(&state),
        "apex": { "installed": state.apex == Apex::Installed },
        "certificate": org.proof_key(&state.faults).1,
        "faults": state.faults,
        "asked": state.asked,
        "browser": state.browser,
        "pbx": state.pbx,
        "open_cti": state.open_cti,
        "sessions": state.sessions.users().map(|user| username(&state, user)).collect::<Vec<_>>(),
        "tokens": tokens.collect::<Vec<_>>(),
        "accounts": state.accounts,
        "contacts": state.contacts,
        "leads": state.leads,
        "cases": state.cases,
        "tasks": state.tasks,
    }))
}

#[derive(Deserialize)]
struct LogIn {
    username: String,
    /// A path of the console, or an address on either host.
    #[serde(default = "home", rename = "return")]
    return_to: String,
}

fn home() -> String {
    "/lightning/page/home".into()
}

/// `GET /practice/login?username=…&return=…`: a browser is logged in on both hosts, without a password.
async fn log_in(State(org): State<Arc<Org>>, Query(log_in): Query<LogIn>) -> Response {
    let user =
        org.state().user_by_username(&log_in.username).map(|user| (user.id, user.may_log_in()));
    let Some((user, true)) = user else {
        return refusal(
            StatusCode::NOT_FOUND,
            "there is no active user of this name, or it is frozen",
        );
    };
    let session = org.state().sessions.open(user);
    let return_to =
        org.settings.console.join(&log_in.return_to).map(String::from).unwrap_or_default();
    // This host's cookie now, the other's on the way.
    let onward: Redirect = session::front_door(&org, &session, Site::MyDomain, &return_to);
    ([session::cookie(&org, &session)], onward).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeUser {
    username: String,
    active: Option<bool>,
    frozen: Option<bool>,
    /// Whether the user belongs to the first call center.
    call_center: Option<bool>,
    sso_token: Option<String>,
    operator_id: Option<String>,
    user_type: Option<String>,
    language: Option<String>,
}

async fn change_user(State(org): State<Arc<Org>>, Json(change): Json<ChangeUser>) -> Response {
    let mut state = org.state();
    let Some(id) = state.user_by_username(&change.username).map(|user| user.id) else {
        return refusal(StatusCode::NOT_FOUND, "there is no user of this name");
    };
    let first = state.call_centers.first().map(|call_center| call_center.id);
    let ChangeUser {
        active, frozen, call_center, sso_token, operator_id, user_type, language, ..
    } = change;
    let call_center = call_center.map(|belongs| first.filter(|_| belongs));
    state.change_user(
        id,
        UserChange { active, frozen, call_center, sso_token, operator_id, user_type, language },
    );
    Json(state.user(id).map(shown_user)).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AddUsers {
    count: u32,
}

/// So many agents more, in the first call center, each with an operator ID.
async fn add_users(State(org): State<Arc<Org>>, Json(add): Json<AddUsers>) -> Response {
    let mut state = org.state();
    let Some(call_center) = state.call_centers.first().map(|call_center| call_center.id) else {
        return refusal(StatusCode::NOT_FOUND, "there is no call center");
    };
    let added: Vec<User> = (0..add.count)
        .map(|_| {
            let number = state.next_number();
            let (local, name) = (format!("agent-{number}"), format!("Agent {number}"));
            let operator_id = format!("op-{number}");
            seed::agent(number, &local, &name, &operator_id, call_center, clock::now())
        })
        .collect();
    let shown: Vec<Value> = added.iter().map(shown_user).collect();
    state.users.extend(added);
    Json(shown).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeCallCenter {
    /// `section/item` and the new value.
    items: Map<String, Value>,
}

async fn change_call_center(
    State(org): State<Arc<Org>>,
    Json(change): Json<ChangeCallCenter>,
) -> Response {
    let mut state = org.state();
    let Some(id) = state.call_centers.first().map(|call_center| call_center.id) else {
        return refusal(StatusCode::NOT_FOUND, "there is no call center");
    };
    for (path, value) in &change.items {
        let (Some((section, item)), Some(value)) =
            (path.trim_start_matches('/').split_once('/'), value.as_str())
        else {
            return refusal(
                StatusCode::UNPROCESSABLE_ENTITY,
                "an item is `section/name` and its value is text",
            );
        };
        if let Err(error) = state.set_item(id, section, item, value) {
            return refusal(StatusCode::UNPROCESSABLE_ENTITY, &format!("{path}: {error}"));
        }
    }
    Json(json!({ "call_center_id": id })).into_response()
}

/// The body is the definition file. A call center of the same internal name gets it, else there is one more.
async fn import_call_center(
    State(org): State<Arc<Org>>,
    headers: header::HeaderMap,
    xml: String,
) -> Response {
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.contains("xml") {
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the file as application/xml");
    }
    match Definition::parse(&xml) {
        Ok(definition) => {
            let id = org.state().import_call_center(definition);
            Json(json!({ "call_center_id": id })).into_response()
        }
        Err(error) => refusal(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeTask {
    id: String,
    /// What somebody edits.
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    deleted: bool,
}

async fn change_task(State(org): State<Arc<Org>>, Json(change): Json<ChangeTask>) -> Response {
    let mut state = org.state();
    let ChangeTask { id, fields, deleted } = change;
    let Some(place) = state.tasks.iter().position(|task| task.id == id) else {
        return refusal(StatusCode::NOT_FOUND, "there is no task of this id");
    };
    if deleted {
        state.tasks.remove(place);
    } else {
        tasks::change(&mut state.tasks[place], fields);
    }
    Json(json!({ "id": id })).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeApp {
    permitted_users: Option<PermittedUsers>,
    /// Usernames.
    approved_users: Option<Vec<String>>,
    installed: Option<bool>,
    blocked: Option<bool>,
    approval_memory: Option<ApprovalMemory>,
    /// Beside those that follow from the call centers.
    callbacks: Option<Vec<String>>,
    /// `false` forgets who pressed *Allow*.
    approvals: Option<bool>,
}

async fn change_app(State(org): State<Arc<Org>>, Json(change): Json<ChangeApp>) -> Response {
    let mut state = org.state();
    let approved = change.approved_users.map(|names| {
        names.iter().filter_map(|name| state.user_by_username(name)).map(|user| user.id).collect()
    });
    let app: &mut App = &mut state.app;
    app.permitted_users = change.permitted_users.unwrap_or(app.permitted_users);
    app.approved_users = approved.unwrap_or(std::mem::take(&mut app.approved_users));
    app.installed = change.installed.unwrap_or(app.installed);
    app.blocked = change.blocked.unwrap_or(app.blocked);
    app.approval_memory = change.approval_memory.unwrap_or(app.approval_memory);
    app.callbacks = change.callbacks.unwrap_or(std::mem::take(&mut app.callbacks));
    if change.approvals == Some(false) {
        app.approvals.clear();
    }
    Json(shown_app(&state)).into_response()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeApex {
    installed: bool,
}

async fn change_apex(State(org): State<Arc<Org>>, Json(change): Json<ChangeApex>) -> Json<Value> {
    org.state().apex = if change.installed { Apex::Installed } else { Apex::Missing };
    Json(json!({ "installed": change.installed }))
}

/// `GET /practice/faults`: what can be played, by which switch, and what is.
async fn faults(State(org): State<Arc<Org>>) -> Json<Value> {
    let state = org.state();
    let row = |fault: &faults::Fault| {
        let plays = match fault.plays {
            Plays::OneOf(values) => json!(values.iter().copied().collect::<BTreeMap<_, _>>()),
            Plays::Number { unit } => json!({ "unit": unit }),
        };
        json!({
            "name": fault.name,
            "switch": fault.switch.path(),
            "subject": fault.subject,
            "plays": plays,
            "value": state.played(fault),
        })
    };
    Json(faults::TABLE.iter().map(row).collect())
}

/// The faults named are set, the others end.
async fn change_faults(State(org): State<Arc<Org>>, Json(faults): Json<Faults>) -> Json<Faults> {
    org.state().faults = faults.clone();
    Json(faults)
}

/// What is named is set, the rest is as at the start.
async fn change_browser(
    State(org): State<Arc<Org>>,
    Json(browser): Json<Browser>,
) -> Json<Browser> {
    org.state().browser = browser.clone();
    Json(browser)
}

/// The methods named misbehave, the others are answered. Consoles that are open learn of it at once.
async fn change_open_cti(
    State(org): State<Arc<Org>>,
    Json(faults): Json<OpenCti>,
) -> Json<OpenCti> {
    org.state().open_cti = faults.clone();
    Json(faults)
}

/// What is not named is as at the start.
async fn change_softphone_layout(
    State(org): State<Arc<Org>>,
    Json(layout): Json<SoftphoneLayout>,
) -> Json<SoftphoneLayout> {
    org.state().softphone_layout = layout.clone();
    Json(layout)
}

/// The PBX's faults named are set, the others end.
async fn change_pbx(
    State(org): State<Arc<Org>>,
    Json(faults): Json<pbx::faults::Faults>,
) -> Json<pbx::faults::Faults> {
    org.state().pbx = faults.clone();
    org.play_pbx();
    Json(faults)
}

fn shown_user(user: &User) -> Value {
    json!({
        "id": user.id,
        "username": user.username,
        "name": user.name,
        "active": user.active,
        "frozen": user.frozen,
        "user_type": user.user_type,
        "language": user.language,
        "call_center": user.call_center,
        "extension": user.extension,
        "operator_id": user.credentials.operator_id,
        "sso_token": user.credentials.sso_token,
    })
}

fn shown_app(state: &OrgState) -> Value {
    let app = &state.app;
    let names = |ids: &mut dyn Iterator<Item = salesforce::id::UserId>| -> Vec<String> {
        ids.map(|id| username(state, id)).collect()
    };
    json!({
        "permitted_users": app.permitted_users,
        "approved_users": names(&mut app.approved_users.iter().copied()),
        "installed": app.installed,
        "blocked": app.blocked,
        "approval_memory": app.approval_memory,
        "callbacks": state.callbacks(),
        "approvals": names(&mut app.approvals.keys().copied()),
    })
}

fn username(state: &OrgState, id: salesforce::id::UserId) -> String {
    state.user(id).map(|user| user.username.clone()).unwrap_or_default()
}

fn refusal(status: StatusCode, error: &str) -> Response {
    (status, Json(json!({ "error": error }))).into_response()
}
