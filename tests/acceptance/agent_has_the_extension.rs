//! With the browser extension the phone is in no tab: it goes on when tabs are reloaded and closed, and tabs that the
//! browser keeps apart are one phone.

mod hub_fails;
mod pages_fail;
mod places;
mod withdrawn;

use acceptance::{
    browser::{BrowserOptions, Frame, Tab},
    world::{ORGANIZATION, Options, World, story_in},
};
use adapter_api::extension::ORIGIN;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::{
    agent_has_several_tabs::{are_one_phone, sounding},
    calling::{
        COUNT_NOTES, annas_phone, ends_as_one, is_heard, listen_anew, registrations, rose_talks,
    },
    steps::{allow_once_in, wait_for_call, wait_for_state},
};

/// Fault: The tab in which a call was answered is reloaded twenty times, then every tab is closed.
/// Seen: The call, in each tab that is opened.
/// Kept: The call itself, without a gap at the far end; one registration and one Task.
#[test]
fn a_call_outlives_every_tab() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| a_call_goes_on_without_tabs(world))
}

#[test]
fn a_call_outlives_every_tab_with_the_extension_that_the_store_gets() -> Result<()> {
    story_in(&BrowserOptions { packed: true, ..extended() }, &Options::calling(), |world| {
        let origin = world.browser.extension_origin()?;
        let id = origin.strip_prefix("chrome-extension://").context("an extension's origin")?;
        ensure!(origin != ORIGIN, "a package for the store has no id of its own");
        world.configure("extensions", &json!([id]).to_string())?;
        world.restart_adapter()?;

        a_call_goes_on_without_tabs(world)
    })
}

/// Fault: The agent has one to eight tabs of the console open, beside the extension.
/// Seen: A call is shown in all of them, rings once, in none of them, and its record is shown in the tab in front alone.
/// Kept: One registration; whichever tab the agent answers or hangs up in.
#[test]
fn with_the_extension_up_to_eight_tabs_are_one_phone_too() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (tab, panel) = annas_phone(world)?;
        let resident = world.browser.offscreen()?.frame("/phone/acme");
        resident.evaluate(COUNT_NOTES)?;

        are_one_phone(world, tab, panel, |panels| {
            let in_the_extension = sounding(std::slice::from_ref(&resident))?;
            Ok(in_the_extension + sounding(panels)?)
        })
    })
}

/// Fault: The agent signs out, and in again, and reloads the tab in the next call.
/// Seen: Signed out in the extension as well: the PBX knows no phone; then the call goes on over the reload.
/// Kept: One registration.
#[test]
fn who_signs_out_and_in_again_has_the_phone_in_the_extension_again() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (tab, panel) = annas_phone(world)?;
        panel.click_button("Sign out")?;
        wait_for_state(&panel, "signed-out")?;
        world.pbx_phones("1001", 0)?;

        panel.click_button("Sign in")?;
        panel.wait_for_text("Your number is 1001")?;
        let customer = rose_talks(world, &panel)?;
        listen_anew(world, &customer)?;
        tab.reload()?;
        world.open_softphone(&tab)?;
        wait_for_call(&world.panel(&tab), "talking")?;

        is_heard(world, &customer)?;
        world.pbx_phones("1001", 1)
    })
}

/// Attack: The next agent logs in to Salesforce at the same desk, where the first has not signed out.
/// Refused: The first one's phone is taken off the PBX; the next one's is the one of the extension.
#[test]
fn the_next_agent_at_the_desk_has_the_phone_and_the_first_one_none() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (tab, _) = annas_phone(world)?;
        world.pbx_phones("1001", 1)?;
        tab.click("summary.avatar")?;
        tab.click("#log-out")?;
        tab.wait_for("document.querySelector('#username') !== null")?;

        let panel = world.panel(&world.console_as("carla.costa")?);
        allow_once_in(&world.browser, &panel)?;
        panel.wait_for_text("Your number is 1003")?;

        world.pbx_phones("1001", 0)?;
        world.pbx_phones("1003", 1)?;
        let resident = world.browser.offscreen()?.frame("/phone/acme");
        resident.wait_for_text("You are signed in as Carla Costa")
    })
}

/// Attack: A page of the console, or the phone's own window, looks for a way to the extension.
/// Refused: It has none: the browser gives such a page no interface, and the extension puts its script into panels alone.
#[test]
fn only_panels_have_a_way_to_the_extension() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (tab, panel) = annas_phone(world)?;
        let phone = world.browser.new_tab(&format!("{}/phone/acme", world.adapter_url()))?;
        phone.wait_for_text("Cordboard")?;

        panel.wait_for(&format!("({ASK})('cordboard?')"))?;
        for page in [&*tab, &*phone] {
            ensure!(page.evaluate("chrome.runtime?.connect === undefined")? == true);
            // Our own word comes back after anything that the extension's script would have said.
            ensure!(page.evaluate(&format!("({ASK})('cordboard?')"))? == false);
        }
        Ok(())
    })
}

/// Fault: The extension's worker is stopped in the middle of a call, and another tab is opened.
/// Seen: The call, in that tab.
/// Kept: The call.
#[test]
fn the_workers_end_is_not_noticed() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (_, _, customer) = in_a_call(world)?;

        world.browser.stop_worker()?;
        let another = world.console_again()?;

        wait_for_call(&world.panel(&another), "talking")?;
        is_heard(world, &customer)
    })
}

/// Fault: The agent removes the phone from the extension in the middle of a call.
/// Seen: The call goes on in the tab.
/// Kept: One registration.
#[test]
fn without_the_extensions_page_a_tab_takes_the_call_over() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (_, panel, customer) = in_a_call(world)?;

        let options = world.browser.new_tab(&world.browser.extension_page("options.html")?)?;
        options.click_button("Remove")?;
        options.wait_for_text("It is not set up yet.")?;

        wait_for_call(&panel, "talking")?;
        is_heard(world, &customer)?;
        world.pbx_phones("1001", 1)
    })
}

fn a_call_goes_on_without_tabs(world: &World) -> Result<()> {
    let (tab, _, customer) = in_a_call(world)?;
    let empty = world.browser.new_tab("about:blank")?;

    is_uninterrupted(world, &customer, || {
        for _ in 0..20 {
            tab.reload()?;
            world.open_softphone(&tab)?;
            wait_for_call(&world.panel(&tab), "talking")?;
        }
        tab.close()
    })?;

    empty.go(&world.console())?;
    goes_on_in(world, &empty, &customer)
}

pub fn extended() -> BrowserOptions {
    BrowserOptions { extension: true, ..BrowserOptions::default() }
}

/// As an agent does who has just installed it.
pub fn set_up(world: &World) -> Result<()> {
    set_up_as(world, ORGANIZATION)
}

fn set_up_as(world: &World, organization: &str) -> Result<()> {
    world.browser.allow_microphone(world.browser.extension_origin()?)?;
    let options = world.browser.new_tab(&world.browser.extension_page("options.html")?)?;
    options.wait_for_text("It is not set up yet.")?;
    fill_in(world, &options, organization)?;
    options.close()
}

fn fill_in(world: &World, options: &Tab, organization: &str) -> Result<()> {
    options.activate()?;
    options.fill("#phone", &format!("{}/panel/{organization}", world.adapter_url()))?;
    options.click_button("Set up")?;
    options.wait_for_text("It is set up.")
}

/// The far end hears every packet, while that happens and for a second more, and it is the same call.
fn is_uninterrupted(
    world: &World,
    customer: &Value,
    what: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let began = world.pbx_call(|call| call["id"] == *customer)?;
    listen_anew(world, customer)?;
    what()?;
    let until = packets(&world.pbx_call(|call| call["id"] == *customer)?) + SECOND_OF_PACKETS;
    let heard = world.pbx_call(|call| call["id"] == *customer && packets(call) > until)?;
    let gap = heard["longest_gap_ms"].as_u64().context("the PBX measures gaps")?;
    println!("the longest gap at the far end: {gap} ms");
    ensure!(heard["packets_lost"] == 0, "{heard:#}");
    ensure!(heard["call_id"] == began["call_id"], "it is another call: {heard:#}");
    Ok(())
}

/// Anna, with the extension and two consoles, of which she looks at the first.
pub fn at_the_first_of_two_consoles(world: &World) -> Result<(Tab, Frame, Tab)> {
    set_up(world)?;
    let (tab, panel) = annas_phone(world)?;
    let other = world.console_again()?;
    world.panel(&other).wait_for_text("Your number is 1001")?;
    tab.activate()?;
    Ok((tab, panel, other))
}

/// In a tab that was loaded anew the call goes on, and ends as one.
fn goes_on_in(world: &World, tab: &Tab, customer: &Value) -> Result<()> {
    world.open_softphone(tab)?;
    let panel = world.panel(tab);
    wait_for_call(&panel, "talking")?;
    ensure!(registrations(world)? == 1);
    ends_as_one(world, &panel, customer)
}

/// Anna, with the extension, and Rose Gonzalez, who has called her.
fn in_a_call(world: &World) -> Result<(Tab, Frame, Value)> {
    set_up(world)?;
    let (tab, panel) = annas_phone(world)?;
    let customer = rose_talks(world, &panel)?;
    is_heard(world, &customer)?;
    Ok((tab, panel, customer))
}

fn packets(call: &Value) -> u64 {
    call["packets_received"].as_u64().unwrap_or_default()
}

const SECOND_OF_PACKETS: u64 = 50;

/// Whether a question to the page's own window is answered with a port before a later word of ours is heard.
const ASK: &str = "question => new Promise(resolve => {
    addEventListener('message', ({ data, ports }) => {
        if (data === 'cordboard' && ports.length) resolve(true);
        // An answer to the question is posted before the next word is.
        if (data === question) setTimeout(() => postMessage('last', location.origin));
        if (data === 'last') resolve(false);
    });
    postMessage(question, location.origin);
})";
