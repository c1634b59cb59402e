//! The root of what is drawn: keeps the last `Snapshot` that came through the port, and sends `Intent`s.

use gloo::timers::callback::Timeout;
use softphone::{Intent, Snapshot};
use texts::Language;
use web_sys::MessagePort;
use yew::{Callback, Component, Context, Html, Properties, html};

use super::{
    port::{self, Listener},
    window::SignInWindow,
};
use crate::{
    runtime::now,
    view::{Drawing, Pace, Panel},
};

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub port: MessagePort,
    /// Of the page, for as long as nobody is known.
    pub language: Language,
}

pub struct Root {
    snapshot: Option<Snapshot>,
    pace: Pace,
    /// Brings the newest snapshot, once a spinner has been seen out.
    held: Option<Timeout>,
    /// Once Salesforce has said who sits here, that user's: who signs out goes on reading it.
    language: Language,
    /// Milliseconds since the Unix epoch, when `snapshot` was drawn.
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
            pace: Pace::default(),
            held: None,
            language: context.props().language,
            now: now(),
            on_intent: Callback::from(move |intent: Intent| port::post(&port, &intent)),
            open_window: Callback::from(move |start_url: String| window.open(&start_url)),
            _listener: listener,
        }
    }

    fn update(&mut self, context: &Context<Self>, snapshot: Self::Message) -> bool {
        let now = now();
        // A newer one takes the place of one that is held.
        self.held = None;
        if let Drawing::At(at) = self.pace.came(now, &snapshot) {
            let link = context.link().clone();
            let later = Timeout::new((at - now) as u32, move || link.send_message(snapshot));
            self.held = Some(later);
            return false;
        }
        if let Some(spoken) = &snapshot.language {
            // Where we lack it the page's, and not that of whoever sat here before.
            self.language = Language::parse(spoken).unwrap_or(context.props().language);
        }
        self.snapshot = Some(*snapshot);
        self.now = now;
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
