//! A page, or a cross-site frame in one: what can be looked at and worked with.
//!
//! A handle finds its target anew at every call, so it outlives a reload that replaces the frame.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::{
    PATIENCE,
    connection::{Connection, GONE},
    keys, scripts,
};
use crate::clock::Deadline;

#[derive(Clone)]
pub struct Frame {
    pub(super) connection: Arc<Connection>,
    pub(super) page: String,
    /// Part of the frame's address; none for the page itself.
    address_part: Option<String>,
}

impl Frame {
    pub(super) fn page(connection: Arc<Connection>, id: &str) -> Self {
        Self { connection, page: id.to_owned(), address_part: None }
    }

    /// The cross-site frame in the same tab whose address contains `address_part`. It need not be there yet.
    pub fn frame(&self, address_part: &str) -> Frame {
        Frame { address_part: Some(address_part.to_owned()), ..self.clone() }
    }

    /// The value of a JavaScript expression; a promise is awaited. It counts as no gesture of the user's.
    pub fn evaluate(&self, expression: &str) -> Result<Value> {
        self.evaluate_by(expression, Deadline::after(PATIENCE))
    }

    /// Waits until a JavaScript expression is truthy, and answers its value.
    pub fn wait_for(&self, condition: &str) -> Result<Value> {
        self.wait_for_within(PATIENCE, condition)
    }

    pub fn wait_for_within(&self, patience: Duration, condition: &str) -> Result<Value> {
        let deadline = Deadline::after(patience);
        let found = self.retry(deadline, |left| scripts::wait_for(condition, left));
        found.with_context(|| {
            format!("waited {patience:?} in vain for `{condition}`\n{}", self.portrait())
        })
    }

    /// Waits until the page shows `text`, white space aside.
    pub fn wait_for_text(&self, text: &str) -> Result<()> {
        self.wait_for(&scripts::shows(text)).map(drop)
    }

    /// Waits until there is a button or link that a person would call by this name.
    pub fn wait_for_button(&self, name: &str) -> Result<()> {
        self.wait_for(&format!("!!{}", scripts::by_name(name))).map(drop)
    }

    /// Waits until transitions are over and the fonts are there. What spins for ever goes on spinning.
    pub fn wait_until_at_rest(&self) -> Result<()> {
        self.evaluate(scripts::AT_REST).map(drop)
    }

    /// What the page shows.
    pub fn text(&self) -> Result<String> {
        let text = self.evaluate("document.body ? document.body.innerText : ''")?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    pub fn url(&self) -> Result<String> {
        Ok(self.evaluate("location.href")?.as_str().unwrap_or_default().to_owned())
    }

    /// Whether something matches the CSS selector at this moment.
    pub fn has(&self, selector: &str) -> Result<bool> {
        Ok(self.evaluate(&format!("!!document.querySelector({})", json!(selector)))? == true)
    }

    /// A real click, with everything the browser makes of one: focus, activation, windows allowed. Waits
    /// until the element is there, enabled, at rest, and covered by nothing.
    pub fn click(&self, selector: &str) -> Result<()> {
        self.click_element(&scripts::by_selector(selector), selector)
    }

    /// Clicks the button or link that a person would call by this name.
    pub fn click_button(&self, name: &str) -> Result<()> {
        self.click_element(&scripts::by_name(name), name)
    }

    /// Replaces what an input holds.
    pub fn fill(&self, selector: &str, text: &str) -> Result<()> {
        self.click(selector)?;
        self.evaluate(&format!("document.querySelector({}).select?.()", json!(selector)))?;
        self.type_text(text)
    }

    /// Types into whatever has the focus.
    pub fn type_text(&self, text: &str) -> Result<()> {
        self.page_call("Input.insertText", json!({ "text": text })).map(drop)
    }

    /// Presses a key by its DOM name, with modifiers: `Enter`, `Shift+Tab`, `Control+a`.
    pub fn press(&self, key: &str) -> Result<()> {
        let [down, up] = keys::events(key)?;
        self.page_call("Input.dispatchKeyEvent", down)?;
        gone_is_fine(self.page_call("Input.dispatchKeyEvent", up))
    }

    /// Its renderer dies, as one does that has no memory left; the tab stays.
    pub fn crash(&self) -> Result<()> {
        let session = self.session_by(Deadline::after(PATIENCE))?;
        self.connection.send(Some(&session), "Page.crash", json!({}));
        let crashed = self.connection.wait(Deadline::after(PATIENCE), |shared| {
            shared
                .targets
                .of_session(&session)
                .is_none_or(|target| target.has_crashed)
                .then_some(())
        });
        crashed.context("the page lives on")
    }

    /// Its scripts stop at the next thing that they do, until [`Frame::go_on`]; what is sent to them waits.
    pub fn stand_still(&self) -> Result<()> {
        self.call("Debugger.enable", json!({}))?;
        self.call("Debugger.pause", json!({})).map(drop)
    }

    pub fn go_on(&self) -> Result<()> {
        self.call("Debugger.disable", json!({})).map(drop)
    }

    /// With `true` the network is away: requests fail, sockets close, `onLine` is false.
    pub fn set_offline(&self, offline: bool) -> Result<()> {
        self.call("Network.enable", json!({}))?;
        let params = json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        self.call("Network.emulateNetworkConditions", params).map(drop)
    }

    /// Refuses third-party cookies from the next load on, whatever the browser was launched with.
    pub fn refuse_third_party_cookies(&self) -> Result<()> {
        let params = json!({
            "enableThirdPartyCookieRestriction": true,
            "disableThirdPartyCookieMetadata": true,
            "disableThirdPartyCookieHeuristics": true,
        });
        self.call("Network.setCookieControls", params).map(drop)
    }

    /// How many objects of this class there are that something still holds; collects the garbage.
    pub fn objects(&self, class: &str) -> Result<u64> {
        let sum = self.of_all(class, "function() { return this.length; }")?;
        sum.as_u64().with_context(|| format!("so many of {class}: {sum}"))
    }

    /// What a function makes of the array of all objects of a class that something still holds.
    pub fn of_all(&self, class: &str, function: &str) -> Result<Value> {
        // Twice: what finalizers let go of is garbage only then.
        for _ in 0..2 {
            self.call("HeapProfiler.collectGarbage", json!({}))?;
        }
        let prototype = json!({ "expression": format!("{class}.prototype"), "objectGroup": GROUP });
        let prototype = self.call("Runtime.evaluate", prototype)?["result"]["objectId"].clone();
        let all = json!({ "prototypeObjectId": prototype, "objectGroup": GROUP });
        let all = self.call("Runtime.queryObjects", all)?["objects"]["objectId"].clone();
        let made =
            json!({ "objectId": all, "returnByValue": true, "functionDeclaration": function });
        let made = self.call("Runtime.callFunctionOn", made)?["result"]["value"].clone();
        self.call("Runtime.releaseObjectGroup", json!({ "objectGroup": GROUP }))?;
        Ok(made)
    }

    /// Errors that this page or frame has logged or thrown.
    pub fn complaints(&self) -> Vec<String> {
        self.look(|target| target.complaints.clone()).unwrap_or_default()
    }

    /// A command of the protocol for this target.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.call_by(method, params, Deadline::after(PATIENCE))
    }

    /// Address, words and complaints: what a reader of a failure wants to see.
    pub fn portrait(&self) -> String {
        let deadline = Deadline::after(Duration::from_secs(2));
        let Some(url) = self.look(|target| target.url.clone()) else {
            return "the page is not there".to_owned();
        };
        let text = self.evaluate_by("document.body ? document.body.innerText : ''", deadline);
        let text = text.ok().and_then(|text| Some(text.as_str()?.to_owned())).unwrap_or_default();
        let mut portrait = format!("at {url}, which says:\n{}\n", text.trim());
        for complaint in self.complaints() {
            portrait.push_str(&format!("console: {complaint}\n"));
        }
        portrait
    }

    pub(super) fn look<T>(&self, tell: impl FnOnce(&super::target::Target) -> T) -> Option<T> {
        let shared = self.connection.shared();
        let target = match &self.address_part {
            Some(part) => shared.targets.frame(&self.page, part),
            None => shared.targets.with_id(&self.page),
        };
        target.map(tell)
    }

    pub(super) fn session_by(&self, deadline: Deadline) -> Result<String> {
        let session = self.connection.wait(deadline, |shared| {
            let target = match &self.address_part {
                Some(part) => shared.targets.frame(&self.page, part),
                None => shared.targets.with_id(&self.page),
            };
            target.map(|target| target.session().to_owned())
        });
        session.with_context(|| match &self.address_part {
            Some(part) => format!("no frame at `{part}`"),
            None => GONE.to_owned(),
        })
    }

    fn call_by(&self, method: &str, params: Value, deadline: Deadline) -> Result<Value> {
        let session = self.session_by(deadline)?;
        self.connection.call(Some(&session), method, params, deadline)
    }

    /// Keys go to the tab and reach the frame that has the focus.
    fn page_call(&self, method: &str, params: Value) -> Result<Value> {
        Frame { address_part: None, ..self.clone() }.call(method, params)
    }

    fn evaluate_by(&self, expression: &str, deadline: Deadline) -> Result<Value> {
        let params = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": false,
        });
        let answer = self.call_by("Runtime.evaluate", params, deadline)?;
        if let Some(exception) = answer.get("exceptionDetails") {
            let description =
                exception["exception"]["description"].as_str().or(exception["text"].as_str());
            bail!("{}", description.unwrap_or("an exception without words"));
        }
        Ok(answer["result"]["value"].clone())
    }

    /// Evaluates again when a navigation takes the page away under the expression. The script learns how
    /// many milliseconds are left, and answers `{ value }` in time or `null`.
    fn retry(&self, deadline: Deadline, script: impl Fn(u128) -> String) -> Result<Value> {
        loop {
            let left = deadline.left().context("no time is left")?;
            // Longer than the script's own patience, so that its answer comes first.
            let answer = self.evaluate_by(
                &script(left.as_millis()),
                Deadline::after(left + Duration::from_secs(5)),
            );
            match interpret(answer) {
                ControlFlow::Break(result) => return result,
                ControlFlow::Continue(()) => {}
            }
        }
    }

    fn click_element(&self, finder: &str, name: &str) -> Result<()> {
        let deadline = Deadline::after(PATIENCE);
        let point = self.retry(deadline, |left| scripts::wait_for_point(finder, left));
        let point = point
            .with_context(|| format!("nothing to click called `{name}`\n{}", self.portrait()))?;
        let (Some(x), Some(y)) = (point["x"].as_f64(), point["y"].as_f64()) else {
            bail!("{name}: no point")
        };
        let mouse = |kind: &str, buttons: u8| {
            let params = json!({
                "type": kind, "x": x, "y": y, "buttons": buttons,
                "button": if kind == "mouseMoved" { "none" } else { "left" }, "clickCount": 1,
            });
            self.call("Input.dispatchMouseEvent", params)
        };
        mouse("mouseMoved", 0)?;
        mouse("mousePressed", 1)?;
        gone_is_fine(mouse("mouseReleased", 0))
    }
}

/// A page that changes under a script is no answer; everything else is.
fn interpret(answer: Result<Value>) -> ControlFlow<Result<Value>> {
    match answer {
        Ok(answer) if answer.is_null() => {
            ControlFlow::Break(Err(anyhow::anyhow!("it did not come about")))
        }
        Ok(answer) => ControlFlow::Break(match answer.get("value") {
            Some(value) => Ok(value.clone()),
            None => Err(anyhow::anyhow!("{}", answer["error"].as_str().unwrap_or_default())),
        }),
        Err(error) => {
            let text = format!("{error:#}");
            if PAGE_CHANGED.iter().any(|sign| text.contains(sign)) {
                return ControlFlow::Continue(());
            }
            ControlFlow::Break(Err(error))
        }
    }
}

/// A click may close the very page that it falls on.
fn gone_is_fine(answer: Result<Value>) -> Result<()> {
    match answer {
        Err(error) => {
            ensure!(format!("{error:#}").contains(GONE), error);
            Ok(())
        }
        Ok(_) => Ok(()),
    }
}

/// Under what the browser keeps what it was asked to look at.
const GROUP: &str = "looked-at";

/// What the protocol says when the document goes away under an expression.
const PAGE_CHANGED: [&str; 6] = [
    GONE,
    "Execution context was destroyed",
    "Inspected target navigated or closed",
    "Cannot find context with specified id",
    "Session with given id not found",
    "Cannot find default execution context",
];
