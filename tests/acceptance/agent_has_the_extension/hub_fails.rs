//! The way through the extension is gone, silent, or late: each page is a phone without it, and part of it again.

use acceptance::{
    browser::Frame,
    world::{ORGANIZATION, Options, World, story_in},
};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use super::{extended, fill_in, in_a_call, is_uninterrupted, set_up};
use crate::{
    calling::{annas_phone, is_heard, registrations, rose_talks},
    steps::{is_logged, logged_calls, wait_for_call},
};

/// Fault: The extension's page does not answer, and closes nothing; later it does.
/// Seen: The panel is the phone by itself, after ten seconds; then the extension is.
/// Kept: One registration, and the next call over a reload of the tab.
#[test]
fn a_silent_extension_is_not_waited_for_and_taken_up_when_it_speaks() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let hub = world.browser.offscreen()?;
        hub.wait_for("document.querySelector('iframe') !== null")?;
        hub.stand_still()?;

        let (tab, panel) = annas_phone(world)?;
        world.pbx_phones("1001", 1)?;
        hub.go_on()?;

        is_the_phone(world)?;
        let customer = rose_talks(world, &panel)?;
        is_uninterrupted(world, &customer, || tab.reload())?;
        ensure!(registrations(world)? == 1);
        Ok(())
    })
}

/// Fault: The phone is removed from the extension in the middle of a call, with two tabs open, and is set up again.
/// Seen: The call goes on in a tab; after it, and the note to it, the extension is the phone again, without a reload.
/// Kept: One registration at any time, one Task, and the next call over a reload of the tab.
#[test]
fn an_extension_that_comes_back_is_the_phone_again_after_the_call() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, panel, customer) = in_a_call(world)?;
        let other = world.console_again()?;
        wait_for_call(&world.panel(&other), "talking")?;
        let options = world.browser.new_tab(&world.browser.extension_page("options.html")?)?;
        options.click_button("Remove")?;
        options.wait_for_text("It is not set up yet.")?;
        wait_for_call(&panel, "talking")?;
        is_heard(world, &customer)?;

        fill_in(world, &options, ORGANIZATION)?;
        tab.activate()?;
        is_heard(world, &customer)?;
        ensure!(registrations(world)? == 1);
        panel.click_button("Hang up")?;
        is_logged(&panel)?;
        panel.click_button("Save")?;

        is_the_phone(world)?;
        let logged = logged_calls(world)?;
        ensure!(logged.len() == 1, "{logged:#?}");
        let customer = rose_talks(world, &panel)?;
        is_uninterrupted(world, &customer, || tab.reload())?;
        ensure!(registrations(world)? == 1);
        Ok(())
    })
}

/// Fault: The computer's clock is put back while the extension waits for its page of the phone, which does not come.
/// Seen: The panel is the phone by itself, after five seconds.
/// Kept: One registration.
#[test]
fn a_clock_that_is_put_back_lets_nobody_wait() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let hub = world.browser.offscreen()?;
        hub.wait_for("document.querySelector('iframe') !== null")?;

        hub.evaluate("document.querySelector('iframe').remove()")?;
        // An hour at each look.
        hub.evaluate(
            "Date.now = ((now, looks) => () => now - 3_600_000 * looks++)(Date.now(), 0), true",
        )?;
        annas_phone(world)?;

        world.pbx_phones("1001", 1)
    })
}

/// Fault: The adapter is updated in the middle of a call, and a tab is opened.
/// Seen: The call in the tab of before alone; once that is closed and the call over, the phone in the new one.
/// Kept: The call, and one registration: neither build reads what the other one says.
#[test]
fn tabs_of_two_builds_are_one_phone() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, panel, customer) = in_a_call(world)?;

        serve_another_build(world)?;
        let newer = world.console_again()?;
        let its_panel = world.panel(&newer);
        its_panel.wait_for_text("You are signed in as Anna Agent")?;
        ensure!(registrations(world)? == 1);
        is_heard(world, &customer)?;
        wait_for_call(&panel, "talking")?;
        tab.activate()?;
        panel.click_button("Hang up")?;
        is_logged(&panel)?;
        panel.click_button("Save")?;
        tab.close()?;

        newer.activate()?;
        its_panel.wait_for_text("Your number is 1001")?;
        is_the_phone(world)
    })
}

/// The page of the extension, and no other.
fn is_the_phone(world: &World) -> Result<()> {
    let resident: Frame = world.browser.offscreen()?.frame("/phone/acme");
    resident.wait_for_text("You are signed in as Anna Agent")?;
    resident.wait_for_text("Your number is 1001")?;
    world.pbx_phones("1001", 1)
}

/// The same files, of which the one that a page loads first has another name.
fn serve_another_build(world: &World) -> Result<()> {
    let (from, to) = (acceptance::built::panel_dir()?, world.folder().join("newer-panel"));
    std::fs::create_dir_all(&to)?;
    for file in std::fs::read_dir(&from)? {
        let file = file?;
        std::fs::copy(file.path(), to.join(file.file_name()))?;
    }
    let path = to.join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
    let start = manifest["start"].as_str().context("the first file")?.to_owned();
    let newer = format!("start-newer{}", &start["start-newer".len()..]);
    for suffix in ["", ".br", ".gz"] {
        let name = |name: &str| to.join(format!("{name}{suffix}"));
        std::fs::copy(name(&start), name(&newer))?;
    }
    manifest["start"] = newer.into();
    std::fs::write(&path, manifest.to_string())?;
    world.configure("assets", &format!("{:?}", to.to_string_lossy()))?;
    world.restart_adapter()
}
