//! What the agent says of a call that is over, and what of it is not in Salesforce yet.

use softphone::{
    Intent,
    protocol::LogIntent,
    snapshot::{LogSnapshot, WrapUpSnapshot},
};
use yew::{Callback, Html, InputEvent, SubmitEvent, html};

use super::{call, element::heading, fields, refusal, scene::Scene};

pub fn section(log: &LogSnapshot, scene: &Scene) -> Html {
    log.wrap_up.as_ref().map(|wrap_up| form(wrap_up, scene)).unwrap_or_default()
}

pub fn waiting(log: &LogSnapshot, scene: &Scene) -> Html {
    let texts = &scene.texts.calls;
    html! {
        <>
            {refusal::optional_card(&log.refusal, scene)}
            if log.waiting > 0 {
                <p class="secondary" data-waiting={log.waiting.to_string()}>
                    {texts.unwritten.of(log.waiting)}
                    if log.by_console {
                        {" "}{texts.keep_open}
                    }
                </p>
            }
        </>
    }
}

/// The fields keep what is typed; it is told at each change, so that it is saved whatever comes next.
fn form(wrap_up: &WrapUpSnapshot, scene: &Scene) -> Html {
    let texts = &scene.texts.calls;
    let call = wrap_up.call;
    let on_intent = scene.on_intent.clone();
    let oninput = Callback::from(move |_: InputEvent| {
        let notes = fields::value(NOTES);
        let disposition = Some(fields::value(DISPOSITION)).filter(|chosen| !chosen.is_empty());
        on_intent.emit(Intent::Log(LogIntent::Note { call, notes, disposition }));
    });
    let on_intent = scene.on_intent.clone();
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        on_intent.emit(Intent::Log(LogIntent::Save(call)));
    });
    let option = |value: &String| {
        let selected = wrap_up.disposition.as_ref() == Some(value);
        html! { <option value={value.clone()} {selected}>{value}</option> }
    };
    html! {
        <form key={call.0} class="call wrap-up" {oninput} {onsubmit}>
            {heading(call::name(&wrap_up.peer, texts))}
            if !wrap_up.dispositions.is_empty() {
                <label for={DISPOSITION}>{texts.disposition}</label>
                <select id={DISPOSITION}>
                    <option value="">{texts.no_disposition}</option>
                    {for wrap_up.dispositions.iter().map(option)}
                </select>
            }
            <label for={NOTES}>{texts.notes}</label>
            <textarea id={NOTES} rows="3" maxlength="8000" defaultvalue={wrap_up.notes.clone()} />
            <button type="submit" class="button brand">{texts.save}</button>
        </form>
    }
}

const NOTES: &str = "notes";
const DISPOSITION: &str = "disposition";
