//! With the browser extension the phone is seen and used where no console is: in the browser's notifications and its
//! toolbar, by keys, and in the side panel.

use acceptance::{
    browser::{Frame, Tab},
    world::{Options, Proof, World, story_in},
};
use adapter_api::extension::ORIGIN;
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use crate::{
    agent_has_the_extension::{at_the_first_of_two_consoles, extended, set_up},
    calling::{ROSE, annas_phone, is_heard, is_silent, registrations, ring, rose_talks},
    steps::{is_logged, logged_calls, open_window, wait_for_call},
};

/// Fault: No tab of the console is open when a customer calls.
/// Seen: A notification with who it is, *Answer* and *Decline*; the state in the toolbar.
/// Kept: The call, answered by the notification, muted and hung up by keys; its one Task.
#[test]
fn a_call_is_answered_by_the_notification_where_no_console_is_open() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let browser = without_a_console(world)?;
        let worker = world.browser.worker()?;
        browser.wait_for(&format!("({ICON}).then(icon => icon.title.endsWith('Available'))"))?;

        let customer = ring(world, ROSE)?;
        browser.wait_for(&format!("({NOTIFICATIONS}).then(calls => calls.length === 1)"))?;
        worker
            .evaluate(&format!("({NOTIFICATIONS}).then(([call]) => {BUTTON}.dispatch(call, 0))"))?;

        world.pbx_call(|call| call["id"] == customer && call["connected"] == true)?;
        is_heard(world, &customer)?;
        browser.wait_for(&format!("({NOTIFICATIONS}).then(calls => calls.length === 0)"))?;
        browser.wait_for(&format!("({ICON}).then(icon => icon.title.endsWith('In a call'))"))?;
        worker.evaluate(&format!("{KEYS}.dispatch('mute')"))?;
        is_silent(world, &customer)?;
        worker.evaluate(&format!("{KEYS}.dispatch('mute')"))?;
        is_heard(world, &customer)?;
        worker.evaluate(&format!("{KEYS}.dispatch('hook')"))?;
        world.pbx_call(|call| call["id"] == customer && call["ended"] == "peer_hung_up")?;
        is_one_task(world)
    })
}

/// Fault: The extension's worker is stopped while a customer's call is shown; the agent declines it.
/// Seen: No notification any longer.
/// Kept: The caller hears that the line is busy.
#[test]
fn a_call_is_declined_by_the_notification_after_the_worker_was_stopped() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let browser = without_a_console(world)?;
        let customer = ring(world, ROSE)?;
        browser.wait_for(&format!("({NOTIFICATIONS}).then(calls => calls.length === 1)"))?;

        world.browser.stop_worker()?;
        // As a click on a notification does.
        browser.evaluate("chrome.runtime.sendMessage('open')")?;
        let worker = world.browser.worker()?;
        worker
            .evaluate(&format!("({NOTIFICATIONS}).then(([call]) => {BUTTON}.dispatch(call, 1))"))?;

        world.pbx_call(|call| call["id"] == customer && call["ended"] == "refused")?;
        browser.wait_for(&format!("({NOTIFICATIONS}).then(calls => calls.length === 0)")).map(drop)
    })
}

/// Fault: The agent looks at another page when a customer calls, and clicks on the notification beside its buttons.
/// Seen: The console that they have looked at last, with the call.
/// Kept: The other console, where it was.
#[test]
fn a_click_on_the_notification_shows_the_console() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, panel, other) = at_the_first_of_two_consoles(world)?;
        let another = world.browser.new_tab(&options_page())?;
        another.activate()?;
        tab.wait_for("document.hidden")?;
        let customer = ring(world, ROSE)?;
        another.wait_for(&format!("({NOTIFICATIONS}).then(calls => calls.length === 1)"))?;

        let click = format!("({NOTIFICATIONS}).then(([call]) => {CLICK}.dispatch(call))");
        world.browser.worker()?.evaluate(&click)?;

        tab.wait_for("!document.hidden")?;
        wait_for_call(&panel, "ringing-here")?;
        ensure!(other.evaluate("document.hidden")? == true, "both are shown");
        panel.click_button("Answer")?;
        world.pbx_call(|call| call["id"] == customer && call["connected"] == true).map(drop)
    })
}

/// Fault: A customer gives up before anybody has answered.
/// Seen: How many calls were missed, on the icon.
/// Kept: The count, until the agent looks at them.
#[test]
fn missed_calls_stand_on_the_icon() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (_tab, panel) = annas_phone(world)?;
        let browser = world.browser.new_tab(&options_page())?;
        let customer = ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        world.pbx_control(&format!("calls/{customer}"), &json!({ "order": "hang_up" }))?;

        browser.wait_for(&format!("({ICON}).then(icon => icon.text === '1')"))?;
        panel.click(".recents summary")?;
        browser.wait_for(&format!("({ICON}).then(icon => icon.text === ' ')")).map(drop)
    })
}

/// Fault: The agent looks at another page than the console, and closes the console in a call.
/// Seen: The same panel beside that page, signed in by itself, and in it the call.
/// Kept: One registration, one ring, one Task; the call.
#[test]
fn the_side_panel_is_the_same_phone() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (tab, panel) = annas_phone(world)?;
        let (_beside, side) = side_panel(world)?;
        side.wait_for_text("Your number is 1001")?;
        ensure!(registrations(world)? == 1);

        let customer = rose_talks(world, &side)?;
        wait_for_call(&panel, "talking")?;
        let elsewhere = world.browser.new_tab("about:blank")?;
        tab.close()?;
        is_heard(world, &customer)?;
        wait_for_call(&side, "talking")?;
        ensure!(registrations(world)? == 1);
        side.click_button("Hang up")?;
        world.pbx_call(|call| call["id"] == customer && call["ended"] == "peer_hung_up")?;
        is_logged(&side)?;
        ensure!(logged_calls(world)?.len() == 1, "{:#?}", logged_calls(world)?);
        elsewhere.close()
    })
}

/// Fault: No console was open since the browser began.
/// Seen: The side panel offers to sign in with Salesforce, by its window.
/// Kept: The phone, as long as the side panel is open.
#[test]
fn the_side_panel_signs_in_by_itself_where_no_console_is_open() -> Result<()> {
    let options = Options { proof: Proof::Off, ..Options::calling() };
    story_in(&extended(), &options, |world| {
        set_up(world)?;
        let salesforce =
            format!("{}/practice/login?username=anna.agent@acme.example", world.console());
        let tab = world.browser.new_tab(&salesforce)?;
        tab.go("about:blank")?;

        let (_beside, side) = side_panel(world)?;
        let window = open_window(world, &side)?;
        let phrase = side.wait_for("document.querySelector('.phrase .large')?.innerText")?;
        let phrase = phrase.as_str().context("the panel shows its phrase")?.trim().to_lowercase();
        window.click(&format!("input[value='{phrase}']"))?;
        window.click_button("Allow")?;

        side.wait_for_text("Your number is 1001")?;
        world.pbx_phones("1001", 1)
    })
}

#[test]
fn a_side_panel_without_a_phone_leads_to_where_it_is_set_up() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let beside = world.browser.new_tab(&format!("{ORIGIN}/extension/side_panel.html"))?;
        beside.wait_for_text("all tabs and windows are one phone")?;

        beside.click_button("Set up")?;

        let is_there = format!("({TABS}).then(tabs => tabs.includes('{}'))", options_page());
        beside.wait_for(&is_there).map(drop)
    })
}

/// Anna is signed in and the phone with her, and no console is open; a page of the extension's.
fn without_a_console(world: &World) -> Result<Tab> {
    set_up(world)?;
    let (tab, _) = annas_phone(world)?;
    world.pbx_phones("1001", 1)?;
    tab.go(&options_page())?;
    Ok(tab)
}

/// The resident has written it down, with nobody to look on.
fn is_one_task(world: &World) -> Result<()> {
    is_logged(&world.browser.offscreen()?.frame("/phone/acme"))?;
    ensure!(logged_calls(world)?.len() == 1, "{:#?}", logged_calls(world)?);
    Ok(())
}

/// As a page of its own: a driver cannot open it beside another one.
pub fn side_panel(world: &World) -> Result<(Tab, Frame)> {
    let page = world.browser.new_tab(&format!("{ORIGIN}/extension/side_panel.html"))?;
    let panel = page.frame("/phone/acme");
    Ok((page, panel))
}

fn options_page() -> String {
    format!("{ORIGIN}/extension/options.html")
}

const NOTIFICATIONS: &str = "chrome.notifications.getAll().then(Object.keys)";
const TABS: &str = "chrome.runtime.getContexts({ contextTypes: ['TAB'] })
    .then(tabs => tabs.map(tab => tab.documentUrl))";
const BUTTON: &str = "chrome.notifications.onButtonClicked";
const CLICK: &str = "chrome.notifications.onClicked";
const KEYS: &str = "chrome.commands.onCommand";
const ICON: &str = "Promise.all([chrome.action.getBadgeText({}), chrome.action.getTitle({})])
    .then(([text, title]) => ({ text, title }))";
