//! Every state that the view can draw, those included that nobody reaches by will.

use acceptance::browser::{Browser, BrowserOptions};
use anyhow::Result;
use panel::view::drawings;

use crate::album::Album;

pub fn take(album: &mut Album) -> Result<()> {
    let browser = Browser::launch(&BrowserOptions::default())?;
    let tab = browser.new_tab("about:blank")?;
    let folder = tempfile::tempdir()?;
    for (name, page) in drawings::pages_of_states() {
        let file = folder.path().join(format!("{name}.html"));
        std::fs::write(&file, page)?;
        tab.go(&format!("file://{}", file.display()))?;
        for (width, height) in SIZES {
            tab.set_viewport(width, height)?;
            album.page(&browser, &tab, &format!("drawing-{name}-{width}x{height}"))?;
        }
    }
    Ok(())
}

/// The ordinary panel, the narrowest, and one that is too low for more than the essential.
const SIZES: [(u32, u32); 3] = [(340, 480), (320, 480), (340, 240)];
