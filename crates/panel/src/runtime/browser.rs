//! The loop around the mind, in a browser.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
};

use gloo::{events::EventListener, timers::callback::Timeout};
use softphone::{
    Birth, Effect, Input, Intent,
    protocol::{AdapterCall, CallIntent, LogEffect, PresenceEffect, TabsFact, Ticket},
};
use wasm_bindgen_futures::spawn_local;
use web_sys::MessagePort;

use super::{
    adapter::Adapter,
    extension,
    kept::Kept,
    phone::Phone,
    socket::Events,
    storage,
    tabs::{Tabs, is_visible},
    turn::{Event, Mind, Turn, is_usable},
};
use crate::{
    bridge::port::{self, Listener},
    host::Host,
};

/// Lives as long as its page: the handlers of port and timer hold it, and it holds them.
pub struct Runtime {
    mind: RefCell<Mind>,
    queue: RefCell<VecDeque<Event>>,
    turning: Cell<bool>,
    host: Box<dyn Host>,
    console_told: Cell<bool>,
    adapter: Rc<Adapter>,
    events: Rc<Events>,
    tabs: Tabs,
    kept: Kept,
    phone: Phone,
    timer: RefCell<Option<(u64, Timeout)>>,
    port: MessagePort,
    listener: RefCell<Option<Listener>>,
}

impl Runtime {
    /// Starts the mind of `organization`, which speaks to its view through `port`.
    pub fn start(
        organization: String,
        birth: Birth,
        adapter: Adapter,
        host: Box<dyn Host>,
        port: MessagePort,
    ) {
        let adapter = Rc::new(adapter);
        let runtime = Rc::new_cyclic(|this: &std::rc::Weak<Self>| {
            let (of_events, of_phone, of_tabs) = (this.clone(), this.clone(), this.clone());
            let report = move |fact| {
                if let Some(runtime) = of_events.upgrade() {
                    runtime.happened(Event::Input(Input::Events(fact)));
                }
            };
            let phone = Phone::new(move |fact| {
                if let Some(runtime) = of_phone.upgrade() {
                    runtime.happened(Event::Input(Input::Phone(fact)));
                }
            });
            let tabs = Tabs::new(&organization, birth.tab, move |fact| {
                if let Some(runtime) = of_tabs.upgrade() {
                    runtime.happened(Event::Input(Input::Tabs(fact)));
                }
            });
            Self {
                tabs,
                kept: Kept::default(),
                mind: RefCell::new(Mind::new(organization, birth)),
                queue: RefCell::default(),
                turning: Cell::new(false),
                host,
                console_told: Cell::new(false),
                events: Events::new(Rc::clone(&adapter), report),
                phone,
                adapter,
                timer: RefCell::default(),
                port,
                listener: RefCell::default(),
            }
        });
        runtime.listen();
        runtime.happened(Event::Input(Input::Started));
        if let Some(notice) = runtime.host.notice() {
            runtime.happened(Event::Input(Input::Noticed(notice)));
        }
    }

    fn listen(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let hear = move |intent: Intent| this.happened(Event::Input(Input::Intent(intent)));
        self.listener.replace(Some(port::listen(self.port.clone(), hear)));

        let this = Rc::clone(self);
        self.tabs.listen(move || this.happened(Event::Input(Input::AllowedInOtherTab)));

        let this = Rc::clone(self);
        extension::look(move |input| match input {
            Input::Tabs(TabsFact::ExtensionFound) if !this.tabs.is_apart() => {}
            input => this.happened(Event::Input(input)),
        });

        let this = Rc::clone(self);
        self.host.listen(Box::new(move |click| {
            let intent = Intent::Call(CallIntent::ClickToDial(click));
            this.happened(Event::Input(Input::Intent(intent)));
        }));

        self.look_around();
    }

    fn look_around(self: &Rc<Self>) {
        let Some(window) = web_sys::window() else { return };
        let Some(document) = window.document() else { return };
        for name in ["visibilitychange", "freeze", "resume", "focus", "pagehide"] {
            let this = Rc::clone(self);
            let stirs = move |event: &web_sys::Event| this.stirs(&event.type_());
            let target: &web_sys::EventTarget = match name {
                "focus" | "pagehide" => &window,
                _ => &document,
            };
            EventListener::new(target, name, stirs).forget();
        }
    }

    /// The page comes, goes, or sleeps.
    fn stirs(self: &Rc<Self>, event: &str) {
        match event {
            "focus" => self.tabs.came_to_front(),
            "pagehide" | "freeze" => self.tabs.gone(),
            "resume" => self.tabs.resume(),
            _ => {
                if is_visible() {
                    self.tabs.came_to_front();
                }
                // A browser's timers stand still while the computer sleeps; the clock does not.
                self.happened(Event::Timeout);
            }
        }
    }

    fn happened(self: &Rc<Self>, event: Event) {
        self.queue.borrow_mut().push_back(event);
        if self.turning.replace(true) {
            return;
        }
        while let Some(event) = self.next() {
            let turn = self.mind.borrow_mut().turn(now(), event);
            self.follow(turn);
        }
        self.turning.set(false);
    }

    fn next(&self) -> Option<Event> {
        self.queue.borrow_mut().pop_front()
    }

    fn follow(self: &Rc<Self>, turn: Turn) {
        if let Some(tokens) = turn.tokens {
            self.adapter.adopt(tokens);
        }
        for effect in turn.effects {
            self.perform(effect);
        }
        if let Some(mut snapshot) = turn.snapshot {
            if let Some(extension) = extension::extension() {
                snapshot.has_extension = true;
                extension.show(&snapshot);
            }
            port::post(&self.port, &snapshot);
            if is_usable(&snapshot) && !self.console_told.replace(true) {
                self.host.panel_is_usable();
            }
        }
        self.set_timer(turn.timeout);
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Host(ticket, ask) => {
                let this = Rc::clone(self);
                let answer = move |fact| this.happened(Event::Input(Input::Host(ticket, fact)));
                self.host.ask(ask, Box::new(answer));
            }
            Effect::Adapter(ticket, call) => self.call(ticket, call),
            Effect::OpenEvents => self.events.open(),
            Effect::Tell(availability) => {
                self.events.tell(availability.as_str());
                if let Some(extension) = extension::extension() {
                    extension.state(availability.as_str());
                }
            }
            Effect::CloseEvents => self.events.close(),
            Effect::TellOtherTabs => self.tabs.tell(),
            Effect::Forget => self.adapter.forget(),
            Effect::Phone(effect) => self.phone.perform(effect),
            Effect::Tabs(effect) => self.tabs.perform(effect),
            Effect::Log(LogEffect::Keep { owner, request }) => self.kept.keep(&owner, *request),
            Effect::Log(LogEffect::Forget(call)) => self.kept.forget(&call),
            Effect::Log(LogEffect::HandOver { ticket, call }) => {
                self.call(ticket, AdapterCall::HandOver(self.kept.hand_over(&call)));
            }
            Effect::Log(LogEffect::Recall(owner)) => {
                let calls = self.kept.recall(&owner);
                self.happened(Event::Input(Input::Recalled { owner, calls }));
            }
            Effect::Presence(PresenceEffect::Keep { owner, kept }) => {
                storage::keep(&[PRESENCE, &owner].concat(), &*kept);
            }
            Effect::Presence(PresenceEffect::Recall(owner)) => {
                let kept = storage::kept(&[PRESENCE, &owner].concat());
                let kept = Box::new(kept.unwrap_or_default());
                self.happened(Event::Input(Input::Presence { owner, kept }));
            }
        }
    }

    fn call(self: &Rc<Self>, ticket: Ticket, call: AdapterCall) {
        let this = Rc::clone(self);
        spawn_local(async move {
            let answered = this.adapter.perform(call).await;
            this.happened(Event::Adapter(ticket, answered));
        });
    }

    /// One timer, for the earliest thing the mind waits for.
    fn set_timer(self: &Rc<Self>, timeout: Option<u64>) {
        let mut timer = self.timer.borrow_mut();
        if timer.as_ref().map(|(at, _)| *at) == timeout {
            return;
        }
        *timer = timeout.map(|at| {
            let this = Rc::clone(self);
            let delay = at.saturating_sub(now()).min(LONGEST_DELAY_MS);
            let fire = move || {
                // Cleared first: a timer that fired too early, or for a part of the way, is set again.
                this.timer.take();
                this.happened(Event::Timeout);
            };
            (at, Timeout::new(delay as u32, fire))
        });
    }
}

/// Another one for each form in which it is written.
const PRESENCE: &str = "cordboard-presence-1/";

/// Milliseconds since the Unix epoch.
pub(crate) fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// A browser takes a longer delay for none at all (HTML, *timers*: the delay is a signed 32-bit number).
const LONGEST_DELAY_MS: u64 = i32::MAX as u64;
