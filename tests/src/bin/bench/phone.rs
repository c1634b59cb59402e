//! An agent at a phone that is ready, before the practice PBX, with true media.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, World},
};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::panel;

pub struct Phone {
    pub panel: Frame,
    _tab: Tab,
    pub world: World,
}

impl Phone {
    pub fn start() -> Result<Self> {
        let world = World::start(&Options::calling())?;
        let tab = world.console_as("anna.agent")?;
        let panel = world.panel(&tab);
        panel::allow(&world, &panel)?;
        panel.wait_for_text(READY)?;
        Ok(Self { panel, _tab: tab, world })
    }

    /// Loses its socket and comes back with one that tells [`MOMENTS`].
    pub fn watch(&self) -> Result<()> {
        self.panel.evaluate(WATCH)?;
        self.world.pbx_control("faults", &json!({ "sockets": "cut" }))?;
        self.panel.wait_for("moments.registered > 0")?;
        self.panel.wait_for_text(READY)
    }

    /// What happened when since the last time, by the page's clock.
    pub fn moments(&self) -> Result<Moments> {
        let told = self.panel.evaluate("moments")?;
        self.panel.evaluate("moments = {}")?;
        Ok(Moments(told))
    }

    /// Without typing: what is typed the browser keeps, to undo it.
    pub fn dial(&self, number: &str) -> Result<()> {
        self.panel.evaluate(&format!("({ENTER})('{number}')"))?;
        self.panel.click_button("Call")
    }

    /// A customer calls; the number that the PBX gives the call.
    pub fn ring(&self) -> Result<Value> {
        let maria =
            json!({ "extension": "1001", "number": "+33170189900", "name": "Maria Alvarez" });
        let call = self.world.pbx_control("calls", &maria)?["id"].clone();
        self.is("ringing-here")?;
        Ok(call)
    }

    pub fn is(&self, state: &str) -> Result<()> {
        let shown = format!("document.querySelector('[data-call=\"{state}\"]') !== null");
        self.panel.wait_for(&shown).map(drop)
    }

    /// Puts away what is left of a call: what was said after it, where somebody was talked to, and its card.
    pub fn clear(&self) -> Result<()> {
        self.is("ended")?;
        if self.panel.evaluate(WRAP_UP)? == true {
            self.panel.click_button("Save")?;
            self.panel.wait_for(&format!("!({WRAP_UP})"))?;
        }
        self.panel.click_button("Close")?;
        self.panel.wait_for("document.querySelector('[data-call]') === null").map(drop)
    }
}

pub struct Moments(Value);

impl Moments {
    /// Milliseconds from one to another.
    pub fn between(&self, from: &str, to: &str) -> Result<f64> {
        let at = |name: &str| {
            self.0[name].as_f64().with_context(|| format!("no {name} among {}", self.0))
        };
        Ok(at(to)? - at(from)?)
    }
}

const ENTER: &str = r##"(number) => {
    const field = document.querySelector("#dial");
    field.value = number;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}"##;

const WRAP_UP: &str = "document.querySelector('.wrap-up') !== null";

const READY: &str = "Your number is 1001";

/// `clicked`: the agent's click; `sent`, `received`: an INVITE on the wire; `shown`: the frame in which the ring
/// is on the screen has been painted.
const WATCH: &str = r#"(() => {
    globalThis.moments = {};
    const note = (name, at) => { moments[name] ??= at; };
    document.addEventListener("click", (click) => note("clicked", click.timeStamp), true);
    globalThis.WebSocket = class extends WebSocket {
        constructor(...given) {
            super(...given);
            this.addEventListener("message", ({ data, timeStamp }) => {
                if (data.startsWith("INVITE ")) note("received", timeStamp);
                if (data.startsWith("SIP/2.0 200") && data.includes("REGISTER")) note("registered", timeStamp);
            });
        }
        send(data) {
            if (data.startsWith("INVITE ")) note("sent", performance.now());
            super.send(data);
        }
    };
    const painted = (then) => requestAnimationFrame(() => {
        const after = new MessageChannel();
        after.port1.onmessage = then;
        after.port2.postMessage(0);
    });
    new MutationObserver(() => {
        if (!("shown" in moments) && document.querySelector("[data-call=ringing-here]")) {
            painted(() => note("shown", performance.now()));
        }
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
    return true;
})()"#;
