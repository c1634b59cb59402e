//! `GET /phone/{organization}`: the same panel in a window of its own, for a console whose frame has no microphone.
//! No console stands around it and no script of anybody else's runs in it; it borrows the console of the panel that
//! opened it, and where that is gone it signs in by the window. The browser extension holds it too, in a page that
//! nobody sees, and nobody else may frame it than the extensions that the configuration names.

use axum::{
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use identity::organization::Organization;
use maud::{Markup, html};

use super::{
    extract::Readable,
    page::texts,
    panel::{find, inert, policy, respond, shell},
};
use crate::app::App;

pub async fn handle(
    State(app): State<App>,
    Readable(Path(handle)): Readable<Path<String>>,
    headers: HeaderMap,
) -> Response {
    let texts = texts(&headers);
    let organization = match find(&app, &handle).await {
        Ok(organization) => organization,
        Err(refusal) => return inert(texts, refusal.status, &refusal.refused),
    };
    let page = shell(texts, &app, &organization, &standing_alone(&organization));
    let policy = policy(&app, &organization, "", &ancestors(&app.extensions));
    let mut response = respond(StatusCode::OK, page.into_string(), &policy);
    // For whoever does not know `frame-ancestors`, which comes before it.
    response.headers_mut().insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

fn ancestors(extensions: &[String]) -> String {
    if extensions.is_empty() { "'none'".to_owned() } else { extensions.join(" ") }
}

/// Where records are opened that no console shows, and whether agents can sign in with Salesforce: the call center,
/// which says so elsewhere, is out of reach.
fn standing_alone(organization: &Organization) -> Markup {
    let console = organization.lightning_hosts.first().map_or("", |host| host.as_str());
    html! {
        meta name="cordboard-console" content=(console);
        @if organization.sign_in_client.is_some() {
            meta name="cordboard-salesforce-sso" content="true";
        }
    }
}
