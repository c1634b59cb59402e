//! A real Chromium without a window, driven over a pipe: no port, no driver program, and it leaves by
//! itself when this process dies.
//!
//! ~~~text
//! Browser --> Tab (a tab or a popup) --> Frame (a cross-site frame in it, or the page itself)
//! ~~~

mod connection;
mod extension;
mod frame;
mod keys;
mod scripts;
mod tab;
mod target;

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result};
use command_fds::{CommandFdExt as _, FdMapping};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use self::{
    connection::{AddedHeader, Connection, Media},
    extension::Extension,
};
pub use self::{
    frame::Frame,
    tab::{Clip, Tab},
};
use crate::{built, clock::Deadline, process};

pub struct Browser {
    connection: Arc<Connection>,
    child: Child,
    profile: TempDir,
    /// The origin of the extension's pages, where it is there.
    extension: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThirdPartyCookies {
    /// As Chrome comes.
    #[default]
    Allowed,
    /// As Debian's Chromium comes, and anybody who has chosen so.
    Refused,
}

#[derive(Clone, Debug)]
pub struct BrowserOptions {
    pub third_party_cookies: ThirdPartyCookies,
    /// A site that is refused every storage, cookies included, in the frames of another one: `(site, top)`, as
    /// host names. At the top of its own window it keeps it.
    pub without_storage: Option<(String, String)>,
    /// Width and height of the window; a tab's page is a little lower, unless a story sets its viewport.
    pub window: (u32, u32),
    /// Whether the browser extension is there.
    pub extension: bool,
    /// Whether it is the one that `cargo xtask dist` has packed, as it is.
    pub packed: bool,
    /// What the administrator of the computer has set, as in a file of the browser's policies; `{phone}` is the address
    /// of the phone.
    pub policies: Option<Value>,
    /// Further switches, `--host-resolver-rules=…` for instance; `{console}` and `{adapter}` are their addresses and ports.
    pub switches: Vec<String>,
}

impl Default for BrowserOptions {
    fn default() -> Self {
        Self {
            third_party_cookies: ThirdPartyCookies::default(),
            without_storage: None,
            window: (1280, 900),
            extension: false,
            packed: false,
            policies: None,
            switches: Vec::new(),
        }
    }
}

impl Browser {
    pub fn launch(options: &BrowserOptions) -> Result<Self> {
        sweep_profiles_of_the_dead();
        let profile =
            tempfile::Builder::new().prefix(&profile_prefix(std::process::id())).tempdir()?;
        let extension = match (options.extension, options.packed) {
            (false, _) => None,
            (true, packed) => Some(Extension::unpack(profile.path(), packed)?),
        };
        write_preferences(profile.path(), options, extension.as_ref())?;
        let (from_us, to_browser) = std::io::pipe()?;
        let (from_browser, from_them) = std::io::pipe()?;

        let mut command = match &options.policies {
            Some(policies) => under_policies(policies, profile.path())?,
            None => Command::new(built::chromium()?),
        };
        if let Some(extension) = &extension {
            for switch in ["--load-extension", "--disable-extensions-except"] {
                command.arg(format!("{switch}={}", extension.folder.display()));
            }
        }
        command
            .args(SWITCHES)
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--window-size={},{}", options.window.0, options.window.1))
            .args(&options.switches)
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(fs::File::create(profile.path().join(LOG))?)
            .process_group(0)
            .fd_mappings(vec![
                FdMapping { parent_fd: from_us.into(), child_fd: 3 },
                FdMapping { parent_fd: from_them.into(), child_fd: 4 },
            ])?;
        let child = command.spawn().context("cannot start Chromium")?;
        // It holds the browser's ends of the pipes; while they are open here, nobody notices its death.
        drop(command);

        let connection = Connection::new(to_browser, from_browser);
        let extension = extension.map(|extension| extension.origin);
        let browser = Self { connection, child, profile, extension };
        browser
            .call("Target.setAutoAttach", connection::auto_attach())
            .with_context(|| browser.log())?;
        browser.call("Target.setDiscoverTargets", json!({ "discover": true, "filter": [{}] }))?;
        Ok(browser)
    }

    pub fn new_tab(&self, url: &str) -> Result<Tab> {
        let created = self.call("Target.createTarget", json!({ "url": "about:blank" }))?;
        let id = created["targetId"].as_str().context("a tab without an id")?;
        let tab = Tab::new(Arc::clone(&self.connection), id);
        tab.wait_until_attached()?;
        tab.go(url)?;
        Ok(tab)
    }

    /// As if the person had allowed it for this site; what counts is the page at the top.
    pub fn allow_microphone(&self, origin: &str) -> Result<()> {
        self.set_microphone(origin, "granted")
    }

    /// `granted`, `denied` or `prompt`.
    pub fn set_microphone(&self, origin: &str, setting: &str) -> Result<()> {
        let permission = json!({
            "permission": { "name": "microphone" }, "setting": setting, "origin": origin,
        });
        self.call("Browser.setPermission", permission).map(drop)
    }

    /// The next window that a page has opened, in the order of opening.
    pub fn wait_for_popup(&self) -> Result<Tab> {
        let id =
            self.connection.wait(Deadline::after(PATIENCE), |shared| shared.targets.claim_popup());
        let id = id.context("no page has opened a window")?;
        Ok(Tab::new(Arc::clone(&self.connection), &id))
    }

    /// The address of one of the extension's own pages.
    pub fn extension_page(&self, name: &str) -> Result<String> {
        Ok(format!("{}/extension/{name}", self.extension_origin()?))
    }

    pub fn extension_origin(&self) -> Result<&str> {
        self.extension.as_deref().context("this browser has no extension")
    }

    /// The page that the extension keeps where nobody sees it.
    pub fn offscreen(&self) -> Result<Tab> {
        self.page_at("/offscreen.html").context("the extension keeps no page")
    }

    /// The extension's, while it runs.
    pub fn worker(&self) -> Result<Tab> {
        self.page_at("/worker.js").context("the extension's worker does not run")
    }

    /// The page at such an address, whoever has opened it.
    pub fn page_at(&self, address_part: &str) -> Result<Tab> {
        let found = self.connection.wait(Deadline::after(PATIENCE), |shared| {
            let mut targets = shared.targets.all();
            let page = targets.find(|target| target.url.contains(address_part));
            page.map(|page| page.id.clone())
        });
        let id = found.with_context(|| format!("no page at `{address_part}`"))?;
        Ok(Tab::new(Arc::clone(&self.connection), &id))
    }

    /// Waits until there is no page at such an address.
    pub fn wait_until_gone(&self, address_part: &str) -> Result<()> {
        let gone = self.connection.wait(Deadline::after(PATIENCE), |shared| {
            let mut targets = shared.targets.all();
            targets.all(|target| !target.url.contains(address_part)).then_some(())
        });
        gone.with_context(|| format!("there is still a page at `{address_part}`"))
    }

    /// As the browser does with an extension's worker that has nothing to do.
    pub fn stop_worker(&self) -> Result<()> {
        let page = self.new_tab(&self.extension_page("options.html")?)?;
        page.call("ServiceWorker.enable", json!({}))?;
        page.call("ServiceWorker.stopAllWorkers", json!({}))?;
        let contexts = "chrome.runtime.getContexts({ contextTypes: ['BACKGROUND'] })";
        page.wait_for(&format!("{contexts}.then((there) => there.length === 0)"))?;
        page.close()
    }

    /// How many windows that pages have opened are open.
    pub fn popups(&self) -> usize {
        self.connection.shared().targets.popups().count()
    }

    /// Tabs and popups, the oldest first; the empty one that the browser starts with is among them.
    pub fn tabs(&self) -> Vec<Tab> {
        let shared = self.connection.shared();
        shared
            .targets
            .pages()
            .map(|page| Tab::new(Arc::clone(&self.connection), &page.id))
            .collect()
    }

    /// `prefers-color-scheme` in every page and frame, those to come included.
    pub fn set_color_scheme(&self, scheme: ColorScheme) {
        let scheme = match scheme {
            ColorScheme::Light => "light",
            ColorScheme::Dark => "dark",
        };
        self.set_media(|media| media.color_scheme = Some(scheme));
    }

    /// Makes every page and frame so many times slower, those to come included.
    pub fn set_slowdown(&self, rate: u32) {
        let sessions: Vec<String> = {
            let mut shared = self.connection.shared();
            shared.slowdown = Some(rate);
            shared.targets.all().map(|target| target.session().to_owned()).collect()
        };
        for session in sessions {
            let rate = json!({ "rate": rate });
            self.connection.send(Some(&session), "Emulation.setCPUThrottlingRate", rate);
        }
    }

    /// `prefers-reduced-motion`, likewise.
    pub fn set_reduced_motion(&self, reduced: bool) {
        self.set_media(|media| media.reduced_motion = reduced);
    }

    fn set_media(&self, change: impl FnOnce(&mut Media)) {
        let (media, sessions): (Media, Vec<String>) = {
            let mut shared = self.connection.shared();
            change(&mut shared.media);
            let sessions = shared.targets.all().map(|target| target.session().to_owned()).collect();
            (shared.media, sessions)
        };
        for session in sessions {
            self.connection.send(Some(&session), "Emulation.setEmulatedMedia", media.emulated());
        }
    }

    /// From now on answers from addresses that contain `address_part` bear this header too, as behind a proxy that
    /// adds it. It counts for windows and tabs that open later.
    pub fn add_response_header(&self, address_part: &str, name: &str, value: &str) {
        self.connection.shared().added_header = Some(AddedHeader {
            address_part: address_part.to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
        });
    }

    /// Every cookie of every site, as the protocol describes them.
    pub fn cookies(&self) -> Result<Vec<Value>> {
        let answer = self.call("Storage.getCookies", json!({}))?;
        Ok(answer["cookies"].as_array().cloned().unwrap_or_default())
    }

    /// As its owner's *Clear browsing data* does, for every site at once.
    pub fn clear_cookies(&self) -> Result<()> {
        self.call("Storage.clearCookies", json!({})).map(drop)
    }

    /// `granted`, `denied` or `prompt`; the origin that counts is the top page's.
    pub fn set_permission(&self, name: &str, setting: &str, origin: &str) -> Result<()> {
        let params =
            json!({ "permission": { "name": name }, "setting": setting, "origin": origin });
        self.call("Browser.setPermission", params).map(drop)
    }

    /// Errors that any page or frame has logged or thrown, with its address. Refusals of a content security
    /// policy are among them.
    pub fn complaints(&self) -> Vec<String> {
        let shared = self.connection.shared();
        let told = shared.targets.all().flat_map(|target| {
            target.complaints.iter().map(move |complaint| format!("{}: {complaint}", target.url))
        });
        told.collect()
    }

    /// A command of the protocol for the browser itself.
    pub fn call(&self, method: &str, params: Value) -> Result<Value> {
        self.connection.call(None, method, params, Deadline::after(PATIENCE))
    }

    fn log(&self) -> String {
        let log = fs::read_to_string(self.profile.path().join(LOG)).unwrap_or_default();
        format!("Chromium says:\n{log}")
    }

    fn close(&mut self) -> Result<()> {
        self.connection.send(None, "Browser.close", json!({}));
        if process::wait_for(&mut self.child, PARTING)?.is_none() {
            let group = rustix::process::Pid::from_child(&self.child);
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL)?;
            self.child.wait()?;
        }
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

/// Chromium reads its policies from one folder of the machine. This one finds another in its place, and no other process
/// does.
fn under_policies(policies: &Value, profile: &Path) -> Result<Command> {
    let folder = profile.join("etc");
    fs::create_dir_all(folder.join("policies/managed"))?;
    fs::write(folder.join("policies/managed/story.json"), policies.to_string())?;
    let mut command = Command::new("unshare");
    let instead = "mount --bind \"$0\" /etc/chromium && exec \"$@\"";
    command.args(["--map-root-user", "--mount", "sh", "-c", instead]);
    command.arg(folder).arg(built::chromium()?);
    Ok(command)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorScheme {
    Light,
    Dark,
}

fn write_preferences(
    profile: &Path,
    options: &BrowserOptions,
    extension: Option<&Extension>,
) -> Result<()> {
    let (mode, block) = match options.third_party_cookies {
        ThirdPartyCookies::Allowed => (0, false),
        ThirdPartyCookies::Refused => (1, true),
    };
    // The content setting for cookies, 2 being *block*, governs every storage of a site.
    let refused: Map<String, Value> = options
        .without_storage
        .iter()
        .map(|(site, top)| (format!("{site},{top}"), json!({ "setting": 2 })))
        .collect();
    let mut preferences = json!({
        "profile": {
            "cookie_controls_mode": mode,
            "block_third_party_cookies": block,
            "content_settings": { "exceptions": { "cookies": refused } },
        },
    });
    if let Some(extension) = extension {
        preferences["extensions"] = json!({ "settings": extension.granted_before() });
    }
    fs::create_dir_all(profile.join("Default"))?;
    fs::write(profile.join("Default/Preferences"), preferences.to_string())?;
    Ok(())
}

/// A harness that was killed cannot remove its profile; the next one does.
fn sweep_profiles_of_the_dead() {
    let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let owner =
            name.strip_prefix(PROFILE).and_then(|rest| rest.split('-').next()?.parse::<u32>().ok());
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner.to_string()).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn profile_prefix(owner: u32) -> String {
    format!("{PROFILE}{owner}-")
}

/// How long a story waits for anything before it fails.
pub const PATIENCE: Duration = Duration::from_secs(20);
const PARTING: Duration = Duration::from_secs(5);

const PROFILE: &str = "cordboard-chromium-";
const LOG: &str = "chromium.log";

const SWITCHES: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--lang=en-US",
];
