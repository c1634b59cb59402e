//! The DevTools protocol over a pair of pipes: requests and answers, and which targets there are.
//!
//! One thread reads. It answers questions of the browser at once (a new target waits for its debugger) and
//! keeps [`Shared`]; callers wait on a condition, never in a loop with a nap.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader, PipeReader, PipeWriter, Write as _},
    sync::{
        Arc, Condvar, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};

use super::target::{Target, Targets};
use crate::clock::Deadline;

pub struct Connection {
    to_browser: Mutex<PipeWriter>,
    shared: Mutex<Shared>,
    changed: Condvar,
    last_id: AtomicU64,
}

#[derive(Default)]
pub struct Shared {
    pub targets: Targets,
    /// In each target there is and will be.
    pub media: Media,
    /// So many times slower than it is, in each target there is and will be.
    pub slowdown: Option<u32>,
    pub added_header: Option<AddedHeader>,
    answers: HashMap<u64, Waiting>,
    closed: bool,
}

/// A header that the answers from some addresses are given.
#[derive(Clone)]
pub struct AddedHeader {
    pub address_part: String,
    pub name: String,
    pub value: String,
}

/// What pages are told of their reader.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Media {
    pub color_scheme: Option<&'static str>,
    pub reduced_motion: bool,
}

/// A request under way, by the session that it went to.
enum Waiting {
    For(Option<String>),
    Answered(Result<Value>),
}

impl Connection {
    pub fn new(to_browser: PipeWriter, from_browser: PipeReader) -> Arc<Self> {
        let connection = Arc::new(Self {
            to_browser: Mutex::new(to_browser),
            shared: Mutex::default(),
            changed: Condvar::new(),
            last_id: AtomicU64::new(0),
        });
        let reader = Arc::clone(&connection);
        thread::spawn(move || reader.read(from_browser));
        connection
    }

    /// Asks and waits for the answer. `session` is a target's, or none for the browser itself.
    pub fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
        deadline: Deadline,
    ) -> Result<Value> {
        let id = self.next_id();
        self.shared().answers.insert(id, Waiting::For(session.map(str::to_owned)));
        self.write(id, session, method, &params)?;
        let answer = self.wait(deadline, |shared| match shared.answers.get(&id) {
            Some(Waiting::Answered(_)) => shared.answers.remove(&id),
            _ => None,
        });
        match answer {
            Some(Waiting::Answered(answer)) => answer.with_context(|| method.to_owned()),
            _ => {
                self.shared().answers.remove(&id);
                bail!("{method}: the browser does not answer")
            }
        }
    }

    /// Sends and forgets: the answer is dropped.
    pub fn send(&self, session: Option<&str>, method: &str, params: Value) {
        // A browser that has gone is noticed by the next call that wants an answer.
        let _ = self.write(self.next_id(), session, method, &params);
    }

    /// Waits until `look` finds something, or the deadline passes.
    pub fn wait<T>(
        &self,
        deadline: Deadline,
        mut look: impl FnMut(&mut Shared) -> Option<T>,
    ) -> Option<T> {
        let mut shared = self.shared();
        loop {
            if let Some(found) = look(&mut shared) {
                return Some(found);
            }
            let left = deadline.left().filter(|_| !shared.closed)?;
            shared = self
                .changed
                .wait_timeout(shared, left)
                .unwrap_or_else(|broken| broken.into_inner())
                .0;
        }
    }

    pub fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(|broken| broken.into_inner())
    }

    fn next_id(&self) -> u64 {
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn write(&self, id: u64, session: Option<&str>, method: &str, params: &Value) -> Result<()> {
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        let mut pipe = self.to_browser.lock().unwrap_or_else(|broken| broken.into_inner());
        pipe.write_all(&bytes).context("the browser has left")
    }

    fn read(&self, from_browser: PipeReader) {
        for message in BufReader::new(from_browser).split(0).map_while(Result::ok) {
            if let Ok(message) = serde_json::from_slice::<Value>(&message) {
                self.take(&message);
                self.changed.notify_all();
            }
        }
        self.shared().closed = true;
        self.changed.notify_all();
    }

    fn take(&self, message: &Value) {
        match message["id"].as_u64() {
            Some(id) => self.take_answer(id, message),
            None => self.take_event(message),
        }
    }

    fn take_answer(&self, id: u64, message: &Value) {
        if let Some(waiting) = self.shared().answers.get_mut(&id) {
            *waiting = Waiting::Answered(match message.get("error") {
                Some(error) => Err(anyhow!("{}", error["message"].as_str().unwrap_or_default())),
                None => Ok(message["result"].clone()),
            });
        }
    }

    fn take_event(&self, message: &Value) {
        let params = &message["params"];
        let session = message["sessionId"].as_str();
        match message["method"].as_str().unwrap_or_default() {
            "Target.attachedToTarget" => {
                let attached = params["sessionId"].as_str().unwrap_or_default();
                let info = &params["targetInfo"];
                let (media, slowdown, added_header) = {
                    let mut shared = self.shared();
                    shared.targets.attached(info, attached, session);
                    (shared.media, shared.slowdown, shared.added_header.clone())
                };
                self.take_charge_of(attached, media, slowdown, added_header);
            }
            "Target.detachedFromTarget" => {
                let detached = params["sessionId"].as_str().unwrap_or_default();
                let mut shared = self.shared();
                shared.targets.detached(detached);
                shared.fail_those_waiting_for(detached);
            }
            "Target.targetInfoChanged" => self.shared().targets.changed(&params["targetInfo"]),
            "Target.targetDestroyed" => {
                self.shared().targets.destroyed(params["targetId"].as_str())
            }
            "Inspector.targetCrashed" => self.about(session, |target| target.has_crashed = true),
            // A worker that was stopped starts again, and waits once more.
            "Inspector.targetReloadedAfterCrash" => {
                self.send(session, "Runtime.enable", json!({}));
                self.send(session, "Runtime.runIfWaitingForDebugger", json!({}));
            }
            "Page.loadEventFired" => self.about(session, |target| target.loads += 1),
            "Fetch.requestPaused" => self.add_header(session, params),
            // Nobody would answer it, and the page stands still until somebody does.
            "Page.javascriptDialogOpening" => {
                self.send(session, "Page.handleJavaScriptDialog", json!({ "accept": true }));
            }
            "Runtime.consoleAPICalled" if params["type"] == "error" => {
                self.about(session, |target| target.complaints.push(words(&params["args"])));
            }
            "Runtime.exceptionThrown" => {
                let details = &params["exceptionDetails"];
                let text =
                    details["exception"]["description"].as_str().or(details["text"].as_str());
                let text = text.unwrap_or_default().to_owned();
                self.about(session, |target| target.complaints.push(text));
            }
            "Log.entryAdded" if params["entry"]["level"] == "error" => {
                let entry = &params["entry"];
                let text = entry["text"].as_str().unwrap_or_default();
                let text = format!("{text} {}", entry["url"].as_str().unwrap_or_default());
                let at = entry["timestamp"].as_f64().unwrap_or(f64::MAX);
                self.about(session, |target| {
                    if at >= target.born {
                        target.complaints.push(text.trim_end().to_owned());
                    }
                });
            }
            _ => {}
        }
    }

    fn about(&self, session: Option<&str>, tell: impl FnOnce(&mut Target)) {
        if let Some(target) = self.shared().targets.of_session(session.unwrap_or_default()) {
            tell(target);
        }
    }

    fn add_header(&self, session: Option<&str>, paused: &Value) {
        let Some(added) = self.shared().added_header.clone() else { return };
        let mut headers = paused["responseHeaders"].as_array().cloned().unwrap_or_default();
        headers.push(json!({ "name": added.name, "value": added.value }));
        let status = &paused["responseStatusCode"];
        let whole = json!({ "requestId": paused["requestId"], "responseCode": status, "responseHeaders": headers });
        self.send(session, "Fetch.continueResponse", whole);
    }

    /// A new target waits for its debugger; its own children are to be attached like itself.
    fn take_charge_of(
        &self,
        session: &str,
        media: Media,
        slowdown: Option<u32>,
        added_header: Option<AddedHeader>,
    ) {
        let session = Some(session);
        self.send(session, "Target.setAutoAttach", auto_attach());
        for domain in ["Runtime.enable", "Page.enable", "Log.enable", "Inspector.enable"] {
            self.send(session, domain, json!({}));
        }
        if media != Media::default() {
            self.send(session, "Emulation.setEmulatedMedia", media.emulated());
        }
        if let Some(rate) = slowdown {
            self.send(session, "Emulation.setCPUThrottlingRate", json!({ "rate": rate }));
        }
        if let Some(added) = added_header {
            let pattern = json!({ "urlPattern": format!("*{}*", added.address_part), "requestStage": "Response" });
            self.send(session, "Fetch.enable", json!({ "patterns": [pattern] }));
        }
        self.send(session, "Runtime.runIfWaitingForDebugger", json!({}));
    }
}

impl Shared {
    /// The browser never answers for a session that has ended.
    fn fail_those_waiting_for(&mut self, session: &str) {
        for waiting in self.answers.values_mut() {
            if matches!(waiting, Waiting::For(Some(theirs)) if theirs == session) {
                *waiting = Waiting::Answered(Err(anyhow!(GONE)));
            }
        }
    }
}

pub fn auto_attach() -> Value {
    json!({
        "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true,
        "filter": [{ "type": "browser", "exclude": true }, { "type": "tab", "exclude": true }, {}],
    })
}

impl Media {
    /// For `Emulation.setEmulatedMedia`; an empty value leaves it as it is.
    pub fn emulated(self) -> Value {
        let motion = if self.reduced_motion { "reduce" } else { "" };
        json!({ "features": [
            { "name": "prefers-color-scheme", "value": self.color_scheme.unwrap_or_default() },
            { "name": "prefers-reduced-motion", "value": motion },
        ] })
    }
}

fn words(arguments: &Value) -> String {
    let word = |argument: &Value| {
        let text = argument["value"].as_str().or(argument["description"].as_str());
        text.map_or_else(|| argument["value"].to_string(), str::to_owned)
    };
    arguments.as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(" ")
}

pub const GONE: &str = "the page is gone";
