//! *Ring me as this contact*: the practice PBX calls the user's extension in a contact's name.

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

/// On a contact's page, where there is a PBX; what came of it is said beside the button.
pub fn button(org: &Org, record: &Record<'_>) -> Markup {
    let Record::Contact(contact) = record else { return html! {} };
    html! {
        @if org.settings.pbx.is_some() {
            span.small role="status" id="rung" {}
            button.neutral type="button" data-ring=(contact.id) { "Ring me as this contact" }
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
    let (Some(pbx), Some(contact), Some(user)) =
        (&org.settings.pbx, state.contact(&ring.id), state.user(session.user))
    else {
        return said(StatusCode::NOT_FOUND, "There is nobody to ring you.");
    };
    let Some(number) =
        [&contact.phone, &contact.mobile].into_iter().find(|number| !number.is_empty())
    else {
        let why = format!("{} has no phone number to call you from.", contact.name);
        return said(StatusCode::CONFLICT, &why);
    };
    let extension = &user.extension;
    if pbx.phones(extension) == 0 {
        let why =
            format!("No phone is registered at extension {extension}. Sign in to yours first.");
        return said(StatusCode::CONFLICT, &why);
    }
    match pbx.ring(extension, number, Some(&contact.name)) {
        Ok(_) => said(StatusCode::OK, &format!("{} calls extension {extension}.", contact.name)),
        Err(error) => {
            tracing::info!(%error, "nobody can be rung");
            said(StatusCode::CONFLICT, &format!("{number} is no number to call you from."))
        }
    }
}

fn said(status: StatusCode, sentence: &str) -> Response {
    (status, Json(json!({ "said": sentence }))).into_response()
}
