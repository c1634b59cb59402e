//! The practice org: login, console, records, Setup.

use acceptance::world::World;
use anyhow::{Context as _, Result};

use crate::{album::Album, walk};

pub fn take(world: &World, album: &mut Album) -> Result<()> {
    let console = world.console();
    let tab = world.browser.new_tab(&console)?;
    tab.set_viewport(1280, 800)?;
    tab.wait_for("document.querySelector('#username') !== null")?;
    album.page(&world.browser, &tab, "practice-login")?;

    tab.go(&walk::log_in(world, "anna.agent", "/lightning/page/home"))?;
    tab.wait_for("document.querySelector('#running-user') !== null")?;
    album.page(&world.browser, &tab, "practice-home")?;
    tab.go(&format!("{console}/lightning/r/Contact/003Ax0000000001IAA/view"))?;
    tab.wait_for("document.querySelector('#workspace[data-record-id]') !== null")?;
    album.page(&world.browser, &tab, "practice-contact")?;
    // A case of the contact's, in a sub-tab.
    tab.evaluate("document.querySelector('#workspace a[data-record^=\"500\"]').click()")?;
    tab.wait_for("document.querySelector('#workspace').dataset.objectType === 'Case'")?;
    album.page(&world.browser, &tab, "practice-case")?;
    tab.set_viewport(640, 800)?;
    album.page(&world.browser, &tab, "practice-case-narrow")?;
    tab.set_viewport(1280, 800)?;
    tab.go(&format!("{console}/lightning/o/Lead/list"))?;
    tab.evaluate("document.querySelector('[data-new]').click()")?;
    album.page(&world.browser, &tab, "practice-new-lead")?;
    tab.go(&format!("{console}/lightning/o/Account/list"))?;
    album.page(&world.browser, &tab, "practice-accounts")?;

    let call_center = world.org["call_center_id"].as_str().context("a call center")?;
    let users = world.org["users"].as_array().context("users")?;
    let anna = users.iter().find(|user| user["name"] == "Anna Agent").context("Anna")?;
    let anna = anna["id"].as_str().context("an id")?;
    for (name, height, path) in [
        ("call-centers", 800, "CallCenters/home".to_owned()),
        ("call-center", 1600, format!("CallCenters/{call_center}")),
        ("softphone-layout", 900, "CallCenterSoftphoneLayouts/home".to_owned()),
        ("users", 800, "ManageUsers/home".to_owned()),
        ("user", 900, format!("ManageUsers/{anna}")),
        ("app-access", 900, "ConnectedApps/home".to_owned()),
        ("misbehave", 1000, "Misbehave/home".to_owned()),
    ] {
        tab.set_viewport(1280, height)?;
        tab.go(&walk::log_in(world, "ada.admin", &format!("/lightning/setup/{path}")))?;
        tab.wait_for("document.querySelector('.setup-columns') !== null")?;
        album.page(&world.browser, &tab, &format!("practice-setup-{name}"))?;
    }

    tab.set_viewport(1280, 800)?;
    let login = format!("/lightning/setup/ManageUsers/{anna}/login");
    tab.evaluate(&format!("fetch('{login}', {{ method: 'POST' }}).then(() => true)"))?;
    tab.go(&console)?;
    world.open_softphone(&tab)?;
    walk::wait_for_code(&world.panel(&tab), "sign_in.login_as")?;
    album.console(world, &tab, "login-as")?;
    album.panel(world, &tab, "login-as")
}
