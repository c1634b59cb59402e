//! The buttons and the lights of a headset, by the reports of its HID interface.
//!
//! ~~~text
//! collections, as WebHID has them --read--> Headset
//! input report  --heard--> Press, where it means something
//! who rings, who is talked to --tell--> poll: output reports
//! ~~~
//!
//! No IO: `extension/hid.js` opens the device, hears and sends. What a usage means is in USB's *HID Usage Tables* 1.5: the
//! buttons on the Telephony Device page (0x0B), the lights on the LED page (0x08).

mod reports;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;

use salesforce::json::Value;

use crate::snapshot::{CallSnapshot, CallState};
use reports::{Field, Reports};

/// What headsets are told of the phone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub rings: bool,
    pub talk: Talk,
}

/// Whether somebody is talked to, or called, or waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talk {
    #[default]
    None,
    Open,
    Muted,
}

/// A button of the phone, as [`crate::protocol::Button`] has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    Hook,
    Mute,
}

#[derive(Clone, Debug)]
pub struct Headset {
    switches: Vec<Switch>,
    lights: Vec<(Light, Field)>,
    inputs: Reports,
    outputs: Reports,
    told: Told,
    out: VecDeque<(u8, Vec<u8>)>,
}

#[derive(Clone, Debug)]
struct Switch {
    press: Press,
    field: Field,
    /// As the headset has it.
    is_on: bool,
}

#[derive(Clone, Copy, Debug)]
enum Light {
    Mute,
    OffHook,
    Ring,
}

impl Headset {
    /// Of a list of `HIDCollectionInfo`. Nothing where no button is in it that the phone knows.
    pub fn read(collections: &Value) -> Option<Self> {
        let inputs = Reports::read(collections, "inputReports");
        let outputs = Reports::read(collections, "outputReports");
        let switches: Vec<_> = BUTTONS
            .iter()
            .flat_map(|(press, usage)| inputs.fields(*usage).map(|field| (*press, field)))
            .map(|(press, field)| Switch { press, field, is_on: false })
            .collect();
        let lights = LIGHTS
            .iter()
            .flat_map(|(light, usage)| outputs.fields(*usage).map(|field| (*light, field)))
            .collect();
        let (told, out) = (Told::default(), VecDeque::new());
        (!switches.is_empty()).then_some(Self { switches, lights, inputs, outputs, told, out })
    }

    /// An input report, without its id. One that the headset has not described says nothing.
    pub fn heard(&mut self, report: u8, bytes: &[u8]) -> Vec<Press> {
        let mut pressed = Vec::new();
        if !self.inputs.fits(report, bytes.len()) {
            return pressed;
        }
        for switch in self.switches.iter_mut().filter(|switch| switch.field.report == report) {
            let is_on = switch.field.is_on(bytes);
            let changes = std::mem::replace(&mut switch.is_on, is_on) != is_on;
            let is_press = match switch.field.is_absolute {
                // Equal to what it was told, it is an echo of that.
                true => is_on != self.told.has(switch.press),
                // *HID Usage Tables*, On/Off Control: what is relative is toggled each time it goes from 0 to 1.
                false => is_on,
            };
            if changes && is_press && !pressed.contains(&switch.press) {
                pressed.push(switch.press);
            }
        }
        let before = pressed.len();
        pressed.retain(|press| self.told.may(*press));
        if pressed.len() < before {
            // It believes in a call that is none. One that goes on doing so is told once.
            self.light();
        }
        pressed
    }

    pub fn tell(&mut self, told: Told) {
        self.told = told;
        for switch in self.switches.iter_mut().filter(|switch| switch.field.is_absolute) {
            switch.is_on = told.has(switch.press);
        }
        self.light();
    }

    /// The output reports to be sent, with their ids, until there is none.
    pub fn poll(&mut self) -> Option<(u8, Vec<u8>)> {
        self.out.pop_front()
    }

    fn light(&mut self) {
        // What has not been sent is not true any more.
        self.out.clear();
        for (id, length) in self.outputs.lengths() {
            let mut bytes = vec![0; length];
            let mut lights = self.lights.iter().filter(|(_, field)| field.report == id).peekable();
            if lights.peek().is_some() {
                let lit = lights.filter(|(light, _)| self.told.lights(*light));
                lit.for_each(|(_, field)| field.switch_on(&mut bytes));
                self.out.push_back((id, bytes));
            }
        }
    }
}

impl Told {
    /// Whether the headset has this switch on when it has heard it.
    fn has(self, press: Press) -> bool {
        match press {
            Press::Hook => self.talk != Talk::None,
            Press::Mute => self.talk == Talk::Muted,
        }
    }

    /// Whether there is anything that the button could mean.
    fn may(self, press: Press) -> bool {
        self.talk != Talk::None || (press == Press::Hook && self.rings)
    }

    fn lights(self, light: Light) -> bool {
        match light {
            Light::Mute => self.has(Press::Mute),
            Light::OffHook => self.has(Press::Hook),
            Light::Ring => self.rings,
        }
    }
}

impl Talk {
    /// Of whom the hook would hang up on; muted where the mute button would unmute.
    pub fn of(calls: &[CallSnapshot]) -> Self {
        let talk = |call: &CallSnapshot| match call.state {
            CallState::RingingHere | CallState::Ended(_) => Self::None,
            CallState::Held => Self::Open,
            _ if call.muted => Self::Muted,
            _ => Self::Open,
        };
        calls.iter().map(talk).max().unwrap_or_default()
    }
}

impl Press {
    pub fn word(self) -> &'static str {
        match self {
            Self::Hook => "hook",
            Self::Mute => "mute",
        }
    }
}

const BUTTONS: [(Press, u32); 2] = [(Press::Hook, 0x0B_0020), (Press::Mute, 0x0B_002F)];
const LIGHTS: [(Light, u32); 3] =
    [(Light::Mute, 0x08_0009), (Light::OffHook, 0x08_0017), (Light::Ring, 0x08_0018)];
