//! The console's own script, `sforce.opencti`. The page in the console has loaded it; the phone's own window borrows it
//! from the panel that opened it, as long as that one is there:
//!
//! ~~~text
//! window --[method, arguments], port--> panel in the console --> sforce.opencti
//!        <---JSON, through the port----
//! ~~~
//!
//! The page that the extension holds borrows it in the same way, through the extension.
//!
//! Every argument is a plain object with a function in it. A `Map`, or an object of a class of ours, has no
//! keys of its own and makes the script throw "Must pass in only one object which holds arguments".

use gloo::events::EventListener;
use js_sys::{Array, Function, JSON, Object, Reflect};
use salesforce::screen_pop::SCREEN_POP_DATA;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{MessageChannel, MessageEvent, MessagePort, Window};

use crate::runtime::extension::extension;

/// What the script answered, as JSON. It may be called late or twice, so it lives until the browser finds that the
/// script has let it go.
pub type Heard = Box<dyn Fn(&str)>;

pub enum Failure {
    /// Neither here nor in the page that opened this one.
    NoScript,
    Thrown(JsValue),
}

impl From<JsValue> for Failure {
    fn from(reason: JsValue) -> Self {
        Self::Thrown(reason)
    }
}

pub fn call(method: &str, arguments: &Object, heard: Option<Heard>) -> Result<(), Failure> {
    let Some(script) = find() else { return borrow(method, arguments, heard) };
    if let Some(heard) = heard {
        let answer = Closure::<dyn FnMut(JsValue)>::new(move |answer: JsValue| {
            wrap_pop(&answer);
            heard(&json_of(&answer));
        });
        let name = if method == CLICKS { "listener" } else { "callback" };
        set(arguments, name, &answer.into_js_value())?;
    }
    function(&script, method)?.call1(&script, arguments)?;
    Ok(())
}

/// The script takes this call bare, and answers nothing that anybody waits for.
pub fn initialization_complete() {
    if let Some(script) = find() {
        let method = function(&script, "notifyInitializationComplete");
        let _ = method.and_then(|method| method.call0(&script));
    }
}

/// Lends the script to the phone's own window, another page of ours that this one has opened.
pub fn lend() {
    let Some(window) = web_sys::window() else { return };
    let Ok(own) = window.location().origin() else { return };
    let hear = move |event: &web_sys::Event| {
        let event: &MessageEvent = event.unchecked_ref();
        if event.origin() == own {
            pass_on(&event.data(), event.ports().get(0));
        }
    };
    EventListener::new(&window, "message", hear).forget();
}

fn pass_on(asked: &JsValue, port: JsValue) {
    let member = |at| Reflect::get_u32(asked, at).ok();
    let method = member(0).and_then(|method| method.as_string());
    let arguments = member(1).and_then(|arguments| arguments.dyn_into::<Object>().ok());
    let (Some(method), Some(arguments), Ok(port)) =
        (method, arguments, port.dyn_into::<MessagePort>())
    else {
        return;
    };
    let answers = port.clone();
    let heard = move |json: &str| drop(answers.post_message(&json.into()));
    if call(&method, &arguments, Some(Box::new(heard))).is_err() {
        // What cannot be read is an answer as well.
        let _ = port.post_message(&JsValue::NULL);
    }
}

/// Has the panel that opened this window call its console's script.
fn borrow(method: &str, arguments: &Object, heard: Option<Heard>) -> Result<(), Failure> {
    if let Some(extension) = extension() {
        return extension.borrow(method, arguments, heard).then_some(()).ok_or(Failure::NoScript);
    }
    let window = web_sys::window().ok_or(Failure::NoScript)?;
    let opener: Window = window.opener()?.unchecked_into();
    if !opener.is_object() || opener.closed()? {
        return Err(Failure::NoScript);
    }
    let channel = MessageChannel::new()?;
    if let Some(heard) = heard {
        let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            heard(&event.data().as_string().unwrap_or_default());
        });
        channel.port1().set_onmessage(Some(listener.into_js_value().unchecked_ref()));
    }
    let asked = Array::of2(&method.into(), arguments);
    // To a page of ours, or to nobody.
    let own = window.location().origin()?;
    opener.post_message_with_transfer(&asked, &own, &Array::of1(&channel.port2()))?;
    Ok(())
}

/// Looked up at each call: a page in which it is missing may be mended by its reload only, but nothing here has to
/// remember that.
fn find() -> Option<JsValue> {
    let member = |object: &JsValue, name| {
        Reflect::get(object, &JsValue::from_str(name)).ok().filter(JsValue::is_object)
    };
    member(&js_sys::global(), "sforce").and_then(|sforce| member(&sforce, "opencti"))
}

fn function(script: &JsValue, name: &str) -> Result<Function, JsValue> {
    Reflect::get(script, &JsValue::from_str(name))?
        .dyn_into()
        .map_err(|_| JsValue::from_str(&format!("Open CTI has no {name}")))
}

/// What a search would show becomes text of its own, as [`Found`](salesforce::screen_pop::Found) reads it: nothing
/// here looks into it.
fn wrap_pop(response: &JsValue) {
    let member = |object: &JsValue, name: &str| Reflect::get(object, &name.into()).ok();
    if let Some(found) = member(response, "returnValue").filter(JsValue::is_object)
        && let Some(pop) = member(&found, SCREEN_POP_DATA).filter(JsValue::is_object)
    {
        let _ = Reflect::set(&found, &SCREEN_POP_DATA.into(), &json_of(&pop).into());
    }
}

/// What has no JSON, such as `undefined`, gives no string, and is then no answer.
pub fn json_of(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|json| json.as_string()).unwrap_or_default()
}

pub fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(|_| ())
}

pub const CLICKS: &str = "onClickToDial";
