//! *Ring me as this contact*: the practice PBX calls the user's extension in a contact's or a lead's name.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;

use super::records::Record;
use crate::org::{Org, session::Session};

/// On the page of somebody who calls, where there is a PBX; what came of it is said beside the button.
pub fn button(org: &Org, record: Record<'_>) -> Markup {
    let label = match record {
        Record::Contact(_) => "Ring me as this contact",
        Record::Lead(_) => "Ring me as this lead",
        Record::Account(_) | Record::Case(_) | Record::User(_) => return html! {},
    };
    html! {
        @if org.settings.pbx.is_some() {
            span.small role="status" id="rung" {}
            button.neutral type="button" data-ring=(record.id()) { (label) }
        }
    }
}

#[derive(Deserialize)]
pub struct Ring {
    id: String,
}

/// `POST /aura/ring`.
pub async fn me(State(org): State<Arc<Org>>, session: Session, Json(ring): Json<Ring>) -> Response {
    let state = org.state();
    let (Some(pbx), Some(caller @ (Record::Contact(_) | Record::Lead(_))), Some(user)) =
        (&org.settings.pbx, Record::find(&state, &ring.id), state.user(session.user))
    else {
        return said(StatusCode::NOT_FOUND, "There is nobody to ring you.");
    };
    let name = caller.name();
    let Some(number) = caller.phones().first().copied() else {
        let why = format!("{name} has no phone number to call you from.");
        return said(StatusCode::CONFLICT, &why);
    };
    let extension = &user.extension;
    if pbx.phones(extension) == 0 {
        let why =
            format!("No phone is registered at extension {extension}. Sign in to yours first.");
        return said(StatusCode::CONFLICT, &why);
    }
    match pbx.ring(extension, number, Some(name)) {
        Ok(_) => said(StatusCode::OK, &format!("{name} calls extension {extension}.")),
        Err(error) => {
            tracing::info!(%error, "nobody can be rung");
            said(StatusCode::CONFLICT, &format!("{number} is no number to call you from."))
        }
    }
}

fn said(status: StatusCode, sentence: &str) -> Response {
    (status, Json(json!({ "said": sentence }))).into_response()
}
