//! An administrator sets the phone's address by the browser's policies: agents allow what only they can, and change nothing.

use acceptance::{
    browser::BrowserOptions,
    world::{Options, story_in},
};
use adapter_api::extension::{ID, ORIGIN};
use anyhow::{Result, ensure};
use serde_json::json;

use crate::{
    agent_has_the_extension::extended, agent_sets_up_the_extension::open_options,
    calling::annas_phone,
};

#[test]
fn the_address_comes_by_policy_and_the_agent_allows_its_site() -> Result<()> {
    story_in(&managed("{phone}"), &Options::calling(), |world| {
        let options = world.browser.page_at("/options.html")?;
        options.wait_for_text("Your administrator has set up your phone.")?;
        options.wait_for_text("It cannot be changed here.")?;
        ensure!(options.evaluate("document.querySelector('#phone').readOnly")? == true);
        ensure!(options.evaluate("document.querySelector('#remove').hidden")? == true);
        // What an agent had set before counts no more.
        options
            .evaluate("chrome.storage.local.set({ phone: 'https://phone.example/phone/other' })")?;

        options.click_button("Allow")?;

        options.wait_for_text("It is set up.")?;
        let resident = world.browser.offscreen()?.frame("/phone/acme");
        annas_phone(world)?;
        world.pbx_phones("1001", 1)?;
        resident.wait_for_text("You are signed in as Anna Agent")
    })
}

#[test]
fn an_address_by_policy_that_is_no_phones_is_for_the_administrator_to_mend() -> Result<()> {
    story_in(&managed("https://phone.example/admin"), &Options::calling(), |world| {
        let options = open_options(world)?;

        options.wait_for_text("Your administrator has set an address that is no phone’s.")?;

        ensure!(options.evaluate("document.querySelector('#set-up').hidden")? == true);
        ensure!(
            options.evaluate("document.querySelector('#phone').value")?
                == "https://phone.example/admin"
        );
        Ok(())
    })
}

/// As `docs/extension.md` has it: the phone's address, and the microphone without a question. A site that extensions
/// may reach is not a site that this one was given: the agent is asked for it all the same.
fn managed(phone: &str) -> BrowserOptions {
    let policies = json!({
        "3rdparty": { "extensions": { ID: { "phone": phone } } },
        "AudioCaptureAllowedUrls": [ORIGIN],
        "ExtensionSettings": { ID: { "runtime_allowed_hosts": ["http://phone.localhost"] } },
    });
    BrowserOptions { policies: Some(policies), ..extended() }
}
