//! The page of a record: what is known of it, what belongs to it, and its activity timeline.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::HeaderMap,
    response::Response,
};
use maud::{Markup, html};

use super::{
    activity,
    pages::{link, missing, page_header, phone, shown, table},
    records::{self, Record},
    ring,
    shell::{Shown, Workspace},
};
use crate::org::{Org, clock, session::Session, state::State as OrgState};

/// `GET /lightning/r/{object}/{id}/view`
pub async fn page(
    State(org): State<Arc<Org>>,
    session: Session,
    Path((object, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let state = org.state();
    let record = Record::find(&state, &id).filter(|record| record.object().name() == object);
    let Some(record) = record else { return missing() };
    let object = record.object();
    let tasks = records::tasks(&state, record);
    let body = html! {
        (page_header(object.icon(), object.name(), record.title(), ring::button(&org, record)))
        dl.highlights {
            @for (label, value) in details(&state, record).into_iter().skip(1).take(4) {
                div { dt { (label) } dd { (value) } }
            }
        }
        div.columns.record {
            div {
                section.panel { h2 { "Details" }
                    dl.details { @for (label, value) in details(&state, record) { div { dt { (label) } dd { (value) } } } }
                }
                @for (title, related) in related(&state, record) {
                    section.panel { h2 { (title) " (" (related.len()) ")" } (table(&related)) }
                }
            }
            (activity::timeline(&state, &tasks, clock::now()))
        }
    };
    let shown_record =
        Shown { id: record.id().into(), name: record.name().into(), object: object.name() };
    let workspace = Workspace {
        title: record.name().into(),
        // It has a tab of its own.
        tab: "",
        record: Some(shown_record),
        body,
    };
    shown(&org, &state, &session, &headers, &workspace)
}

/// Labels and values; the name first, then what the highlights panel repeats.
fn details<'a>(state: &'a OrgState, record: Record<'a>) -> Vec<(&'static str, Markup)> {
    let text = |value: &str| html! { (value) };
    let other =
        |id: &str| html! { @if let Some(record) = Record::find(state, id) { (link(record)) } };
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
            ("Account Name", other(&contact.account)),
            ("Phone", phone(record, &contact.phone)),
            ("Mobile", phone(record, &contact.mobile)),
            ("Title", text(&contact.title)),
            ("Email", text(&contact.email)),
        ],
        Record::Lead(lead) => vec![
            ("Name", text(&lead.name)),
            ("Company", text(&lead.company)),
            ("Phone", phone(record, &lead.phone)),
            ("Mobile", phone(record, &lead.mobile)),
            ("Lead Status", text(&lead.status)),
            ("Title", text(&lead.title)),
            ("Email", text(&lead.email)),
        ],
        Record::Case(case) => {
            let contact = state.contact(&case.contact);
            let contact_phone = contact.map_or("", |contact| contact.phone.as_str());
            vec![
                ("Case Number", text(&case.number)),
                ("Contact Name", other(&case.contact)),
                // A field of the case's: whose number it is, a click on it does not say.
                ("Contact Phone", phone(record, contact_phone)),
                ("Status", text(&case.status)),
                ("Priority", text(&case.priority)),
                ("Subject", text(&case.subject)),
                ("Account Name", other(&case.account)),
                ("Web Phone", phone(record, &case.web_phone)),
            ]
        }
        Record::User(user) => vec![
            ("Name", text(&user.name)),
            ("Extension", phone(record, &user.extension)),
            ("Username", text(&user.username)),
            ("Profile", text(user.profile)),
        ],
    }
}

/// The lists beside the details, those without rows included: what is not there is told as well.
fn related<'a>(state: &'a OrgState, record: Record<'_>) -> Vec<(&'static str, Vec<Record<'a>>)> {
    match record {
        Record::Account(account) => {
            let contacts = state.contacts.iter().filter(|contact| contact.account == account.id);
            let cases = state.cases.iter().filter(|case| case.account == account.id);
            vec![
                ("Contacts", contacts.map(Record::Contact).collect()),
                ("Cases", cases.map(Record::Case).collect()),
            ]
        }
        Record::Contact(contact) => {
            let cases = state.cases.iter().filter(|case| case.contact == contact.id);
            vec![("Cases", cases.map(Record::Case).collect())]
        }
        Record::Lead(_) | Record::Case(_) | Record::User(_) => Vec::new(),
    }
}
