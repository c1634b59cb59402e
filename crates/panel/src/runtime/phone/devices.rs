//! The devices for sound: which there are, and which of them are used.
//!
//! Safari lets nothing choose where it is heard, and Firefox not where it rings: what cannot be chosen is not
//! named.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo::events::EventListener;
use js_sys::{Array, Function, Reflect};
use softphone::{
    protocol::{AudioEffect, AudioFact, PhoneFact},
    snapshot::{Choice, Role},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{level, microphone};
use crate::runtime::storage;

/// What everything that plays and listens looks at.
#[derive(Default)]
pub struct Used {
    chosen: RefCell<Vec<Choice>>,
    pub metered: Cell<bool>,
    pub is_being_metered: Cell<bool>,
}

impl Used {
    /// Empty: the browser's default.
    pub fn value(&self, role: Role) -> String {
        let chosen = self.chosen.borrow();
        let choice = chosen.iter().find(|choice| choice.role == role);
        choice.map_or_else(String::new, |choice| choice.value.clone())
    }
}

pub struct Devices {
    report: Rc<dyn Fn(PhoneFact)>,
    used: Rc<Used>,
    _changes: Option<EventListener>,
}

impl Devices {
    pub fn new(report: Rc<dyn Fn(PhoneFact)>, used: Rc<Used>) -> Self {
        let changed = Rc::clone(&report);
        let changed = move |_: &_| spawn_local(look(Rc::clone(&changed)));
        let devices = microphone::devices().ok();
        let changes = devices.map(|devices| EventListener::new(&devices, "devicechange", changed));
        Self { report, used, _changes: changes }
    }

    pub fn perform(&self, effect: AudioEffect) {
        match effect {
            AudioEffect::Look => spawn_local(look(Rc::clone(&self.report))),
            AudioEffect::Keep(chosen) => storage::keep(KEPT, &chosen),
            AudioEffect::Use { chosen, metered } => {
                self.used.chosen.replace(chosen);
                self.used.metered.set(metered);
                level::meter(&self.used, &self.report);
            }
        }
    }
}

async fn look(report: Rc<dyn Fn(PhoneFact)>) {
    let devices = match microphone::devices().and_then(|devices| devices.enumerate_devices()) {
        Ok(asked) => JsFuture::from(asked).await.map_or_else(|_| Vec::new(), |found| named(&found)),
        Err(_) => Vec::new(),
    };
    let kept = storage::kept(KEPT);
    report(PhoneFact::Audio(AudioFact::Found { devices, kept }));
}

fn named(found: &JsValue) -> Vec<Choice> {
    let mut named = Vec::new();
    for device in found.unchecked_ref::<Array>().iter() {
        for (role, kind) in ROLES {
            let (value, label) = (text(&device, "deviceId"), text(&device, "label"));
            // Chromium lists what it would take by itself as well.
            let is_named = !label.is_empty() && value != "default";
            if is_named
                && text(&device, "kind") == kind
                && (role == Role::Microphone || can_choose())
            {
                named.push(Choice { role, value, label });
            }
        }
    }
    named
}

fn can_choose() -> bool {
    let member = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    chooser(&member(&member(&js_sys::global(), "HTMLMediaElement"), "prototype")).is_some()
}

/// Has what `player` plays be heard there; empty: by the browser's default.
pub fn play_on(player: &JsValue, device: &str) {
    if let Some(choose) = chooser(player) {
        // One that went away just now leaves all as it was, and the list follows.
        let _ = choose.call1(player, &device.into());
    }
}

fn chooser(player: &JsValue) -> Option<Function> {
    Reflect::get(player, &"setSinkId".into()).ok()?.dyn_into().ok()
}

pub fn text(object: &JsValue, name: &str) -> String {
    let text = Reflect::get(object, &name.into()).ok().and_then(|text| text.as_string());
    text.unwrap_or_default()
}

const ROLES: [(Role, &str); 3] = [
    (Role::Microphone, "audioinput"),
    (Role::Speaker, "audiooutput"),
    (Role::Ringer, "audiooutput"),
];

/// Another one for each form in which it is written.
const KEPT: &str = "cordboard-audio-1";
