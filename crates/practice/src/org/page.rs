//! What all pages share: the document around them, the style sheet, our own mark and icons.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use maud::{DOCTYPE, Markup, PreEscaped, html};

pub fn document(title: &str, class: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " | Acme" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/look.css";
            }
            body class=(class) { (body) }
        }
    }
}

/// One card in the middle of an empty page.
pub fn card(title: &str, body: Markup) -> Markup {
    document(
        title,
        "card-page",
        html! {
            main.card { div.brand-mark { (mark()) span { "Acme" } } (body) }
        },
    )
}

pub async fn style_sheet() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("look.css")).into_response()
}

/// Our mark: a jack with its cord. Salesforce's own is theirs.
pub fn mark() -> Markup {
    drawn("mark", "M4 15a8 8 0 0 1 16 0M8 15a4 4 0 0 1 8 0M12 15v6")
}

/// A stroke icon on a 24 px grid. The names are those that adapters know from Lightning's icon set.
pub fn icon(name: &str) -> Markup {
    let path = ICONS.iter().find(|(known, _)| *known == name).map_or(ICONS[0].1, |(_, path)| path);
    drawn("icon", path)
}

fn drawn(class: &str, path: &str) -> Markup {
    html! {
        (PreEscaped(format!(
            r#"<svg class="{class}" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{path}"/></svg>"#
        )))
    }
}

/// The first stands for every name we do not know.
pub const ICONS: [(&str, &str); 21] = [
    (
        "call",
        "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2",
    ),
    ("end_call", "M3 14c0-6 18-6 18 0v2l-5 1-1-3a12 12 0 0 0-6 0l-1 3-5-1z"),
    (
        "incoming_call",
        "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2M21 3l-6 6M15 4v5h5",
    ),
    (
        "outbound_call",
        "M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a2 2 0 0 1-2 2A15 15 0 0 1 3 6a2 2 0 0 1 2-2M15 9l6-6M16 3h5v5",
    ),
    ("warning", "M12 3 2 20h20zM12 10v4M12 17v.01"),
    ("info", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M12 11v5M12 8v.01"),
    ("unmuted", "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3M5 11a7 7 0 0 0 14 0M12 18v3"),
    (
        "muted",
        "M9 9v2a3 3 0 0 0 5 2M15 9V6a3 3 0 0 0-6-.5M5 11a7 7 0 0 0 11 5.500M19 11a7 7 0 0 1-.5 2.500M12 18v3M4 4l16 16",
    ),
    ("pause", "M8 5v14M16 5v14"),
    ("user", "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8M4 21a8 8 0 0 1 16 0"),
    ("lock", "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3"),
    (
        "settings",
        "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 3v3M12 18v3M3 12h3M18 12h3M5.600 5.600l2.100 2.100M16.300 16.300l2.100 2.100M5.600 18.400l2.100-2.100M16.300 7.700l2.100-2.100",
    ),
    ("search", "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5"),
    ("account", "M4 21V4h10v17M14 9h6v12M8 8h2M8 12h2M8 16h2M2 21h20"),
    ("contact", "M3 5h18v14H3zM9 9a2 2 0 1 0 0 4 2 2 0 0 0 0-4M6 16a3 3 0 0 1 6 0M15 10h3M15 14h3"),
    ("lead", "M12 3 3 8l9 5 9-5zM3 12l9 5 9-5M3 16l9 5 9-5"),
    ("case", "M4 8h16v12H4zM9 8V5h6v3M4 13h16M12 12v2"),
    ("task", "M4 5h16v15H4zM8 12l3 3 5-6"),
    ("minimize", "M5 19h14"),
    ("close", "M6 6l12 12M18 6 6 18"),
    ("home", "M3 12l9-8 9 8M6 10v10h12V10"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_nobody_drew_is_the_phone() {
        assert_eq!(icon("no_such_key").into_string(), icon("call").into_string());
    }
}
