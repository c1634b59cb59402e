//! The workspace's pages: home, lists, search, and the record page with its activity timeline.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    records::{self, Record},
    ring,
    shell::{self, Shown, Workspace},
};
use crate::org::{
    Org, page,
    session::Session,
    state::{State as OrgState, Task},
};

/// The page's script asks for the workspace alone, and the frame lives on; a browser asks for the page.
fn shown(
    org: &Org,
    state: &OrgState,
    session: &Session,
    headers: &HeaderMap,
    workspace: &Workspace,
) -> Response {
    if headers.contains_key("x-fragment") {
        return shell::fragment(workspace).into_response();
    }
    let policy = "default-src 'self'; frame-src http: https:; style-src 'self' 'unsafe-inline'; \
                  img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'";
    ([(header::CONTENT_SECURITY_POLICY, policy)], shell::console(org, state, session, workspace))
        .into_response()
}

pub async fn home(State(org): State<Arc<Org>>, session: Session, headers: HeaderMap) -> Response {
    let state = org.state();
    let name = state.user(session.user).map(|user| user.names().0).unwrap_or_default();
    let recent: Vec<Record<'_>> = state.contacts.iter().take(5).map(Record::Contact).collect();
    let body = html! {
        (page_header("home", "Home", &format!("Good to see you, {name}"), html! {}))
        div.columns {
            section.panel { h2 { "Contacts to call" } (table(&recent)) }
            section.panel {
                h2 { "Recent activity" }
                (activities(&state, &state.tasks.iter().rev().take(5).collect::<Vec<_>>()))
            }
        }
    };
    let workspace = Workspace { title: "Home".into(), tab: "home", record: None, body };
    shown(&org, &state, &session, &headers, &workspace)
}

pub async fn list(
    State(org): State<Arc<Org>>,
    session: Session,
    Path(object): Path<String>,
    headers: HeaderMap,
) -> Response {
    let state = org.state();
    let (tab, title, icon, rows): (_, _, _, Vec<Record<'_>>) = match object.as_str() {
        "Account" => {
            ("Account", "Accounts", "account", state.accounts.iter().map(Record::Account).collect())
        }
        "Contact" => {
            ("Contact", "Contacts", "contact", state.contacts.iter().map(Record::Contact).collect())
        }
        _ => return missing(),
    };
    let new = html! { button.neutral type="button" data-new=(tab) { "New" } };
    let body = html! {
        (page_header(icon, title, &format!("All {title}"), new))
        section.panel { (table(&rows)) }
    };
    let workspace = Workspace { title: title.into(), tab, record: None, body };
    shown(&org, &state, &session, &headers, &workspace)
}

#[derive(Deserialize)]
pub struct Search {
    #[serde(default)]
    q: String,
}

pub async fn search(
    State(org): State<Arc<Org>>,
    session: Session,
    Query(search): Query<Search>,
    headers: HeaderMap,
) -> Response {
    let state = org.state();
    let found = records::search(&state, &search.q);
    let body = html! {
        (page_header("search", "Search results", &format!("“{}”", search.q), html! {}))
        section.panel {
            @if found.is_empty() {
                p.empty { "No account and no contact has this name or phone number. Part of a name is enough; of a number, its last five digits." }
            } @else { (table(&found)) }
        }
    };
    let workspace = Workspace { title: "Search".into(), tab: "search", record: None, body };
    shown(&org, &state, &session, &headers, &workspace)
}

pub async fn record(
    State(org): State<Arc<Org>>,
    session: Session,
    Path((object, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let state = org.state();
    let Some(record) = Record::find(&state, &id).filter(|record| record.object() == object) else {
        return missing();
    };
    let icon = if record.object() == "Account" { "account" } else { "contact" };
    let highlights = details(&state, &record).into_iter().skip(1).take(4);
    let body = html! {
        (page_header(icon, record.object(), record.name(), ring::button(&org, &record)))
        dl.highlights { @for (label, value) in highlights { div { dt { (label) } dd { (value) } } } }
        div.columns.record {
            div {
                section.panel { h2 { "Details" }
                    dl.details { @for (label, value) in details(&state, &record) { div { dt { (label) } dd { (value) } } } }
                }
                @if let Record::Account(account) = &record {
                    section.panel { h2 { "Contacts" }
                        (table(&state.contacts.iter().filter(|contact| contact.account == account.id)
                            .map(Record::Contact).collect::<Vec<_>>()))
                    }
                }
            }
            section.panel { h2 { "Activity" } (activities(&state, &records::timeline(&state, &record))) }
        }
    };
    let shown_record =
        Shown { id: record.id().into(), name: record.name().into(), object: record.object() };
    let workspace = Workspace {
        title: record.name().into(),
        tab: record.object(),
        record: Some(shown_record),
        body,
    };
    shown(&org, &state, &session, &headers, &workspace)
}

fn missing() -> Response {
    let page = page::card(
        "Page not found",
        html! {
            h1 { "This page does not exist" }
            p { "It may have been deleted, or the link is wrong. " a href="/" { "Go to the console" } }
        },
    );
    (StatusCode::NOT_FOUND, page).into_response()
}

fn page_header(icon: &str, kind: &str, title: &str, actions: Markup) -> Markup {
    html! {
        header.page-header {
            span class=(format!("tile {icon}")) { (page::icon(icon)) }
            div { p { (kind) } h1 { (title) } }
            div.actions { (actions) }
        }
    }
}

/// Labels and values; the name first, then what the highlights panel repeats.
fn details<'a>(state: &'a OrgState, record: &Record<'a>) -> Vec<(&'static str, Markup)> {
    let text = |value: &str| html! { (value) };
    match record {
        Record::Account(account) => vec![
            ("Account Name", text(&account.name)),
            ("Phone", phone(record, &account.phone)),
            ("Website", text(&account.website)),
            ("Industry", text(&account.industry)),
            ("Billing City", text(&account.city)),
        ],
        Record::Contact(contact) => vec![
            ("Name", text(&contact.name)),
            (
                "Account Name",
                match state.account(&contact.account) {
                    Some(account) => link(&Record::Account(account)),
                    None => html! {},
                },
            ),
            ("Phone", phone(record, &contact.phone)),
            ("Mobile", phone(record, &contact.mobile)),
            ("Title", text(&contact.title)),
            ("Email", text(&contact.email)),
        ],
    }
}

fn table(records: &[Record<'_>]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Phone" } th scope="col" { "Type" } } }
            tbody {
                @for record in records {
                    tr {
                        th scope="row" { (link(record)) }
                        td { @if let Some((_, number)) = record.phones().first() { (phone(record, number)) } }
                        td { (record.object()) }
                    }
                }
            }
        }
    }
}

fn link(record: &Record<'_>) -> Markup {
    html! { a href=(record.path()) data-nav { (record.name()) } }
}

/// A number to click; it does nothing until the panel has called `enableClickToDial`.
fn phone(record: &Record<'_>, number: &str) -> Markup {
    html! {
        @if !number.is_empty() {
            button.click-to-dial type="button" disabled data-number=(number) data-record-id=(record.id())
                data-record-name=(record.name()) data-object-type=(record.object()) {
                (page::icon("call")) span { (number) }
            }
        }
    }
}

fn activities(state: &OrgState, tasks: &[&Task]) -> Markup {
    html! {
        @if tasks.is_empty() {
            p.empty { "No activity yet. A call that the phone logs appears here." }
        }
        ol.timeline {
            @for task in tasks {
                li data-task-id=(task.id) {
                    span class="tile task" { (page::icon(if task.field("CallType").is_some() { "call" } else { "task" })) }
                    div {
                        p.subject { (task.field("Subject").unwrap_or("(no subject)")) }
                        p.small {
                            (state.user(task.owner).map_or("Someone", |owner| owner.name.as_str())) " · "
                            (task.field("CallType").unwrap_or("Task"))
                            @if let Some(duration) = duration(task) { " · " (duration) }
                            @if let Some(who) = task.field("WhoId").and_then(|id| Record::find(state, id)) {
                                " · " (link(&who))
                            }
                        }
                        @if let Some(description) = task.field("Description") { p.small { (description) } }
                    }
                    time datetime=(task.created_at.to_string()) { (task.created_at.strftime("%b %-d, %H:%M").to_string()) }
                }
            }
        }
    }
}

fn duration(task: &Task) -> Option<String> {
    let seconds = task.fields.get("CallDurationInSeconds")?.as_u64()?;
    Some(format!("{}:{:02}", seconds / 60, seconds % 60))
}
