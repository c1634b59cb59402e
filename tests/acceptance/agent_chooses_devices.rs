//! An agent chooses by which devices they hear and are heard, also in the middle of a call.

use acceptance::{
    browser::Frame,
    world::{Options, World, story},
};
use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::{
    calling::{annas_phone, dial, is_heard, is_silent, listen_anew, ring},
    inspection::inspect_panel,
    steps::{reload, wait_for_call, wait_for_code},
};

#[test]
fn another_microphone_is_spoken_through_in_the_middle_of_a_call() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;
        let customer = talking(world, &panel)?;
        is_heard(world, &customer)?;
        ensure!(panel.evaluate(SPOKEN_THROUGH)? == "default");
        let descriptions = panel.evaluate(DESCRIPTIONS)?;

        panel.click_button("Audio")?;
        choose(&panel, "microphone", SECOND_MICROPHONE)?;

        panel.wait_for(&speaks_through(SECOND_MICROPHONE))?;
        is_heard(world, &customer)?;
        ensure!(panel.evaluate(DESCRIPTIONS)? == descriptions, "it was negotiated anew");
        wait_for_call(&panel, "talking")
    })
}

#[test]
fn who_is_muted_stays_so_with_another_microphone() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;
        let customer = talking(world, &panel)?;
        is_heard(world, &customer)?;
        panel.click_button("Mute")?;
        panel.wait_for_text("Microphone off")?;
        is_silent(world, &customer)?;

        panel.click_button("Audio")?;
        choose(&panel, "microphone", SECOND_MICROPHONE)?;
        panel.wait_for(&speaks_through(SECOND_MICROPHONE))?;

        listen_anew(world, &customer)?;
        is_silent(world, &customer)?;
        panel.click_button("Unmute")?;
        is_heard(world, &customer)
    })
}

#[test]
fn who_is_held_hears_nothing_of_another_microphone_until_the_call_is_resumed() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;
        let customer = talking(world, &panel)?;
        panel.click_button("Hold")?;
        wait_for_call(&panel, "held")?;

        panel.click_button("Audio")?;
        choose(&panel, "microphone", SECOND_MICROPHONE)?;
        panel.wait_for(&speaks_through(SECOND_MICROPHONE))?;
        is_silent(world, &customer)?;
        panel.click_button("Resume")?;

        wait_for_call(&panel, "talking")?;
        is_heard(world, &customer)
    })
}

#[test]
fn the_other_side_is_heard_on_the_chosen_speaker_at_once_and_in_the_next_call() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;
        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")?;

        panel.click_button("Audio")?;
        choose(&panel, "speaker", SECOND_SPEAKER)?;
        panel.wait_for(&is_played_on("players.at(-1)", SECOND_SPEAKER))?;
        panel.click_button("Hang up")?;
        panel.wait_for("!document.querySelector('[data-call=talking]')")?;
        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")?;

        panel.wait_for("players.length === 2")?;
        panel.wait_for(&is_played_on("players.at(-1)", SECOND_SPEAKER)).map(drop)
    })
}

#[test]
fn a_call_rings_on_the_chosen_device_as_loud_as_was_chosen_and_so_does_the_test() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;
        panel.click_button("Audio")?;
        choose(&panel, "ringer", SECOND_SPEAKER)?;
        panel.evaluate(&change("volume", "3"))?;
        panel.wait_for(&kept("3"))?;

        panel.click_button("Test the ring")?;
        panel.wait_for("rings.length === 1")?;
        panel.wait_for(&is_played_on("rings[0].player", SECOND_SPEAKER))?;
        let tested = panel.wait_for("rings[0].loudness")?;
        ring(world, "+33170189900")?;
        wait_for_call(&panel, "ringing-here")?;

        panel.wait_for("rings.length === 2")?;
        panel.wait_for(&is_played_on("rings[1].player", SECOND_SPEAKER))?;
        ensure!(panel.evaluate("rings[1].loudness")? == tested);
        // A third of the loudest, which is 0.3.
        ensure!((tested.as_f64().unwrap_or_default() - 0.1).abs() < 0.01, "{tested}");
        Ok(())
    })
}

#[test]
fn the_choice_outlives_its_page() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        panel.click_button("Audio")?;
        choose(&panel, "microphone", SECOND_MICROPHONE)?;
        choose(&panel, "ringer", SECOND_SPEAKER)?;
        panel.wait_for(&kept(SECOND_SPEAKER))?;

        reload(world, &tab)?;
        let panel = world.panel(&tab);
        panel.wait_for_text("Your number is 1001")?;
        panel.evaluate(WATCH)?;
        let customer = talking(world, &panel)?;

        panel.wait_for(&speaks_through(SECOND_MICROPHONE))?;
        panel.wait_for(&is_played_on("rings[0].player", SECOND_SPEAKER))?;
        is_heard(world, &customer)?;
        panel.click_button("Audio")?;
        panel.wait_for(&is_chosen("microphone", SECOND_MICROPHONE)).map(drop)
    })
}

#[test]
fn what_is_chosen_in_a_tab_that_follows_is_used_by_the_one_that_is_the_phone() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_first, leader) = annas_phone(world)?;
        leader.evaluate(WATCH)?;
        let customer = talking(world, &leader)?;
        let second = world.console_again()?;
        let follower = world.panel(&second);
        wait_for_call(&follower, "talking")?;

        follower.click_button("Audio")?;
        choose(&follower, "microphone", SECOND_MICROPHONE)?;

        leader.wait_for(&speaks_through(SECOND_MICROPHONE))?;
        is_heard(world, &customer)
    })
}

#[test]
fn the_level_of_the_microphone_is_shown_and_the_microphone_is_let_go_of_afterwards() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;

        panel.click_button("Audio")?;
        // The microphone beeps once a second.
        panel.wait_for("document.querySelector('meter').value > 5")?;
        panel.wait_for("document.querySelector('meter').value === 0")?;
        ensure!(panel.evaluate("tracks.some(track => track.readyState === 'live')")? == true);
        panel.click_button("Audio")?;

        panel.wait_for("tracks.every(track => track.readyState === 'ended')")?;
        ensure!(panel.evaluate("document.querySelector('meter')")? == Value::Null);
        Ok(())
    })
}

/// Fault: the page is told by a hostile world that a device is gone, and that it is back.
/// Seen: the panel names the device that is gone, and says that the default is used; then it stops saying so.
/// Kept: the call and the choice; the other side goes on hearing the agent.
#[test]
fn the_default_stands_in_for_a_device_that_the_page_is_told_is_gone() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;
        let customer = talking(world, &panel)?;
        panel.click_button("Audio")?;
        choose(&panel, "microphone", SECOND_MICROPHONE)?;
        panel.wait_for(&speaks_through(SECOND_MICROPHONE))?;
        panel.click_button("Audio")?;

        panel.evaluate(&unplug(SECOND_MICROPHONE))?;
        let absent = format!("{SECOND_MICROPHONE} is not connected. The default device is used.");
        panel.wait_for_text(&absent)?;
        panel.wait_for(&format!("{SPOKEN_THROUGH} === 'default'"))?;
        is_heard(world, &customer)?;
        panel.evaluate(PLUG_IN)?;

        panel.wait_for(&speaks_through(SECOND_MICROPHONE))?;
        panel.wait_for(&format!("!document.body.textContent.includes('{absent}')"))?;
        is_heard(world, &customer)?;
        wait_for_call(&panel, "talking")
    })
}

/// Fault: the device that is spoken through ends its track, as one does that is unplugged, and it was the default.
/// Seen: nothing.
/// Kept: the call; the other side hears the agent by what is the default then.
#[test]
fn the_next_default_is_spoken_through_when_the_default_is_unplugged() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(WATCH)?;
        let customer = talking(world, &panel)?;
        is_heard(world, &customer)?;

        panel.evaluate("globalThis.before = sender().track, before.stop(), true")?;
        panel.evaluate("navigator.mediaDevices.dispatchEvent(new Event('devicechange'))")?;

        panel.wait_for("sender().track !== before && sender().track.readyState === 'live'")?;
        is_heard(world, &customer)
    })
}

/// Fault: the browser names no device before the agent has allowed the microphone.
/// Seen: the panel says so, with one button; after the browser's question the devices have names.
/// Kept: nothing.
#[test]
fn devices_have_names_once_the_agent_has_allowed_the_microphone() -> Result<()> {
    story(&Options::calling(), |world| {
        world.browser.set_microphone(&world.console(), "prompt")?;
        let (_tab, panel) = annas_phone(world)?;

        panel.click_button("Audio")?;
        panel.wait_for_text("Your browser names the devices once")?;
        ensure!(!panel.has("select#microphone")?);
        world.browser.allow_microphone(&world.console())?;
        panel.click_button("Allow the microphone")?;

        panel.wait_for(&format!("{}.length === 3", options("microphone")))?;
        ensure!(
            panel.evaluate(&format!("{}.map(it => it.label)", options("ringer")))?
                == json!(["Default", "Fake Audio Output 1", SECOND_SPEAKER])
        );
        Ok(())
    })
}

/// Fault: the agent refuses the microphone when the browser asks.
/// Seen: what was refused, and where it is allowed again.
/// Kept: nothing.
#[test]
fn whoever_refuses_the_microphone_is_told_where_to_allow_it() -> Result<()> {
    story(&Options::calling(), |world| {
        world.browser.set_microphone(&world.console(), "denied")?;
        let (_tab, panel) = annas_phone(world)?;

        panel.click_button("Audio")?;
        panel.click_button("Allow the microphone")?;

        wait_for_code(&panel, "media.microphone_denied")?;
        panel.wait_for_button("Allow the microphone")
    })
}

#[test]
fn a_browser_that_lets_nobody_choose_offers_no_choice() -> Result<()> {
    story(&Options::calling(), |world| {
        let (_tab, panel) = annas_phone(world)?;
        panel.evaluate(
            "delete HTMLMediaElement.prototype.setSinkId, delete AudioContext.prototype.setSinkId",
        )?;

        panel.click_button("Audio")?;

        panel.wait_for("document.querySelector('select#microphone') !== null")?;
        panel.wait_for("!document.querySelector('select#speaker, select#ringer')")?;
        panel.wait_for_button("Test the ring")
    })
}

#[test]
fn assistive_technology_reads_the_devices_without_a_call_and_in_one() -> Result<()> {
    story(&Options::calling(), |world| {
        let (tab, panel) = annas_phone(world)?;
        panel.click_button("Audio")?;
        panel.wait_for("document.querySelector('select#microphone') !== null")?;
        inspect_panel(world, &tab, &panel)?;

        dial(&panel, "600")?;
        wait_for_call(&panel, "talking")?;
        choose(&panel, "microphone", SECOND_MICROPHONE)?;
        panel.evaluate(&unplug(SECOND_MICROPHONE))?;
        panel.wait_for_text("is not connected")?;
        inspect_panel(world, &tab, &panel)
    })
}

/// A customer has called Anna, and they talk; the call's number in the PBX.
fn talking(world: &World, panel: &Frame) -> Result<Value> {
    let customer = ring(world, "+33170189900")?;
    wait_for_call(panel, "ringing-here")?;
    panel.click_button("Answer")?;
    wait_for_call(panel, "talking")?;
    Ok(customer)
}

/// As a person does who opens the list.
fn choose(panel: &Frame, list: &str, label: &str) -> Result<()> {
    panel.wait_for(&format!("{}.some(it => it.label === '{label}')", options(list)))?;
    let value = format!("{}.find(it => it.label === '{label}').value", options(list));
    let value = panel.evaluate(&value)?;
    panel.evaluate(&change(list, value.as_str().unwrap_or_default()))?;
    panel.wait_for(&is_chosen(list, label)).map(drop)
}

fn change(field: &str, value: &str) -> String {
    format!(
        "(field => {{ field.value = '{value}'; field.dispatchEvent(new Event('change', {{ bubbles: true }})) }})\
         (document.querySelector('#{field}'))"
    )
}

fn options(list: &str) -> String {
    format!("[...document.querySelectorAll('#{list} option')]")
}

fn is_chosen(list: &str, label: &str) -> String {
    format!("document.querySelector('#{list}')?.selectedOptions[0]?.label === '{label}'")
}

/// Whether the browser keeps something of that name, or of that value.
fn kept(text: &str) -> String {
    format!(
        "atob((localStorage.getItem('cordboard-audio-1') ?? '').replaceAll('-', '+').replaceAll('_', '/')).includes('{text}')"
    )
}

fn speaks_through(label: &str) -> String {
    format!(
        "sender()?.track.label === '{label}' && sender().track.getSettings().deviceId !== 'default'"
    )
}

/// Whether what plays is heard on the device of that name.
fn is_played_on(player: &str, label: &str) -> String {
    format!(
        "navigator.mediaDevices.enumerateDevices().then(all => all.some(it => \
         it.label === '{label}' && it.kind === 'audiooutput' && it.deviceId === {player}.sinkId))"
    )
}

fn unplug(label: &str) -> String {
    format!(
        "globalThis.enumerate ??= navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);\
         navigator.mediaDevices.enumerateDevices = async () => (await enumerate()).filter(it => it.label !== '{label}');\
         navigator.mediaDevices.dispatchEvent(new Event('devicechange'))"
    )
}

const PLUG_IN: &str = "navigator.mediaDevices.enumerateDevices = enumerate;\
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'))";

/// What the panel speaks and plays through, where a story finds it.
const WATCH: &str = "\
    Object.assign(globalThis, { connections: [], players: [], rings: [], tracks: [] });\
    globalThis.sender = () => connections.at(-1)?.getSenders()[0];\
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {\
        constructor(...given) { super(...given); connections.push(this); }\
        setLocalDescription(...given) { this.described = (this.described ?? 0) + 1; return super.setLocalDescription(...given); }\
    };\
    const source = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'srcObject');\
    Object.defineProperty(HTMLMediaElement.prototype, 'srcObject', { ...source, set(stream) {\
        const ring = rings.find(({ heard }) => heard && heard === stream);\
        if (ring) ring.player = this;\
        else if (stream && !players.includes(this)) players.push(this);\
        source.set.call(this, stream);\
    } });\
    const destination = AudioContext.prototype.createMediaStreamDestination;\
    AudioContext.prototype.createMediaStreamDestination = function () {\
        const made = destination.call(this);\
        rings.push({ context: this, heard: made.stream });\
        return made;\
    };\
    const oscillator = BaseAudioContext.prototype.createOscillator;\
    BaseAudioContext.prototype.createOscillator = function () {\
        if (!rings.some(ring => ring.context === this)) rings.push({ context: this });\
        return oscillator.call(this);\
    };\
    const gain = BaseAudioContext.prototype.createGain;\
    BaseAudioContext.prototype.createGain = function () {\
        const made = gain.call(this);\
        queueMicrotask(() => { rings.find(ring => ring.context === this).loudness = made.gain.value; });\
        return made;\
    };\
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);\
    navigator.mediaDevices.getUserMedia = async wanted => {\
        const stream = await open(wanted);\
        tracks.push(...stream.getTracks());\
        return stream;\
    };\
    true";

const SPOKEN_THROUGH: &str = "sender().track.getSettings().deviceId";
const DESCRIPTIONS: &str = "connections.at(-1).described";
const SECOND_MICROPHONE: &str = "Fake Audio Input 2";
const SECOND_SPEAKER: &str = "Fake Audio Output 2";
