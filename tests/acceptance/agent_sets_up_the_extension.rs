//! An agent sets the extension up on its own page, which says what is lacking, at once and when it is taken back later.

use acceptance::{
    browser::{BrowserOptions, Tab},
    world::{Options, World, story_in},
};
use adapter_api::extension::ID;
use anyhow::{Result, ensure};
use serde_json::json;

use crate::agent_has_the_extension::{extended, set_up};

#[test]
fn what_is_wrong_with_an_address_is_said_where_it_was_typed() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let options = open_options(world)?;
        options.wait_for_text("It is not set up yet.")?;
        let nobodys = format!("{}/panel/nobody", world.adapter_url());

        for (address, wrong) in [
            ("http://phone.example/phone/acme", NO_ADDRESS),
            ("https://phone.example/", NO_ADDRESS),
            ("https://phone.example/admin", NO_ADDRESS),
            ("phone.example", NO_ADDRESS),
            (&nobodys, "No phone answers at this address."),
        ] {
            options.fill("#phone", address)?;
            options.click_button("Set up")?;
            options.wait_for(&says_beside_the_address(wrong))?;
            options.wait_for("document.activeElement.matches('#phone[aria-invalid=true]')")?;
        }
        // What was allowed for an address that is none is not kept.
        options.wait_for(&format!("{ALLOWED}.then((allowed) => !allowed)"))?;
        set_up(world)?;
        options.wait_for("document.querySelector('#phone[aria-invalid=false]')").map(drop)
    })
}

#[test]
fn an_extension_that_the_adapter_does_not_name_is_told_its_id() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        world.configure("extensions", "[]")?;
        world.restart_adapter()?;
        let options = open_options(world)?;

        enter(world, &options)?;

        options.wait_for_text("This phone does not know this extension.")?;
        options.wait_for_text(ID)
    })
}

/// Fault: The agent takes the extension's access to the phone's site back, in the browser's settings.
/// Seen: The extension's page says so, and one click allows it again.
/// Kept: The address.
#[test]
fn a_site_that_was_taken_back_is_allowed_again_by_a_click() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        world.browser.offscreen()?;
        let options = open_options(world)?;
        options.wait_for_text("It is set up.")?;

        options.evaluate(&format!("chrome.permissions.remove({SITE})"))?;

        options.wait_for_text("The extension may no longer reach the site of your phone")?;
        world.browser.wait_until_gone("/offscreen.html")?;
        options.click_button("Allow again")?;
        options.wait_for_text("It is set up.")?;
        world.browser.offscreen().map(drop)
    })
}

/// Fault: The agent takes the microphone back from the extension, or the browser does.
/// Seen: The extension's page says so, and how to allow it again; and when it is allowed, that as well.
/// Kept: The address.
#[test]
fn a_microphone_that_was_taken_back_is_missed() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let origin = world.browser.extension_origin()?;
        let options = open_options(world)?;
        options.wait_for_text("It is set up.")?;

        world.browser.set_microphone(origin, "prompt")?;
        options.wait_for_text("The extension may no longer use the microphone")?;
        options.wait_for_button("Allow again")?;
        world.browser.set_microphone(origin, "denied")?;
        options.wait_for_text("Your browser refuses the microphone")?;
        world.browser.set_microphone(origin, "granted")?;
        options.wait_for_text("It is set up.")
    })
}

#[test]
fn without_the_microphone_nothing_is_set_up() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        world.browser.set_microphone(world.browser.extension_origin()?, "denied")?;
        let options = open_options(world)?;
        // Before it is asked for it is said what for.
        options.wait_for_text("The microphone, so that you are heard in calls.")?;

        enter(world, &options)?;

        options.wait_for_text("Your browser refuses the microphone")?;
        options.wait_for("chrome.storage.local.get().then((stored) => !('phone' in stored))")?;
        options.wait_for(&format!("{ALLOWED}.then((allowed) => !allowed)")).map(drop)
    })
}

#[test]
fn with_the_phone_its_site_is_given_back() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let options = open_options(world)?;
        options.wait_for(ALLOWED)?;

        options.click_button("Remove")?;

        options.wait_for_text("It is not set up yet.")?;
        options.wait_for(&format!("{ALLOWED}.then((allowed) => !allowed)"))?;
        options.wait_for(
            "document.activeElement.matches('#phone') && !document.activeElement.value",
        )?;
        world.browser.wait_until_gone("/offscreen.html")
    })
}

#[test]
fn a_french_browser_is_spoken_to_in_french() -> Result<()> {
    let browser = BrowserOptions { switches: vec!["--accept-lang=fr-CA".into()], ..extended() };
    story_in(&browser, &Options::calling(), |world| {
        world.browser.allow_microphone(world.browser.extension_origin()?)?;
        let options = open_options(world)?;
        options.wait_for_text("Il n’est pas encore configuré.")?;
        ensure!(options.evaluate("document.documentElement.lang")? == "fr");

        options.fill("#phone", &format!("{}/panel/acme", world.adapter_url()))?;
        options.click_button("Configurer")?;

        options.wait_for_text("Il est configuré.")
    })
}

pub fn open_options(world: &World) -> Result<Tab> {
    world.browser.new_tab(&world.browser.extension_page("options.html")?)
}

/// Types the address of the phone, and sets it up.
pub fn enter(world: &World, options: &Tab) -> Result<()> {
    options.wait_for_text("It is not set up yet.")?;
    options.fill("#phone", &format!("{}/panel/acme", world.adapter_url()))?;
    options.click_button("Set up")
}

fn says_beside_the_address(text: &str) -> String {
    format!("document.querySelector('#wrong[role=alert]').textContent.includes({})", json!(text))
}

const NO_ADDRESS: &str = "This is not the address of a phone.";
const SITE: &str = "{ origins: ['http://phone.localhost/*'] }";
const ALLOWED: &str = "chrome.permissions.contains({ origins: ['http://phone.localhost/*'] })";
