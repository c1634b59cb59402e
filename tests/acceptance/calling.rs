//! What stories about calls do and hear again and again.

use acceptance::{
    browser::{Browser, Frame, Tab},
    world::World,
};
use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::steps::{anna_signed_in, is_logged, wait_for_call};

/// Anna in her console, with a phone that is ready.
pub fn annas_phone(world: &World) -> Result<(Tab, Frame)> {
    let (tab, panel) = anna_signed_in(world)?;
    panel.wait_for_text("Your number is 1001")?;
    Ok((tab, panel))
}

/// A customer of whom the PBX knows the number only; the call's number there.
pub fn ring(world: &World, number: &str) -> Result<Value> {
    ring_as(world, None, number)
}

pub fn ring_as(world: &World, name: Option<&str>, number: &str) -> Result<Value> {
    let ring = json!({ "extension": "1001", "number": number, "name": name });
    Ok(world.pbx_control("calls", &ring)?["id"].clone())
}

pub fn dial(panel: &Frame, number: &str) -> Result<()> {
    panel.fill("#dial", number)?;
    panel.click_button("Call")
}

/// Rose Gonzalez, whom the console knows, has called Anna, and they talk.
pub fn rose_talks(world: &World, panel: &Frame) -> Result<Value> {
    let customer = ring(world, ROSE)?;
    wait_for_call(panel, "ringing-here")?;
    panel.wait_for_text("Rose Gonzalez")?;
    panel.click_button("Answer")?;
    wait_for_call(panel, "talking")?;
    world.pbx_call(|call| call["id"] == customer && call["connected"] == true)?;
    Ok(customer)
}

/// The far end hears what the agent's microphone gives: a beep each second.
pub fn is_heard(world: &World, call: &Value) -> Result<()> {
    listen_anew(world, call)?;
    world.pbx_call(|heard| heard["id"] == *call && energy(heard) > AUDIBLE).map(drop)
}

/// For two beeps' time nothing is heard.
pub fn is_silent(world: &World, call: &Value) -> Result<()> {
    let silent = |heard: &Value| heard["silent_packets"].as_u64() >= Some(TWO_SECONDS_OF_PACKETS);
    world.pbx_call(|heard| heard["id"] == *call && silent(heard)).map(drop)
}

/// The agent hears the far end, by the browser's own statistics.
pub fn hears(panel: &Frame) -> Result<()> {
    panel.wait_for(&format!("({EARS})(400).then(energy => energy > {AUDIBLE})")).map(drop)
}

/// Ben, who is on the legacy method, at another desk: his browser, and his panel with a phone that is ready.
pub fn bens_phone(world: &World) -> Result<(Browser, Frame)> {
    let browser = world.another_browser()?;
    let panel = world.panel(&world.console_in(&browser, "ben.berger")?);
    panel.wait_for_text("Your number is 1002")?;
    panel.evaluate(KEEP_CONNECTIONS)?;
    Ok((browser, panel))
}

pub fn listen_anew(world: &World, call: &Value) -> Result<()> {
    world.pbx_control(&format!("calls/{call}"), &json!({ "order": "listen" })).map(drop)
}

pub fn energy(call: &Value) -> f64 {
    call["energy"].as_f64().unwrap_or_default()
}

/// As a person does who opens the list in the status bar.
pub fn choose_state(panel: &Frame, state: &str) -> Result<()> {
    panel.wait_for("document.querySelector('#state') !== null")?;
    panel.evaluate(&format!(
        "(list => {{ list.value = '{state}'; list.dispatchEvent(new Event('change', {{ bubbles: true }})) }})\
         (document.querySelector('#state'))"
    ))?;
    is_in_state(panel, state)
}

pub fn is_in_state(panel: &Frame, state: &str) -> Result<()> {
    panel.wait_for(&format!("document.querySelector('#state')?.value === '{state}'")).map(drop)
}

/// How many phones of Anna's the PBX knows.
pub fn registrations(world: &World) -> Result<u64> {
    let extensions = world.pbx("extensions")?;
    let anna = extensions.as_array().into_iter().flatten().find(|one| one["extension"] == "1001");
    anna.and_then(|anna| anna["bindings"].as_u64()).with_context(|| extensions.to_string())
}

/// Whether the console shows the record of that name.
pub fn shows(name: &str) -> String {
    format!("document.querySelector('#workspace').dataset.recordName === '{name}'")
}

/// From the list of its kind. The panel may cover the list, so the link is not looked for on the screen.
pub fn show_record(tab: &Tab, object: &str, name: &str) -> Result<()> {
    tab.evaluate(&format!("document.querySelector('a[data-tab={object}]').click()"))?;
    tab.wait_for(&format!("document.querySelector('#workspace').dataset.title === '{object}s'"))?;
    follow(tab, name)
}

/// A link of what the workspace shows, to a record.
pub fn follow(tab: &Tab, name: &str) -> Result<()> {
    let link = format!(
        "[...document.querySelectorAll('#workspace a[data-nav]')].find(link => link.textContent === '{name}')"
    );
    tab.wait_for(&format!("{link} !== undefined"))?;
    tab.evaluate(&format!("{link}.click()"))?;
    tab.wait_for(&shows(name)).map(drop)
}

/// A call that is on ends, and its Task is written.
pub fn hang_up(panel: &Frame) -> Result<()> {
    panel.click_button("Hang up")?;
    is_logged(panel)
}

/// The first number of the record that the workspace shows.
pub const CLICK_TO_DIAL: &str = "document.querySelector('#workspace button.click-to-dial')";
/// Rose Gonzalez's.
pub const ROSE: &str = "+12065550143";
/// As `totalAudioEnergy` of WebRTC's statistics counts it.
pub const AUDIBLE: f64 = 1e-5;
const TWO_SECONDS_OF_PACKETS: u64 = 100;

/// A ring is of notes, each from an oscillator.
pub const COUNT_NOTES: &str = "
    globalThis.notes = 0;
    const create = BaseAudioContext.prototype.createOscillator;
    BaseAudioContext.prototype.createOscillator = function () {
        notes += 1;
        return create.call(this);
    };
    true";

/// How much sound the newest call brings in so many milliseconds.
pub const EARS: &str = "async milliseconds => {\
    const energy = async () => [...(await connections.at(-1).getStats()).values()]\
        .filter(it => it.type === 'inbound-rtp').reduce((sum, it) => sum + it.totalAudioEnergy, 0);\
    const before = await energy();\
    await new Promise(passed => setTimeout(passed, milliseconds));\
    return await energy() - before;\
}";

/// Keeps each connection that the panel makes where a story finds it.
pub const KEEP_CONNECTIONS: &str = "globalThis.RTCPeerConnection = class extends RTCPeerConnection {\
    constructor(...given) { super(...given); (globalThis.connections ??= []).push(this); }\
}, true";
