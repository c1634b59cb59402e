//! The buttons and the lights of a headset, through the browser extension.
//!
//! No device is there: a stand-in takes the place of `navigator.hid` in the extension's pages, with the collections of a
//! telephony headset. It keeps what it is sent, and reports what a story has it report.

use acceptance::{
    browser::{Browser, BrowserOptions, Frame, Tab},
    world::{Options, World, story_in},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    agent_has_the_extension::{extended, set_up},
    agent_sets_up_the_extension::enter,
    calling::{ROSE, annas_phone, is_heard, is_silent, ring},
    inspection::inspect_page,
    steps::{is_logged, logged_calls, wait_for_call},
};

#[test]
fn a_call_is_answered_muted_and_hung_up_by_the_headset() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (headset, panel) = annas_headset(world)?;

        let customer = ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        shines(&headset, RINGING)?;
        reports(&headset, HOOK)?;
        world.pbx_call(|call| call["id"] == customer && call["connected"] == true)?;
        is_heard(world, &customer)?;
        shines(&headset, OFF_HOOK)?;

        reports(&headset, HOOK | MUTE)?;
        panel.wait_for_button("Unmute")?;
        shines(&headset, OFF_HOOK | MUTED)?;
        is_silent(world, &customer)?;
        reports(&headset, HOOK)?;
        reports(&headset, HOOK | MUTE)?;
        panel.wait_for_button("Mute")?;
        shines(&headset, OFF_HOOK)?;
        is_heard(world, &customer)?;

        reports(&headset, 0)?;
        world.pbx_call(|call| call["id"] == customer && call["ended"] == "peer_hung_up")?;
        shines(&headset, 0)?;
        is_logged(&panel)?;
        ensure!(logged_calls(world)?.len() == 1, "{:#?}", logged_calls(world)?);
        Ok(())
    })
}

#[test]
fn what_the_headset_was_told_is_no_press() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (headset, panel) = annas_headset(world)?;
        let customer = ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        panel.click_button("Answer")?;
        wait_for_call(&panel, "talking")?;
        shines(&headset, OFF_HOOK)?;

        reports(&headset, HOOK)?;

        // What was pressed before would be done before.
        reports(&headset, HOOK | MUTE)?;
        panel.wait_for_button("Unmute")?;
        world.pbx_call(|call| call["id"] == customer && call["connected"] == true)?;
        panel.click_button("Hang up")?;
        shines(&headset, 0)?;
        reports(&headset, 0)?;
        is_logged(&panel)
    })
}

#[test]
fn the_hook_of_an_idle_phone_calls_nobody_and_is_put_back() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (headset, panel) = annas_headset(world)?;
        shines(&headset, 0)?;
        headset.evaluate("headset.sent.length = 0")?;

        reports(&headset, HOOK)?;

        shines(&headset, 0)?;
        ensure!(!panel.has("[data-call]")?);
        ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        reports(&headset, HOOK)?;
        wait_for_call(&panel, "talking")
    })
}

/// Fault: The headset is unplugged in the middle of a call, and plugged in again.
/// Seen: Its lights are as the call is.
/// Kept: The call; it is hung up by the headset.
#[test]
fn a_headset_that_is_unplugged_in_a_call_ends_nothing() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (headset, panel) = annas_headset(world)?;
        let customer = ring(world, ROSE)?;
        shines(&headset, RINGING)?;
        reports(&headset, HOOK)?;
        wait_for_call(&panel, "talking")?;
        shines(&headset, OFF_HOOK)?;

        headset.evaluate("headset.plug(false)")?;
        panel.click_button("Mute")?;
        is_silent(world, &customer)?;
        panel.click_button("Unmute")?;
        is_heard(world, &customer)?;
        headset.evaluate("headset.sent.length = 0, headset.plug(true)")?;

        shines(&headset, OFF_HOOK)?;
        reports(&headset, 0)?;
        world.pbx_call(|call| call["id"] == customer && call["ended"] == "peer_hung_up").map(drop)
    })
}

/// Fault: Another program uses the headset.
/// Seen: The extension's page says so, until it can be opened.
/// Kept: The phone, without its buttons.
#[test]
fn a_headset_that_another_program_uses_is_said_to_be_taken() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (headset, _) = headset_at_hand(world)?;
        headset.evaluate("headset.taken = true")?;
        let options = options_with(&world.browser, STAND_IN)?;

        options.click_button("Choose a headset")?;
        options.wait_for_text("Desk Headset cannot be opened: another program uses it.")?;
        inspect_page(world, &options)?;
        headset.evaluate("headset.taken = false")?;
        options.reload()?;

        headset.wait_for("headset.opened")?;
        options.wait_for_button("Forget Desk Headset")?;
        options.wait_for("!document.querySelector('#wrong-headset').textContent").map(drop)
    })
}

#[test]
fn a_headset_is_asked_for_by_what_it_is_and_forgotten() -> Result<()> {
    let browser = BrowserOptions { switches: vec!["--accept-lang=fr".into()], ..extended() };
    story_in(&browser, &Options::calling(), |world| {
        let origin = world.browser.extension_origin()?;
        world.browser.allow_microphone(origin)?;
        let options = options_with(&world.browser, STAND_IN)?;
        options.wait_for("document.querySelector('#headset').hidden")?;
        options.fill("#phone", &format!("{}/panel/acme", world.adapter_url()))?;
        options.click_button("Configurer")?;
        let headset = stand_in(&world.browser)?;

        options.click_button("Choisir un casque")?;
        headset.wait_for("headset.opened")?;
        ensure!(options.evaluate("headset.asked")? == json!([{ "usagePage": 0x0B }]));
        options.click_button("Oublier Desk Headset")?;

        headset.wait_for("!headset.opened")?;
        options.wait_for("document.querySelector('#headsets').hidden")?;
        options.wait_for("document.activeElement.matches('#choose')").map(drop)
    })
}

#[test]
fn a_browser_that_knows_no_such_devices_offers_none() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        world.browser.allow_microphone(world.browser.extension_origin()?)?;
        let options = options_with(&world.browser, "delete Navigator.prototype.hid")?;
        enter(world, &options)?;
        options.wait_for_text("It is set up.")?;

        options.wait_for("document.querySelector('#headset').hidden").map(drop)
    })
}

/// Attack: Another page than the one on which headsets are chosen asks about them.
/// Refused: It has no answer; and where the agent has chosen none the browser names none.
#[test]
fn only_the_page_on_which_they_are_chosen_hears_of_headsets() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let offscreen = world.browser.offscreen()?;
        offscreen.wait_for("navigator.hid.onconnect")?;
        let none =
            "navigator.hid instanceof HID && navigator.hid.getDevices().then(all => all.length)";
        ensure!(offscreen.evaluate(none)? == 0);

        let ask = "chrome.runtime.sendMessage('headsets').then(answer => JSON.stringify(answer))";
        let options = world.browser.new_tab(&world.browser.extension_page("options.html")?)?;
        ensure!(options.evaluate(ask)? == "[]");
        let other = world.browser.new_tab(&world.browser.extension_page("diagnostics.html")?)?;
        ensure!(other.evaluate(ask)?.is_null());
        Ok(())
    })
}

/// Anna's phone, and the headset that she has chosen for it; the page of the extension in which it is opened.
fn annas_headset(world: &World) -> Result<(Tab, Frame)> {
    let (headset, panel) = headset_at_hand(world)?;
    let options = options_with(&world.browser, STAND_IN)?;
    options.click_button("Choose a headset")?;
    headset.wait_for("headset.opened")?;
    options.close()?;
    Ok((headset, panel))
}

fn headset_at_hand(world: &World) -> Result<(Tab, Frame)> {
    set_up(world)?;
    let (_, panel) = annas_phone(world)?;
    Ok((stand_in(&world.browser)?, panel))
}

fn stand_in(browser: &Browser) -> Result<Tab> {
    let offscreen = browser.offscreen()?;
    offscreen.wait_for("navigator.hid.onconnect")?;
    offscreen.evaluate(STAND_IN)?;
    Ok(offscreen)
}

fn options_with(browser: &Browser, script: &str) -> Result<Tab> {
    let options = browser.new_tab("about:blank")?;
    options.call("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script }))?;
    options.go(&browser.extension_page("options.html")?)?;
    Ok(options)
}

/// An input report: which of its buttons are down.
fn reports(headset: &Tab, buttons: u8) -> Result<()> {
    headset.evaluate(&format!("headset.report(2, {buttons})")).map(drop)
}

/// The last output report that it was sent.
fn shines(headset: &Tab, lights: u8) -> Result<()> {
    headset.wait_for(&format!("String(headset.sent.at(-1)) === '2,{lights}'")).map(drop)
}

const HOOK: u8 = 1;
const MUTE: u8 = 4;
const OFF_HOOK: u8 = 1;
const MUTED: u8 = 2;
const RINGING: u8 = 4;

/// What is chosen the browser keeps for all pages of the extension, and so does it.
const STAND_IN: &str = "{
    const items = (isAbsolute, reportCount, ...usages) =>
        ({ isAbsolute, isRange: false, isArray: false, isConstant: !usages.length, reportSize: 1, reportCount, usages });
    const reports = (...items) => [{ reportId: 2, items }];
    const collections = [{
        usagePage: 0x0b, usage: 0x05, type: 1, children: [], featureReports: [],
        inputReports: reports(items(true, 2, 0xb0020, 0xb0097), items(false, 1, 0xb002f), items(true, 5)),
        outputReports: reports(items(true, 3, 0x80017, 0x80009, 0x80018), items(true, 5)),
    }];
    const fails = (name) => Promise.reject(new DOMException('', name));
    const headset = globalThis.headset = {
        productName: 'Desk Headset', collections, opened: false, sent: [], plugged: true,
        async open() { this.taken ? await fails('NotAllowedError') : (this.opened = true); },
        async close() { this.opened = false; },
        async forget() { localStorage.removeItem('headset'); },
        async sendReport(id, bytes) { this.opened ? this.sent.push([id, ...bytes]) : await fails('InvalidStateError'); },
        report(reportId, ...bytes) {
            // A view of a part of what was read, as the browser's is.
            const data = new DataView(Uint8Array.of(reportId, ...bytes).buffer, 1);
            this.oninputreport?.({ reportId, data });
        },
        plug(plugged) {
            [this.plugged, this.opened] = [plugged, false];
            hid[plugged ? 'onconnect' : 'ondisconnect']?.({ device: this });
        },
    };
    const hid = Object.assign(new EventTarget(), {
        getDevices: async () => (headset.plugged && localStorage.getItem('headset') ? [headset] : []),
        async requestDevice({ filters }) {
            headset.asked = filters;
            localStorage.setItem('headset', 'chosen');
            return [headset];
        },
    });
    Object.defineProperty(navigator, 'hid', { value: hid });
}
true";
