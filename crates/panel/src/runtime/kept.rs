//! What is to stand in Salesforce of each call, kept until the adapter has it: in this page, and in the browser's
//! storage in case the page dies. `localStorage` rather than IndexedDB: it writes before the next thing happens,
//! and an entry is a few KiB at most.

use std::cell::RefCell;

use adapter_api::{
    Secret,
    call_log::{CallId, Request},
};

use super::storage::storage;

#[derive(Default)]
pub struct Kept {
    /// Few, so that they are looked through.
    entries: RefCell<Vec<Entry>>,
}

struct Entry {
    call: CallId,
    key: String,
    /// As it goes to the adapter.
    body: String,
    sent: bool,
}

impl Kept {
    pub fn keep(&self, owner: &str, mut request: Request) {
        request.entry.utc_offset = -(js_sys::Date::new_0().get_timezone_offset() as i16);
        let Ok(body) = serde_json::to_string(&request) else { return };
        let key = format!("{PREFIX}{owner}/{}", request.call.as_str());
        if let Some(storage) = storage() {
            let _ = storage.set_item(&key, &body);
        }
        let call = request.call;
        let mut entries = self.entries.borrow_mut();
        entries.retain(|entry| entry.call != call);
        entries.push(Entry { call, key, body, sent: false });
    }

    /// What is kept of this agent's by this page and by those before it.
    pub fn recall(&self, owner: &str) -> Vec<CallId> {
        let mut entries = self.entries.borrow_mut();
        let (Some(storage), prefix) = (storage(), format!("{PREFIX}{owner}/")) else {
            return Vec::new();
        };
        let keys = (0..storage.length().unwrap_or_default())
            .filter_map(|index| storage.key(index).ok().flatten());
        let mut calls = Vec::new();
        for key in keys.filter(|key| key.starts_with(&prefix)) {
            let call = key[prefix.len()..].parse::<CallId>();
            let body = storage.get_item(&key).ok().flatten();
            if let (Ok(call), Some(body)) = (call, body) {
                calls.push(call.clone());
                if !entries.iter().any(|entry| entry.call == call) {
                    entries.push(Entry { call, key, body, sent: false });
                }
            }
        }
        calls
    }

    /// The newest revision, for the adapter.
    pub fn hand_over(&self, call: &CallId) -> Secret {
        let mut entries = self.entries.borrow_mut();
        let entry = entries.iter_mut().find(|entry| entry.call == *call);
        Secret(entry.map_or_else(String::new, |entry| {
            entry.sent = true;
            entry.body.clone()
        }))
    }

    /// Unless there is a newer revision than the one that was sent.
    pub fn forget(&self, call: &CallId) {
        let mut entries = self.entries.borrow_mut();
        if let Some(place) = entries.iter().position(|entry| entry.sent && entry.call == *call) {
            let entry = entries.swap_remove(place);
            if let Some(storage) = storage() {
                let _ = storage.remove_item(&entry.key);
            }
        }
    }
}

const PREFIX: &str = "cordboard-call/";
