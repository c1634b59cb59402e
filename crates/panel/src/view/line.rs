//! The line: whether calls arrive here, and where one is made.

use softphone::{
    Intent, Snapshot,
    protocol::CallIntent,
    snapshot::{LineSnapshot, MessagesSnapshot},
};
use yew::{Callback, Html, SubmitEvent, html};

use super::{
    actions::{Look, button},
    fields, icon, presence, refusal,
    scene::Scene,
};

pub fn section(snapshot: &Snapshot, scene: &Scene) -> Html {
    let texts = &scene.texts.calls;
    match &snapshot.line {
        LineSnapshot::Off => Html::default(),
        LineSnapshot::Connecting => working("connecting", texts.connecting),
        LineSnapshot::Reconnecting => working("reconnecting", texts.reconnecting),
        LineSnapshot::Offline => {
            html! { <p class="secondary">{scene.texts.presence.unreachable}</p> }
        }
        LineSnapshot::Unavailable { refusal } => html! {
            <>
                {refusal::card(refusal, scene)}
                {button(
                    Look::Neutral,
                    scene.texts.controls.try_again,
                    scene.sends(Intent::Call(CallIntent::Reconnect)),
                )}
            </>
        },
        LineSnapshot::Ready { number, messages } => html! {
            <>
                {dial(scene)}
                <p class="secondary">
                    {texts.own_number.with(&[("number", number)])}
                    {waiting(*messages, scene)}
                    if let Some(said) = presence::consequence(&snapshot.presence.state, &scene.texts.presence) {
                        {" · "}{said}
                    }
                </p>
            </>
        },
    }
}

fn waiting(messages: Option<MessagesSnapshot>, scene: &Scene) -> Html {
    let Some(MessagesSnapshot { new }) = messages else { return Html::default() };
    let texts = &scene.texts.calls;
    let said = match new {
        Some(new) => texts.messages.of(new),
        None => texts.messages_uncounted.to_owned(),
    };
    html! { <>{" · "}<strong>{said}</strong></> }
}

/// `name`: stable, for those who look at the page from outside.
fn working(name: &'static str, sentence: &'static str) -> Html {
    html! { <div class="working" role="status" data-line={name}>{icon::spinner()}<p>{sentence}</p></div> }
}

/// One field and one button; what was typed stays until it is called.
fn dial(scene: &Scene) -> Html {
    let texts = &scene.texts.calls;
    let on_intent = scene.on_intent.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        let number = fields::value(DIAL);
        if !number.trim().is_empty() {
            on_intent.emit(Intent::Call(CallIntent::Dial(number)));
            fields::clear(DIAL);
        }
    });
    html! {
        <form class="dial" {onsubmit}>
            <label for={DIAL}>{texts.number}</label>
            <div class="pair">
                <input id={DIAL} type="text" inputmode="tel" autocomplete="off" spellcheck="false"
                    placeholder={texts.number_hint} />
                <button type="submit" class="button brand">{icon::handset()}{texts.dial}</button>
            </div>
        </form>
    }
}

const DIAL: &str = "dial";
