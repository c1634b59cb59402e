//! The window's pages: rendered here, top level only, no script but the last one's.

use adapter_api::{Code, error::Refused};
use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, html};
use texts::{Catalogue, Language, Piece, catalogue, pieces};

use super::{
    assets::{DONE_SCRIPT, WINDOW_STYLE},
    limit,
};

/// The texts in the language that the browser asks for.
pub fn texts(headers: &HeaderMap) -> &'static Catalogue {
    // A list that comes in several headers is one list (RFC 9110 §5.3).
    let asked: Vec<&str> = headers
        .get_all(header::ACCEPT_LANGUAGE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    catalogue(Language::preferred(&asked.join(",")))
}

/// The texts in the language of a Salesforce user, where it is one of ours; else in the browser's.
pub fn texts_for(language: Option<&str>, headers: &HeaderMap) -> &'static Catalogue {
    language.and_then(Language::parse).map_or_else(|| texts(headers), catalogue)
}

/// Whether the page may run its one script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    None,
    ClosesWindow,
}

pub fn respond(
    texts: &Catalogue,
    status: StatusCode,
    heading: &str,
    body: &Markup,
    script: Script,
) -> Response {
    let script_element = html! {
        @if script == Script::ClosesWindow {
            script defer src=(DONE_SCRIPT) {}
        }
    };
    let main = html! {
        main {
            (product(texts))
            h1 { (heading) }
            (body)
        }
    };
    let page = document(texts, texts.adapter.pages.title, WINDOW_STYLE, &script_element, &main);
    let mut response = (status, Html(page.into_string())).into_response();
    let script_source = match script {
        Script::None => "",
        Script::ClosesWindow => "script-src 'self'; ",
    };
    // `form-action` covers the redirect after the form as well; it leads to our own last page.
    let policy = format!(
        "default-src 'none'; {script_source}style-src 'self'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    );
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What every page of ours begins with.
pub fn document(
    texts: &Catalogue,
    title: &str,
    style: &str,
    head: &Markup,
    body: &Markup,
) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(texts.tag) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href=(style);
                (head)
            }
            body { (body) }
        }
    }
}

/// A refusal in the words that the panel has for it.
pub fn refused(texts: &Catalogue, status: StatusCode, refused: &Refused) -> Response {
    let sentences = texts.for_code(refused.code.as_str());
    let value = refused.value.as_deref();
    let body = html! {
        p { (marked(sentences.what_happened, value)) }
        p { (marked(sentences.what_to_do, value)) }
        p { (texts.adapter.pages.refused) }
        (for_administrator(texts, refused))
    };
    let mut response = respond(texts, status, sentences.title, &body, Script::None);
    response.extensions_mut().insert(refused.code);
    limit::passing(response)
}

/// What only the administrator can use, to be copied letter by letter.
pub fn for_administrator(texts: &Catalogue, refused: &Refused) -> Markup {
    let value = refused.value.as_deref();
    let Some(sentence) = texts.for_code(refused.code.as_str()).tell_administrator else {
        return html! { p.code { code { (refused.code) } } };
    };
    html! {
        section.administrator {
            h2 { (texts.adapter.inert.for_administrator) }
            p { (marked(sentence, value)) }
            code.copyable { (refused.code) @if let Some(value) = value { " " (value) } }
        }
    }
}

/// The panel's own mark and the name, so that the window is known for ours.
pub fn product(texts: &Catalogue) -> Markup {
    html! {
        p.product {
            svg.mark viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" {
                rect.mark-board width="24" height="24" rx="5" {}
                path.mark-cord d="M7.5 8.2v4.6a4.5 4.5 0 0 0 9 0V8.2" {}
                circle.mark-jack cx="7.5" cy="7.4" r="2.6" {}
                circle.mark-jack cx="16.5" cy="7.4" r="2.6" {}
            }
            (texts.product)
        }
    }
}

/// The address belongs to no sign-in that this browser started.
pub fn not_started_here(texts: &Catalogue) -> Response {
    let pages = &texts.adapter.pages;
    let body = html! {
        p { (marked(pages.not_started_here, None)) }
        (for_administrator(texts, &Code::OauthState.into()))
    };
    let heading = pages.not_started_here_heading;
    let mut response = respond(texts, StatusCode::FORBIDDEN, heading, &body, Script::None);
    response.extensions_mut().insert(Code::OauthState);
    response
}

/// A text with its small markup as elements.
pub fn marked(text: &str, value: Option<&str>) -> Markup {
    html! {
        @for piece in pieces(text, value) {
            @match piece {
                Piece::Text(text) => (text),
                Piece::Name(name) => em { (name) },
                Piece::Literal(literal) => code { (literal) },
            }
        }
    }
}
