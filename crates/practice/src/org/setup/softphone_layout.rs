//! *Setup > Softphone Layouts*: which records are shown with a call, and what pops up when somebody calls.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{Notice, SOFTPHONE_LAYOUT, Saved, setup_page};
use crate::org::{
    Org,
    objects::Object,
    session::Session,
    softphone_layout::{CallType, MultipleMatches, NoMatch, SingleMatch, SoftphoneLayout},
    state::State as OrgState,
};

pub async fn page(
    State(org): State<Arc<Org>>,
    session: Session,
    Query(saved): Query<Saved>,
) -> Markup {
    let state = org.state();
    let notice = saved.notice("The softphone layout was saved. It counts from the next call on.");
    drawn(&state, &session, &notice)
}

fn drawn(state: &OrgState, session: &Session, notice: &Notice) -> Markup {
    let layout = &state.softphone_layout;
    let SoftphoneLayout { no_match, single_match, multiple_matches, .. } = *layout;
    let body = html! {
        form.items method="post" action=(SOFTPHONE_LAYOUT) {
            @for (call_type, name, label, whom) in [
                (CallType::Inbound, "inbound", "Inbound calls", "the caller"),
                (CallType::Outbound, "outbound", "Outbound calls", "whoever is called"),
                (CallType::Internal, "internal", "Internal calls", "the colleague"),
            ] { (display(name, label, whom, layout.objects(call_type))) }
            fieldset.panel {
                legend { "Screen pop settings of inbound calls" }
                (choice("no_match", "No matching records", &[
                    ("nothing", "Don’t pop any screen", no_match == NoMatch::Nothing),
                    ("new_account", "Pop to new Account", no_match == NoMatch::NewAccount),
                    ("new_contact", "Pop to new Contact", no_match == NoMatch::NewContact),
                    ("new_lead", "Pop to new Lead", no_match == NoMatch::NewLead),
                    ("new_case", "Pop to new Case", no_match == NoMatch::NewCase),
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
                p.small { "Outbound and internal calls pop no screen. Their records are named in the softphone." }
            }
            div.buttons { button.brand { "Save" } }
        }
    };
    setup_page(state, session, "Softphone Layouts", notice, body)
}

/// `POST`: *Save*. Of a call type without a box that is ticked, nothing comes.
pub async fn save(
    State(org): State<Arc<Org>>,
    session: Session,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    let mut state = org.state();
    match read(fields) {
        Ok(layout) => {
            state.softphone_layout = layout;
            Redirect::to(&format!("{SOFTPHONE_LAYOUT}?saved=layout")).into_response()
        }
        Err(error) => {
            let notice = Notice::Refused(format!("The layout was not saved: {error}."));
            let page = drawn(&state, &session, &notice);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    }
}

fn read(fields: Vec<(String, String)>) -> Result<SoftphoneLayout, serde_json::Error> {
    let none = || Value::Array(Vec::new());
    let mut layout: Map<String, Value> =
        CALL_TYPES.map(|name| (name.to_owned(), none())).into_iter().collect();
    for (name, value) in fields {
        match layout.get_mut(&name).and_then(Value::as_array_mut) {
            Some(objects) => objects.push(value.into()),
            None => drop(layout.insert(name, value.into())),
        }
    }
    serde_json::from_value(layout.into())
}

fn display(name: &str, label: &str, whom: &str, chosen: &[Object]) -> Markup {
    html! {
        fieldset.panel {
            legend { (label) }
            p.small { "Display these Salesforce objects, and look for " (whom) " among them:" }
            div.boxes {
                @for object in OBJECTS {
                    label {
                        input type="checkbox" name=(name) value=(object.name()) checked[chosen.contains(&object)];
                        " " (object.name())
                    }
                }
            }
        }
    }
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

const CALL_TYPES: [&str; 3] = ["internal", "inbound", "outbound"];
const OBJECTS: [Object; 5] =
    [Object::Account, Object::Contact, Object::Lead, Object::Case, Object::User];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_type_without_a_box_that_is_ticked_shows_nothing() {
        let fields = [("inbound", "Lead"), ("inbound", "Case"), ("no_match", "new_lead")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()));

        let layout = read(fields.to_vec()).unwrap();

        assert_eq!(layout.inbound, [Object::Lead, Object::Case]);
        assert_eq!((layout.internal.len(), layout.outbound.len()), (0, 0));
        assert_eq!(layout.no_match, NoMatch::NewLead);
    }

    #[test]
    fn a_form_with_something_else_in_it_is_refused() {
        for field in [("inbound", "Opportunity"), ("no_match", "flow"), ("colour", "blue")] {
            let (name, value) = field;
            assert!(read(vec![(name.to_owned(), value.to_owned())]).is_err(), "{field:?}");
        }
    }
}
