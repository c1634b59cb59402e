//! The extension's page that says which link of the phone is broken, and what to do about it.

use acceptance::{
    browser::Tab,
    world::{Options, World, story_in},
};
use adapter_api::extension::ORIGIN;
use anyhow::{Context as _, Result, ensure};

use crate::{
    agent_has_the_extension::{extended, set_up},
    calling::{annas_phone, rose_talks},
    steps::is_logged,
};

/// Fault: One thing after the other is missing: the address, an agent, a first call, the microphone.
/// Seen: The first of them, and what to do; nothing is said of what comes after it.
/// Kept: In the report there is no name and no number.
#[test]
fn the_first_broken_link_is_named_and_what_to_do_about_it() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        world.browser.allow_microphone(ORIGIN)?;
        let page = world.browser.new_tab(&format!("{ORIGIN}/extension/diagnostics.html"))?;
        page.wait_for_text("Address of the phone: set the phone up.")?;
        page.wait_for_button("Set up")?;

        set_up(world)?;
        says(&page, "Sign-in: nobody is signed in.")?;
        ensure!(page.evaluate("document.querySelectorAll('li.open').length")? == 3);
        let (_tab, panel) = annas_phone(world)?;
        says(&page, "Last call: nobody has talked on this phone yet.")?;
        rose_talks(world, &panel)?;
        panel.click_button("Hang up")?;
        is_logged(&panel)?;
        says(&page, "Everything works.")?;
        report_names_nobody(world, &page)?;
        world.browser.set_permission("microphone", "denied", ORIGIN)?;
        says(&page, "Microphone for this extension: the browser does not allow it.")
    })
}

/// What it says next time; the phone takes a moment, and the agent asks again.
fn says(page: &Tab, text: &str) -> Result<()> {
    let said = "document.querySelector('#found').textContent";
    page.wait_for(&format!(
        "{said}.startsWith('{text}') \
         || ({said}.startsWith('Checking') || document.querySelector('#again').click(), false)"
    ))
    .map(drop)
}

fn report_names_nobody(world: &World, page: &Tab) -> Result<()> {
    world.browser.set_permission("clipboard-read", "granted", ORIGIN)?;
    page.activate()?;
    page.click_button("Copy report")?;
    page.wait_for_text("Copied.")?;
    let report = page.evaluate("navigator.clipboard.readText()")?;
    let report = report.as_str().context("a report is text")?;
    ensure!(report.contains("ok: registration"), "{report}");
    for private in ["Anna", "Rose", "1001", "2065550143"] {
        ensure!(!report.contains(private), "{private} in {report}");
    }
    Ok(())
}
