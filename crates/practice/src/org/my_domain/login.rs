//! The login page, where every session begins.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use crate::org::{
    Org, Site, page, seed,
    session::{self, Session},
};

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Where {
    #[serde(rename = "startURL")]
    start_url: String,
    prompt: String,
    /// The username to begin with; Salesforce's own abbreviation.
    un: String,
}

pub async fn home(State(org): State<Arc<Org>>) -> Redirect {
    Redirect::to(org.settings.console.as_str())
}

pub async fn page(
    State(org): State<Arc<Org>>,
    session: Option<Session>,
    Query(place): Query<Where>,
) -> Response {
    match session {
        Some(session) if place.prompt != "login" => onward(&org, &session.id, &place.start_url),
        _ => login_page(&org, &place, None).into_response(),
    }
}

#[derive(Deserialize)]
pub struct LogIn {
    #[serde(default)]
    username: String,
    #[serde(default)]
    pw: String,
    #[serde(default, rename = "startURL")]
    start_url: String,
}

/// `POST /login`.
pub async fn log_in(State(org): State<Arc<Org>>, Form(form): Form<LogIn>) -> Response {
    let user =
        org.state().user_by_username(&form.username).map(|user| (user.id, user.may_log_in()));
    let refusal = match user {
        Some((_, true)) if form.pw == seed::PASSWORD => None,
        Some((_, false)) if form.pw == seed::PASSWORD => {
            Some("Your access is disabled. Contact your site administrator.")
        }
        _ if form.pw.is_empty() => Some("Please enter your password."),
        _ => Some(
            "Please check your username and password. If you still can't log in, contact your Salesforce administrator.",
        ),
    };
    if let (Some((user, _)), None) = (user, refusal) {
        let session = org.state().sessions.open(user);
        tracing::info!(%user, "logged in");
        let cookie = session::cookie(&org, &session);
        return ([cookie], onward(&org, &session, &form.start_url)).into_response();
    }
    let place = Where { start_url: form.start_url, un: form.username, prompt: String::new() };
    (StatusCode::OK, login_page(&org, &place, refusal)).into_response()
}

/// `GET /secur/logout.jsp`, on this host.
pub async fn log_out(State(org): State<Arc<Org>>, session: Option<Session>) -> Response {
    if let Some(session) = session {
        org.state().sessions.log_out(&session.id);
    }
    ([session::expired_cookie()], Redirect::to("/login")).into_response()
}

/// To where the login was asked for: this host, or the console with a one-time code. Anywhere else counts as
/// the console, so the page redirects to nobody's site.
fn onward(org: &Org, session: &str, start_url: &str) -> Response {
    if start_url.starts_with('/') && !start_url.starts_with("//") {
        return Redirect::to(start_url).into_response();
    }
    let path = url::Url::parse(start_url)
        .ok()
        .filter(|url| url.origin() == org.settings.console.origin())
        .map_or_else(|| "/".to_owned(), |url| url[url::Position::BeforePath..].to_owned());
    session::front_door(org, session, Site::Console, &path).into_response()
}

fn login_page(org: &Org, place: &Where, refusal: Option<&str>) -> Markup {
    let state = org.state();
    let body = html! {
        div.login {
            main.login-form {
                div.brand-mark { (page::mark()) span { (state.organization_name) } }
                @if let Some(refusal) = refusal {
                    div.alert role="alert" { (page::icon("warning")) span { (refusal) } }
                }
                form method="post" action="/login" {
                    input type="hidden" name="startURL" value=(place.start_url);
                    label for="username" { "Username" }
                    input #username type="email" name="username" value=(place.un) autocomplete="username"
                        autofocus[place.un.is_empty()] required;
                    label for="password" { "Password" }
                    input #password type="password" name="pw" autocomplete="current-password"
                        autofocus[!place.un.is_empty()] aria-invalid[refusal.is_some()];
                    button #Login.brand.wide type="submit" { "Log In" }
                }
            }
            aside.login-aside {
                h1 { "A practice organization" }
                p { "Nothing here is real, so nothing can break. Log in as any of these people; the password is "
                    code { (seed::PASSWORD) } " for all." }
                dl {
                    @for user in &state.users {
                        dt { (user.name) @if !user.active { " (inactive)" } @else if user.frozen { " (frozen)" } }
                        dd { code { (user.username) } span { (duty(user)) } }
                    }
                }
            }
        }
    };
    page::document("Login", "login-page", body)
}

fn duty(user: &crate::org::state::User) -> &'static str {
    match (user.profile, user.call_center) {
        ("System Administrator", _) => "administrator",
        (_, Some(_)) => "agent in the call center",
        (_, None) => "not in a call center",
    }
}
