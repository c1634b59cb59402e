//! A `MessagePort` that speaks one type each way.

use js_sys::JSON;
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageEvent, MessagePort};

/// Hears what arrives for as long as it lives.
pub struct Listener {
    port: MessagePort,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

/// As a plain object, by way of JSON, which the panel speaks anyhow: a second serializer would weigh more in
/// the page than it saves here.
pub fn post(port: &MessagePort, message: &impl Serialize) {
    let posted = serde_json::to_string(message)
        .map_err(|_| JsValue::from_str("a message between view and mind could not be written"))
        .and_then(|json| JSON::parse(&json))
        .and_then(|message| port.post_message(&message));
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
    let json = JSON::stringify(message).ok()?.as_string()?;
    serde_json::from_str(&json).ok()
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.port.set_onmessage(None);
    }
}
