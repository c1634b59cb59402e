//! Every state that the view can draw, those included that nobody reaches by will.

use std::{fs, process::Command};

use acceptance::{
    browser::{Browser, BrowserOptions},
    built,
};
use anyhow::{Context as _, Result, ensure};

use crate::album::Album;

pub fn take(album: &mut Album) -> Result<()> {
    let folder = tempfile::tempdir()?;
    // `--workspace` as in `cargo xtask test`: another selection would build the dependencies anew.
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["test", "--quiet", "--workspace", "--lib", "--", "every_state_can_be_drawn"])
        .env("CARGO_TARGET_DIR", built::target_dir()?)
        .env("PANEL_DRAWINGS", folder.path())
        .stdout(std::process::Stdio::null());
    let status = command.status().context("cannot start cargo")?;
    ensure!(status.success(), "the panel's test that draws every state fails");

    let mut drawings: Vec<_> =
        fs::read_dir(folder.path())?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    drawings.sort();
    ensure!(!drawings.is_empty(), "the panel draws no state");
    let browser = Browser::launch(&BrowserOptions::default())?;
    let tab = browser.new_tab("about:blank")?;
    for drawing in drawings {
        let name = drawing.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        tab.go(&format!("file://{}", drawing.display()))?;
        for (width, height) in SIZES {
            tab.set_viewport(width, height)?;
            album.page(&browser, &tab, &format!("drawing-{name}-{width}x{height}"))?;
        }
    }
    Ok(())
}

/// The ordinary panel, the narrowest, and one that is too low for more than the essential.
const SIZES: [(u32, u32); 3] = [(340, 480), (320, 480), (340, 240)];
