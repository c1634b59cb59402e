//! The hands of [`Hub`] in the extension's offscreen document: ports in `extension/offscreen.js`, a timer here. What
//! the messages are is said where the panel writes them (`panel::runtime::extension`). Those of [`headset::Headset`] are
//! in `extension/hid.js`.

#![cfg(target_arch = "wasm32")]

use std::{cell::RefCell, rc::Rc};

use gloo::timers::callback::Timeout;
use js_sys::{Array, Function, Object, Uint8Array};
use salesforce::json::Value;
use softphone::{
    headset::{self, Talk, Told},
    hub::{FromPage, Hub},
    leases::Page,
};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
pub struct Pages(Rc<Inner>);

struct Inner {
    hub: RefCell<Hub>,
    /// Sends a page a message: `post(page, message)`.
    post: Function,
    /// Shows what is to be seen outside of every page: `show(state, missed, call, name, number)`, the last three while
    /// somebody calls.
    show: Function,
    /// Tells headsets of the phone, as a [`Headset`] is told: `tell(rings, talks, muted)`.
    tell: Function,
    timer: RefCell<Option<Timeout>>,
}

#[wasm_bindgen]
impl Pages {
    #[wasm_bindgen(constructor)]
    pub fn new(post: Function, show: Function, tell: Function) -> Self {
        let (hub, timer) = (RefCell::default(), RefCell::default());
        Self(Rc::new(Inner { hub, post, show, tell, timer }))
    }

    /// What the resident says of its line: word, code, and when it was last talked on; empty where it says nothing.
    pub fn line(&self) -> Array {
        let hub = self.0.hub.borrow();
        let line = hub.line();
        Array::of3(&line.line.as_str().into(), &line.code.as_str().into(), &line.talked_at.into())
    }

    /// A button outside of every page; `of` is the call or the number that it is about.
    pub fn press(&self, button: String, of: String) {
        self.0.hub.borrow_mut().press(button, of);
        self.0.send();
    }

    /// What a page has said: `FromPage::read`.
    pub fn hear(&self, page: Page, message: JsValue) {
        if let Some(said) = FromPage::read(&list(&message)) {
            self.0.hub.borrow_mut().hear(now(), page, said);
            self.0.send();
        }
    }
}

impl Inner {
    fn send(self: &Rc<Self>) {
        let mut hub = self.hub.borrow_mut();
        while let Some((page, message)) = hub.poll() {
            // A page that has just gone hears nothing.
            let _ = self.post.call2(&JsValue::NULL, &page.into(), &written(message));
        }
        if let Some(sign) = hub.poll_sign() {
            // There is nobody to tell it otherwise.
            let _ = self.show.apply(&JsValue::NULL, &written(sign));
        }
        if let Some(Told { rings, talk }) = hub.poll_told() {
            let (talks, muted) = (talk != Talk::None, talk == Talk::Muted);
            let told = [rings.into(), talks.into(), muted.into()];
            let _ = self.tell.call3(&JsValue::NULL, &told[0], &told[1], &told[2]);
        }
        let timer = hub.poll_timeout().map(|at| {
            let this = Rc::clone(self);
            let fire = move || {
                this.hub.borrow_mut().handle_timeout(now());
                this.send();
            };
            Timeout::new(at.saturating_sub(now()) as u32, fire)
        });
        self.timer.replace(timer);
    }
}

#[wasm_bindgen]
pub struct Headset(headset::Headset);

#[wasm_bindgen]
impl Headset {
    /// By the `collections` of a `HIDDevice`; nothing where it has no button that the phone knows.
    pub fn of(collections: JsValue) -> Option<Headset> {
        headset::Headset::read(&tree(&collections, DEPTH)).map(Self)
    }

    /// The buttons that an input report tells of, as [`Pages::press`] takes them.
    pub fn heard(&mut self, report: u8, bytes: &[u8]) -> Array {
        self.0.heard(report, bytes).into_iter().map(|press| JsValue::from(press.word())).collect()
    }

    pub fn tell(&mut self, rings: bool, talks: bool, muted: bool) {
        let talk = match (talks, muted) {
            (false, _) => Talk::None,
            (true, false) => Talk::Open,
            (true, true) => Talk::Muted,
        };
        self.0.tell(Told { rings, talk });
    }

    /// The next output report to be sent, as `sendReport` takes it.
    pub fn poll(&mut self) -> Option<Array> {
        let (report, bytes) = self.0.poll()?;
        Some(Array::of2(&report.into(), &Uint8Array::from(bytes.as_slice())))
    }
}

/// A list within a list is nothing that a page says.
fn list(message: &JsValue) -> Value {
    match Array::is_array(message) {
        true => Value::List(Array::from(message).iter().map(|part| value(&part)).collect()),
        false => value(message),
    }
}

fn value(part: &JsValue) -> Value {
    let text = part.as_string().map(Value::Text);
    let known = text
        .or_else(|| part.as_f64().map(Value::Number))
        .or_else(|| part.as_bool().map(Value::Bool));
    known.unwrap_or(if part.is_null() { Value::Null } else { Value::Object(Vec::new()) })
}

/// What the browser says of a device.
fn tree(part: &JsValue, depth: u8) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    if Array::is_array(part) {
        return Value::List(Array::from(part).iter().map(|part| tree(&part, depth)).collect());
    }
    let Some(object) = part.dyn_ref::<Object>() else { return value(part) };
    let field = |entry: JsValue| {
        let entry = Array::from(&entry);
        Some((entry.get(0).as_string()?, tree(&entry.get(1), depth)))
    };
    Value::Object(Object::entries(object).iter().filter_map(field).collect())
}

fn written(parts: impl Into<Vec<Value>>) -> Array {
    let js = |part| match part {
        Value::Text(text) => text.into(),
        Value::Number(number) => number.into(),
        Value::Bool(flag) => flag.into(),
        Value::Null | Value::List(_) | Value::Object(_) => JsValue::NULL,
    };
    parts.into().into_iter().map(js).collect()
}

/// The computer's own clock may be put back.
fn now() -> u64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or(0, |performance| performance.now() as u64)
}

/// As deep as a usage is: a list of collections, of reports, of items, of usages. What is in a collection's children is in
/// the collection as well.
const DEPTH: u8 = 8;
