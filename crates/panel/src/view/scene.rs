//! What every part of the view needs: the words, the time, and the two ways out.

use adapter_api::Way;
use softphone::{Intent, protocol::WindowHandle};
use texts::{Catalogue, Piece, pieces};
use yew::{Callback, Html, MouseEvent, html};

/// What is opened in a window, inside the click that asks for it.
pub enum Opens {
    /// Under the address that the adapter gave.
    SignIn(String),
    /// The phone itself.
    Phone,
}

#[derive(Clone, PartialEq)]
pub struct Scene {
    pub texts: &'static Catalogue,
    /// Milliseconds since the Unix epoch.
    pub now: u64,
    pub on_intent: Callback<Intent>,
    pub open_window: Callback<Opens, WindowHandle>,
}

impl Scene {
    pub fn sends(&self, intent: Intent) -> Callback<MouseEvent> {
        let on_intent = self.on_intent.clone();
        on_first_click(move || on_intent.emit(intent.clone()))
    }

    pub fn way(&self, way: Way) -> &'static str {
        let texts = &self.texts.ways;
        match way {
            Way::Proof => texts.proof,
            Way::Legacy => texts.legacy,
            Way::SalesforceSso => texts.salesforce_sso,
            Way::Saml => texts.saml,
            Way::Password => texts.password,
        }
    }

    /// Opens the window inside the click, where browsers allow it, and only then says so.
    pub fn opens(&self, start_url: &str) -> Callback<MouseEvent> {
        let (open_window, on_intent) = (self.open_window.clone(), self.on_intent.clone());
        let start_url = start_url.to_owned();
        on_first_click(move || {
            let handle = open_window.emit(Opens::SignIn(start_url.clone()));
            on_intent.emit(Intent::OpenedWindow(handle));
        })
    }

    pub fn opens_phone(&self) -> Callback<MouseEvent> {
        let open_window = self.open_window.clone();
        on_first_click(move || {
            let _ = open_window.emit(Opens::Phone);
        })
    }
}

/// The second click of a double click means what the first one meant, and the first one may have put
/// another button under the pointer.
pub fn on_first_click(act: impl Fn() + 'static) -> Callback<MouseEvent> {
    Callback::from(move |event: MouseEvent| {
        if event.detail() < 2 {
            act();
        }
    })
}

/// A text with its markup as elements.
pub fn marked(text: &str, value: Option<&str>) -> Html {
    let pieces = pieces(text, value).into_iter().map(|piece| match piece {
        Piece::Text(run) => html! { {run} },
        Piece::Name(name) => html! { <b>{name}</b> },
        Piece::Literal(literal) => html! { <code>{literal}</code> },
    });
    html! { {for pieces} }
}
