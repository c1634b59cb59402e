//! The console's chrome: global header, app bar, workspace, utility bar and the softphone's panel.

use maud::{Markup, PreEscaped, html};
use serde_json::{Map, json};

use super::frame::{Frame, NoFrame, frame};
use crate::org::{Org, objects::Object, page, session::Session, setup, state::State};

/// What fills the workspace, and what the page's script and the panel learn of it.
pub struct Workspace {
    pub title: String,
    /// Which tab of the app bar it belongs to.
    pub tab: &'static str,
    pub record: Option<Shown>,
    pub body: Markup,
}

pub struct Shown {
    pub id: String,
    pub name: String,
    pub object: &'static str,
}

/// The part that changes as the agent moves about.
pub fn fragment(workspace: &Workspace) -> Markup {
    let record = workspace.record.as_ref();
    html! {
        main #workspace tabindex="-1" data-title=(workspace.title) data-tab=(workspace.tab)
            data-record-id=[record.map(|record| &record.id)]
            data-record-name=[record.map(|record| &record.name)]
            data-object-type=[record.map(|record| record.object)] {
            (workspace.body)
        }
    }
}

/// The whole page. Its script's first act is to load the softphone's frame.
pub fn console(org: &Org, state: &State, session: &Session, workspace: &Workspace) -> Markup {
    let frame = frame(org, state, session.user);
    let config = json!({
        "frame": frame.as_ref().ok(),
        "icons": page::ICONS.iter().map(|(key, path)| ((*key).to_owned(), json!(path))).collect::<Map<_, _>>(),
        "browser": state.browser,
    });
    // The only characters that could end the element.
    let config = config.to_string().replace('<', "\\u003c");
    page::document(
        &workspace.title,
        "console",
        html! {
            (global_header(state, session))
            (app_bar(workspace.tab))
            (fragment(workspace))
            (softphone(frame))
            (new_record())
            script #host-config type="application/json" { (PreEscaped(config)) }
            script src="/tabs.js" {}
            script src="/host.js" {}
        },
    )
}

pub fn global_header(state: &State, session: &Session) -> Markup {
    let user = state.user(session.user);
    let (name, username) =
        user.map(|user| (user.name.as_str(), user.username.as_str())).unwrap_or_default();
    let initials: String = name.split(' ').filter_map(|word| word.chars().next()).collect();
    html! {
        @if let Some(administrator) = session.administrator.and_then(|id| state.user(id)) {
            div.login-as role="status" {
                (page::icon("warning"))
                span { (administrator.name) ", you are logged in as " strong { (name) } " (" (username) "). " }
                a href="/secur/logout.jsp" { "Log out as " (name) }
            }
        }
        header.global-header {
            a.brand-mark href="/lightning/page/home" { (page::mark()) span { (state.organization_name) } }
            form #global-search.global-search role="search" action="/lightning/search" {
                (page::icon("search"))
                input type="search" name="q" aria-label="Search" placeholder="Search by name or phone number…";
            }
            nav.global-actions aria-label="Global" {
                details.menu {
                    summary aria-label="Setup menu" title="Setup" { (page::icon("settings")) }
                    ul {
                        li { a href=(setup::CALL_CENTERS) { "Call Centers" } }
                        li { a href=(setup::SOFTPHONE_LAYOUT) { "Softphone Layouts" } }
                        li { a href=(setup::USERS) { "Users" } }
                        li { a href=(setup::APP) { "App access" } }
                    }
                }
                details.menu {
                    summary.avatar aria-label=(format!("View profile: {name}")) title=(name) { (initials) }
                    div.profile-card {
                        p.name #running-user { (name) }
                        p { (username) }
                        p { a #log-out href="/secur/logout.jsp" { "Log Out" } }
                    }
                }
            }
        }
    }
}

fn app_bar(tab: &str) -> Markup {
    let lists = Object::OF_CUSTOMERS.map(|object| {
        (object.name(), object.plural(), format!("/lightning/o/{}/list", object.name()))
    });
    let home = ("home", "Home", "/lightning/page/home".to_owned());
    let tabs = [home].into_iter().chain(lists);
    html! {
        nav.app-bar aria-label="Service Console" {
            details.menu.launcher {
                summary aria-label="App Launcher" title="App Launcher" {
                    span.dots aria-hidden="true" { @for _ in 0..9 { i {} } }
                }
                ul {
                    li { a href="/lightning/page/home" { "Service Console" } }
                    li { a href=(setup::CALL_CENTERS) { "Setup" } }
                }
            }
            span.app-name { "Service Console" }
            ul.tabs {
                @for (key, label, path) in tabs {
                    li { a href=(path) data-nav data-tab=(key) aria-current=[(key == tab).then_some("page")] { (label) } }
                }
            }
            ul #workspace-tabs.console-tabs aria-label="Workspace tabs" {}
        }
        nav aria-label="Sub-tabs" { ul #sub-tabs.console-tabs hidden {} }
    }
}

/// The panel and its item in the utility bar. Lightning keeps the frame when the panel is minimised.
fn softphone(frame: Result<Frame, NoFrame>) -> Markup {
    let trouble = frame.err().map(|no_frame| match no_frame {
        NoFrame::NoCallCenter => {
            "You belong to no call center, so there is no phone to show. Your administrator adds you in Setup, Call Centers."
        }
        NoFrame::AdapterUrl => {
            "The call center’s CTI Adapter URL is no address. Your administrator corrects it in Setup, Call Centers."
        }
    });
    html! {
        section #softphone-panel.softphone-panel aria-labelledby="softphone-panel-label" data-visible="false" {
            header {
                span #softphone-panel-icon data-key="call" { (page::icon("call")) }
                h2 #softphone-panel-label { "Phone" }
                button #softphone-minimize type="button" title="Minimize" aria-label="Minimize" {
                    (page::icon("minimize"))
                }
            }
            div #softphone-body {
                @if let Some(trouble) = trouble {
                    p.no-call-center { (page::icon("info")) span { (trouble) } }
                }
            }
        }
        footer.utility-bar aria-label="Utility bar" {
            button #softphone-item type="button" aria-expanded="false" aria-controls="softphone-panel" {
                span #softphone-item-icon data-key="call" { (page::icon("call")) }
                span #softphone-item-label { "Phone" }
            }
        }
    }
}

fn new_record() -> Markup {
    html! {
        dialog #new-record aria-labelledby="new-record-title" {
            form method="dialog" {
                h2 #new-record-title { "New record" }
                input type="hidden" name="entity";
                p role="alert" {}
                label { span.of-others { "Name" } span.of-cases { "Subject" } input name="name" autocomplete="off"; }
                label.of-leads { "Company" input name="company" autocomplete="off"; }
                label { span.of-others { "Phone" } span.of-cases { "Web Phone" } input name="phone" type="tel" autocomplete="off"; }
                div.buttons {
                    button.neutral type="button" data-cancel { "Cancel" }
                    button.brand value="save" { "Save" }
                }
            }
        }
    }
}
