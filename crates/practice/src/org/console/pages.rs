//! The workspace's pages: home, lists and search; and what all of them are made of.

use std::sync::Arc;

use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    activity,
    records::{self, Record},
    shell::{self, Workspace},
};
use crate::org::{
    Org, clock,
    objects::{Case, Object},
    page,
    session::Session,
    state::State as OrgState,
};

/// The page's script asks for the workspace alone, and the frame lives on; a browser asks for the page.
pub fn shown(
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
    let to_call: Vec<Record<'_>> = state.contacts.iter().take(5).map(Record::Contact).collect();
    let open = |case: &&Case| !case.is_closed();
    let open: Vec<Record<'_>> = state.cases.iter().filter(open).map(Record::Case).collect();
    let body = html! {
        (page_header("home", "Home", &format!("Good to see you, {name}"), html! {}))
        div.columns {
            div {
                section.panel { h2 { "Contacts to call" } (table(&to_call)) }
                section.panel { h2 { "Open cases" } (table(&open)) }
            }
            section.panel { h2 { "Recent activity" } (activity::recent(&state, clock::now())) }
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
    let Some(object) = Object::named(&object) else { return missing() };
    let new = html! { button.neutral type="button" data-new=(object.name()) { "New" } };
    let title = object.plural();
    let body = html! {
        (page_header(object.icon(), title, &format!("All {title}"), new))
        section.panel { (table(&records::of(&state, object))) }
    };
    let workspace = Workspace { title: title.into(), tab: object.name(), record: None, body };
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
    // Whatever the softphone layout says, which is about calls.
    let found = records::search(&state, &Object::OF_CUSTOMERS, &search.q);
    let body = html! {
        (page_header("search", "Search results", &format!("“{}”", search.q), html! {}))
        section.panel {
            @if found.is_empty() {
                p.empty { "Nothing has this name or phone number. Part of a name is enough; of a number, its last five digits." }
            } @else { (table(&found)) }
        }
    };
    let workspace = Workspace { title: "Search".into(), tab: "search", record: None, body };
    shown(&org, &state, &session, &headers, &workspace)
}

pub fn missing() -> Response {
    let page = page::card(
        "Page not found",
        html! {
            h1 { "This page does not exist" }
            p { "It may have been deleted, or the link is wrong. " a href="/" { "Go to the console" } }
        },
    );
    (StatusCode::NOT_FOUND, page).into_response()
}

pub fn page_header(icon: &str, kind: &str, title: &str, actions: Markup) -> Markup {
    html! {
        header.page-header {
            span class=(format!("tile {icon}")) { (page::icon(icon)) }
            div { p { (kind) } h1 { (title) } }
            div.actions { (actions) }
        }
    }
}

/// Cases are called by their numbers, so what they are about stands beside them.
pub fn table(records: &[Record<'_>]) -> Markup {
    html! {
        table {
            thead { tr { th scope="col" { "Name" } th scope="col" { "Phone" } th scope="col" { "Type" } } }
            tbody {
                @for record in records {
                    tr {
                        th scope="row" {
                            (link(*record))
                            @if record.title() != record.name() { " " span.small { (record.title()) } }
                        }
                        td { @if let Some(number) = record.phones().first() { (phone(*record, number)) } }
                        td { (record.object().name()) }
                    }
                }
            }
        }
    }
}

pub fn link(record: Record<'_>) -> Markup {
    html! { a href=(record.path()) data-nav data-record=(record.id()) { (record.name()) } }
}

/// A number to click; it does nothing until the panel has called `enableClickToDial`.
pub fn phone(record: Record<'_>, number: &str) -> Markup {
    html! {
        @if !number.is_empty() {
            button.click-to-dial type="button" disabled data-number=(number) data-record-id=(record.id())
                data-record-name=(record.name()) data-object-type=(record.object().name()) {
                (page::icon("call")) span { (number) }
            }
        }
    }
}
