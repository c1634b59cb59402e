//! Where the keyboard is when the stage changes. Only a lost focus is put somewhere: on the first field, or
//! on the heading.

use yew::{NodeRef, hook};

/// `stage`: the name of what is shown in `panel`.
#[cfg(target_arch = "wasm32")]
#[hook]
pub fn use_kept_focus(panel: &NodeRef, stage: &'static str) {
    // A panel that nobody has touched takes the focus from nobody. Looked at before each drawing, for that
    // is what takes focused elements away.
    let touched = yew::use_mut_ref(|| false);
    *touched.borrow_mut() |= focus_is_in(panel).unwrap_or(false);
    let panel = panel.clone();
    yew::use_effect_with(stage, move |_| {
        if *touched.borrow() {
            restore(&panel);
        }
    });
}

#[cfg(not(target_arch = "wasm32"))]
#[hook]
pub fn use_kept_focus(_panel: &NodeRef, _stage: &'static str) {}

#[cfg(target_arch = "wasm32")]
fn restore(panel: &NodeRef) -> Option<()> {
    use wasm_bindgen::JsCast;

    // While the agent works elsewhere in the console, the focus is not ours to take.
    let is_here = web_sys::window()?.document()?.has_focus().unwrap_or(false);
    if focus_is_in(panel)? || !is_here {
        return None;
    }
    let panel = panel.cast::<web_sys::Element>()?;
    let target = match panel.query_selector("[data-first]").ok()? {
        Some(field) => field,
        None => panel.query_selector("h1").ok()??,
    };
    target.dyn_into::<web_sys::HtmlElement>().ok()?.focus().ok()
}

#[cfg(target_arch = "wasm32")]
fn focus_is_in(panel: &NodeRef) -> Option<bool> {
    let focused = web_sys::window()?.document()?.active_element();
    let panel = panel.cast::<web_sys::Element>()?;
    Some(focused.is_some_and(|element| panel.contains(Some(&element))))
}
