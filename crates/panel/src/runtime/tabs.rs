//! The same agent's panels in other tabs of the console.
//!
//! What passes between them says nothing and opens nothing: whoever hears it asks console and adapter again,
//! as after a reload. Where the browser keeps the tabs apart each of them is clicked in.

use gloo::events::EventListener;
use wasm_bindgen::JsValue;
use web_sys::BroadcastChannel;

pub struct Tabs {
    channel: Option<BroadcastChannel>,
}

impl Tabs {
    pub fn new(organization: &str) -> Self {
        Self { channel: BroadcastChannel::new(&format!("cordboard-{organization}")).ok() }
    }

    /// `hear` is called as long as the page lives, and never for what this tab has told.
    pub fn listen(&self, hear: impl Fn() + 'static) {
        if let Some(channel) = &self.channel {
            EventListener::new(channel, "message", move |_| hear()).forget();
        }
    }

    pub fn tell(&self) {
        if let Some(channel) = &self.channel {
            // Nobody has to hear it.
            let _ = channel.post_message(&JsValue::NULL);
        }
    }
}
