//! *Setup > Softphone Layouts*: what pops up when somebody calls.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    response::Redirect,
};
use maud::{Markup, html};

use super::{SOFTPHONE_LAYOUT, Saved, setup_page};
use crate::org::{
    Org,
    session::Session,
    softphone_layout::{MultipleMatches, NoMatch, SingleMatch, SoftphoneLayout},
};

pub async fn page(
    State(org): State<Arc<Org>>,
    session: Session,
    Query(saved): Query<Saved>,
) -> Markup {
    let state = org.state();
    let notice = saved.notice("The softphone layout was saved. It counts from the next call on.");
    let SoftphoneLayout { no_match, single_match, multiple_matches } = state.softphone_layout;
    let body = html! {
        form.items method="post" action=(SOFTPHONE_LAYOUT) {
            fieldset.panel {
                legend { "Screen pop settings of inbound calls" }
                (choice("no_match", "No matching records", &[
                    ("nothing", "Don’t pop any screen", no_match == NoMatch::Nothing),
                    ("new_contact", "Pop to new Contact", no_match == NoMatch::NewContact),
                    ("search", "Pop to search page", no_match == NoMatch::Search),
                ]))
                (choice("single_match", "Single-matching record", &[
                    ("record", "Pop detail page", single_match == SingleMatch::Record),
                    ("nothing", "Don’t pop any screen", single_match == SingleMatch::Nothing),
                ]))
                (choice("multiple_matches", "Multiple-matching records", &[
                    ("search", "Pop to search page", multiple_matches == MultipleMatches::Search),
                    ("nothing", "Don’t pop any screen", multiple_matches == MultipleMatches::Nothing),
                ]))
            }
            div.buttons { button.brand { "Save" } }
        }
    };
    setup_page(&state, &session, "Softphone Layouts", &notice, body)
}

/// `POST`: *Save*.
pub async fn save(
    State(org): State<Arc<Org>>,
    _session: Session,
    Form(layout): Form<SoftphoneLayout>,
) -> Redirect {
    org.state().softphone_layout = layout;
    Redirect::to(&format!("{SOFTPHONE_LAYOUT}?saved=layout"))
}

fn choice(name: &str, label: &str, options: &[(&str, &str, bool)]) -> Markup {
    html! {
        div.item {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                @for (value, label, selected) in options {
                    option value=(value) selected[*selected] { (label) }
                }
            }
        }
    }
}
