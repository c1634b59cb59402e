//! Somebody leaves a message: the phone's light is lit, and one click hears it.

use acceptance::world::{ORGANIZATION, Options, story};
use anyhow::Result;
use serde_json::json;

use crate::{calling::annas_phone, steps::wait_for_call};

/// Practice PBX only: Kamailio's far end has no voice mail.
#[test]
fn the_light_is_lit_and_one_click_hears_the_message() -> Result<()> {
    story(&Options::calling(), |world| {
        world.cordboard(&["organization", "set", ORGANIZATION, "--voicemail", "604"])?;
        let (_tab, panel) = annas_phone(world)?;
        panel.wait_for_button("Voicemail")?;
        world.pbx_control("extensions/1001/messages", &json!({ "new": 1, "old": 0 }))?;

        panel.wait_for_button("1 new voicemail")?;
        panel.click_button("1 new voicemail")?;

        wait_for_call(&panel, "talking")?;
        world.pbx_call(|call| call["part"] == "voicemail" && call["connected"] == true)?;
        panel.wait_for_button("Voicemail")
    })
}
