//! What outlives the page; nothing does where the browser keeps nothing for frames of other sites.

use serde::{Serialize, de::DeserializeOwned};
use web_sys::Storage;

pub fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

pub fn keep(key: &str, value: &impl Serialize) {
    if let (Some(storage), Ok(bytes)) = (storage(), postcard::to_allocvec(value)) {
        let _ = storage.set_item(key, &oauth::base64url::encode(bytes));
    }
}

pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// What cannot be read, another build has written.
pub fn kept<T: DeserializeOwned>(key: &str) -> Option<T> {
    let text = storage()?.get_item(key).ok()??;
    postcard::from_bytes(&oauth::base64url::decode(&text)?).ok()
}
