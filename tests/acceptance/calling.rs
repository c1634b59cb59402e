//! What stories about calls do and hear again and again.

use std::time::Duration;

use acceptance::{
    browser::{Browser, Frame, Tab},
    clock::Deadline,
    world::World,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::steps::{allow_once_in, anna_signed_in, is_logged, logged_calls, wait_for_call};

/// Anna in her console, with a phone that is ready.
pub fn annas_phone(world: &World) -> Result<(Tab, Frame)> {
    let (tab, panel) = anna_signed_in(world)?;
    panel.wait_for_text("Your number is 1001")?;
    Ok((tab, panel))
}

/// The same, where what is heard there can be asked for.
pub fn annas_ears(world: &World) -> Result<Frame> {
    let (_, panel) = annas_phone(world)?;
    panel.evaluate(KEEP_CONNECTIONS)?;
    Ok(panel)
}

/// A customer of whom the PBX knows the number only; the call's number there.
pub fn ring(world: &World, number: &str) -> Result<Value> {
    ring_as(world, None, number)
}

pub fn ring_as(world: &World, name: Option<&str>, number: &str) -> Result<Value> {
    let ring = json!({ "extension": "1001", "number": number, "name": name });
    Ok(world.pbx_control("calls", &ring)?["id"].clone())
}

/// By the key, for *Call* moves up when the end of another call leaves the screen.
pub fn dial(panel: &Frame, number: &str) -> Result<()> {
    panel.fill("#dial", number)?;
    panel.press("Enter")
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

/// Maria Alvarez, whom nobody knows, has called Anna, and they talk; her call's number in the PBX.
pub fn maria_talks(world: &World, panel: &Frame) -> Result<Value> {
    let customer = ring_as(world, Some("Maria Alvarez"), "+33170189900")?;
    wait_for_call(panel, "ringing-here")?;
    panel.click_button("Answer")?;
    wait_for_call(panel, "talking")?;
    Ok(customer)
}

/// The agent hears the far end of the newest call, by the browser's own statistics.
pub fn hears(panel: &Frame) -> Result<()> {
    hears_call(panel, NEWEST)
}

/// The same of any, counted from the first, or from the last (-1).
pub fn hears_call(panel: &Frame, call: i32) -> Result<()> {
    panel.wait_for(&format!("({EARS})({call}, 400).then(energy => energy > {AUDIBLE})")).map(drop)
}

/// And the call is in this state before and after.
pub fn hears_while(panel: &Frame, state: &str) -> Result<()> {
    let there = format!("document.querySelector('[data-call={state}]') !== null");
    let heard = format!("({EARS})({NEWEST}, 400).then(energy => energy > {AUDIBLE} && {there})");
    panel.wait_for(&format!("{there} && {heard}")).map(drop)
}

pub fn hears_nothing(panel: &Frame) -> Result<()> {
    hears_nothing_of(panel, NEWEST)
}

pub fn hears_nothing_of(panel: &Frame, call: i32) -> Result<()> {
    panel.wait_for(&format!("({EARS})({call}, 1000).then(energy => energy < {SILENT})")).map(drop)
}

/// What the microphone gives is sent, by the same statistics.
pub fn speaks(panel: &Frame) -> Result<()> {
    speaks_to(panel, NEWEST)
}

pub fn speaks_to(panel: &Frame, call: i32) -> Result<()> {
    panel.wait_for(&format!("({MOUTH})({call}, 1200).then(energy => energy > {AUDIBLE})")).map(drop)
}

/// Of what a call needs there is nothing left. The microphone's streams stay: the browser keeps them itself, for any
/// page.
pub fn nothing_is_left(panel: &Frame) -> Result<()> {
    panel.evaluate("delete globalThis.connections")?;
    let deadline = Deadline::after(Duration::from_secs(10));
    for kind in ["RTCPeerConnection", "RTCRtpSender", "HTMLAudioElement"] {
        // A connection is closed a moment after its call.
        while let left @ 1.. = panel.objects(kind)? {
            ensure!(deadline.left().is_some(), "{left} of {kind} are left of calls that are over");
        }
    }
    Ok(())
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

/// Ben, who is on the legacy method, at another desk: his browser, and his panel with a phone that is ready.
pub fn bens_phone(world: &World) -> Result<(Browser, Frame)> {
    let browser = world.another_browser()?;
    let panel = world.panel(&world.console_in(&browser, "ben.berger")?);
    panel.wait_for_text("Your number is 1002")?;
    panel.evaluate(KEEP_CONNECTIONS)?;
    Ok((browser, panel))
}

/// Carla, who signs in with Salesforce for the first time, at a third desk.
pub fn carlas_phone(world: &World) -> Result<(Browser, Frame)> {
    let browser = world.another_browser()?;
    let panel = world.panel(&world.console_in(&browser, "carla.costa")?);
    allow_once_in(&browser, &panel)?;
    panel.wait_for_text("Your number is 1003")?;
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

/// The agent hangs up the only call of the day: the far end hears that, and it is one Task.
pub fn ends_as_one(world: &World, panel: &Frame, call: &Value) -> Result<()> {
    panel.click_button("Hang up")?;
    world.pbx_call(|one| one["id"] == *call && one["ended"] == "peer_hung_up")?;
    is_logged(panel)?;
    let logged = logged_calls(world)?;
    ensure!(logged.len() == 1, "{logged:#?}");
    Ok(())
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

/// How much sound a call brings in so many milliseconds.
const EARS: &str = "async (call, milliseconds) => {\
    const energy = async () => [...(await connections.at(call).getStats()).values()]\
        .filter(it => it.type === 'inbound-rtp').reduce((sum, it) => sum + it.totalAudioEnergy, 0);\
    const before = await energy();\
    await new Promise(passed => setTimeout(passed, milliseconds));\
    return await energy() - before;\
}";

/// How the newest call's audio travels: whether it does, and the ICE credentials of both sides.
pub const WAY: &str = "async () => {\
    const connection = connections.at(-1);\
    const fragment = (description) => /a=ice-ufrag:(\\S+)/.exec(description.sdp)[1];\
    const stats = [...(await connection.getStats()).values()];\
    const transport = stats.find(it => it.type === 'transport');\
    return {\
        ours: transport.iceLocalUsernameFragment,\
        theirs: fragment(connection.currentRemoteDescription),\
        connected: transport.iceState === 'connected' || transport.iceState === 'completed',\
    };\
}";

/// How much sound of the microphone a call sends in so many milliseconds; nothing where no packets go.
const MOUTH: &str = "async (call, milliseconds) => {\
    const sent = async () => {\
        const stats = [...(await connections.at(call).getStats()).values()];\
        const sum = (type, member) => stats.filter(it => it.type === type)\
            .reduce((sum, it) => sum + it[member], 0);\
        return [sum('media-source', 'totalAudioEnergy'), sum('outbound-rtp', 'packetsSent')];\
    };\
    const [energy, packets] = await sent();\
    await new Promise(passed => setTimeout(passed, milliseconds));\
    const [energyNow, packetsNow] = await sent();\
    return packetsNow > packets ? energyNow - energy : 0;\
}";

/// Keeps each connection that the panel makes where a story finds it.
pub const KEEP_CONNECTIONS: &str = "globalThis.RTCPeerConnection = class extends RTCPeerConnection {\
    constructor(...given) { super(...given); (globalThis.connections ??= []).push(this); }\
}, true";

const SILENT: f64 = 1e-8;
/// The one that was begun last.
const NEWEST: i32 = -1;
