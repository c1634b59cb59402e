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
    pub language: Language,
}

pub struct Root {
    snapshot: Option<Snapshot>,
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
            now: now(),
            on_intent: Callback::from(move |intent: Intent| port::post(&port, &intent)),
            open_window: Callback::from(move |start_url: String| window.open(&start_url)),
            _listener: listener,
        }
    }

    fn update(&mut self, _: &Context<Self>, snapshot: Self::Message) -> bool {
        self.snapshot = Some(*snapshot);
        self.now = now();
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        html! {
            <Panel
                snapshot={self.snapshot.clone()}
                now={self.now}
                on_intent={self.on_intent.clone()}
                open_window={self.open_window.clone()}
                language={context.props().language}
            />
        }
    }
}
