//! Copying a text that is shown, by a click or by the keys that copy anywhere else.

use yew::{NodeRef, hook};

/// `navigator.clipboard` needs a permission that the console does not give its frames; the older command
/// needs only the click, or the key.
#[cfg(target_arch = "wasm32")]
pub fn copy(shown: &NodeRef) -> bool {
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
pub fn copy(_shown: &NodeRef) -> bool {
    false
}

/// Calls `act` when the keys that copy are pressed anywhere in the page, where they would copy nothing: not in
/// a field, and not while something is selected.
#[cfg(target_arch = "wasm32")]
#[hook]
pub fn use_copy_keys(act: impl Fn() + 'static) {
    use gloo::events::{EventListener, EventListenerOptions};
    use wasm_bindgen::JsCast;

    yew::use_effect_with((), move |()| {
        let document = web_sys::window().and_then(|window| window.document());
        let listener = document.map(|document| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&document, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<web_sys::KeyboardEvent>() else { return };
                // Where several refusals are shown, the first one takes the keys.
                if copies(event) && !event.default_prevented() && is_free() {
                    event.prevent_default();
                    act();
                }
            })
        });
        move || drop(listener)
    });
}

#[cfg(not(target_arch = "wasm32"))]
#[hook]
pub fn use_copy_keys(_act: impl Fn() + 'static) {}

#[cfg(target_arch = "wasm32")]
fn copies(event: &web_sys::KeyboardEvent) -> bool {
    let command = if is_mac() { event.meta_key() } else { event.ctrl_key() };
    command && !event.alt_key() && !event.shift_key() && event.key().eq_ignore_ascii_case("c")
}

#[cfg(target_arch = "wasm32")]
fn is_free() -> bool {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return false;
    };
    let in_field = document.active_element().is_some_and(|element| element.tag_name() == "INPUT");
    let selection = document.get_selection().ok().flatten();
    !in_field && selection.is_none_or(|selection| selection.is_collapsed())
}

#[cfg(target_arch = "wasm32")]
pub fn is_mac() -> bool {
    let platform = web_sys::window().and_then(|window| window.navigator().platform().ok());
    platform.is_some_and(|platform| platform.starts_with("Mac"))
}

#[cfg(not(target_arch = "wasm32"))]
pub fn is_mac() -> bool {
    false
}
