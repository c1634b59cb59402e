//! The panel while a sign-in window is open, which it can neither see nor close.

use softphone::{Intent, protocol::Refusal, snapshot::WindowSnapshot};
use yew::{Html, html};

use super::{
    actions::{Actions, Look, button, waiting},
    element::{heading, paragraph},
    icon, refusal,
    scene::{Scene, marked},
    stage::Stage,
};

pub fn stage(window: &WindowSnapshot, hint: &Option<Refusal>, scene: &Scene) -> Stage {
    let texts = scene.texts;
    let announcement = match hint {
        Some(hint) => refusal::said(hint, texts).into(),
        None => texts.window.heading.into(),
    };
    let open_again =
        button(Look::Neutral, texts.controls.open_again, scene.opens(&window.start_url));
    Stage {
        name: "waiting-for-window",
        icon: Html::default(),
        heading: texts.window.heading.into(),
        announcement,
        body: html! {
            <>
                {paragraph(marked(texts.window.what_to_do, None))}
                if let Some(phrase) = &window.phrase {
                    {phrase_card(phrase, scene)}
                }
                {hint_card(window, hint, scene)}
            </>
        },
        actions: Actions {
            primary: Some(waiting(texts.window.waiting)),
            secondary: Some(open_again),
            quiet: Some(button(Look::Quiet, texts.controls.cancel, scene.sends(Intent::Cancel))),
        },
    }
}

/// Help for whoever sees no window.
pub fn hint_card(window: &WindowSnapshot, hint: &Option<Refusal>, scene: &Scene) -> Html {
    let Some(hint) = hint else { return Html::default() };
    html! {
        <>
            {refusal::card(hint, scene)}
            <p class="center">
                <a href={window.start_url.clone()} target="_blank" rel="noopener">
                    {icon::new_tab()}{scene.texts.window.open_in_tab}
                </a>
            </p>
            // A frame that may open no window may follow no such link either, and nothing tells it so.
            {paragraph(scene.texts.window.or_copy)}
            <code class="copyable">{window.start_url.clone()}</code>
        </>
    }
}

pub fn phrase_card(phrase: &str, scene: &Scene) -> Html {
    html! {
        <section class="card phrase">
            {heading(scene.texts.window.your_phrase)}
            <p class="large">{phrase.to_owned()}</p>
        </section>
    }
}
