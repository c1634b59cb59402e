//! The windows that a click opens: the one to sign in by, and the phone's own.

use softphone::protocol::WindowHandle;

use crate::view::Opens;

/// One sign-in window of one panel: opening it again finds the one that is open, where the browser still can.
pub struct Windows {
    sign_in: String,
}

impl Windows {
    /// The name is this panel's alone, for the panels of other tabs have windows too.
    pub fn new() -> Self {
        let name = (js_sys::Math::random() * 1e15) as u64;
        Self { sign_in: format!("cordboard-sign-in-{name}") }
    }

    /// To be called while the browser still sees the click. `popup.closed` is never asked: under COOP it is
    /// true while the window is open.
    pub fn open(&self, opens: Opens) -> WindowHandle {
        let Some(window) = web_sys::window() else { return WindowHandle::Null };
        let (address, target, features) = match opens {
            Opens::SignIn(address) => (address, self.sign_in.as_str(), SIGN_IN),
            Opens::Phone => {
                let path = window.location().pathname().unwrap_or_default();
                let origin = window.location().origin().unwrap_or_default();
                let organization = path.strip_prefix("/panel/").unwrap_or_default();
                (origin + "/phone/" + organization, "cordboard-phone", PHONE)
            }
        };
        // A snapshot comes through a port; no address from there may run as a script.
        if !["https://", "http://"].iter().any(|scheme| address.starts_with(scheme)) {
            return WindowHandle::Null;
        }
        match window.open_with_url_and_target_and_features(&address, target, features) {
            Ok(Some(opened)) => {
                // A window that is found again stays behind the console otherwise.
                let _ = opened.focus();
                WindowHandle::Given
            }
            Ok(None) | Err(_) => WindowHandle::Null,
        }
    }
}

const SIGN_IN: &str = "popup,width=520,height=680";
const PHONE: &str = "popup,width=420,height=720";
