//! The same agent's panels in other tabs of the console.
//!
//! ~~~text
//! organisation's channel:  "allowed"                   whoever hears it asks console and adapter again
//! phone's lock:            one tab at a time           what it was is read from the store by the next
//! phone's channel:         Published ->, <- Intent     from the tab that leads, and to it
//! ~~~
//!
//! Where the browser keeps the tabs apart, or knows no locks, each is clicked in and is a phone by itself. The extension
//! takes the channel's place, and joins also tabs that the browser keeps apart.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo::{events::EventListener, timers::callback::Timeout};
use js_sys::{Function, Object, Promise, Reflect, Uint8Array};
use softphone::protocol::{KeptCall, Said, TabId, TabsEffect, TabsFact};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{AbortController, BroadcastChannel, MessageEvent};

use super::{
    extension::{self, Change, Extension, Report},
    storage,
};

pub struct Tabs {
    own: TabId,
    channel: Option<BroadcastChannel>,
    report: Rc<dyn Fn(TabsFact)>,
    phone: RefCell<Option<Rc<Phone>>>,
}

impl Tabs {
    pub fn new(organization: &str, own: TabId, report: impl Fn(TabsFact) + 'static) -> Self {
        Self {
            own,
            channel: BroadcastChannel::new(&format!("cordboard-{organization}")).ok(),
            report: Rc::new(report),
            phone: RefCell::default(),
        }
    }

    /// `hear` is called as long as the page lives, and never for what this tab has told.
    pub fn listen(&self, hear: impl Fn() + 'static) {
        if let Some(channel) = &self.channel {
            EventListener::new(channel, "message", move |_| hear()).forget();
        }
    }

    pub fn tell(&self) {
        if let Some(channel) = &self.channel {
            // Nobody has to hear it.
            let _ = channel.post_message(&JsValue::NULL);
        }
    }

    /// The agent looks at this tab. A page in a frame has the focus only after a click into it, so a tab that has
    /// become visible counts as well.
    pub fn came_to_front(&self) {
        self.say(Said::InFront(self.own));
        extension::ask();
    }

    /// Part of a phone without the extension, or the phone in its place.
    pub fn is_apart(&self) -> bool {
        self.phone.borrow().as_ref().is_some_and(|phone| !phone.follows())
    }

    pub fn resume(&self) {
        let phone = self.phone.borrow().clone();
        if let Some(phone) = phone.filter(|phone| phone.follows()) {
            self.join(&phone.name, phone.would_lead);
        }
    }

    /// The page goes, or the browser stops it.
    pub fn gone(&self) {
        self.say(Said::Gone(self.own));
    }

    /// To this tab as well, which may be the one that leads.
    fn say(&self, said: Said) {
        if let Some(phone) = &*self.phone.borrow() {
            phone.say(&said);
        }
        (self.report)(said.into());
    }

    pub fn perform(&self, effect: TabsEffect) {
        match effect {
            TabsEffect::Lead { phone } => self.join(&phone, true),
            TabsEffect::Follow { phone } => self.join(&phone, false),
            TabsEffect::Leave => self.leave(),
            TabsEffect::Publish(published) => {
                if let Some(phone) = &*self.phone.borrow() {
                    phone.keep(&published.kept);
                    if let Some(extension) = &phone.extension {
                        extension.idle(published.calls.is_empty());
                    }
                    phone.say(&Said::Published(published));
                }
            }
            TabsEffect::Ask(intent) => {
                if let Some(phone) = &*self.phone.borrow() {
                    phone.say(&Said::Asked(intent));
                }
            }
            TabsEffect::InFront => self.came_to_front(),
        }
    }

    fn join(&self, phone: &str, would_lead: bool) {
        self.leave();
        let phone = Phone::join(phone, would_lead, Rc::clone(&self.report));
        // The extension's own document is seen by nobody, whatever the browser says of it.
        let is_seen = is_visible() && !phone.extension.as_ref().is_some_and(|it| it.has_pages());
        if let (Some(extension), Ok(gone)) =
            (&phone.extension, postcard::to_allocvec(&Said::Gone(self.own)))
        {
            extension.farewell(&gone);
        }
        self.phone.replace(Some(phone));
        if is_seen {
            self.came_to_front();
        }
    }

    fn leave(&self) {
        if let Some(phone) = self.phone.take() {
            phone.leave();
        }
    }
}

/// This tab's part in one phone.
struct Phone {
    name: String,
    would_lead: bool,
    extension: Option<Rc<Extension>>,
    /// Where no extension takes its place.
    channel: RefCell<Option<BroadcastChannel>>,
    hears: RefCell<Option<EventListener>>,
    /// Gives up waiting for the lock.
    waits: Option<AbortController>,
    /// Gives the lock back.
    leads: RefCell<Option<Function>>,
    is_waiting: Cell<bool>,
    left: Cell<bool>,
}

impl Phone {
    fn join(name: &str, would_lead: bool, report: Rc<dyn Fn(TabsFact)>) -> Rc<Self> {
        let phone = Rc::new(Self {
            name: name.to_owned(),
            would_lead,
            extension: extension::extension(),
            channel: RefCell::default(),
            hears: RefCell::default(),
            waits: AbortController::new().ok(),
            leads: RefCell::default(),
            is_waiting: Cell::new(false),
            left: Cell::new(false),
        });
        match &phone.extension {
            Some(extension) => {
                let (this, told) = (Rc::clone(&phone), Rc::clone(&report));
                let changed = Rc::new(move |change| this.changed(change, &told));
                extension.join(name, &build(), would_lead, hearing(report), changed);
            }
            None => phone.changed(Change::Gone, &report),
        }
        phone.say(&Said::Joined);
        phone
    }

    fn changed(self: &Rc<Self>, change: Change, report: &Rc<dyn Fn(TabsFact)>) {
        if self.left.get() {
            return;
        }
        if change == Change::Gone {
            self.channel.replace(BroadcastChannel::new(&self.channel_name()).ok());
            self.listen(Rc::clone(report));
        }
        if self.would_lead && !self.is_waiting.replace(true) {
            self.wait(Rc::clone(report));
        }
    }

    /// Pages of two builds do not understand each other; the lock they share.
    fn channel_name(&self) -> String {
        format!("cordboard-{}-{}", self.name, build())
    }

    /// Where the extension has joined it to others, and has not made it the phone.
    fn follows(&self) -> bool {
        self.channel.borrow().is_none() && !self.is_waiting.get()
    }

    fn listen(&self, report: Rc<dyn Fn(TabsFact)>) {
        let channel = self.channel.borrow();
        let Some(channel) = &*channel else { return };
        let report = hearing(report);
        let hear = move |event: &web_sys::Event| {
            let event: &MessageEvent = event.unchecked_ref();
            if let Some(bytes) = event.data().dyn_ref::<Uint8Array>() {
                report(&bytes.to_vec());
            }
        };
        self.hears.replace(Some(EventListener::new(channel, "message", hear)));
    }

    fn say(&self, said: &Said) {
        let Ok(said) = postcard::to_allocvec(said) else { return };
        let channel = self.channel.borrow();
        match (&*channel, &self.extension) {
            (Some(channel), _) => {
                let _ = channel.post_message(&Uint8Array::from(said.as_slice()));
            }
            (None, Some(extension)) => extension.say(&said),
            (None, None) => {}
        }
    }

    /// Leads as soon as no other tab does: the browser gives the lock to one at a time, and takes it from a page
    /// that is gone.
    fn wait(self: &Rc<Self>, report: Rc<dyn Fn(TabsFact)>) {
        let this = Rc::clone(self);
        let lead = Rc::new(move || {
            if !this.left.get() {
                let kept = this.kept();
                report(TabsFact::Leading { kept });
            }
        });
        let (this, granted) = (Rc::clone(self), Rc::clone(&lead));
        let hold = Closure::once_into_js(move || {
            let held = Promise::new(&mut |give_back, _| drop(this.leads.replace(Some(give_back))));
            if this.left.get() {
                this.leave();
            }
            granted();
            held
        });
        // Without locks each tab is a phone by itself.
        let alone = Rc::clone(&lead);
        let refused = Closure::<dyn FnMut(JsValue)>::new(move |_| alone());
        match self.request(&hold) {
            Ok(asked) => drop(asked.catch(&refused)),
            // Not before the mind has come to rest.
            Err(_) => drop(Timeout::new(0, move || lead()).forget()),
        }
        refused.forget();
    }

    /// Web Locks, *LockManager.request*.
    fn request(&self, hold: &JsValue) -> Result<Promise, JsValue> {
        let navigator = web_sys::window().ok_or(JsValue::NULL)?.navigator();
        let locks = Reflect::get(&navigator, &"locks".into())?;
        let request: Function = Reflect::get(&locks, &"request".into())?.dyn_into()?;
        let options = Object::new();
        if let Some(waits) = &self.waits {
            Reflect::set(&options, &"signal".into(), &waits.signal())?;
        }
        let name = format!("cordboard-{}", self.name);
        request.call3(&locks, &name.into(), &options, hold)?.dyn_into()
    }

    fn leave(&self) {
        self.left.set(true);
        self.hears.take();
        if let Some(extension) = &self.extension {
            extension.leave();
        }
        if let Some(channel) = self.channel.take() {
            channel.close();
        }
        match self.leads.take() {
            Some(give_back) => drop(give_back.call0(&JsValue::NULL)),
            None => self.waits.iter().for_each(AbortController::abort),
        }
    }

    // ── What outlives the page ────────────────────────────────────

    fn keep(&self, calls: &[KeptCall]) {
        let key = format!("{KEPT}{}", self.name);
        // Where nothing can be kept, a call ends with its page.
        match calls {
            [] => storage::forget(&key),
            _ => storage::keep(&key, &calls),
        }
    }

    fn kept(&self) -> Vec<KeptCall> {
        storage::kept(&format!("{KEPT}{}", self.name)).unwrap_or_default()
    }
}

fn hearing(report: Rc<dyn Fn(TabsFact)>) -> Report {
    Rc::new(move |bytes| {
        if let Ok(said) = postcard::from_bytes::<Said>(bytes) {
            // What one page finds, the others of its phone find at the same time.
            if matches!(said, Said::InFront(_)) {
                extension::ask();
            }
            report(said.into());
        }
    })
}

/// The name of the page's first script follows from the content of all that the panel is made of.
fn build() -> String {
    let document = web_sys::window().and_then(|window| window.document());
    let script = document.and_then(|document| document.query_selector("[type=module]").ok()?);
    script.and_then(|script| script.get_attribute("src")).unwrap_or_default()
}

pub fn is_visible() -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    document.is_some_and(|document| !document.hidden())
}

const KEPT: &str = "cordboard-calls-";
