//! The legacy method's notice, and the move to Salesforce sign-in in all its steps. The agent stays signed
//! in throughout.

use adapter_api::session::Switch;
use softphone::{
    Intent,
    snapshot::{LegacySnapshot, SignedInSnapshot, SwitchingSnapshot as S, WindowSnapshot},
};
use yew::{Callback, Html, html};

use super::{
    actions::{Look, Ready, button, button_when, waiting},
    element::{heading, paragraph, secondary, span},
    icon, refusal,
    scene::{Scene, marked},
    time,
    window::{hint_card, phrase_card},
};

pub fn card(signed_in: &SignedInSnapshot, scene: &Scene) -> Html {
    let texts = scene.texts;
    let Some(legacy) = &signed_in.legacy else { return Html::default() };
    match &signed_in.switching {
        None => notice(legacy, scene),
        Some(S::Preparing) => html! {
            <section class="card switching">
                {heading(scene.texts.switching.heading)}
                {paragraph(marked(texts.switching.ready, None))}
                {button_when(Ready::Busy, Look::Brand, texts.switching.open, Callback::noop())}
                {cancel(scene)}
            </section>
        },
        Some(S::Ready { window }) => html! {
            <section class="card switching">
                {heading(scene.texts.switching.heading)}
                {paragraph(marked(texts.switching.ready, None))}
                {button(Look::Brand, texts.switching.open, scene.opens(&window.start_url))}
                {cancel(scene)}
                {phrase(window, scene)}
            </section>
        },
        Some(S::Waiting { window, hint }) => html! {
            <section class="card switching">
                {heading(scene.texts.switching.heading)}
                {paragraph(marked(texts.switching.waiting, None))}
                {waiting(texts.window.waiting)}
                <div class="pair">
                    {button(Look::Neutral, texts.controls.open_again, scene.opens(&window.start_url))}
                    {cancel(scene)}
                </div>
                {phrase(window, scene)}
                {hint_card(window, hint, scene)}
            </section>
        },
        Some(S::Failed { refusal }) => html! {
            <section class="switching">
                {refusal::card(refusal, scene)}
                <div class="pair">
                    {button(Look::Neutral, texts.controls.try_again, scene.sends(Intent::Switch))}
                    {cancel(scene)}
                </div>
            </section>
        },
    }
}

fn notice(legacy: &LegacySnapshot, scene: &Scene) -> Html {
    let texts = scene.texts;
    let (sentence, start) = match legacy.switch {
        Switch::Offered => (
            texts.signed_in.legacy_notice,
            button(Look::Neutral, texts.switching.start, scene.sends(Intent::Switch)),
        ),
        Switch::Unavailable => (texts.signed_in.legacy_without_switch, Html::default()),
    };
    html! {
        <section class="card warning switching">
            <h2>
                <span class="tone warning">{icon::warning()}</span>
                {span(texts.signed_in.legacy_heading)}
            </h2>
            {paragraph(marked(sentence, None))}
            {secondary(last_used(legacy, scene))}
            {start}
        </section>
    }
}

fn phrase(window: &WindowSnapshot, scene: &Scene) -> Html {
    window.phrase.as_ref().map(|phrase| phrase_card(phrase, scene)).unwrap_or_default()
}

fn cancel(scene: &Scene) -> Html {
    button(Look::Quiet, scene.texts.controls.cancel, scene.sends(Intent::Cancel))
}

fn last_used(legacy: &LegacySnapshot, scene: &Scene) -> String {
    match legacy.last_used {
        Some(at) => scene
            .texts
            .signed_in
            .last_used
            .with(&[("when", &time::past(scene.texts, scene.now, at))]),
        None => scene.texts.signed_in.never_used.to_owned(),
    }
}
