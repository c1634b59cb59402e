//! Whether the console lends its frame the microphone. Asking for the microphone itself would prompt the agent.

use js_sys::{Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// `document.featurePolicy`, where the browser has it; elsewhere nothing is known, and nothing is said.
pub fn is_refused() -> bool {
    allows_microphone() == Some(false)
}

fn allows_microphone() -> Option<bool> {
    let document = web_sys::window()?.document()?;
    let policy = Reflect::get(&document, &JsValue::from_str("featurePolicy")).ok()?;
    let allows = Reflect::get(&policy, &JsValue::from_str("allowsFeature")).ok()?;
    let allows = allows.dyn_into::<Function>().ok()?;
    allows.call1(&policy, &JsValue::from_str("microphone")).ok()?.as_bool()
}
