//! The pages of the browser extension: where it is set up, what they say of mistakes and of what is taken back later, where
//! the phone is checked, and the panel beside other pages.

use acceptance::{
    browser::{BrowserOptions, Tab},
    world::{Options, World},
};
use anyhow::Result;
use serde_json::json;

use crate::{
    album::Album,
    walk::{SIGN_IN, console_as, open_window, press, wait_for_state},
};

pub fn take(album: &mut Album) -> Result<()> {
    in_english(&World::start_in(&extended(), &Options::calling())?, album)?;
    let french = BrowserOptions { switches: vec!["--accept-lang=fr-CA".into()], ..extended() };
    let world = World::start_in(&french, &Options::calling())?;
    let page = open(&world)?;
    page.wait_for_text("Il n’est pas encore configuré.")?;
    picture(&world, album, &page, "new-french")?;
    by_policy(album)?;
    beside_a_console(&World::start_in(&extended(), &Options::calling())?, album)
}

fn in_english(world: &World, album: &mut Album) -> Result<()> {
    let origin = world.browser.extension_origin()?;
    let page = open(world)?;
    page.wait_for_text("It is not set up yet.")?;
    picture(world, album, &page, "new")?;
    enter(&page, "https://phone.example/admin")?;
    page.wait_for_text("This is not the address of a phone.")?;
    picture(world, album, &page, "no-address")?;
    world.browser.set_microphone(origin, "denied")?;
    let phone = format!("{}/panel/acme", world.adapter_url());
    enter(&page, &phone)?;
    page.wait_for_text("Your browser refuses the microphone")?;
    picture(world, album, &page, "microphone-refused")?;

    world.browser.allow_microphone(origin)?;
    enter(&page, &phone)?;
    page.wait_for_text("It is set up.")?;
    picture(world, album, &page, "set-up")?;
    page.fill("#site", &world.console())?;
    page.press("Enter")?;
    page.wait_for("!document.querySelector('#sites').hidden")?;
    picture(world, album, &page, "sites")?;
    page.fill("#site", "crm.example")?;
    page.press("Enter")?;
    page.wait_for_text("This is no site’s address.")?;
    picture(world, album, &page, "no-site")?;
    world.browser.set_microphone(origin, "prompt")?;
    page.wait_for_text("The extension may no longer use the microphone")?;
    picture(world, album, &page, "microphone-withdrawn")?;
    page.evaluate("chrome.permissions.remove({ origins: ['http://phone.localhost/*'] })")?;
    page.wait_for_text("The extension may no longer reach the site of your phone")?;
    picture(world, album, &page, "site-withdrawn")?;

    world.configure("extensions", "[]")?;
    world.restart_adapter()?;
    page.click_button("Allow again")?;
    page.wait_for_text("This phone does not know this extension.")?;
    picture(world, album, &page, "not-accepted")
}

fn beside_a_console(world: &World, album: &mut Album) -> Result<()> {
    let check = world.browser.new_tab(&world.browser.extension_page("diagnostics.html")?)?;
    check.wait_for_text("Set the phone up, and allow it.")?;
    picture(world, album, &check, "check-new")?;
    world.browser.allow_microphone(world.browser.extension_origin()?)?;
    let page = open(world)?;
    page.wait_for_text("It is not set up yet.")?;
    enter(&page, &format!("{}/panel/acme", world.adapter_url()))?;
    page.wait_for_text("It is set up.")?;
    let (console, panel) = console_as(world, "anna.agent")?;
    let window = open_window(world, &panel, SIGN_IN)?;
    window.wait_for_button("Allow")?;
    press(&window, "button[value=allow]")?;
    wait_for_state(&panel, "signed-in")?;
    window.close()?;
    panel.wait_for_text("Your number is 1001")?;
    check.activate()?;
    check.click_button("Check again")?;
    check.wait_for_text("Last call: nobody has talked on this phone yet.")?;
    picture(world, album, &check, "check-no-call")?;

    let side = world.browser.new_tab(&world.browser.extension_page("side_panel.html")?)?;
    let beside = side.frame("/phone/acme");
    beside.wait_for_text("Your number is 1001")?;
    beside_other_pages(world, album, &side, "side-panel-ready")?;
    world.pbx_control("calls", &json!({ "extension": "1001", "number": "+12065550143" }))?;
    beside.wait_for_text("Rose Gonzalez")?;
    beside.wait_for_button("Answer")?;
    beside_other_pages(world, album, &side, "side-panel-incoming")?;
    beside.click_button("Answer")?;
    beside.wait_for_text("In a call")?;
    console.close()?;
    beside_other_pages(world, album, &side, "side-panel-talking")?;
    beside.click_button("Hang up")?;
    beside.wait_for("document.querySelector('.wrap-up') !== null")?;
    check.activate()?;
    check.click_button("Check again")?;
    check.wait_for_text("Everything works.")?;
    picture(world, album, &check, "check-all-well")
}

/// As wide as the browser makes it at first, and as narrow as it can be made.
fn beside_other_pages(world: &World, album: &mut Album, page: &Tab, name: &str) -> Result<()> {
    page.activate()?;
    for (width, suffix) in [(360, ""), (320, "-320")] {
        page.set_viewport(width, 800)?;
        album.page(&world.browser, page, &format!("extension-{name}{suffix}"))?;
    }
    Ok(())
}

fn by_policy(album: &mut Album) -> Result<()> {
    for (name, phone) in [("managed", "{phone}"), ("managed-wrong", "https://phone.example/admin")]
    {
        let id = adapter_api::extension::ID;
        let policies = json!({ "3rdparty": { "extensions": { id: { "phone": phone } } } });
        let browser = BrowserOptions { policies: Some(policies), ..extended() };
        let world = World::start_in(&browser, &Options::calling())?;
        let page = open(&world)?;
        page.wait_for_text("Your administrator has set")?;
        picture(&world, album, &page, name)?;
    }
    Ok(())
}

fn extended() -> BrowserOptions {
    BrowserOptions { extension: true, ..BrowserOptions::default() }
}

fn open(world: &World) -> Result<Tab> {
    world.browser.new_tab(&world.browser.extension_page("options.html")?)
}

fn enter(page: &Tab, address: &str) -> Result<()> {
    page.fill("#phone", address)?;
    page.press("Enter")
}

fn picture(world: &World, album: &mut Album, page: &Tab, name: &str) -> Result<()> {
    for (width, height, suffix) in [(800, 900, ""), (320, 1300, "-320")] {
        page.set_viewport(width, height)?;
        album.page(&world.browser, page, &format!("extension-{name}{suffix}"))?;
    }
    Ok(())
}
