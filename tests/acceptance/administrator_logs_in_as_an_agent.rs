//! Support staff use *Login As*; the phone stays the agent's own.

use acceptance::world::{Options, story};
use anyhow::{Context as _, Result, ensure};

use crate::steps::{anna_signed_in, wait_for_code};

/// Attack: An administrator opens an agent's softphone by *Login As*.
/// Refused: `sign_in.login_as`, in the panel and in the audit log.
#[test]
fn login_as_does_not_open_the_agents_phone() -> Result<()> {
    story(&Options::default(), |world| {
        anna_signed_in(world)?;
        let users = world.org["users"].as_array().context("the org announces its users")?;
        let anna = users.iter().find(|user| user["name"] == "Anna Agent").context("Anna is one")?;
        let login =
            format!("/lightning/setup/ManageUsers/{}/login", anna["id"].as_str().context("an id")?);
        let tab = world.browser.new_tab(&format!(
            "{}/practice/login?username=ada.admin@acme.example",
            world.console()
        ))?;
        tab.wait_for("document.querySelector('#running-user') !== null")?;
        tab.evaluate(&format!("fetch('{login}', {{ method: 'POST' }}).then(() => true)"))?;

        tab.go(&world.console())?;
        world.open_softphone(&tab)?;

        let panel = world.panel(&tab);
        wait_for_code(&panel, "sign_in.login_as")?;
        ensure!(world.cordboard(&["audit", "--json"])?.contains("sign_in.login_as"), "not audited");
        Ok(())
    })
}
