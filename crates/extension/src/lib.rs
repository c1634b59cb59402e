//! The hands of [`Hub`] in the extension's offscreen document: ports in `extension/offscreen.js`, a timer here. What
//! the messages are is said where the panel writes them (`panel::runtime::extension`).

#![cfg(target_arch = "wasm32")]

use std::{cell::RefCell, rc::Rc};

use gloo::timers::callback::Timeout;
use js_sys::{Array, Function};
use salesforce::json::Value;
use softphone::{
    hub::{FromPage, Hub},
    leases::Page,
};
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

#[wasm_bindgen]
pub struct Pages(Rc<Inner>);

struct Inner {
    hub: RefCell<Hub>,
    /// Sends a page a message: `post(page, message)`.
    post: Function,
    /// Shows what is to be seen outside of every page: `show(state, missed, call, name, number)`, the last three while
    /// somebody calls.
    show: Function,
    timer: RefCell<Option<Timeout>>,
}

#[wasm_bindgen]
impl Pages {
    #[wasm_bindgen(constructor)]
    pub fn new(post: Function, show: Function) -> Self {
        let (hub, timer) = (RefCell::default(), RefCell::default());
        Self(Rc::new(Inner { hub, post, show, timer }))
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
