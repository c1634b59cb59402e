//! Open CTI for Lightning, as the mind's host: around the page, or, for the phone's own window, around the panel that
//! opened it.

use std::{cell::Cell, rc::Rc};

use adapter_api::Code;
use gloo::timers::future::TimeoutFuture;
use js_sys::{JSON, Object, Reflect};
use salesforce::{
    running_user::{APEX_CLASS, CREDENTIALS_METHOD, PROOF_METHOD, proof_params},
    screen_pop::ClickToDial,
    task,
};
use softphone::protocol::{ConsoleAsk, HostAsk, Refusal};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;

use super::{
    Answer, Host,
    alone::Alone,
    answers, frame, microphone,
    pending::{Pending, deadline_ms},
    script::{self, CLICKS, Failure, set},
};
use crate::json;

pub struct OpenCti {
    frame: Result<(), Refusal>,
    /// In the phone's own window: what is to be done without any console.
    alone: Option<Alone>,
    /// How many deadlines the console has let pass.
    missed: Rc<Cell<u32>>,
}

impl OpenCti {
    /// `search`: the frame's query, as `location.search` has it.
    pub fn new(search: &str, alone: Option<Alone>) -> Self {
        let frame = if alone.is_some() { Ok(()) } else { frame::check(search) };
        Self { frame, alone, missed: Rc::default() }
    }

    fn try_ask(&self, ask: &HostAsk, pending: &Pending) -> Result<(), Refusal> {
        self.frame.clone()?;
        let (asked, pending) = (ask.clone(), pending.clone());
        let heard = move |json: &str| {
            pending.settle(answers::fact(&asked, json));
        };
        let called = arguments(ask).map_err(Failure::Thrown).and_then(|(method, arguments)| {
            script::call(method, &arguments, Some(Box::new(heard)))
        });
        called.map_err(|failure| match failure {
            Failure::NoScript => Code::HostScriptMissing.into(),
            Failure::Thrown(reason) => answers::console_refused(ask, &thrown(reason)),
        })
    }
}

impl Host for OpenCti {
    fn ask(&self, ask: HostAsk, answer: Answer) {
        let pending = Pending::new(answer);
        match (self.try_ask(&ask, &pending), &self.alone) {
            (Ok(()), _) => start_deadline(ask, pending, Rc::clone(&self.missed)),
            (Err(refusal), alone) => {
                pending.settle(match alone {
                    Some(alone) => alone.answer(&ask),
                    None => answers::refused(&ask, refusal),
                });
            }
        }
    }

    /// There is no way to take a listener back, so this is called once.
    fn listen(&self, clicked: Box<dyn Fn(ClickToDial)>) {
        if self.frame.is_err() {
            return;
        }
        let heard = move |json: &str| {
            if let Some(click) = ClickToDial::read(&json::value(json)) {
                clicked(click);
                // What became of the click is to be seen.
                call_quietly("setSoftphonePanelVisibility", &[("visible", JsValue::TRUE)]);
            }
        };
        let _ = script::call(CLICKS, &Object::new(), Some(Box::new(heard)));
        script::lend();
    }

    fn notice(&self) -> Option<Refusal> {
        microphone::is_refused().then(|| Code::FrameNoMicrophone.into())
    }

    fn panel_is_usable(&self) {
        if self.frame.is_ok() {
            script::initialization_complete();
        }
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
            // Where nobody has the number and the layout says *new record*, the console fills in nothing by itself.
            let values = Object::new();
            set(&values, "Phone", &number.into())?;
            set(arguments, "defaultFieldValues", &values)?;
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
    let _ = script::call(method, &arguments, None);
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

/// The script throws strings, and errors with a message.
fn thrown(reason: JsValue) -> String {
    reason
        .dyn_ref::<js_sys::Error>()
        .map(|error| String::from(error.message()))
        .or_else(|| reason.as_string())
        .unwrap_or_default()
}
