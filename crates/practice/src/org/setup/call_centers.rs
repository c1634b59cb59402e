//! *Setup > Call Centers*: the list, the import of a definition file, every item, and who belongs.

use std::{collections::HashMap, sync::Arc};

use axum::{
    Form,
    extract::{Multipart, Path, Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use salesforce::{
    definition::{Definition, Item, Section},
    id::{CallCenterId, UserId},
};
use serde::Deserialize;

use super::{CALL_CENTERS, Notice, Saved, setup_page};
use crate::org::{
    Org,
    session::Session,
    state::{CallCenter, State as OrgState, UserChange},
};

pub async fn list(State(org): State<Arc<Org>>, session: Session) -> Markup {
    list_page(&org.state(), &session, &Notice::None)
}

/// `POST`: *Import*. The file is read as Salesforce reads it, and refused in the words of its first fault.
pub async fn import(
    State(org): State<Arc<Org>>,
    session: Session,
    mut form: Multipart,
) -> Response {
    let mut xml = None;
    while let Ok(Some(field)) = form.next_field().await {
        if field.name() == Some("file") {
            xml = field.text().await.ok();
        }
    }
    let mut state = org.state();
    let definition = match xml.as_deref() {
        None | Some("") => Err("Choose the definition file first.".to_owned()),
        Some(xml) => {
            Definition::parse(xml).map_err(|error| format!("The file was not imported: {error}."))
        }
    };
    match definition {
        Ok(definition) => {
            let id = state.import_call_center(definition);
            Redirect::to(&format!("/lightning/setup/CallCenters/{id}?saved=import")).into_response()
        }
        Err(why) => {
            let page = list_page(&state, &session, &Notice::Refused(why));
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    }
}

pub async fn detail(
    State(org): State<Arc<Org>>,
    session: Session,
    Path(id): Path<CallCenterId>,
    Query(saved): Query<Saved>,
) -> Response {
    let state = org.state();
    let notice = match saved.saved.as_str() {
        "import" => Notice::Saved("The call center was imported. Choose who belongs to it below."),
        "items" => Notice::Saved("The call center was saved."),
        "users" => Notice::Saved("The call center’s users were saved."),
        _ => Notice::None,
    };
    detail_page(&state, &session, id, None, &notice)
}

/// `POST`: *Save*, with every item as `section/item`.
pub async fn save(
    State(org): State<Arc<Org>>,
    session: Session,
    Path(id): Path<CallCenterId>,
    Form(values): Form<HashMap<String, String>>,
) -> Response {
    let mut state = org.state();
    for (path, value) in &values {
        let Some((section, item)) = path.split_once('/') else { continue };
        if let Err(error) = state.set_item(id, section, item, value) {
            let why = Notice::Refused(format!("The call center was not saved: {error}."));
            return detail_page(&state, &session, id, Some(&values), &why);
        }
    }
    Redirect::to(&format!("/lightning/setup/CallCenters/{id}?saved=items")).into_response()
}

#[derive(Deserialize)]
pub struct Members {
    add: Option<UserId>,
    remove: Option<UserId>,
}

/// `POST …/users`: *Manage Call Center Users*.
pub async fn members(
    State(org): State<Arc<Org>>,
    _session: Session,
    Path(id): Path<CallCenterId>,
    Form(members): Form<Members>,
) -> Redirect {
    let mut state = org.state();
    let changes = [(members.remove, None), (members.add, Some(id))];
    for (user, call_center) in changes {
        if let Some(user) = user {
            state.change_user(
                user,
                UserChange { call_center: Some(call_center), ..UserChange::default() },
            );
        }
    }
    Redirect::to(&format!("/lightning/setup/CallCenters/{id}?saved=users"))
}

/// `GET …/definition.xml`: the call center as a file that imports again.
pub async fn download(
    State(org): State<Arc<Org>>,
    _session: Session,
    Path(id): Path<CallCenterId>,
) -> Response {
    match org.state().call_center(id) {
        Some(call_center) => {
            let name =
                format!("attachment; filename=\"{}.xml\"", call_center.general("reqInternalName"));
            let headers = [
                (header::CONTENT_TYPE, "application/xml".to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            (headers, call_center.definition.to_xml()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn list_page(state: &OrgState, session: &Session, notice: &Notice) -> Markup {
    let members = |id| state.users.iter().filter(|user| user.call_center == Some(id)).count();
    setup_page(
        state,
        session,
        "Call Centers",
        notice,
        html! {
            section.panel {
                h2 { "All call centers" }
                table {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "CTI Adapter URL" } th scope="col" { "Users" } } }
                    tbody { @for call_center in &state.call_centers { tr {
                        th scope="row" { a href=(path(call_center)) { (call_center.name()) } }
                        td { (call_center.general("reqAdapterUrl")) }
                        td { (members(call_center.id)) }
                    } } }
                }
            }
            section.panel {
                h2 { "Import a call center" }
                p { "Choose a call center definition file. One with the internal name of a call center above replaces its settings." }
                form.import method="post" action=(CALL_CENTERS) enctype="multipart/form-data" {
                    label { "Call center definition file" input type="file" name="file" accept=".xml,application/xml,text/xml" required; }
                    button.brand { "Import" }
                }
            }
        },
    )
}

fn detail_page(
    state: &OrgState,
    session: &Session,
    id: CallCenterId,
    typed: Option<&HashMap<String, String>>,
    notice: &Notice,
) -> Response {
    let Some(call_center) = state.call_center(id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let title = format!("Call Centers: {}", call_center.name());
    let page = setup_page(
        state,
        session,
        &title,
        notice,
        html! {
            form.items method="post" action=(path(call_center)) {
                @for section in &call_center.definition.sections {
                    fieldset.panel {
                        legend { (section.label) }
                        @for item in &section.items { (item_field(section, item, typed)) }
                    }
                }
                div.buttons {
                    a href=(format!("{}/definition.xml", path(call_center))) { "Download the definition file" }
                    button.brand { "Save" }
                }
            }
            (members_panel(state, call_center))
        },
    );
    let status = if matches!(notice, Notice::Refused(_)) {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::OK
    };
    (status, page).into_response()
}

fn item_field(section: &Section, item: &Item, typed: Option<&HashMap<String, String>>) -> Markup {
    let name = format!("{}/{}", section.name, item.name);
    let value = typed.and_then(|typed| typed.get(&name)).unwrap_or(&item.value);
    html! {
        div.item {
            label for=(name) { (item.label) }
            // Salesforce freezes the internal name.
            input id=(name) name=(name) value=(value) readonly[item.name == "reqInternalName"] autocomplete="off" spellcheck="false";
            code { (item.name) }
        }
    }
}

fn members_panel(state: &OrgState, call_center: &CallCenter) -> Markup {
    let (members, others): (Vec<_>, Vec<_>) =
        state.users.iter().partition(|user| user.call_center == Some(call_center.id));
    html! {
        section.panel {
            h2 { "Call center users" }
            form method="post" action=(format!("{}/users", path(call_center))) {
                table {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Username" } th scope="col" { span.hidden { "Action" } } } }
                    tbody { @for user in &members { tr {
                        th scope="row" { (user.name) }
                        td { (user.username) }
                        td.end { button.neutral name="remove" value=(user.id) aria-label=(format!("Remove {}", user.name)) { "Remove" } }
                    } } }
                }
            }
            form.add method="post" action=(format!("{}/users", path(call_center))) {
                label { "Add a user" select name="add" { @for user in &others { option value=(user.id) { (user.name) " (" (user.username) ")" } } } }
                button.neutral disabled[others.is_empty()] { "Add" }
            }
        }
    }
}

fn path(call_center: &CallCenter) -> String {
    format!("/lightning/setup/CallCenters/{}", call_center.id)
}
