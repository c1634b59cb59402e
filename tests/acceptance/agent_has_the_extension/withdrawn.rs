//! What the browser has kept or allowed is taken away in the middle of a call.

use acceptance::world::{Options, story_in};
use anyhow::{Context as _, Result};
use serde_json::json;

use super::{extended, goes_on_in, in_a_call, is_uninterrupted};
use crate::{
    calling::{ends_as_one, is_heard, rose_talks},
    steps::wait_for_call,
};

/// Fault: What the phone's site has stored in the browser is cleared in the middle of a call.
/// Seen: The call, and after a reload of the console as well.
/// Kept: The call itself, without a gap at the far end; one registration and one Task.
#[test]
fn storage_that_is_cleared_in_a_call_ends_no_call() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, panel, customer) = in_a_call(world)?;

        is_uninterrupted(world, &customer, || {
            let all = json!({ "origin": world.adapter_url(), "storageTypes": "all" });
            world.browser.offscreen()?.call("Storage.clearDataForOrigin", all.clone())?;
            tab.call("Storage.clearDataForOrigin", all).map(drop)
        })?;
        wait_for_call(&panel, "talking")?;
        is_uninterrupted(world, &customer, || tab.reload())?;

        goes_on_in(world, &tab, &customer)
    })
}

/// Fault: In the middle of a call the agent withdraws what the extension may do on the phone's site.
/// Seen: The call goes on in the tab.
/// Kept: One registration and one Task; when it is allowed again, the extension is the phone after the call.
#[test]
fn a_site_that_is_withdrawn_in_a_call_ends_no_call() -> Result<()> {
    story_in(&extended(), &Options::calling(), |world| {
        let (tab, panel, customer) = in_a_call(world)?;

        let extensions = world.browser.new_tab("chrome://extensions")?;
        let set = |access: &str| {
            let id = world.browser.extension_origin()?.rsplit('/').next().context("an id")?;
            extensions.evaluate(&format!(
                "chrome.developerPrivate.updateExtensionConfiguration(\
                 {{ extensionId: '{id}', hostAccess: '{access}' }})"
            ))
        };
        set("ON_CLICK")?;
        wait_for_call(&panel, "talking")?;
        is_heard(world, &customer)?;
        world.pbx_phones("1001", 1)?;
        set("ON_ALL_SITES")?;
        tab.activate()?;
        ends_as_one(world, &panel, &customer)?;
        panel.click_button("Save")?;

        let resident = world.browser.offscreen()?.frame("/phone/acme");
        resident.wait_for_text("You are signed in as Anna Agent")?;
        resident.wait_for_text("Your number is 1001")?;
        world.pbx_phones("1001", 1)?;
        let customer = rose_talks(world, &panel)?;
        is_uninterrupted(world, &customer, || tab.reload())
    })
}
