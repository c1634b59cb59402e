//! Where stories are told: an [`Installation`] of its own, with a browser before it.

use std::{
    fs,
    ops::{Deref, DerefMut},
};

use anyhow::Result;
use tempfile::TempDir;

pub use crate::installation::{
    Agent, Approval, Calls, Legacy, Names, ORGANIZATION, Options, Proof,
};
use crate::{
    browser::{Browser, BrowserOptions, Frame, Tab},
    built,
    installation::{FRONTED_ADAPTER, FRONTED_CONSOLE, Installation, Ports},
};

/// Everything an [`Installation`] can do, seen through a browser.
pub struct World {
    pub browser: Browser,
    installation: Installation,
    _folder: TempDir,
}

/// Tells one story. When it fails, what the pages show and what the servers said goes to the test's output,
/// pictures to `<target>/failures/`.
pub fn story(options: &Options, tell: impl FnOnce(&mut World) -> Result<()>) -> Result<()> {
    story_in(&BrowserOptions::default(), options, tell)
}

/// A story in a particular browser.
pub fn story_in(
    browser: &BrowserOptions,
    options: &Options,
    tell: impl FnOnce(&mut World) -> Result<()>,
) -> Result<()> {
    let mut world = World::start_in(browser, options)?;
    let told = tell(&mut world);
    if told.is_err() {
        world.report();
    }
    told
}

impl World {
    pub fn start(options: &Options) -> Result<Self> {
        Self::start_in(&BrowserOptions::default(), options)
    }

    pub fn start_in(browser: &BrowserOptions, options: &Options) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("cordboard-world-").tempdir()?;
        let ports = match options.names {
            Names::Localhost => Ports::free()?,
            Names::Salesforce => Ports::free()?.with_front()?,
        };
        let installation = Installation::start(folder.path(), ports, options)?;
        let mut browser = browser.clone();
        for (name, port) in [("{console}", ports.practice), ("{adapter}", ports.adapter)] {
            for switch in &mut browser.switches {
                *switch = switch.replace(name, &format!("127.0.0.1:{port}"));
            }
        }
        if let Some(policies) = &mut browser.policies {
            let phone = format!("{}/panel/{ORGANIZATION}", installation.adapter_url());
            *policies = serde_json::from_str(&policies.to_string().replace("{phone}", &phone))?;
        }
        if options.names == Names::Salesforce {
            let rules = format!("MAP {FRONTED_CONSOLE} 127.0.0.1,MAP {FRONTED_ADAPTER} 127.0.0.1");
            browser.switches.push(format!("--host-resolver-rules={rules}"));
            // The certificate is made at start, and nobody vouches for it.
            browser.switches.push("--ignore-certificate-errors".to_owned());
        }
        if options.calls != Calls::None {
            // Before those of the story: of two the last counts.
            browser.switches.splice(0..0, CALLING.map(str::to_owned));
        }
        let browser = Browser::launch(&browser)?;
        if options.calls != Calls::None {
            browser.allow_microphone(&installation.console())?;
        }
        Ok(Self { browser, installation, _folder: folder })
    }

    /// A new tab with the console, logged in to Salesforce as `username` (the part before the `@` suffices)
    /// and the softphone open.
    pub fn console_as(&self, username: &str) -> Result<Tab> {
        self.console_in(&self.browser, username)
    }

    /// The same in another browser: somebody else's, at another desk.
    pub fn console_in(&self, browser: &Browser, username: &str) -> Result<Tab> {
        let domain = if username.contains('@') { "" } else { "@acme.example" };
        let tab = browser
            .new_tab(&format!("{}/practice/login?username={username}{domain}", self.console()))?;
        self.open_softphone(&tab)?;
        Ok(tab)
    }

    /// Somebody else's browser, with a microphone of its own.
    pub fn another_browser(&self) -> Result<Browser> {
        self.another_browser_in(&BrowserOptions::default())
    }

    pub fn another_browser_in(&self, options: &BrowserOptions) -> Result<Browser> {
        let mut options = options.clone();
        options.switches.extend(CALLING.map(str::to_owned));
        let browser = Browser::launch(&options)?;
        browser.allow_microphone(&self.console())?;
        Ok(browser)
    }

    /// One more console window in the same browser, whoever is logged in there.
    pub fn console_again(&self) -> Result<Tab> {
        let tab = self.browser.new_tab(&self.console())?;
        self.open_softphone(&tab)?;
        Ok(tab)
    }

    /// Opens the utility bar's item if it is closed; a reload closes it. The panel opens it as well, for a call, so
    /// that looking and clicking are one step in the page: a click that came later would close it again.
    pub fn open_softphone(&self, tab: &Tab) -> Result<()> {
        tab.wait_for(&format!("document.readyState === 'complete' && ({OPEN})({SOFTPHONE_ITEM})"))
            .map(drop)
    }

    /// Our panel in that tab.
    pub fn panel(&self, tab: &Tab) -> Frame {
        tab.frame(&format!("/panel/{ORGANIZATION}"))
    }

    /// What a reader of a failure wants to see.
    fn report(&self) {
        eprintln!("{}", self.installation.tails());
        let thread = std::thread::current();
        let name = thread.name().unwrap_or("story").replace("::", "-");
        for (number, tab) in self.browser.tabs().iter().enumerate() {
            let (url, panel) = (tab.url().unwrap_or_default(), self.panel(tab));
            if url == "about:blank" {
                continue;
            }
            eprintln!("── tab {number} {}", tab.portrait());
            eprintln!("── its panel {}", panel.portrait());
            let Ok(folder) = built::target_dir().map(|target| target.join("failures")) else {
                continue;
            };
            let picture = folder.join(format!("{name}-{number}.png"));
            if fs::create_dir_all(&folder).is_ok() && tab.screenshot(&picture, None, 1.0).is_ok() {
                eprintln!("── picture {}", picture.display());
            }
        }
    }
}

impl Deref for World {
    type Target = Installation;

    fn deref(&self) -> &Installation {
        &self.installation
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Installation {
        &mut self.installation
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.report();
        }
    }
}

/// Whether it is open then.
const OPEN: &str = "item => {
    if (item.getAttribute('aria-expanded') === 'false') item.click();
    return item.getAttribute('aria-expanded') === 'true';
}";
const SOFTPHONE_ITEM: &str = "document.querySelector('#softphone-item')";

/// A microphone that beeps, media on loopback, and no click needed before something may be heard.
const CALLING: [&str; 3] = [
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
];
