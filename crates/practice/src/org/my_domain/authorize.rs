//! `GET /services/oauth2/authorize`, and the approval page behind it.
//!
//! A request that names no client of ours, or another redirect URI than the client's, gets a page: nothing
//! is sent to an address nobody vouched for (RFC 6749 §4.1.2.1). Every other answer goes back to the client,
//! and does so as Salesforce does: 200 with a page whose script goes there, never a 302.

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, State},
    http::{StatusCode, Uri},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use url::Url;

use crate::org::{
    Org, clock,
    faults::{CodeFault, Faults},
    page,
    session::Session,
    state::{ApprovalMemory, PermittedUsers},
};

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Request {
    pub response_type: String,
    pub client_id: String,
    pub redirect_uri: String,
    pub scope: String,
    pub state: Option<String>,
    pub nonce: Option<String>,
    pub code_challenge: String,
    pub code_challenge_method: String,
    pub prompt: String,
    pub immediate: String,
}

impl Request {
    fn prompts(&self, what: &str) -> bool {
        self.prompt.split(' ').any(|prompt| prompt == what)
    }

    fn must_be_silent(&self) -> bool {
        self.immediate == "true" || self.prompts("none")
    }
}

/// The scopes that the sign-in app has been given in its settings.
pub const SCOPES: [&str; 6] = ["openid", "id", "profile", "email", "address", "phone"];

pub async fn authorize(
    State(org): State<Arc<Org>>,
    session: Option<Session>,
    Query(request): Query<Request>,
    uri: Uri,
) -> Response {
    if let Err(page) = check_client(&org, &request) {
        return page;
    }
    if let Err(refusal) = check_request(&request) {
        return refusal.to_client(&request);
    }
    match session {
        Some(session) if !request.prompts("login") => decide(&org, &session, request, &login(&uri)),
        _ if request.must_be_silent() => Refusal::IMMEDIATE_UNSUCCESSFUL.to_client(&request),
        _ => Redirect::to(&login(&uri)).into_response(),
    }
}

/// The login page, which comes back to this request; the second time it must not ask for a login again.
fn login(uri: &Uri) -> String {
    let mut again = url::form_urlencoded::Serializer::new(String::new());
    let mut username = String::new();
    for (name, value) in url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
        match name.as_ref() {
            "prompt" => {
                let left: Vec<_> = value.split(' ').filter(|prompt| *prompt != "login").collect();
                again.append_pair("prompt", &left.join(" "));
            }
            "login_hint" => username = value.into_owned(),
            _ => {
                again.append_pair(&name, &value);
            }
        }
    }
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("startURL", &format!("{}?{}", uri.path(), again.finish()))
        .append_pair("prompt", "login")
        .append_pair("un", &username)
        .finish();
    format!("/login?{query}")
}

/// What the policy says to this user.
fn decide(org: &Org, session: &Session, request: Request, login: &str) -> Response {
    let mut state = org.state();
    let app = &state.app;
    let refusal = if app.blocked {
        Some(Refusal::BLOCKED)
    } else if !app.installed {
        Some(Refusal::NOT_INSTALLED)
    } else if app.permitted_users == PermittedUsers::PreAuthorized
        && !app.approved_users.contains(&session.user)
    {
        Some(Refusal::NOT_APPROVED)
    } else {
        None
    };
    if let Some(refusal) = refusal {
        return refusal.to_client(&request);
    }
    let approved = match (app.permitted_users, app.approval_memory) {
        (PermittedUsers::PreAuthorized, _) => true,
        (PermittedUsers::SelfAuthorize, ApprovalMemory::Forever) => {
            app.approvals.contains_key(&session.user)
        }
        (PermittedUsers::SelfAuthorize, ApprovalMemory::WhileTokenLives) => {
            state.grants.has_live_token(session.user, &app.sign_in.id)
        }
        (PermittedUsers::SelfAuthorize, ApprovalMemory::Never) => false,
    };
    if approved && !request.prompts("consent") {
        let code = state.grants.issue_code(request.clone(), session.user);
        return answer(&state.faults, &request, &[("code", &code)]);
    }
    if request.must_be_silent() {
        return Refusal::IMMEDIATE_UNSUCCESSFUL.to_client(&request);
    }
    let scope = request.scope.clone();
    let host =
        Url::parse(&request.redirect_uri).ok().and_then(|url| url.host_str().map(str::to_owned));
    let id = state.grants.keep_request(request);
    let name = state.user(session.user).map(|user| (user.name.clone(), user.username.clone()));
    let (name, username) = name.unwrap_or_default();
    approval_page(&Asked {
        id,
        name,
        username,
        organization: state.organization_name.clone(),
        scope,
        host: host.unwrap_or_default(),
        login,
    })
    .into_response()
}

#[derive(Deserialize)]
pub struct Approval {
    request: String,
    decision: Decision,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Decision {
    Allow,
    Deny,
}

/// `POST /services/oauth2/approve`: what the approval page's two buttons say.
pub async fn approve(
    State(org): State<Arc<Org>>,
    session: Option<Session>,
    Form(approval): Form<Approval>,
) -> Response {
    let mut state = org.state();
    let (Some(session), Some(request)) = (session, state.grants.take_request(&approval.request))
    else {
        return error_page("invalid_request", "this authorization has been answered already");
    };
    match approval.decision {
        Decision::Allow => {
            state.app.approvals.insert(session.user, clock::now());
            let code = state.grants.issue_code(request.clone(), session.user);
            answer(&state.faults, &request, &[("code", &code)])
        }
        Decision::Deny => Refusal::DENIED.to_client(&request),
    }
}

#[allow(clippy::result_large_err)] // The refusal is the answer, and made once a request.
fn check_client(org: &Org, request: &Request) -> Result<(), Response> {
    let state = org.state();
    if request.client_id != state.app.sign_in.id {
        return Err(error_page("invalid_client_id", "client identifier invalid"));
    }
    if !state.callbacks().contains(&request.redirect_uri) {
        return Err(error_page("redirect_uri_mismatch", "redirect_uri must match configuration"));
    }
    Ok(())
}

fn check_request(request: &Request) -> Result<(), Refusal> {
    if request.response_type != "code" {
        return Err(Refusal {
            error: "unsupported_response_type",
            description: "response type not supported",
        });
    }
    // 43 characters are SHA-256 in base64url (RFC 7636 §4.2).
    if request.code_challenge_method != "S256" || request.code_challenge.len() != 43 {
        let description = "missing required code challenge of method S256";
        return Err(Refusal { error: "invalid_request", description });
    }
    if !request
        .scope
        .split(' ')
        .filter(|scope| !scope.is_empty())
        .all(|scope| SCOPES.contains(&scope))
    {
        return Err(Refusal {
            error: "invalid_scope",
            description: "the requested scope is not allowed",
        });
    }
    Ok(())
}

/// What the client learns. The words are Salesforce's own, as far as they are known.
struct Refusal {
    error: &'static str,
    description: &'static str,
}

impl Refusal {
    const DENIED: Self =
        Self { error: "access_denied", description: "end-user denied authorization" };
    const BLOCKED: Self =
        Self { error: "OAUTH_APP_BLOCKED", description: "this app is blocked by admin" };
    const NOT_INSTALLED: Self =
        Self { error: "invalid_client", description: "app must be installed into org" };
    const NOT_APPROVED: Self = Self {
        error: "OAUTH_APP_ACCESS_DENIED",
        description: "user is not admin approved to access this app",
    };
    const IMMEDIATE_UNSUCCESSFUL: Self = Self {
        error: "immediate_unsuccessful",
        description: "the user has to log in or to approve",
    };

    fn to_client(&self, request: &Request) -> Response {
        let told = [("error", self.error), ("error_description", self.description)];
        answer(&Faults::default(), request, &told)
    }
}

/// Back to the client, by script.
fn answer(faults: &Faults, request: &Request, parameters: &[(&str, &str)]) -> Response {
    let Ok(mut url) = Url::parse(&request.redirect_uri) else {
        return error_page("redirect_uri_mismatch", "redirect_uri must match configuration");
    };
    {
        let mut query = url.query_pairs_mut();
        query.extend_pairs(parameters);
        if let Some(state) = &request.state {
            query.append_pair("state", state);
        }
    }
    // JSON is a JavaScript literal; `<` must not end the script.
    let literal = serde_json::Value::from(url.as_str()).to_string().replace('<', "\\u003c");
    let mut script = format!(
        "var url = {literal};\nif (window.location.replace) {{ window.location.replace(url); }} else {{ window.location.href = url; }}"
    );
    if faults.code == Some(CodeFault::SentTwice) {
        // The token endpoint holds its answer, so this page is still there, and the first visit unanswered.
        script.push_str("\nsetTimeout(function () { window.location.href = url; }, 300);");
    }
    let page = html! {
        (maud::DOCTYPE)
        html { head { meta charset="utf-8"; script { (PreEscaped(script)) } } body {} }
    };
    ([("cache-control", "no-store")], page).into_response()
}

fn error_page(error: &str, description: &str) -> Response {
    let page = page::card(
        "OAuth error",
        html! {
            h1 { "OAuth error" }
            p { "We can’t authorize you because of an OAuth error. For more information, contact your Salesforce administrator." }
            p.code { (error) " : " (description) }
        },
    );
    (StatusCode::BAD_REQUEST, page).into_response()
}

struct Asked<'a> {
    id: String,
    name: String,
    username: String,
    organization: String,
    scope: String,
    host: String,
    /// For whoever finds somebody else's name on the page.
    login: &'a str,
}

fn approval_page(asked: &Asked<'_>) -> Markup {
    let scopes = asked.scope.split(' ').filter_map(|scope| match scope {
        "openid" => Some("Access unique user identifiers"),
        "id" => Some("Access the identity URL service"),
        "profile" => Some("Access your basic information"),
        "email" => Some("Access your email address"),
        "address" => Some("Access your address"),
        "phone" => Some("Access your phone number"),
        _ => None,
    });
    page::card(
        "Allow access?",
        html! {
            h1 { "Allow access?" }
            p { strong { "Cordboard" } " is asking to:" }
            ul.scopes { @for scope in scopes { li { (scope) } } }
            p { "Do you want to allow access for " strong { (asked.name) } " (" (asked.username) ", "
                (asked.organization) ")? " a href=(asked.login) { "Not you?" } }
            form method="post" action="/services/oauth2/approve" {
                input type="hidden" name="request" value=(asked.id);
                div.buttons {
                    button.neutral name="decision" value="deny" { "Deny" }
                    button.brand name="decision" value="allow" { "Allow" }
                }
            }
            p.small { "After you allow access you go back to " strong { (asked.host) }
                ". Your administrator revokes access in Setup, App access." }
        },
    )
}
