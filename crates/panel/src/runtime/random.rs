//! The browser's random numbers.

use wasm_bindgen::JsValue;

/// Fails where the page has no `crypto`; never answers bytes that are not random.
pub fn bytes<const N: usize>() -> Result<[u8; N], JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let mut bytes = [0; N];
    window.crypto()?.get_random_values_with_u8_array(&mut bytes)?;
    Ok(bytes)
}
