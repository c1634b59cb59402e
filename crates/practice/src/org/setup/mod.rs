//! Setup: what an administrator does by hand. The practice organisation lets everyone in; only *Login*
//! beside a user is the administrator's alone.

mod app;
mod call_centers;
mod misbehave;
mod softphone_layout;
mod users;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::org::{Org, console::global_header, page, session::Session, state::State};

pub const CALL_CENTERS: &str = "/lightning/setup/CallCenters/home";
pub const USERS: &str = "/lightning/setup/ManageUsers/home";
pub const APP: &str = "/lightning/setup/ConnectedApps/home";
pub const CERTIFICATE: &str = "/lightning/setup/CertificatesAndKeysManagement/Cordboard.crt";
pub const SOFTPHONE_LAYOUT: &str = "/lightning/setup/CallCenterSoftphoneLayouts/home";
pub const MISBEHAVE: &str = "/lightning/setup/Misbehave/home";

pub fn routes() -> Router<Arc<Org>> {
    Router::new()
        .route(CALL_CENTERS, get(call_centers::list).post(call_centers::import))
        .route(
            "/lightning/setup/CallCenters/{id}",
            get(call_centers::detail).post(call_centers::save),
        )
        .route("/lightning/setup/CallCenters/{id}/users", post(call_centers::members))
        .route("/lightning/setup/CallCenters/{id}/definition.xml", get(call_centers::download))
        .route(USERS, get(users::list))
        .route("/lightning/setup/ManageUsers/{id}", get(users::detail).post(users::save))
        .route("/lightning/setup/ManageUsers/{id}/login", post(users::log_in_as))
        .route("/lightning/setup/ManageUsers/{id}/freeze", post(users::freeze))
        .route("/lightning/setup/ManageUsers/{id}/unfreeze", post(users::unfreeze))
        .route(APP, get(app::page).post(app::save))
        .route(CERTIFICATE, get(app::certificate))
        .route(SOFTPHONE_LAYOUT, get(softphone_layout::page).post(softphone_layout::save))
        .route(MISBEHAVE, get(misbehave::page).post(misbehave::save))
        .route("/lightning/setup/Misbehave/home/well", post(misbehave::be_well))
}

/// What the last form's answer was, above the page it came from.
enum Notice {
    None,
    Saved(&'static str),
    Refused(String),
}

/// What a page is sent back with after its form was saved: `?saved=…`.
#[derive(Default, Deserialize)]
pub struct Saved {
    #[serde(default)]
    saved: String,
}

impl Saved {
    fn notice(&self, sentence: &'static str) -> Notice {
        if self.saved.is_empty() { Notice::None } else { Notice::Saved(sentence) }
    }
}

fn setup_page(
    state: &State,
    session: &Session,
    title: &str,
    notice: &Notice,
    body: Markup,
) -> Markup {
    let entries = [
        ("Call Centers", CALL_CENTERS),
        ("Softphone Layouts", SOFTPHONE_LAYOUT),
        ("Users", USERS),
        ("App access", APP),
        ("Misbehave", MISBEHAVE),
    ];
    page::document(
        title,
        "setup",
        html! {
            (global_header(state, session))
            nav.app-bar aria-label="Setup" { span.app-name { "Setup" } a.back href="/lightning/page/home" { "Back to the console" } }
            div.setup-columns {
                nav aria-label="Setup pages" {
                    ul { @for (label, path) in entries {
                        li { a href=(path) aria-current=[title.starts_with(label).then_some("page")] { (label) } }
                    } }
                }
                main {
                    header.page-header { span.tile.setup { (page::icon("settings")) } div { p { "Setup" } h1 { (title) } } }
                    @match notice {
                        Notice::None => {}
                        Notice::Saved(what) => { div.notice.success role="status" { (what) } }
                        Notice::Refused(why) => { div.notice.error role="alert" { (page::icon("warning")) span { (why) } } }
                    }
                    (body)
                }
            }
        },
    )
}
