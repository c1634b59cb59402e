//! An agent names sites on which a click on a telephone number calls it with the phone in the extension.

use acceptance::{
    browser::Tab,
    world::{Options, World, story_in},
};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    agent_has_the_extension::{extended, set_up},
    agent_sets_up_the_extension::open_options,
    calling::{ROSE, annas_phone},
    steps::wait_for_call,
};

/// Attack: A script of a site that the agent has named clicks a number there.
/// Refused: Nobody is called: the agent has not clicked.
#[test]
fn a_number_that_the_agent_clicks_is_called_and_one_that_the_page_clicks_is_not() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let (_, panel) = annas_phone(world)?;
        let options = open_options(world)?;
        name_the_site(world, &options)?;
        let page = page_with_numbers(world)?;

        page.evaluate("document.querySelector('#other').click()")?;
        page.click("#rose")?;

        wait_for_call(&panel, "talking")?;
        world.pbx_call(|call| call["number"] == ROSE && call["connected"] == true)?;
        let calls = world.pbx("calls")?;
        ensure!(calls.as_array().is_some_and(|calls| calls.len() == 1), "{calls:#}");
        Ok(())
    })
}

#[test]
fn on_a_site_that_was_taken_off_the_list_numbers_are_the_computers_business() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let options = open_options(world)?;
        name_the_site(world, &options)?;
        options.wait_for(ALLOWED)?;

        options.click_button(&format!("Remove: {SITE}"))?;

        options.wait_for("document.querySelector('#sites').hidden")?;
        options.wait_for(&format!("{ALLOWED}.then((allowed) => !allowed)"))?;
        options.wait_for(&format!("{SCRIPTS}.then((scripts) => !scripts.length)"))?;
        let page = page_with_numbers(world)?;
        page.click("#rose")?;
        ensure!(page.evaluate("document.clicked")? == "left to the browser");
        // Its own site is left to the phone.
        options.wait_for_text("It is set up.")
    })
}

#[test]
fn what_is_no_site_is_refused_where_it_was_typed() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        set_up(world)?;
        let options = open_options(world)?;

        for address in ["", "crm.example", "http://crm.example", "file:///etc"] {
            options.fill("#site", address)?;
            options.click_button("Add site")?;
            options.wait_for_text("This is no site’s address.")?;
            options.wait_for("document.activeElement.matches('#site[aria-invalid=true]')")?;
        }
        Ok(())
    })
}

fn name_the_site(world: &World, options: &Tab) -> Result<()> {
    options.fill("#site", &format!("{}/lightning/page/home", world.console()))?;
    options.click_button("Add site")?;
    options.wait_for(&format!("document.querySelector('#sites').innerText.includes('{SITE}')"))?;
    options.wait_for(&format!("{SCRIPTS}.then((scripts) => scripts.length === 1)")).map(drop)
}

/// Of the console's site, without a console in it.
fn page_with_numbers(world: &World) -> Result<Tab> {
    let page = world.browser.new_tab(&format!("{}/practice/state", world.console()))?;
    let links =
        format!("<a id=rose href='tel:{ROSE};ext=1'>Rose</a> <a id=other href='tel:600'>Echo</a>");
    page.evaluate(&format!(
        "document.body.innerHTML = {}; addEventListener('click', (event) => {{
            document.clicked = event.defaultPrevented ? 'called' : 'left to the browser';
            event.preventDefault();
        }})",
        json!(links)
    ))?;
    Ok(page)
}

const SITE: &str = "http://acme.lightning.localhost";
const ALLOWED: &str =
    "chrome.permissions.contains({ origins: ['http://acme.lightning.localhost/*'] })";
const SCRIPTS: &str = "chrome.scripting.getRegisteredContentScripts({ ids: ['numbers'] })";
