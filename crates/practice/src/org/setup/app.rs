//! *Setup > App access*: the sign-in app's policy. One page for what Salesforce spreads over *Connected Apps
//! OAuth Usage*, *Manage Connected Apps* and *External Client App Manager*.

use std::{collections::HashSet, sync::Arc};

use axum::{
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{APP, CERTIFICATE, Saved, setup_page};
use crate::org::{
    Org, Site,
    session::Session,
    state::{App, ApprovalMemory, PermittedUsers, State as OrgState},
};

pub async fn page(
    State(org): State<Arc<Org>>,
    session: Session,
    Query(saved): Query<Saved>,
) -> Markup {
    let state = org.state();
    let notice = saved.notice("The app’s policy was saved.");
    setup_page(
        &state,
        &session,
        "App access",
        &notice,
        html! {
            form.items method="post" action=(APP) {
                (policy(&state.app))
                (approved(&state))
                div.buttons { button.brand { "Save" } }
            }
            (clients(&org, &state))
        },
    )
}

/// *Export* of *Certificate and Key Management*.
pub async fn certificate(State(org): State<Arc<Org>>, _session: Session) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/x-pem-file"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"Cordboard.crt\""),
    ];
    let (_, certificate) = org.proof_key(&org.state().faults);
    (headers, certificate.to_owned()).into_response()
}

fn policy(app: &App) -> Markup {
    html! {
        fieldset.panel {
            legend { "OAuth policy of “Cordboard”" }
            div.item {
                label for="permitted_users" { "Permitted Users" }
                select #permitted_users name="permitted_users" {
                    @let self_authorize = app.permitted_users == PermittedUsers::SelfAuthorize;
                    option value="self_authorize" selected[self_authorize] { "All users may self-authorize" }
                    option value="pre_authorized" selected[!self_authorize] { "Admin approved users are pre-authorized" }
                }
            }
            div.item {
                label for="approval_memory" { "An Allow counts" }
                select #approval_memory name="approval_memory" {
                    @for (value, memory, label) in MEMORIES {
                        option value=(value) selected[app.approval_memory == memory] { (label) }
                    }
                }
            }
            div.item { label { input type="checkbox" name="installed" value="true" checked[app.installed]; " Installed in this organization" } }
            div.item { label { input type="checkbox" name="blocked" value="true" checked[app.blocked]; " Blocked" } }
        }
    }
}

fn approved(state: &OrgState) -> Markup {
    html! {
        fieldset.panel {
            legend { "Approved users" }
            p { "They count where admin approved users are pre-authorized." }
            @for user in &state.users {
                div.item {
                    label {
                        input type="checkbox" name="approved" value=(user.id) checked[state.app.approved_users.contains(&user.id)];
                        " " (user.name)
                    }
                    @if state.app.approvals.contains_key(&user.id) { span.badge { "pressed Allow" } }
                }
            }
            div.item { label { input type="checkbox" name="forget" value="true"; " Forget who pressed Allow" } }
        }
    }
}

fn clients(org: &Org, state: &OrgState) -> Markup {
    html! {
        section.panel {
            h2 { "What to enter in the adapter" }
            dl.details {
                div { dt { "My Domain" } dd { code { (org.origin(Site::MyDomain)) } } }
                div { dt { "Organization ID" } dd { code { (state.organization) } } }
                @for (name, client) in [("Sign-in app", &state.app.sign_in), ("Integration app", &state.app.integration)] {
                    div { dt { (name) ": consumer key" } dd { code { (client.id) } } }
                    div { dt { (name) ": consumer secret" } dd { code { (client.secret) } } }
                }
                div { dt { "Certificate of the Apex class" } dd { a href=(CERTIFICATE) { "Download" } } }
                div { dt { "Callback URLs" } dd { @for callback in state.callbacks() { code { (callback) } " " } } }
            }
        }
    }
}

/// The form has one field per approved user, which `Form` cannot collect; hence the raw body.
pub async fn save(State(org): State<Arc<Org>>, _session: Session, body: String) -> Redirect {
    let fields: Vec<(String, String)> =
        url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
    let field =
        |name: &str| fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let approved: HashSet<_> = fields
        .iter()
        .filter(|(key, _)| key == "approved")
        .filter_map(|(_, id)| id.parse().ok())
        .collect();
    let mut state = org.state();
    let app = &mut state.app;
    app.permitted_users = match field("permitted_users") {
        Some("pre_authorized") => PermittedUsers::PreAuthorized,
        _ => PermittedUsers::SelfAuthorize,
    };
    let memory = MEMORIES.iter().find(|(value, ..)| Some(*value) == field("approval_memory"));
    app.approval_memory = memory.map_or(app.approval_memory, |(_, memory, _)| *memory);
    app.installed = field("installed").is_some();
    app.blocked = field("blocked").is_some();
    app.approved_users = approved;
    if field("forget").is_some() {
        app.approvals.clear();
    }
    Redirect::to(&format!("{APP}?saved=policy"))
}

const MEMORIES: [(&str, ApprovalMemory, &str); 3] = [
    ("forever", ApprovalMemory::Forever, "For good"),
    ("while_token_lives", ApprovalMemory::WhileTokenLives, "While a token lives"),
    ("never", ApprovalMemory::Never, "Once: every sign-in asks again"),
];
