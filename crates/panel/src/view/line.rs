//! The line: whether calls arrive here, and where one is made.

use adapter_api::Code;
use softphone::{
    Intent, Snapshot,
    protocol::{CallIntent, PresenceIntent, Refusal},
    snapshot::{LineSnapshot, MessagesSnapshot, PresenceSnapshot},
};
use texts::{Calls, Template};
use yew::{Callback, Html, SubmitEvent, html};

use super::{
    actions::{Look, button},
    element::{paragraph, secondary},
    fields, icon, presence, refusal,
    scene::Scene,
};

pub fn section(snapshot: &Snapshot, scene: &Scene) -> Html {
    let texts = &scene.texts.calls;
    match &snapshot.line {
        LineSnapshot::Off => Html::default(),
        LineSnapshot::Connecting => working("connecting", texts.connecting),
        LineSnapshot::Reconnecting => working("reconnecting", texts.reconnecting),
        LineSnapshot::Offline => secondary(scene.texts.presence.unreachable),
        LineSnapshot::Unavailable { refusal } => refused(refusal, scene),
        LineSnapshot::Ready { number, messages, voicemail } => html! {
            <>
                {dial(snapshot, scene)}
                <p class="secondary">
                    {texts.own_number.with(&[("number", number)])}
                    if let Some(said) = presence::consequence(&snapshot.presence.state, &scene.texts.presence) {
                        {" · "}{said}
                    }
                </p>
                {mailbox(*messages, voicemail, scene)}
            </>
        },
    }
}

/// Why nobody can be called here, and what may help.
pub fn refused(refusal: &Refusal, scene: &Scene) -> Html {
    let help = match refusal.code {
        Code::FrameNoMicrophone => {
            button(Look::Neutral, scene.texts.calls.own_window, scene.opens_phone())
        }
        // The click itself is all that the browser wants.
        Code::MediaRingMute => {
            button(Look::Neutral, scene.texts.calls.enable_ringing, Callback::noop())
        }
        _ => {
            let reconnect = scene.sends(Intent::Call(CallIntent::Reconnect));
            button(Look::Neutral, scene.texts.controls.try_again, reconnect)
        }
    };
    html! { <>{refusal::card(refusal, scene)}{help}</> }
}

/// The light, and one click that dials.
fn mailbox(messages: Option<MessagesSnapshot>, voicemail: &Option<String>, scene: &Scene) -> Html {
    let texts = &scene.texts.calls;
    let said = match messages {
        Some(MessagesSnapshot { new: Some(new) }) => texts.messages.of(new),
        Some(MessagesSnapshot { new: None }) => texts.messages_uncounted.to_owned(),
        None => texts.voicemail.to_owned(),
    };
    match voicemail {
        Some(number) => {
            let look = if messages.is_some() { Look::Neutral } else { Look::Quiet };
            button(look, said, scene.sends(Intent::Call(CallIntent::Dial(number.clone()))))
        }
        None if messages.is_some() => html! { <p><strong>{said}</strong></p> },
        None => Html::default(),
    }
}

/// `name`: stable, for those who look at the page from outside.
fn working(name: &'static str, sentence: &'static str) -> Html {
    html! { <div class="working" role="status" data-line={name}>{icon::spinner()}{paragraph(sentence)}</div> }
}

/// One field and one button; what was typed stays until it is called.
fn dial(snapshot: &Snapshot, scene: &Scene) -> Html {
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
                {fields::callee(DIAL, texts.number_hint, scene)}
                <button type="submit" class="button brand">{icon::handset()}{texts.dial}</button>
            </div>
            <datalist id={fields::COLLEAGUES}>
                {for snapshot.colleagues.iter().map(|shown| html! { <option value={shown.clone()} /> })}
            </datalist>
            {caller_id(&snapshot.presence, scene)}
            if let Some(name) = &snapshot.nobody {
                <p role="alert">{nobody(snapshot, texts).with(&[("name", name)])}</p>
            }
        </form>
    }
}

/// By which number the agent is seen, where there is a choice.
fn caller_id(presence: &PresenceSnapshot, scene: &Scene) -> Html {
    if presence.caller_ids.len() < 2 {
        return Html::default();
    }
    let on_intent = scene.on_intent.clone();
    let choose = Callback::from(move |number: String| {
        on_intent.emit(Intent::Presence(PresenceIntent::CallAs(number)));
    });
    let numbers: Vec<_> = presence.caller_ids.iter().map(|number| [number.as_str(); 2]).collect();
    let label = scene.texts.calls.caller_id;
    let list = fields::list(CALLER_ID, label, &numbers, &presence.caller_id, choose);
    html! { <><label for={CALLER_ID}>{label}</label>{list}</> }
}

const CALLER_ID: &str = "caller-id";

fn nobody(snapshot: &Snapshot, texts: &Calls) -> Template {
    match snapshot.colleagues.is_empty() {
        true => texts.no_colleague,
        false => texts.several_colleagues,
    }
}

const DIAL: &str = "dial";
