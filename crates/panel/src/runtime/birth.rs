//! What makes the phone of this desk this phone.

use softphone::Birth;
use wasm_bindgen::JsValue;

use super::{random, storage::storage};

pub fn birth() -> Result<Birth, JsValue> {
    let tab = u32::from_be_bytes(random::bytes()?);
    Ok(Birth { seed: random::bytes()?, instance: instance()?, tab })
}

/// The same after a reload, so that the phone takes its own place at the registrar; where nothing can be
/// kept it is a new phone each time, and the old one's registration expires.
fn instance() -> Result<String, JsValue> {
    let storage = storage();
    let kept = storage.as_ref().and_then(|storage| storage.get_item(KEY).ok().flatten());
    if let Some(instance) = kept.filter(|kept| kept.starts_with("urn:uuid:")) {
        return Ok(instance);
    }
    let instance = uuid(random::bytes()?);
    if let Some(storage) = storage {
        let _ = storage.set_item(KEY, &instance);
    }
    Ok(instance)
}

/// A random UUID (RFC 9562 §5.4).
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    format!("urn:uuid:{}", parts.join("-"))
}

const KEY: &str = "cordboard-phone";
