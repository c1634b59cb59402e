//! A tab or a popup: a page that can be sent somewhere, photographed and closed.

use std::{ops::Deref, path::Path, sync::Arc};

use anyhow::{Context as _, Result, bail};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{PATIENCE, connection::Connection, frame::Frame, scripts};
use crate::clock::Deadline;

/// Everything a [`Frame`] can do, for the page itself, and what only a whole tab can.
#[derive(Clone)]
pub struct Tab {
    page: Frame,
}

impl Deref for Tab {
    type Target = Frame;

    fn deref(&self) -> &Frame {
        &self.page
    }
}

/// A part of the page, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Clip {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Tab {
    pub(super) fn new(connection: Arc<Connection>, id: &str) -> Self {
        Self { page: Frame::page(connection, id) }
    }

    pub(super) fn wait_until_attached(&self) -> Result<()> {
        self.page.session_by(Deadline::after(PATIENCE)).map(drop)
    }

    /// Goes to an address and waits until everything has loaded, frames included.
    pub fn go(&self, url: &str) -> Result<()> {
        let answer = self.call("Page.navigate", json!({ "url": url }))?;
        if let Some(error) = answer["errorText"].as_str().filter(|error| !error.is_empty()) {
            bail!("{url}: {error}");
        }
        self.wait_for("document.readyState === 'complete'").map(drop)
    }

    /// Reloads, and waits until everything has loaded, frames included.
    pub fn reload(&self) -> Result<()> {
        let before = self.page.look(|target| target.loads).context("the tab is closed")?;
        self.call("Page.reload", json!({}))?;
        let id = &self.page.page;
        let loaded = self.page.connection.wait(Deadline::after(PATIENCE), |shared| {
            shared.targets.with_id(id).filter(|target| target.loads > before).map(drop)
        });
        loaded.context("the page has not loaded again")
    }

    /// Stops it as the browser does with one that nobody has looked at for long.
    pub fn freeze(&self) -> Result<()> {
        self.call("Page.setWebLifecycleState", json!({ "state": "frozen" })).map(drop)
    }

    pub fn thaw(&self) -> Result<()> {
        self.call("Page.setWebLifecycleState", json!({ "state": "active" })).map(drop)
    }

    /// Makes it the tab that is looked at; the others become hidden.
    pub fn activate(&self) -> Result<()> {
        self.call("Page.bringToFront", json!({})).map(drop)
    }

    /// Closes it as its owner would, and waits until it has gone.
    pub fn close(&self) -> Result<()> {
        let id = self.page.page.clone();
        self.page.connection.send(None, "Target.closeTarget", json!({ "targetId": id }));
        self.wait_until_closed()
    }

    pub fn wait_until_closed(&self) -> Result<()> {
        let id = &self.page.page;
        let gone = self.page.connection.wait(Deadline::after(PATIENCE), |shared| {
            shared.targets.with_id(id).is_none().then_some(())
        });
        gone.with_context(|| format!("the window stays open\n{}", self.portrait()))
    }

    pub fn is_open(&self) -> bool {
        self.page.look(|_| ()).is_some()
    }

    /// The size of the page in CSS pixels.
    pub fn set_viewport(&self, width: u32, height: u32) -> Result<()> {
        self.set_zoomed_viewport(width, height, 1)
    }

    /// The same of a page that its reader has enlarged: as a browser does it, with fewer and larger CSS pixels.
    pub fn set_zoomed_viewport(&self, width: u32, height: u32, zoom: u32) -> Result<()> {
        let params =
            json!({ "width": width, "height": height, "deviceScaleFactor": zoom, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", params).map(drop)
    }

    /// As large as its window again.
    pub fn reset_viewport(&self) -> Result<()> {
        self.call("Emulation.clearDeviceMetricsOverride", json!({})).map(drop)
    }

    /// Where an element of the page itself lies, a frame's `iframe` for instance.
    pub fn clip_of(&self, selector: &str) -> Result<Clip> {
        let condition = format!(
            "(() => {{ const box = {}?.getBoundingClientRect();
              return box && box.width > 0 && {{ x: box.x, y: box.y, width: box.width, height: box.height }}; }})()",
            scripts::by_selector(selector)
        );
        let found = self.wait_for(&condition)?;
        let number = |name: &str| found[name].as_f64().unwrap_or_default();
        Ok(Clip {
            x: number("x"),
            y: number("y"),
            width: number("width"),
            height: number("height"),
        })
    }

    /// Writes a PNG of what the tab shows, cross-site frames included. Brings it to the front: a hidden tab
    /// draws nothing.
    pub fn screenshot(&self, path: &Path, clip: Option<Clip>, scale: f64) -> Result<()> {
        self.activate()?;
        let clip = match clip {
            Some(clip) => clip,
            None => self.whole()?,
        };
        let clip = json!({ "x": clip.x, "y": clip.y, "width": clip.width, "height": clip.height, "scale": scale });
        let answer: Value =
            self.call("Page.captureScreenshot", json!({ "format": "png", "clip": clip }))?;
        let png = BASE64_STANDARD.decode(answer["data"].as_str().context("no picture")?)?;
        std::fs::write(path, png).with_context(|| path.display().to_string())
    }

    fn whole(&self) -> Result<Clip> {
        let size = self.evaluate("[innerWidth, innerHeight]")?;
        let number = |index: usize| size[index].as_f64().unwrap_or_default();
        Ok(Clip { x: 0.0, y: 0.0, width: number(0), height: number(1) })
    }
}
