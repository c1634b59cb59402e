//! The sign-in window, opened inside the click that asks for it.

use softphone::protocol::WindowHandle;

/// One window of one panel: opening it again finds the one that is open, where the browser still can.
pub struct SignInWindow {
    target: String,
}

impl SignInWindow {
    /// The name is this panel's alone, for the panels of other tabs have windows too.
    pub fn new() -> Self {
        let name = (js_sys::Math::random() * 1e15) as u64;
        Self { target: format!("cordboard-sign-in-{name}") }
    }

    /// To be called while the browser still sees the click. `popup.closed` is never asked: under COOP it is
    /// true while the window is open.
    pub fn open(&self, start_url: &str) -> WindowHandle {
        // A snapshot comes through a port; no address from there may run as a script.
        let is_web = ["https://", "http://"].iter().any(|scheme| start_url.starts_with(scheme));
        let Some(window) = web_sys::window().filter(|_| is_web) else { return WindowHandle::Null };
        match window.open_with_url_and_target_and_features(start_url, &self.target, FEATURES) {
            Ok(Some(opened)) => {
                // A window that is found again stays behind the console otherwise.
                let _ = opened.focus();
                WindowHandle::Given
            }
            Ok(None) | Err(_) => WindowHandle::Null,
        }
    }
}

const FEATURES: &str = "popup,width=520,height=680";
