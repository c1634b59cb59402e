//! A browser lets a page that nobody has touched make no sound: the panel says so before a call comes.

use acceptance::{
    browser::{BrowserOptions, Frame},
    world::{Options, World, story_in},
};
use anyhow::Result;

use crate::{
    calling::{ROSE, annas_phone, ring},
    steps::{wait_for_call, wait_for_code},
};

/// Fault: The agent is signed in by itself, and nobody has clicked in the page yet.
/// Seen: That calls would ring without a sound, and a button whose click makes them heard.
/// Kept: The registration.
#[test]
fn one_click_makes_calls_ring_aloud() -> Result<()> {
    story_in(&cautious(), &Options::calling(), |world| {
        let panel = untouched(world)?;
        wait_for_code(&panel, "media.ring_mute")?;

        panel.click_button("Enable ringing")?;

        panel.wait_for("document.querySelector('[data-code=\"media.ring_mute\"]') === null")?;
        panel.evaluate(OVERHEAR)?;
        ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;
        panel.wait_for("sounding?.state === 'running' && sounding.currentTime > 0").map(drop)
    })
}

#[test]
fn what_is_said_of_the_ring_is_true() -> Result<()> {
    story_in(&cautious(), &Options::calling(), |world| {
        let panel = untouched(world)?;
        wait_for_code(&panel, "media.ring_mute")?;
        panel.evaluate(OVERHEAR)?;

        ring(world, ROSE)?;
        wait_for_call(&panel, "ringing-here")?;

        panel.wait_for("sounding?.state === 'suspended'")?;
        panel.press("Tab")?;
        panel.wait_for("sounding.state === 'running' && sounding.currentTime > 0").map(drop)
    })
}

/// Anna's phone in a tab that she has opened and not touched.
fn untouched(world: &World) -> Result<Frame> {
    let (tab, _) = annas_phone(world)?;
    tab.close()?;
    let panel = world.panel(&world.console_again()?);
    panel.wait_for_text("Your number is 1001")?;
    Ok(panel)
}

/// As a browser is when nobody has given it a switch.
fn cautious() -> BrowserOptions {
    let policy = "--autoplay-policy=document-user-activation-required".to_owned();
    BrowserOptions { switches: vec![policy], ..BrowserOptions::default() }
}

/// The context in which the last note was made.
const OVERHEAR: &str = "
    globalThis.sounding = null;
    const create = BaseAudioContext.prototype.createOscillator;
    BaseAudioContext.prototype.createOscillator = function () {
        sounding = this;
        return create.call(this);
    };
    true";
