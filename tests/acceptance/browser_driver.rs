//! The driver against two small sites of its own: what the stories rely on.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    thread,
};

use acceptance::browser::{Browser, BrowserOptions, ColorScheme, ThirdPartyCookies};
use anyhow::Result;

#[test]
fn a_click_in_a_cross_site_frame_opens_a_window_that_closes_itself() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let tab = browser.new_tab(&sites.console())?;
    let panel = tab.frame("phone.localhost");
    panel.wait_for_button("Open window")?;

    panel.click_button("Open window")?;
    let window = browser.wait_for_popup()?;
    window.wait_for_text("A window")?;
    panel.wait_for_text("opened, active ever: true")?;
    assert_eq!(browser.popups(), 1);
    window.click("#allow")?;
    window.wait_until_closed()?;

    panel.wait_for("theWindow.closed")?;
    assert_eq!(browser.popups(), 0);
    Ok(())
}

#[test]
fn without_a_gesture_no_window_opens() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let tab = browser.new_tab(&sites.console())?;

    let opened = tab.frame("phone.localhost").evaluate("window.open('/window') === null")?;

    assert_eq!(opened, true);
    Ok(())
}

#[test]
fn a_handle_to_a_frame_outlives_a_reload() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let tab = browser.new_tab(&sites.console())?;
    let panel = tab.frame("phone.localhost");
    panel.wait_for_text("never clicked")?;
    panel.evaluate("document.body.append('only once')")?;
    panel.wait_for_text("only once")?;

    tab.reload()?;

    panel.wait_for_text("never clicked")?;
    assert!(!panel.text()?.contains("only once"));
    Ok(())
}

#[test]
fn a_wait_survives_the_navigation_that_brings_what_it_waits_for() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let tab = browser.new_tab(&sites.console())?;

    tab.evaluate("setTimeout(() => location.assign('/window'), 200); 0")?;

    tab.wait_for_text("A window")
}

#[test]
fn keys_reach_the_frame_that_has_the_focus() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let panel = browser.new_tab(&sites.console())?.frame("phone.localhost");

    panel.fill("#name", "Anna")?;
    panel.fill("#name", "Ben ")?;
    panel.press("b")?;
    panel.press("Shift+Tab")?;
    panel.press("Enter")?;

    assert_eq!(panel.evaluate("document.querySelector('#name').value")?, "Ben b");
    browser.wait_for_popup()?.wait_for_text("A window")
}

#[test]
fn a_failed_wait_shows_the_page_and_its_complaints() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let panel = browser.new_tab(&sites.console())?.frame("phone.localhost");
    panel.evaluate("console.error('no', 'dial tone')")?;

    let error = panel.wait_for_within(std::time::Duration::from_millis(300), "false").unwrap_err();

    let error = error.to_string();
    assert!(error.contains("never clicked") && error.contains("console: no dial tone"), "{error}");
    Ok(())
}

#[test]
fn a_picture_shows_the_frame_in_both_color_schemes() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let tab = browser.new_tab(&sites.console())?;
    let panel = tab.frame("phone.localhost");
    panel.wait_for("getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'")?;
    let folder = tempfile::tempdir()?;
    let (light, dark) = (folder.path().join("light.png"), folder.path().join("dark.png"));

    tab.screenshot(&light, Some(tab.clip_of("iframe")?), 2.0)?;
    browser.set_color_scheme(ColorScheme::Dark);
    panel.wait_for("getComputedStyle(document.body).backgroundColor === 'rgb(0, 0, 0)'")?;
    tab.screenshot(&dark, Some(tab.clip_of("iframe")?), 2.0)?;

    let (light, dark) = (std::fs::read(light)?, std::fs::read(dark)?);
    assert!(light.starts_with(b"\x89PNG") && dark.starts_with(b"\x89PNG") && light != dark);
    Ok(())
}

#[test]
fn third_party_cookies_are_as_the_launch_says() -> Result<()> {
    let sites = Sites::start()?;
    for (setting, cookie) in
        [(ThirdPartyCookies::Allowed, "seen=yes"), (ThirdPartyCookies::Refused, "")]
    {
        let browser = Browser::launch(&BrowserOptions {
            third_party_cookies: setting,
            ..Default::default()
        })?;
        let panel = browser.new_tab(&sites.console())?.frame("phone.localhost");

        panel.evaluate("document.cookie = 'seen=yes; Secure; SameSite=None'")?;

        assert_eq!(panel.evaluate("document.cookie")?, cookie, "{setting:?}");
    }
    Ok(())
}

#[test]
fn tabs_hide_each_other() -> Result<()> {
    let (browser, sites) = (Browser::launch(&BrowserOptions::default())?, Sites::start()?);
    let first = browser.new_tab(&sites.console())?;
    let second = browser.new_tab(&sites.console())?;
    first.activate()?;
    first.wait_for("document.visibilityState === 'visible'")?;

    second.activate()?;

    first.wait_for("document.visibilityState === 'hidden'")?;
    second.close()?;
    assert!(!second.is_open() && first.is_open());
    Ok(())
}

/// A console on one site and a panel on another, served until the process ends.
struct Sites {
    address: SocketAddr,
}

impl Sites {
    fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || answer(stream, address.port()));
            }
        });
        Ok(Self { address })
    }

    fn console(&self) -> String {
        format!("http://console.localhost:{}/console", self.address.port())
    }
}

fn answer(mut stream: TcpStream, port: u16) -> Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let request = lines.next().transpose()?.unwrap_or_default();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let page = match request.split(' ').nth(1).unwrap_or_default() {
        "/console" => format!(
            "<h1>Console</h1><div style=height:300px></div><iframe src=http://phone.localhost:{port}/panel width=320 height=400></iframe>"
        ),
        "/panel" => PANEL.to_owned(),
        "/window" => {
            "<h1>A window</h1><button id=allow onclick=window.close()>Allow</button>".to_owned()
        }
        _ => String::new(),
    };
    write!(
        stream,
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{page}",
        page.len()
    )?;
    Ok(())
}

const PANEL: &str = "<style>:root { color-scheme: light dark } body { background: light-dark(white, black) }</style>
    <div style=height:500px></div>
    <p id=said>never clicked</p>
    <button onclick=\"theWindow = window.open('/window', '', 'popup,width=300,height=300');
      said.textContent = 'opened, active ever: ' + navigator.userActivation.hasBeenActive\">Open window</button>
    <input id=name>";
