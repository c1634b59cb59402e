//! *Setup > Users*: active, frozen, call center, operator id, SSO token, and *Login* as that user.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use salesforce::id::UserId;
use serde::Deserialize;

use super::{Notice, USERS, setup_page};
use crate::org::{
    Org,
    session::Session,
    state::{State as OrgState, User, UserChange},
};

pub async fn list(State(org): State<Arc<Org>>, session: Session) -> Markup {
    let state = org.state();
    setup_page(
        &state,
        &session,
        "Users",
        &Notice::None,
        html! {
            section.panel {
                h2 { "All users" }
                table {
                    thead { tr {
                        th scope="col" { "Action" } th scope="col" { "Full name" } th scope="col" { "Username" } th scope="col" { "Profile" }
                        th scope="col" { "Active" } th scope="col" { "Call center" } th scope="col" { "Operator ID" }
                    } }
                    tbody { @for user in &state.users { (row(&state, &session, user)) } }
                }
            }
        },
    )
}

fn row(state: &OrgState, session: &Session, user: &User) -> Markup {
    let may_log_in = user.active && user.id != session.user && is_administrator(state, session);
    let (freeze, label) = if user.frozen { ("unfreeze", "Unfreeze") } else { ("freeze", "Freeze") };
    html! {
        tr {
            td.actions { div {
                a href=(path(user.id)) aria-label=(format!("Edit {}", user.name)) { "Edit" }
                @if may_log_in {
                    form method="post" action=(format!("{}/login", path(user.id))) {
                        button.link aria-label=(format!("Login as {}", user.name)) { "Login" }
                    }
                }
                @if user.active {
                    form method="post" action=(format!("{}/{freeze}", path(user.id))) {
                        button.link aria-label=(format!("{label} {}", user.name)) { (label) }
                    }
                }
            } }
            th scope="row" { a href=(path(user.id)) { (user.name) } }
            td { (user.username) }
            td { (user.profile) }
            td { @if !user.active { "No" } @else if user.frozen { "Yes, frozen" } @else { "Yes" } }
            td { (user.call_center.and_then(|id| state.call_center(id)).map_or("", |call_center| call_center.name())) }
            td { (user.credentials.operator_id) }
        }
    }
}

pub async fn detail(
    State(org): State<Arc<Org>>,
    session: Session,
    Path(id): Path<UserId>,
) -> Response {
    let state = org.state();
    let Some(user) = state.user(id) else { return StatusCode::NOT_FOUND.into_response() };
    let title = format!("Users: {}", user.name);
    setup_page(&state, &session, &title, &Notice::None, html! {
        form.items method="post" action=(path(id)) {
            fieldset.panel {
                legend { (user.username) }
                div.item { label { input type="checkbox" name="active" value="true" checked[user.active]; " Active" } }
                div.item {
                    label for="call_center" { "Call Center" }
                    select #call_center name="call_center" {
                        option value="" { "--None--" }
                        @for call_center in &state.call_centers {
                            option value=(call_center.id) selected[user.call_center == Some(call_center.id)] { (call_center.name()) }
                        }
                    }
                    code { "CallCenterId" }
                }
                div.item {
                    label for="operator_id" { "Operator ID" }
                    input #operator_id name="operator_id" value=(user.credentials.operator_id) autocomplete="off" spellcheck="false";
                    code { "CTI_Operator_Id__c" }
                }
                div.item {
                    label for="sso_token" { "SSO Token" }
                    input #sso_token name="sso_token" value=(user.credentials.sso_token) autocomplete="off" spellcheck="false";
                    code { "CTI_SSO_Token__c" }
                }
                div.item {
                    label for="user_type" { "User Type" }
                    input #user_type name="user_type" value=(user.user_type) autocomplete="off" spellcheck="false";
                    code { "UserType" }
                }
                div.item {
                    label for="language" { "Language" }
                    input #language name="language" value=(user.language) autocomplete="off" spellcheck="false";
                    code { "LanguageLocaleKey" }
                }
            }
            div.buttons { a href=(USERS) { "Cancel" } button.brand { "Save" } }
        }
    })
    .into_response()
}

#[derive(Deserialize)]
pub struct Edited {
    active: Option<String>,
    #[serde(default)]
    call_center: String,
    operator_id: String,
    sso_token: String,
    user_type: String,
    language: String,
}

pub async fn save(
    State(org): State<Arc<Org>>,
    _session: Session,
    Path(id): Path<UserId>,
    Form(edited): Form<Edited>,
) -> Redirect {
    org.state().change_user(
        id,
        UserChange {
            active: Some(edited.active.is_some()),
            frozen: None,
            call_center: Some(edited.call_center.parse().ok()),
            operator_id: Some(edited.operator_id.trim().to_owned()),
            sso_token: Some(edited.sso_token.trim().to_owned()),
            user_type: Some(edited.user_type.trim().to_owned()),
            language: Some(edited.language.trim().to_owned()),
        },
    );
    Redirect::to(USERS)
}

/// `POST …/freeze`: the user cannot log in; whoever is logged in stays so.
pub async fn freeze(org: State<Arc<Org>>, session: Session, user: Path<UserId>) -> Redirect {
    set_frozen(org, session, user, true)
}

pub async fn unfreeze(org: State<Arc<Org>>, session: Session, user: Path<UserId>) -> Redirect {
    set_frozen(org, session, user, false)
}

fn set_frozen(
    State(org): State<Arc<Org>>,
    _session: Session,
    Path(id): Path<UserId>,
    frozen: bool,
) -> Redirect {
    org.state().change_user(id, UserChange { frozen: Some(frozen), ..UserChange::default() });
    Redirect::to(USERS)
}

/// `POST …/login`: the administrator sits there as that user until *Log out*.
pub async fn log_in_as(
    State(org): State<Arc<Org>>,
    session: Session,
    Path(id): Path<UserId>,
) -> Response {
    let mut state = org.state();
    let allowed =
        is_administrator(&state, &session) && state.user(id).is_some_and(|user| user.active);
    if !allowed {
        return (StatusCode::FORBIDDEN, "Only an administrator logs in as somebody else.")
            .into_response();
    }
    state.sessions.login_as(&session.id, id);
    tracing::info!(user = %id, "the administrator logged in as another user");
    Redirect::to("/lightning/page/home").into_response()
}

fn is_administrator(state: &OrgState, session: &Session) -> bool {
    session.administrator.is_none()
        && state.user(session.user).is_some_and(|user| user.profile == "System Administrator")
}

fn path(id: UserId) -> String {
    format!("/lightning/setup/ManageUsers/{id}")
}
