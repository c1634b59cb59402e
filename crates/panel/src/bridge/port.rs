//! A `MessagePort` that speaks one type each way.

use js_sys::Uint8Array;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

/// Hears what arrives for as long as it lives.
pub struct Listener {
    port: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

/// As bytes (postcard): view and mind are of one build, and a format that names its fields would weigh tens of
/// KiB more in what the browser loads.
pub fn post(port: &MessagePort, message: &impl Serialize) {
    let posted = postcard::to_allocvec(message)
        .map_err(|_| JsValue::from_str("a message between view and mind could not be written"))
        .and_then(|bytes| port.post_message(&Uint8Array::from(bytes.as_slice())));
    if let Err(reason) = posted {
        crate::page::log(&reason);
    }
}

/// What cannot be read is dropped, and said without its content.
pub fn listen<T: DeserializeOwned>(
    port: MessagePort,
    mut hear: impl FnMut(T) + 'static,
) -> Listener {
    let on_message = Closure::new(move |event: MessageEvent| match read(&event.data()) {
        Some(message) => hear(message),
        None => crate::page::log(&"a message between view and mind could not be read".into()),
    });
    // Setting the handler also starts the port, which has kept what came before.
    port.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    Listener { port, _on_message: on_message }
}

fn read<T: DeserializeOwned>(message: &JsValue) -> Option<T> {
    let bytes = message.dyn_ref::<Uint8Array>()?.to_vec();
    postcard::from_bytes(&bytes).ok()
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
    }
}
