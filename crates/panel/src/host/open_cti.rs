//! Open CTI for Lightning: the console's own script, `sforce.opencti`, which the page has loaded.
//!
//! Every argument is a plain object with a function in it. A `Map`, or an object of a class of ours, has no
//! keys of its own and makes the script throw "Must pass in only one object which holds arguments".

use std::{cell::Cell, rc::Rc};

use adapter_api::Code;
use gloo::timers::future::TimeoutFuture;
use js_sys::{Function, JSON, Object, Reflect};
use salesforce::{
    running_user::{APEX_CLASS, CREDENTIALS_METHOD, PROOF_METHOD, proof_params},
    screen_pop::{ClickToDial, SCREEN_POP_DATA},
    task,
};
use softphone::protocol::{ConsoleAsk, HostAsk, Refusal};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;

use super::{
    Answer, Host, answers, frame, microphone,
    pending::{Pending, deadline_ms},
};
use crate::json;

pub struct OpenCti {
    frame: Result<(), Refusal>,
    /// How many deadlines the console has let pass.
    missed: Rc<Cell<u32>>,
}

impl OpenCti {
    /// `search`: the frame's query, as `location.search` has it.
    pub fn new(search: &str) -> Self {
        Self { frame: frame::check(search), missed: Rc::default() }
    }

    fn try_ask(&self, ask: &HostAsk, pending: &Pending) -> Result<(), Refusal> {
        self.frame.clone()?;
        let script = Script::find()?;
        let thrown = |reason| answers::console_refused(ask, &thrown(reason));
        let (method, arguments) = arguments(ask).map_err(thrown)?;
        let callback = callback(ask.clone(), pending.clone());
        set(&arguments, "callback", &callback).map_err(thrown)?;
        script.call(method, &arguments).map_err(thrown)
    }
}

impl Host for OpenCti {
    fn ask(&self, ask: HostAsk, answer: Answer) {
        let pending = Pending::new(answer);
        match self.try_ask(&ask, &pending) {
            Ok(()) => start_deadline(ask, pending, Rc::clone(&self.missed)),
            Err(refusal) => {
                pending.settle(answers::refused(&ask, refusal));
            }
        }
    }

    /// There is no way to take a listener back, so this is called once.
    fn listen(&self, clicked: Box<dyn Fn(ClickToDial)>) {
        if self.frame.is_err() {
            return;
        }
        let listener = Closure::<dyn FnMut(JsValue)>::new(move |payload: JsValue| {
            if let Some(click) = ClickToDial::read(&json::value(&json_of(&payload))) {
                clicked(click);
                // What became of the click is to be seen.
                call_quietly("setSoftphonePanelVisibility", &[("visible", JsValue::TRUE)]);
            }
        });
        call_quietly("onClickToDial", &[("listener", listener.into_js_value())]);
    }

    fn notice(&self) -> Option<Refusal> {
        microphone::is_refused().then(|| Code::FrameNoMicrophone.into())
    }

    fn panel_is_usable(&self) {
        if self.frame.is_err() {
            return;
        }
        // The script takes this call bare, and answers nothing that anybody waits for.
        let _ = Script::find().map(|script| script.call_bare("notifyInitializationComplete"));
    }
}

/// `sforce.opencti`, looked up at each call: a page in which it is missing may be mended by its reload only,
/// but nothing here has to remember that.
struct Script(JsValue);

impl Script {
    fn find() -> Result<Self, Refusal> {
        let member = |object: &JsValue, name| {
            Reflect::get(object, &JsValue::from_str(name)).ok().filter(JsValue::is_object)
        };
        let script =
            member(&js_sys::global(), "sforce").and_then(|sforce| member(&sforce, "opencti"));
        script.map(Self).ok_or_else(|| Code::HostScriptMissing.into())
    }

    fn call(&self, method: &str, arguments: &Object) -> Result<(), JsValue> {
        self.method(method)?.call1(&self.0, arguments).map(|_| ())
    }

    fn call_bare(&self, method: &str) -> Result<(), JsValue> {
        self.method(method)?.call0(&self.0).map(|_| ())
    }

    fn method(&self, name: &str) -> Result<Function, JsValue> {
        Reflect::get(&self.0, &JsValue::from_str(name))?
            .dyn_into()
            .map_err(|_| JsValue::from_str(&format!("Open CTI has no {name}")))
    }
}

fn arguments(ask: &HostAsk) -> Result<(&'static str, Object), JsValue> {
    let arguments = Object::new();
    let (class, apex_method, parameters) = match ask {
        HostAsk::Settings => return Ok((answers::SETTINGS_METHOD, arguments)),
        HostAsk::Proof(nonce) => (APEX_CLASS, PROOF_METHOD, Some(proof_params(nonce))),
        HostAsk::Credentials => (APEX_CLASS, CREDENTIALS_METHOD, None),
        HostAsk::WriteCall(parameters) => {
            (task::APEX_CLASS, task::WRITE_METHOD, Some(parameters.clone()))
        }
        HostAsk::Console(ask) => {
            console_arguments(ask, &arguments)?;
            return Ok((answers::console_method(ask), arguments));
        }
    };
    set(&arguments, "apexClass", &class.into())?;
    set(&arguments, "methodName", &apex_method.into())?;
    if let Some(parameters) = parameters {
        set(&arguments, "methodParams", &parameters.into())?;
    }
    Ok((answers::RUN_APEX, arguments))
}

fn console_arguments(ask: &ConsoleAsk, arguments: &Object) -> Result<(), JsValue> {
    match ask {
        ConsoleAsk::Search { number, call_type } => {
            set(arguments, "searchParams", &number.into())?;
            set(arguments, "callType", &call_type.as_str().into())?;
            set(arguments, "deferred", &JsValue::TRUE)
        }
        ConsoleAsk::Pop(pop) => {
            let pop = JSON::parse(&pop.0)?;
            for name in ["type", "params"] {
                set(arguments, name, &Reflect::get(&pop, &name.into())?)?;
            }
            Ok(())
        }
        ConsoleAsk::ShowRecord(id) => {
            let params = Object::new();
            set(&params, "recordId", &id.as_str().into())?;
            set(arguments, "type", &"sobject".into())?;
            set(arguments, "params", &params)
        }
        ConsoleAsk::ClickToDial(_) | ConsoleAsk::Refresh => Ok(()),
    }
}

/// For what is done or not, and nobody waits to hear which.
pub(super) fn call_quietly(method: &str, members: &[(&str, JsValue)]) {
    let arguments = Object::new();
    for (name, value) in members {
        let _ = set(&arguments, name, value);
    }
    let _ = Script::find().map(|script| script.call(method, &arguments));
}

/// What has no JSON, such as `undefined`, gives no string, and is then no answer.
fn json_of(value: &JsValue) -> String {
    JSON::stringify(value).ok().and_then(|json| json.as_string()).unwrap_or_default()
}

/// Belongs to the script from here on: it may be called late or twice, so it lives until the browser finds
/// that the script has let it go.
fn callback(ask: HostAsk, pending: Pending) -> JsValue {
    let callback = Closure::<dyn FnMut(JsValue)>::new(move |response: JsValue| {
        wrap_pop(&response);
        pending.settle(answers::fact(&ask, &json_of(&response)));
    });
    callback.into_js_value()
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

fn start_deadline(ask: HostAsk, pending: Pending, missed: Rc<Cell<u32>>) {
    let deadline = deadline_ms(missed.get());
    // As a task: a timer that is forgotten leaves its function behind for ever.
    spawn_local(async move {
        TimeoutFuture::new(deadline).await;
        // Counted first: to be told may lead to the next ask at once.
        let so_far = missed.get();
        missed.set(so_far.saturating_add(1));
        if !pending.settle(answers::no_answer(&ask)) {
            missed.set(so_far);
        }
    });
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), value).map(|_| ())
}

/// The script throws strings, and errors with a message.
fn thrown(reason: JsValue) -> String {
    reason
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| reason.as_string())
        .unwrap_or_default()
}
