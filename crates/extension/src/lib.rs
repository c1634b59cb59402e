//! The hands of [`Hub`] in the extension's offscreen document: ports in `extension/offscreen.js`, a timer here. What
//! the messages are is said where the panel writes them (`panel::runtime::extension`).

#![cfg(target_arch = "wasm32")]

use std::{cell::RefCell, rc::Rc};

use gloo::timers::callback::Timeout;
use js_sys::{Array, Function};
use softphone::{
    hub::{FromPage, Hub, Ringing, Sign, ToPage},
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

    /// What a page has said, which is a list; null where it is gone, and `"alone"` where it comes without a console. What cannot be
    /// read is nothing.
    pub fn hear(&self, page: Page, message: JsValue) {
        if let Some(said) = read(&message) {
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
            let _ = self.show.apply(&JsValue::NULL, &signed(sign));
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

fn read(message: &JsValue) -> Option<FromPage> {
    if message.is_null() {
        return Some(FromPage::Gone);
    }
    if *message == "alone" {
        return Some(FromPage::Alone);
    }
    if !Array::is_array(message) {
        return None;
    }
    let message = Array::from(message);
    let text = |at| message.get(at).as_string();
    let number = || message.get(1).as_f64().map(|number| number as u32);
    Some(match text(0)?.as_str() {
        "look" => FromPage::Look,
        "join" => FromPage::Join {
            phone: text(1)?,
            would_hold: message.get(2).as_bool()?,
            build: text(3).unwrap_or_default(),
        },
        "leave" => FromPage::Leave,
        "said" => FromPage::Said(text(1)?),
        "heard" => FromPage::Heard { number: number()?, json: text(2)? },
        "call" => FromPage::Call { number: number()?, method: text(2)?, arguments: text(3)? },
        "state" => FromPage::State(text(1)?),
        "line" => FromPage::Line {
            line: text(1)?,
            code: text(2).unwrap_or_default(),
            talked_at: message.get(3).as_f64().unwrap_or_default(),
        },
        "rings" => FromPage::Rings {
            missed: number()?,
            ringing: message.get(2).as_f64().and_then(|call| {
                Some(Ringing { call: call as u32, name: text(3)?, number: text(4)? })
            }),
        },
        _ => return None,
    })
}

fn signed(sign: Sign) -> Array {
    let mut parts: Vec<JsValue> = vec![sign.state.into(), sign.missed.into()];
    if let Some(Ringing { call, name, number }) = sign.ringing {
        parts.extend([call.into(), name.into(), number.into()]);
    }
    parts.into_iter().collect()
}

fn written(message: ToPage) -> Array {
    let parts: Vec<JsValue> = match message {
        ToPage::Here => vec!["here".into()],
        ToPage::Hold => vec!["hold".into()],
        ToPage::GiveWay => vec!["give way".into()],
        ToPage::Said(said) => vec!["said".into(), said.into()],
        ToPage::Call { number, method, arguments } => {
            vec!["call".into(), number.into(), method.into(), arguments.into()]
        }
        ToPage::Heard { number, json } => vec!["heard".into(), number.into(), json.into()],
        ToPage::Pages(any) => vec!["pages".into(), any.into()],
        ToPage::Press { button, of } => vec!["press".into(), button.into(), of.into()],
        ToPage::Other => vec!["other".into()],
    };
    parts.into_iter().collect()
}

/// The computer's own clock may be put back.
fn now() -> u64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or(0, |performance| performance.now() as u64)
}
