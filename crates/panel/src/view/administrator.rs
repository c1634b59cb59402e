//! What to tell the administrator: a sentence, and a text to be copied letter by letter.

use softphone::protocol::Refusal;
use yew::{Html, Properties, component, html, use_node_ref, use_state};

use super::{
    copy::{copy, is_mac, use_copy_keys},
    element::{heading, paragraph},
    icon,
    scene::{Scene, marked, on_first_click},
};

#[derive(Clone, PartialEq, Properties)]
pub struct ForAdministratorProps {
    pub scene: Scene,
    pub refusal: Refusal,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    NotYet,
    Done,
    /// The browser kept its clipboard to itself, and the text is selected.
    Refused,
}

/// Where there is nothing to tell, the code stands by itself: whoever is asked for help asks for it.
#[component]
pub fn ForAdministrator(ForAdministratorProps { scene, refusal }: &ForAdministratorProps) -> Html {
    let texts = scene.texts;
    let sentence = texts.for_code(refusal.code.as_str()).tell_administrator;
    let shown = use_node_ref();
    let copied = use_state(|| Copied::NotYet);
    let act = {
        let (shown, copied) = (shown.clone(), copied.clone());
        move || copied.set(if copy(&shown) { Copied::Done } else { Copied::Refused })
    };
    use_copy_keys(act.clone());
    let (icon, label) = match *copied {
        Copied::Done => (icon::check(), texts.controls.copied),
        Copied::NotYet | Copied::Refused => (icon::copy(), texts.controls.copy),
    };
    let (keys, shortcut) = match is_mac() {
        true => (texts.controls.copy_keys_on_mac, "Meta+C"),
        false => (texts.controls.copy_keys, "Control+C"),
    };
    let button = html! {
        <>
            <kbd aria-hidden="true">{keys}</kbd>
            <button type="button" class="button neutral small" onclick={on_first_click(act)}
                title={texts.refusal.copy_label} aria-keyshortcuts={shortcut}>
                {icon}<span role="status">{label}</span>
            </button>
        </>
    };
    let code = html! { <code class="copyable" ref={shown}>{code_and_value(refusal)}</code> };
    html! {
        <div class="administrator">
            if sentence.is_some() || refusal.value.is_some() {
                <div class="title">{heading(texts.refusal.for_administrator)}{button}</div>
                if let Some(sentence) = sentence {
                    {paragraph(marked(sentence, refusal.value.as_deref()))}
                }
                {code}
            } else {
                <div class="title">{code}{button}</div>
            }
            if *copied == Copied::Refused {
                <p class="secondary" role="status">{texts.controls.press_copy_keys}</p>
            }
        </div>
    }
}

fn code_and_value(refusal: &Refusal) -> String {
    match &refusal.value {
        Some(value) => format!("{} {value}", refusal.code),
        None => refusal.code.to_string(),
    }
}
