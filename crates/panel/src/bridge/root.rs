//! The root of what is drawn: keeps the last `Snapshot` that came through the port, and sends `Intent`s.

use softphone::{Intent, Snapshot};
use texts::Language;
use web_sys::MessagePort;
use yew::{Callback, Component, Context, Html, Properties, html};

use super::{
    port::{self, Listener},
    window::SignInWindow,
};
use crate::{runtime::now, view::Panel};

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub port: MessagePort,
    /// Of the page, for as long as nobody is known.
    pub language: Language,
}

pub struct Root {
    snapshot: Option<Snapshot>,
    /// Once an agent was signed in, the agent's: who signs out goes on reading it.
    language: Language,
    /// Milliseconds since the Unix epoch, when `snapshot` came.
    now: u64,
    on_intent: Callback<Intent>,
    open_window: Callback<String, softphone::protocol::WindowHandle>,
    _listener: Listener,
}

impl Component for Root {
    type Message = Box<Snapshot>;
    type Properties = Props;

    fn create(context: &Context<Self>) -> Self {
        let port = context.props().port.clone();
        let link = context.link().clone();
        let listener =
            port::listen(port.clone(), move |snapshot: Box<Snapshot>| link.send_message(snapshot));
        let window = SignInWindow::new();
        Self {
            snapshot: None,
            language: context.props().language,
            now: now(),
            on_intent: Callback::from(move |intent: Intent| port::post(&port, &intent)),
            open_window: Callback::from(move |start_url: String| window.open(&start_url)),
            _listener: listener,
        }
    }

    fn update(&mut self, _: &Context<Self>, snapshot: Self::Message) -> bool {
        if let Some(language) = snapshot.language().and_then(Language::parse) {
            self.language = language;
        }
        self.snapshot = Some(*snapshot);
        self.now = now();
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        html! {
            <Panel
                snapshot={self.snapshot.clone()}
                now={self.now}
                on_intent={self.on_intent.clone()}
                open_window={self.open_window.clone()}
                language={self.language}
            />
        }
    }
}
