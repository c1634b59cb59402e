//! Where pictures go, and the sheet that shows them beside each other.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use acceptance::{
    browser::{Browser, Clip, ColorScheme, Frame, Tab},
    world::World,
};
use anyhow::{Context as _, Result};
use serde_json::json;

pub struct Album {
    folder: PathBuf,
}

impl Album {
    /// In an empty folder, or beside what earlier chapters have left.
    pub fn open(folder: &Path, empty: bool) -> Result<Self> {
        if empty && folder.exists() {
            fs::remove_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        for (_, name) in SCHEMES {
            fs::create_dir_all(folder.join(name))?;
        }
        Ok(Self { folder: folder.to_owned() })
    }

    /// The panel close up in each of its widths, inside the console that it needs.
    pub fn panel(&mut self, world: &World, tab: &Tab, name: &str) -> Result<()> {
        let panel = world.panel(tab);
        for (width, suffix) in WIDTHS {
            set_width(tab, &panel, width)?;
            let clip = tab.clip_of("#softphone-frame")?;
            let name = format!("panel-{name}{suffix}");
            self.take(&world.browser, tab, &[tab, &panel], &name, Some(clip))?;
        }
        set_width(tab, &panel, WIDTHS[0].0)
    }

    /// The console as a whole, the panel in it.
    pub fn console(&mut self, world: &World, tab: &Tab, name: &str) -> Result<()> {
        let name = format!("console-{name}");
        self.take(&world.browser, tab, &[tab, &world.panel(tab)], &name, None)
    }

    /// A page without frames.
    pub fn page(&mut self, browser: &Browser, tab: &Tab, name: &str) -> Result<()> {
        self.take(browser, tab, &[tab], name, None)
    }

    fn take(
        &mut self,
        browser: &Browser,
        tab: &Tab,
        frames: &[&Frame],
        name: &str,
        clip: Option<Clip>,
    ) -> Result<()> {
        // A hidden tab draws no frames, so nothing in it would come to rest.
        tab.activate()?;
        // No button looks as if somebody were about to press it.
        let corner = json!({ "type": "mouseMoved", "x": 0, "y": 0, "button": "none" });
        for frame in frames {
            frame.call("Input.dispatchMouseEvent", corner.clone())?;
        }
        for (scheme, folder) in SCHEMES {
            browser.set_color_scheme(scheme);
            for frame in frames {
                frame.wait_until_at_rest().with_context(|| name.to_owned())?;
            }
            tab.screenshot(&self.folder.join(folder).join(format!("{name}.png")), clip, 1.0)?;
        }
        browser.set_color_scheme(ColorScheme::Light);
        Ok(())
    }

    /// Every picture of the folder, light beside dark.
    pub fn contact_sheet(&self) -> Result<PathBuf> {
        let entries = fs::read_dir(self.folder.join(SCHEMES[0].1))?;
        let mut names: Vec<String> = entries
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_>>()?;
        names.sort();
        let mut sheet = SHEET.to_owned();
        for name in names {
            let caption = name.trim_end_matches(".png");
            let _ = write!(sheet, "<figure><figcaption>{caption}</figcaption>");
            for (_, scheme) in SCHEMES {
                let _ = write!(sheet, "<img src=\"{scheme}/{name}\" alt=\"{caption}, {scheme}\">");
            }
            sheet.push_str("</figure>\n");
        }
        let path = self.folder.join("index.html");
        fs::write(&path, sheet)?;
        Ok(path)
    }
}

/// A click that comes before the frame has its width would miss.
fn set_width(tab: &Tab, panel: &Frame, width: u32) -> Result<()> {
    tab.evaluate(&format!("{PANEL_STYLE}.setProperty('--width', '{}px')", width + BORDERS))?;
    panel.wait_for(&format!("innerWidth === {width}")).map(drop)
}

const SCHEMES: [(ColorScheme, &str); 2] =
    [(ColorScheme::Light, "light"), (ColorScheme::Dark, "dark")];

/// As the call center's definition has it; the narrowest and the widest that the panel is made for.
const WIDTHS: [(u32, &str); 3] = [(340, ""), (320, "-320"), (600, "-600")];
/// The console draws a border of one pixel around the panel.
const BORDERS: u32 = 2;
const PANEL_STYLE: &str = "document.querySelector('#softphone-panel').style";

const SHEET: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Cordboard in pictures</title>
<style>
body { margin: 16px; background: #bbb; font: 14px system-ui, sans-serif; display: flex; flex-wrap: wrap; gap: 16px; align-items: start; }
figure { margin: 0; display: flex; flex-wrap: wrap; gap: 8px; }
figcaption { width: 100%; }
img { max-width: 640px; }
</style>
";
