//! Our own icons: strokes of one weight on a grid of 16, hidden from assistive technology because a word
//! always stands beside them.

use yew::{AttrValue, Html};

/// Two jacks of a cord board and the cord between them.
pub fn mark() -> Html {
    let cord = r#"<path class="mark-cord" d="M7.5 8.2v4.6a4.5 4.5 0 0 0 9 0V8.2"/>"#;
    let jacks = r#"<circle class="mark-jack" cx="7.5" cy="7.4" r="2.6"/><circle class="mark-jack" cx="16.5" cy="7.4" r="2.6"/>"#;
    drawn(format!(
        r#"<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true"><rect class="mark-board" width="24" height="24" rx="5"/>{cord}{jacks}</svg>"#
    ))
}

/// A whole disc: it is so.
pub fn disc() -> Html {
    small("icon dot", r#"<circle class="filled" cx="8" cy="8" r="4.5"/>"#)
}

/// An empty ring: it is not so.
pub fn ring() -> Html {
    small("icon dot", r#"<circle cx="8" cy="8" r="4"/>"#)
}

/// A disc half full: on its way.
pub fn half_disc() -> Html {
    small(
        "icon dot",
        r#"<circle cx="8" cy="8" r="4"/><path class="filled" d="M8 4a4 4 0 0 1 0 8z"/>"#,
    )
}

/// A triangle: it needs somebody.
pub fn triangle() -> Html {
    small("icon dot", r#"<path class="filled" d="M8 3.5 13 12.5H3z"/>"#)
}

pub fn error() -> Html {
    small("icon", r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 4.75v4M8 11v.25"/>"#)
}

pub fn warning() -> Html {
    small("icon", r#"<path d="M8 2 14.5 13.5h-13zM8 6.5v3M8 11.4v.1"/>"#)
}

pub fn notice() -> Html {
    small("icon", r#"<circle cx="8" cy="8" r="6.25"/><path d="M8 7.25v4M8 4.75V5"/>"#)
}

pub fn copy() -> Html {
    small(
        "icon",
        r#"<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 5.5v-3h-8v8h3"/>"#,
    )
}

pub fn check() -> Html {
    small("icon", r#"<path d="m3 8.5 3.25 3.25L13 5"/>"#)
}

pub fn chevron() -> Html {
    small("icon chevron", r#"<path d="m6 3.5 4.5 4.5L6 12.5"/>"#)
}

pub fn new_tab() -> Html {
    small("icon", r#"<path d="M9.5 2.5h4v4M13.5 2.5 7.5 8.5M6.5 3.5h-4v10h10v-4"/>"#)
}

pub fn handset() -> Html {
    small(
        "icon",
        r#"<path d="M3 2h2.750l1.250 3.250-1.500 1.250a9 9 0 0 0 4 4l1.250-1.500L14 10.250V13c0 0.500-0.500 1-1 1C7 14 2 9 2 3c0-0.500 0.500-1 1-1z"/>"#,
    )
}

/// The handset lies down.
pub fn hang_up() -> Html {
    small(
        "icon",
        r#"<path d="M1.5 9.5c0-1.5 2.5-3.5 6.500-3.5s6.500 2 6.500 3.500v1.250l-3.500 0.500-0.750-2.250c-1.500-0.500-3-0.500-4.500 0L5 11.250l-3.500-0.500z"/>"#,
    )
}

pub fn microphone() -> Html {
    small(
        "icon",
        r#"<rect x="6" y="1.75" width="4" height="7.5" rx="2"/><path d="M3.500 7.500a4.500 4.500 0 0 0 9 0M8 12v2.250"/>"#,
    )
}

pub fn microphone_off() -> Html {
    small(
        "icon",
        r#"<rect x="6" y="1.75" width="4" height="7.5" rx="2"/><path d="M3.500 7.500a4.500 4.500 0 0 0 9 0M8 12v2.250M2.500 2.500l11 11"/>"#,
    )
}

pub fn hold() -> Html {
    small("icon", r#"<path d="M5.500 3.500v9M10.500 3.500v9"/>"#)
}

pub fn resume() -> Html {
    small("icon", r#"<path d="M5 3.250 12.500 8 5 12.750z"/>"#)
}

pub fn keypad() -> Html {
    small(
        "icon",
        r#"<circle class="filled" cx="4" cy="4" r="0.75"/><circle class="filled" cx="8" cy="4" r="0.75"/><circle class="filled" cx="12" cy="4" r="0.75"/><circle class="filled" cx="4" cy="8" r="0.75"/><circle class="filled" cx="8" cy="8" r="0.75"/><circle class="filled" cx="12" cy="8" r="0.75"/><circle class="filled" cx="4" cy="12" r="0.75"/><circle class="filled" cx="8" cy="12" r="0.75"/><circle class="filled" cx="12" cy="12" r="0.75"/>"#,
    )
}

pub fn transfer() -> Html {
    small("icon", r#"<path d="M2 5h11M10 2l3 3-3 3M14 11H3M6 8l-3 3 3 3"/>"#)
}

/// Fades in after 300 ms, so that a short wait shows nothing.
pub fn spinner() -> Html {
    small(
        "icon spinner",
        r#"<circle class="faint" cx="8" cy="8" r="6"/><path d="M8 2a6 6 0 0 1 6 6"/>"#,
    )
}

/// As markup: told element by element, two dozen icons would weigh more than a phone call.
fn small(class: &'static str, strokes: &'static str) -> Html {
    let opening = r#"viewBox="0 0 16 16" width="16" height="16" aria-hidden="true""#;
    drawn(format!(r#"<svg class="{class}" {opening}>{strokes}</svg>"#))
}

/// Nothing but what stands in this file.
fn drawn(markup: String) -> Html {
    Html::from_html_unchecked(AttrValue::from(markup))
}
