//! *Setup > Misbehave*: every fault that this organisation can play. No real Setup has such a page.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};

use super::{APP, MISBEHAVE, Notice, Saved, USERS, setup_page};
use crate::org::{
    Org,
    faults::{Fault, Plays, Switch, TABLE, Wanted},
    session::Session,
    state::State as OrgState,
};

pub async fn page(
    State(org): State<Arc<Org>>,
    session: Session,
    Query(saved): Query<Saved>,
) -> Markup {
    let notice = match saved.saved.as_str() {
        "" => Notice::None,
        "well" => Notice::Saved("Everything is well again."),
        _ => Notice::Saved("The faults were saved. They are played from now on."),
    };
    faults_page(&org.state(), &session, &notice)
}

/// `POST`: *Save*. Faults that the form leaves out end.
pub async fn save(
    State(org): State<Arc<Org>>,
    session: Session,
    Form(wanted): Form<Wanted>,
) -> Response {
    let played = org.state().play(&wanted);
    org.play_pbx();
    match played {
        Ok(()) => Redirect::to(&format!("{MISBEHAVE}?saved=faults")).into_response(),
        Err(why) => {
            let why = Notice::Refused(format!("Nothing was changed: {why}."));
            let page = faults_page(&org.state(), &session, &why);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    }
}

/// `POST …/well`: *Everything well again*.
pub async fn be_well(State(org): State<Arc<Org>>, _session: Session) -> Redirect {
    org.state().play(&Wanted::new()).expect("nothing at all can be played");
    org.play_pbx();
    Redirect::to(&format!("{MISBEHAVE}?saved=well"))
}

fn faults_page(state: &OrgState, session: &Session, notice: &Notice) -> Markup {
    let played = TABLE.iter().filter(|fault| !state.played(fault).is_empty()).count();
    setup_page(
        state,
        session,
        "Misbehave",
        notice,
        html! {
            section.panel {
                form.well method="post" action=(format!("{MISBEHAVE}/well")) {
                    p { @match played {
                        0 => { "Everything is well." }
                        1 => { "One thing is not well." }
                        many => { (many) " things are not well." }
                    } }
                    button.neutral disabled[played == 0] { "Everything well again" }
                }
                p.small { "Users are deactivated and frozen under " a href=(USERS) { "Users" }
                    ", and approved under " a href=(APP) { "App access" } "." }
            }
            form.items method="post" action=(MISBEHAVE) {
                fieldset.panel { legend { "Salesforce" }
                    @for fault in rows(&|switch| !APART.contains(&switch)) { (row(state, fault)) }
                }
                fieldset.panel { legend { "The practice PBX" }
                    @for fault in rows(&|switch| switch == Switch::Pbx) { (row(state, fault)) }
                }
                fieldset.panel { legend { "What the pages tell the browser" }
                    p.small { "From the next page that is loaded." }
                    @for fault in rows(&|switch| switch == Switch::Browser) { (row(state, fault)) }
                }
                div.buttons { button.brand { "Save" } }
            }
        },
    )
}

fn rows(of: &dyn Fn(Switch) -> bool) -> impl Iterator<Item = &'static Fault> {
    TABLE.iter().filter(move |fault| of(fault.switch))
}

/// Those that have a heading of their own.
const APART: [Switch; 2] = [Switch::Pbx, Switch::Browser];

fn row(state: &OrgState, fault: &Fault) -> Markup {
    let (name, played) = (fault.name, state.played(fault));
    html! {
        div.item data-playing[!played.is_empty()] {
            label for=(name) { (fault.subject) }
            @match fault.plays {
                Plays::OneOf(values) => { select id=(name) name=(name) {
                    option value="" { "Well" }
                    @for (value, what) in values {
                        option value=(value) selected[played == *value] { (what) }
                    }
                    // By the control interface anything can be set.
                    @if !played.is_empty() && values.iter().all(|(value, _)| played != *value) {
                        option value=(played) selected { (played) }
                    }
                } }
                Plays::Number { unit } => { span.number {
                    input id=(name) name=(name) type="number" value=(played) aria-describedby=(format!("{name}-unit"));
                    span id=(format!("{name}-unit")) { (unit) }
                } }
            }
            code { (name) }
        }
    }
}
