//! What to tell the administrator: a sentence, and a text to be copied letter by letter.

use softphone::protocol::Refusal;
use yew::{Html, NodeRef, Properties, component, html, use_node_ref, use_state};

use super::{
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

#[component]
pub fn ForAdministrator(ForAdministratorProps { scene, refusal }: &ForAdministratorProps) -> Html {
    let texts = scene.texts;
    let sentence = texts.for_code(refusal.code.as_str()).tell_administrator;
    let shown = use_node_ref();
    let copied = use_state(|| Copied::NotYet);
    let onclick = {
        let (shown, copied) = (shown.clone(), copied.clone());
        on_first_click(move || {
            copied.set(if copy(&shown) { Copied::Done } else { Copied::Refused })
        })
    };
    let (icon, label) = match *copied {
        Copied::Done => (icon::check(), texts.controls.copied),
        Copied::NotYet | Copied::Refused => (icon::copy(), texts.controls.copy),
    };
    html! {
        <div class="administrator">
            <div class="title">
                <h2>{texts.refusal.for_administrator}</h2>
                <button type="button" class="button neutral small" {onclick} title={texts.refusal.copy_label}>
                    {icon}<span role="status">{label}</span>
                </button>
            </div>
            if let Some(sentence) = sentence {
                <p>{marked(sentence, refusal.value.as_deref())}</p>
            }
            <code class="copyable" ref={shown}>{code_and_value(refusal)}</code>
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

/// `navigator.clipboard` needs a permission that the console does not give its frames; the older command
/// needs only the click.
#[cfg(target_arch = "wasm32")]
fn copy(shown: &NodeRef) -> bool {
    use wasm_bindgen::JsCast;

    let select_and_copy = || {
        let document = web_sys::window()?.document()?.dyn_into::<web_sys::HtmlDocument>().ok()?;
        let selection = document.get_selection().ok()??;
        selection.select_all_children(&shown.get()?).ok()?;
        document.exec_command("copy").ok()
    };
    select_and_copy().unwrap_or(false)
}

#[cfg(not(target_arch = "wasm32"))]
fn copy(_shown: &NodeRef) -> bool {
    false
}
