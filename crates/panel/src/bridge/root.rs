//! The root of what is drawn: keeps the last `Snapshot` that came through the port, and sends `Intent`s.

use std::rc::Rc;

use gloo::timers::callback::Timeout;
use softphone::{Intent, Snapshot};
use texts::{Catalogue, Language};
use web_sys::MessagePort;
use yew::{Callback, Component, Context, Html, Properties, html};

use super::{
    port::{self, Listener},
    shelf::Shelf,
    window::Windows,
};
use crate::{
    host::utility_item,
    runtime::now,
    view::{Drawing, Opens, Pace, Panel, Shown, UtilityItem},
};

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub port: MessagePort,
    /// Its first language is drawn for as long as nobody is known.
    pub shelf: Shelf,
}

pub enum Message {
    Said(Box<Snapshot>),
    /// The texts of a language; none where they could not be loaded.
    Loaded(Language, Option<&'static Catalogue>),
}

pub struct Root {
    snapshot: Option<Shown>,
    pace: Pace,
    /// Brings the newest snapshot, once a spinner has been seen out.
    held: Option<Timeout>,
    /// What has been loaded, or could not be.
    texts: Vec<(Language, Option<&'static Catalogue>)>,
    /// Once Salesforce has said who sits here, that user's: who signs out goes on reading it.
    language: Language,
    /// Milliseconds since the Unix epoch, when `snapshot` was drawn.
    now: u64,
    on_intent: Callback<Intent>,
    open_window: Callback<Opens, softphone::protocol::WindowHandle>,
    /// As it was drawn last.
    item: Option<UtilityItem>,
    _listener: Listener,
}

impl Component for Root {
    type Message = Message;
    type Properties = Props;

    fn create(context: &Context<Self>) -> Self {
        let port = context.props().port.clone();
        let link = context.link().clone();
        let listener =
            port::listen(port.clone(), move |snapshot| link.send_message(Message::Said(snapshot)));
        let window = Windows::new();
        let first = context.props().shelf.first;
        Self {
            snapshot: None,
            pace: Pace::default(),
            held: None,
            texts: vec![(first.language, Some(first))],
            language: first.language,
            now: now(),
            on_intent: Callback::from(move |intent: Intent| port::post(&port, &intent)),
            open_window: Callback::from(move |opens: Opens| window.open(opens)),
            item: None,
            _listener: listener,
        }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Said(snapshot) => self.said(context, snapshot),
            Message::Loaded(language, texts) => {
                self.texts.push((language, texts));
                language == self.language
            }
        }
    }

    /// What is seen of a call where the panel is closed.
    fn rendered(&mut self, _: &Context<Self>, _first: bool) {
        let (Some(snapshot), Some(texts)) = (&self.snapshot, self.texts()) else { return };
        let was = self.item.take().unwrap_or_else(|| UtilityItem::untouched(texts));
        let item = was.of(&snapshot.0, texts);
        utility_item::draw(&was, &item);
        self.item = Some(item);
    }

    fn view(&self, context: &Context<Self>) -> Html {
        html! {
            <Panel
                snapshot={self.snapshot.clone()}
                now={self.now}
                on_intent={self.on_intent.clone()}
                open_window={self.open_window.clone()}
                texts={self.texts().unwrap_or(context.props().shelf.first)}
            />
        }
    }
}

impl Root {
    fn said(&mut self, context: &Context<Self>, snapshot: Box<Snapshot>) -> bool {
        let now = now();
        // A newer one takes the place of one that is held.
        self.held = None;
        if let Drawing::At(at) = self.pace.came(now, &snapshot) {
            let link = context.link().clone();
            let later = move || link.send_message(Message::Said(snapshot));
            self.held = Some(Timeout::new((at - now) as u32, later));
            return false;
        }
        if let Some(spoken) = &snapshot.language {
            // Where we lack it the page's, and not that of whoever sat here before.
            let first = context.props().shelf.first.language;
            self.speak(context, Language::parse(spoken).unwrap_or(first));
        }
        self.snapshot = Some(Shown(Rc::new(*snapshot)));
        self.now = now;
        // What was drawn stays until its successor can be read.
        self.texts().is_some()
    }

    fn speak(&mut self, context: &Context<Self>, language: Language) {
        let known = self.texts.iter().any(|(one, _)| *one == language);
        if std::mem::replace(&mut self.language, language) != language && !known {
            let shelf = context.props().shelf.clone();
            context
                .link()
                .send_future(async move { Message::Loaded(language, shelf.load(language).await) });
        }
    }

    /// The texts to draw with, once it is known whether they can be had: else those of the page.
    fn texts(&self) -> Option<&'static Catalogue> {
        let (_, texts) = self.texts.iter().find(|(one, _)| *one == self.language)?;
        texts.or_else(|| self.texts.first()?.1)
    }
}
