//! Pictures of the product for those who look at it and for the README: `<target>/screenshots/`.

use std::{fs, path::PathBuf};

use acceptance::{
    browser::{ColorScheme, Tab},
    built,
    world::{Options, World},
};
use anyhow::Result;

fn main() -> Result<()> {
    let folder = built::target_dir()?.join("screenshots");
    fs::create_dir_all(&folder)?;
    let world = World::start(&Options::default())?;
    for (scheme, name) in [(ColorScheme::Light, "light"), (ColorScheme::Dark, "dark")] {
        world.browser.set_color_scheme(scheme);
        let album = Album { folder: folder.clone(), scheme: name };
        let tab = world.console_as("anna.agent")?;
        tab.set_viewport(1280, 800)?;
        world.panel(&tab).wait_for("document.readyState === 'complete'")?;
        album.take_console(&tab, "first-visit")?;
        tab.close()?;
    }
    println!("{}", folder.display());
    Ok(())
}

struct Album {
    folder: PathBuf,
    scheme: &'static str,
}

impl Album {
    /// The console as a whole, and the panel close up.
    fn take_console(&self, tab: &Tab, scene: &str) -> Result<()> {
        tab.screenshot(&self.path("console", scene), None, 1.0)?;
        tab.screenshot(&self.path("panel", scene), Some(tab.clip_of("#softphone-frame")?), 2.0)
    }

    fn path(&self, what: &str, scene: &str) -> PathBuf {
        self.folder.join(format!("{what}-{scene}-{}.png", self.scheme))
    }
}
