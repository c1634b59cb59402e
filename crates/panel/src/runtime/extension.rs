//! The way through the browser extension, where there is one: it joins pages of this phone that the browser keeps apart,
//! and has one of its own, the resident, which outlives them.
//!
//! ~~~text
//! panel in a console <--port--> content script <--chrome.runtime--> hub <--port--> resident (/phone in the extension)
//!
//! page --> hub:   ["look"]  ["join", phone, would hold, build]  ["leave"]  ["said", what tabs say]  ["heard", number, JSON]
//! page --> script: ["farewell", what it says to the hub when the page is frozen, ...]
//! hub --> page:   ["here"]  ["hold"]  ["give way"]  ["said", what tabs say]  ["call", number, method, JSON]  ["gone"]
//! resident:       the same, and it is who calls; ["pages", whether there are any]  ["other"]: another agent sits here
//! resident -->    ["state", what the agent is to colleagues]  ["rings", missed calls, call, name, number]
//!                 ["line", "off" | "connecting" | "ready" | "offline" | "unavailable", why, when it was last talked on,
//!                  0: nobody is talked to | 1: somebody is | 2: and does not hear the agent, who has muted]
//! resident <--    ["press", "answer" | "decline", call]  ["press", "hook" | "mute"]  ["press", "dial", number]
//! ~~~
//!
//! In `rings` what is after the missed calls is there while somebody calls. Who reads one of these takes what is missing
//! for nothing and what is more for none of its business: extension and adapter are updated apart.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo::{events::EventListener, timers::callback::Timeout};
use js_sys::{Array, JSON, Object};
use oauth::base64url;
use softphone::{
    Input, Intent, Snapshot,
    headset::Talk,
    protocol::{Button, CallId, TabsFact},
    snapshot::{CallState, LineSnapshot},
};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageEvent, MessagePort, Window};

use crate::host::script::{self, Heard};

pub struct Extension {
    port: MessagePort,
    /// Whether it is the resident, and there is a page whose console it may use.
    has_pages: Cell<bool>,
    joined: RefCell<Option<(Report, Changed)>>,
    /// So many answers are under way: until they have come, what is heard is meant for whom this page was before.
    unanswered: Cell<u32>,
    patience: RefCell<Option<Timeout>>,
    /// Whether there is no call.
    is_idle: Cell<bool>,
    /// Whether another agent sits here, or the same by another build.
    gives_way: Cell<bool>,
    /// What was asked of a console, by its place.
    asked: RefCell<Vec<Option<Heard>>>,
    heard: Rc<dyn Fn(Input)>,
    /// Whether it is the extension's own page, or one beside it.
    is_framed: bool,
}

/// Told to whoever is part of a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// This page is to be the phone.
    Hold,
    /// There is no extension any more.
    Gone,
}

/// Told what other pages say.
pub type Report = Rc<dyn Fn(&[u8])>;
type Changed = Rc<dyn Fn(Change)>;

thread_local! {
    static EXTENSION: RefCell<Option<Rc<Extension>>> = const { RefCell::new(None) };
}

pub fn extension() -> Option<Rc<Extension>> {
    EXTENSION.with_borrow(Clone::clone)
}

/// Asks for the way, and takes what comes: before anybody has signed in, where it is there.
pub fn look(heard: impl Fn(Input) + 'static) {
    let Some(window) = web_sys::window() else { return };
    let to = asked(&window);
    let is_framed = to != window;
    let to = JsValue::from(to);
    let heard: Rc<dyn Fn(Input)> = Rc::new(heard);
    let hear = move |event: &web_sys::Event| {
        let event: &MessageEvent = event.unchecked_ref();
        let asked = event.source().is_some_and(|source| *source == to);
        let port = event.ports().get(0).dyn_into::<MessagePort>();
        if let (true, true, Ok(port)) = (asked, event.data() == FOUND, port) {
            match extension() {
                None => EXTENSION.set(Some(Extension::open(port, Rc::clone(&heard), is_framed))),
                // Asked for twice.
                Some(_) => port.close(),
            }
        }
    };
    EventListener::new(&window, "message", hear).forget();
    ask();
}

/// Once more, where there is none: it was updated, or has been silent.
pub fn ask() {
    if let Some(window) = web_sys::window().filter(|_| extension().is_none()) {
        let _ = asked(&window).post_message(&ASKED.into(), "*");
    }
}

/// The content script hears it in this window. Around the resident's there is the extension's: the adapter says whose
/// page may be there, so that neither the question nor the answer needs to know an origin.
fn asked(window: &Window) -> Window {
    let is_phone = window.location().pathname().is_ok_and(|path| path.starts_with("/phone/"));
    let around = window.parent().ok().flatten().filter(|_| is_phone);
    around.unwrap_or_else(|| window.clone())
}

impl Extension {
    fn open(port: MessagePort, heard: Rc<dyn Fn(Input)>, is_framed: bool) -> Rc<Self> {
        let extension = Rc::new(Self {
            port,
            has_pages: Cell::default(),
            joined: RefCell::default(),
            unanswered: Cell::default(),
            patience: RefCell::default(),
            is_idle: Cell::new(true),
            gives_way: Cell::default(),
            asked: RefCell::default(),
            heard,
            is_framed,
        });
        let this = Rc::clone(&extension);
        let hear = move |event: &web_sys::Event| {
            let event: &MessageEvent = event.unchecked_ref();
            if let Ok(message) = event.data().dyn_into::<Array>() {
                this.hear(&message);
            }
        };
        EventListener::new(&extension.port, "message", hear).forget();
        extension.port.start();
        extension.ask_for_answer("look", &[]);
        extension
    }

    fn hear(self: &Rc<Self>, message: &Array) {
        let text = |at| message.get(at).as_string().unwrap_or_default();
        let joined = self.joined.borrow().clone();
        self.patience.take();
        let is_meant = self.unanswered.get() == 0;
        match (text(0).as_str(), joined) {
            ("said", Some((report, _))) if is_meant => {
                if let Some(said) = base64url::decode(&text(1)) {
                    report(&said);
                }
            }
            ("hold", Some((_, changed))) if is_meant => changed(Change::Hold),
            ("give way", _) if is_meant => (self.heard)(Input::Tabs(TabsFact::ExtensionFound)),
            ("gone", _) => self.gone(),
            ("here", _) => {
                self.unanswered.set(self.unanswered.get().saturating_sub(1));
                (self.heard)(Input::Tabs(TabsFact::ExtensionFound));
            }
            ("other", _) => {
                self.gives_way.set(true);
                self.begin_anew();
            }
            ("call", _) => self.lend(message.get(1), &text(2), &text(3)),
            ("heard", _) => {
                let at = message.get(1).as_f64().unwrap_or_default() as usize;
                let heard = self.asked.borrow_mut().get_mut(at).and_then(Option::take);
                if let Some(heard) = heard {
                    heard(&text(2));
                }
            }
            ("pages", joined) => {
                self.has_pages.set(message.get(1).is_truthy());
                // An agent has signed in somewhere, and this page may as well.
                if self.has_pages.get() && joined.is_none() {
                    (self.heard)(Input::Intent(Intent::SignIn));
                }
            }
            ("press", Some(_)) => {
                let call = || CallId(text(2).parse().unwrap_or_default());
                let button = match text(1).as_str() {
                    "answer" => Button::Answer(call()),
                    "decline" => Button::Decline(call()),
                    "hook" => Button::Hook,
                    "mute" => Button::Mute,
                    "dial" => Button::Dial(text(2)),
                    _ => return,
                };
                (self.heard)(Input::Tabs(TabsFact::Pressed(button)));
            }
            _ => {}
        }
    }

    /// Whether there are others whose console it may use.
    pub fn has_pages(&self) -> bool {
        self.has_pages.get()
    }

    pub fn idle(&self, is_idle: bool) {
        self.is_idle.set(is_idle);
        self.begin_anew();
    }

    /// For whoever sits here, after the last call.
    fn begin_anew(&self) {
        if self.is_idle.get() && self.gives_way.get() {
            let _ = web_sys::window().map(|window| window.location().reload());
        }
    }

    // ── One phone ─────────────────────────────────────────────────

    /// Part of this phone, and the phone itself once told so, which whoever only follows never is.
    pub fn join(
        self: &Rc<Self>,
        phone: &str,
        build: &str,
        would_hold: bool,
        report: Report,
        changed: Changed,
    ) {
        self.joined.replace(Some((report, changed)));
        self.ask_for_answer("join", &[phone.into(), would_hold.into(), build.into()]);
        // The extension's own page is nobody's phone without it.
        if !self.is_framed {
            let this = Rc::clone(self);
            self.patience.replace(Some(Timeout::new(PATIENCE, move || this.give_up())));
        }
    }

    /// What it says to this port after all is heard by nobody; by another one a late answer is.
    fn give_up(&self) {
        self.post("leave", &[]);
        self.port.close();
        self.gone();
        ask();
    }

    fn gone(&self) {
        EXTENSION.set(None);
        if let Some((_, changed)) = self.joined.take() {
            changed(Change::Gone);
        }
    }

    pub fn leave(&self) {
        self.joined.take();
        self.patience.take();
        self.post("leave", &[]);
    }

    pub fn say(&self, said: &[u8]) {
        self.post("said", &[base64url::encode(said).into()]);
    }

    /// What the content script says in this page's place when the browser freezes it: a frozen page's ports are as well.
    pub fn farewell(&self, said: &[u8]) {
        let said = Array::of2(&"said".into(), &base64url::encode(said).into());
        self.post("farewell", &[said.into(), Array::of1(&"leave".into()).into()]);
    }

    // ── What is shown outside of every page ───────────────────────

    pub fn state(&self, word: &str) {
        if self.is_framed {
            self.post("state", &[word.into()]);
        }
    }

    pub fn show(&self, snapshot: &Snapshot) {
        if self.is_framed {
            let (line, code) = match &snapshot.line {
                LineSnapshot::Off => ("off", ""),
                LineSnapshot::Connecting | LineSnapshot::Reconnecting => ("connecting", ""),
                LineSnapshot::Ready { .. } => ("ready", ""),
                LineSnapshot::Offline => ("offline", ""),
                LineSnapshot::Unavailable { refusal } => ("unavailable", refusal.code.as_str()),
            };
            let talked = snapshot.presence.recents.iter().find(|call| call.talked.is_some());
            let talked_at = talked.map_or(0.0, |call| call.since as f64);
            let talk = Talk::of(&snapshot.calls) as u8;
            self.post("line", &[line.into(), code.into(), talked_at.into(), talk.into()]);
            let mut parts: Vec<JsValue> = vec![snapshot.presence.missed.into()];
            let mut calls = snapshot.calls.iter();
            if let Some(call) = calls.find(|call| call.state == CallState::RingingHere) {
                let name = call.peer.name.as_deref().unwrap_or_default();
                parts.extend([call.id.0.into(), name.into(), call.peer.number.as_str().into()]);
            }
            self.post("rings", &parts);
        }
    }

    // ── The console's script ──────────────────────────────────────

    fn lend(self: &Rc<Self>, number: JsValue, method: &str, arguments: &str) {
        let this = Rc::clone(self);
        let heard = move |json: &str| {
            this.post("heard", &[number.clone(), json.into()]);
        };
        let heard: Rc<dyn Fn(&str)> = Rc::new(heard);
        let answers = Rc::clone(&heard);
        let arguments = JSON::parse(arguments).unwrap_or_default().unchecked_into::<Object>();
        if script::call(method, &arguments, Some(Box::new(move |json| answers(json)))).is_err() {
            // What cannot be read is an answer as well.
            heard("");
        }
    }

    /// By a page in a console. False where this is none that may.
    pub fn borrow(&self, method: &str, arguments: &Object, heard: Option<Heard>) -> bool {
        if self.has_pages.get() {
            let mut asked = self.asked.borrow_mut();
            let number = asked.len() as u32;
            asked.push(heard);
            let arguments = script::json_of(arguments);
            self.post("call", &[number.into(), method.into(), arguments.into()]);
        }
        self.has_pages.get()
    }

    fn ask_for_answer(&self, kind: &str, parts: &[JsValue]) {
        self.unanswered.set(self.unanswered.get() + 1);
        self.post(kind, parts);
    }

    fn post(&self, kind: &str, parts: &[JsValue]) {
        let message = Array::of1(&kind.into());
        for part in parts {
            message.push(part);
        }
        let _ = self.port.post_message(&message);
    }
}

/// Milliseconds. The browser may have to start first what answers.
const PATIENCE: u32 = 10_000;
const ASKED: &str = "cordboard?";
const FOUND: &str = "cordboard";
