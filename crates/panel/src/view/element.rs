//! The elements that stand everywhere. As the macro writes them, each weighs some hundred bytes wherever it stands; these
//! are written once.

use yew::{Html, html};

pub fn paragraph(inside: impl Into<Html>) -> Html {
    element("p", None, inside.into())
}

/// What is there for whoever looks for it.
pub fn secondary(inside: impl Into<Html>) -> Html {
    element("p", Some("secondary"), inside.into())
}

pub fn heading(inside: impl Into<Html>) -> Html {
    element("h2", None, inside.into())
}

pub fn span(inside: impl Into<Html>) -> Html {
    element("span", None, inside.into())
}

/// One of a list of definitions.
pub fn fact(term: &'static str, inside: impl Into<Html>) -> Html {
    let pair = [element("dt", None, term.into()), element("dd", None, inside.into())];
    pair.into_iter().collect()
}

#[inline(never)]
fn element(name: &'static str, class: Option<&'static str>, inside: Html) -> Html {
    html! { <@{name} {class}>{inside}</@> }
}
