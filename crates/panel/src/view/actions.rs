//! Buttons, and the places in which they stand.

use softphone::Intent;
use yew::{AttrValue, Callback, Html, MouseEvent, html};

use super::{icon, scene::Scene};

/// A place per kind: beside the heading the quiet one, at the lower edge a row for each of the others.
#[derive(Default)]
pub struct Actions {
    pub primary: Option<Html>,
    pub secondary: Option<Html>,
    pub quiet: Option<Html>,
}

impl Actions {
    /// The rows at the lower edge. Below a primary action the second row keeps its place.
    pub fn rows(self) -> Html {
        if self.primary.is_none() && self.secondary.is_none() {
            return Html::default();
        }
        html! {
            <div class="actions">
                if let Some(primary) = self.primary {
                    <div class="row">{primary}</div>
                }
                <div class="row">{self.secondary.unwrap_or_default()}</div>
            </div>
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    Brand,
    Neutral,
    Destructive,
    /// Looks like a link, is a button.
    Quiet,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ready {
    Yes,
    /// There, of the same size, and at work.
    Busy,
    /// There, and not to be pressed before something has come.
    NotYet,
}

pub fn button(look: Look, label: impl Into<AttrValue>, onclick: Callback<MouseEvent>) -> Html {
    button_when(Ready::Yes, look, label, onclick)
}

pub fn button_when(
    ready: Ready,
    look: Look,
    label: impl Into<AttrValue>,
    onclick: Callback<MouseEvent>,
) -> Html {
    let onclick = if ready == Ready::Yes { onclick } else { Callback::noop() };
    html! {
        <button type="button" class={look.class()} aria-disabled={ready.off()} aria-busy={ready.busy()} {onclick}>
            {busy_mark(ready)}{label.into()}
        </button>
    }
}

/// The button of the form with this id.
pub fn submit(ready: Ready, label: &'static str, form: &'static str) -> Html {
    html! {
        <button type="submit" class={Look::Brand.class()} {form} aria-disabled={ready.off()} aria-busy={ready.busy()}>
            {busy_mark(ready)}{label}
        </button>
    }
}

/// Holds the place of the primary action while there is nothing to press.
pub fn waiting(label: &'static str) -> Html {
    html! { <p class="waiting">{icon::spinner()}{label}</p> }
}

/// The heading of what is drawn only while it is open.
pub fn disclosure(open: bool, heading: &'static str, toggle: Intent, scene: &Scene) -> Html {
    html! {
        <h2>
            <button type="button" class="button disclosure" aria-expanded={open.to_string()} onclick={scene.sends(toggle)}>
                {icon::chevron()}{heading}
            </button>
        </h2>
    }
}

fn busy_mark(ready: Ready) -> Html {
    match ready {
        Ready::Busy => icon::spinner(),
        Ready::Yes | Ready::NotYet => Html::default(),
    }
}

impl Ready {
    /// An element that is disabled loses the focus; this one keeps it, and does nothing.
    fn off(self) -> Option<&'static str> {
        (self != Ready::Yes).then_some("true")
    }

    fn busy(self) -> Option<&'static str> {
        (self == Ready::Busy).then_some("true")
    }
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Look::Brand => "button brand",
            Look::Neutral => "button neutral",
            Look::Destructive => "button destructive",
            Look::Quiet => "button quiet",
        }
    }
}
