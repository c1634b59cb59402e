//! The panel's page, in frames of ours, of strangers, and in no frame at all.

use acceptance::{
    desk::{Answer, Visitor, at_the_desk},
    installation::Installation,
    world::Options,
};
use adapter_api::{Code, error::Refused};
use anyhow::{Context as _, Result, ensure};
use serde_json::json;

/// Attack: A page of another site, another Salesforce organization, or made-up parameters frames the panel.
/// Refused: The page that is served runs no script and sets no cookie; it shows a code.
#[test]
fn a_frame_that_we_do_not_know_gets_an_inert_page() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let console = installation.console();
        let of = |origin: &str| format!("?mode=Lightning&sfdcIframeOrigin={origin}");
        // Anybody can have an organisation of Salesforce's.
        let stranger = format!("https://evil.{LIGHTNING}");
        let unknown = |host: &str| Refused::with_value(Code::FrameUnknownHost, host);
        let nameless = || Refused::new(Code::FrameUnknownHost);
        let frames = [
            (String::new(), Code::FrameNoParameters.into()),
            (format!("?sfdcIframeOrigin={console}"), Code::FrameNoParameters.into()),
            ("?mode=Lightning".to_owned(), Code::FrameNoParameters.into()),
            (
                format!("{}&sfdcIframeOrigin={console}", of(&console)),
                Code::FrameNoParameters.into(),
            ),
            (format!("{}&mode=Classic", of(&console)), Code::FrameNoParameters.into()),
            (of("https://evil.example"), unknown("https://evil.example")),
            (of(&stranger), unknown(&stranger)),
            (of(&installation.my_domain()), unknown(&installation.my_domain())),
            (of(&installation.adapter_url()), unknown(&installation.adapter_url())),
            (of(&format!("{console}/")), nameless()),
            (of(&console.to_uppercase()), nameless()),
            (of("javascript:alert(1)"), nameless()),
            (of("null"), nameless()),
            (of("%22%3E%3Cscript%3Ealert(1)%3C/script%3E"), nameless()),
            (of(&format!("https://{}.example", "a".repeat(100))), nameless()),
            (of("%FF%00"), nameless()),
        ];
        for (query, refused) in frames {
            let answer = open(installation, &format!("/panel/acme{query}"), Some("iframe"))?;
            is_inert(&answer, 200, refused).context(query)?;
        }
        Ok(())
    })
}

/// Attack: The panel is opened outside a frame, or for an organization that is not set up.
/// Refused: The page that is served runs no script and sets no cookie; it shows a code.
#[test]
fn outside_a_frame_and_without_an_organisation_there_is_no_panel() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let right =
            format!("/panel/acme?mode=Lightning&sfdcIframeOrigin={}", installation.console());
        for destination in [None, Some("document"), Some("embed"), Some("empty"), Some("object")] {
            let answer = open(installation, &right, destination)?;
            is_inert(&answer, 200, Code::FrameNotFramed)?;
        }
        for handle in ["globex", "ACME", "%3Cscript%3E", "acme%00"] {
            let path = right.replace("acme?", &format!("{handle}?"));
            let answer = open(installation, &path, Some("iframe"))?;
            is_inert(&answer, 404, Code::OrganizationUnknown).context(handle)?;
        }
        Ok(())
    })
}

/// Attack: A page other than the organization's console frames the genuine panel.
/// Refused: `frame-ancestors` names that console alone; scripts come from the adapter and the console, and none inline.
#[test]
fn a_console_of_ours_alone_may_frame_the_panel() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let console = installation.console();
        let path = format!("/panel/acme?mode=Lightning&sfdcIframeOrigin={console}");

        let answer = open(installation, &path, Some("iframe"))?;

        let policy = answer.header("content-security-policy").context("a policy")?;
        let directives: Vec<&str> = policy.split("; ").collect();
        ensure!(directives.contains(&&*format!("frame-ancestors {console}")), "{policy}");
        let scripts = format!("script-src 'self' 'wasm-unsafe-eval' {console}");
        ensure!(directives.contains(&&*scripts), "{policy}");
        ensure!(directives.contains(&"default-src 'none'"), "{policy}");
        ensure!(!policy.contains("unsafe-inline"), "{policy}");
        is_private(&answer)
    })
}

/// Attack: A page frames the phone's own window, or a script of somebody else's is put into it.
/// Refused: `frame-ancestors` names the extensions of the configuration alone, by default ours; scripts come from the adapter alone, Open CTI's included.
#[test]
fn the_phones_own_window_is_framed_by_the_extension_alone_and_runs_no_foreign_script() -> Result<()>
{
    at_the_desk(&Options::default(), |installation| {
        let answer = open(installation, "/phone/acme", Some("document"))?;

        let policy = answer.header("content-security-policy").context("a policy")?;
        let directives: Vec<&str> = policy.split("; ").collect();
        let ancestors = format!("frame-ancestors {}", adapter_api::extension::ORIGIN);
        ensure!(directives.contains(&ancestors.as_str()), "{policy}");
        ensure!(directives.contains(&"script-src 'self' 'wasm-unsafe-eval'"), "{policy}");
        ensure!(answer.header("x-frame-options") == Some("DENY"), "somebody may frame it");
        ensure!(!answer.body().contains("opencti"), "{}", answer.body());
        is_private(&answer)?;
        let nowhere = open(installation, "/phone/globex", Some("document"))?;
        is_inert(&nowhere, 404, Code::OrganizationUnknown)?;

        let of_the_store = "abcdefghijklmnopabcdefghijklmnop";
        for (ids, ancestors) in [
            (json!([of_the_store]), format!("chrome-extension://{of_the_store}")),
            (json!([]), "'none'".to_owned()),
        ] {
            installation.configure("extensions", &ids.to_string())?;
            installation.restart_adapter()?;
            let answer = open(installation, "/phone/acme", Some("document"))?;
            let policy = answer.header("content-security-policy").context("a policy")?;
            ensure!(policy.ends_with(&format!("frame-ancestors {ancestors}")), "{policy}");
        }
        Ok(())
    })
}

/// Attack: A script in the panel's page opens a connection to a server of its own.
/// Refused: The policy lets it reach the adapter and the organization's own PBX, and nobody else.
#[test]
fn the_panel_reaches_the_adapter_and_the_organisations_own_pbx_alone() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let path =
            format!("/panel/acme?mode=Lightning&sfdcIframeOrigin={}", installation.console());
        let socket = installation.adapter_url().replacen("http", "ws", 1);
        let connections = || -> Result<String> {
            let answer = open(installation, &path, Some("iframe"))?;
            let policy = answer.header("content-security-policy").context("a policy")?;
            let found = policy.split("; ").find_map(|one| one.strip_prefix("connect-src "));
            Ok(found.context("the policy says where to connect")?.to_owned())
        };
        let set = |option: &str, value: &str| {
            installation.cordboard(&["organization", "set", "acme", option, value])
        };
        ensure!(connections()? == format!("'self' {socket}"));

        set("--sip-websocket", "wss://pbx.example:7443/ws")?;

        ensure!(connections()? == format!("'self' {socket} wss://pbx.example:7443"));
        set("--clear", "sip-websocket")?;
        ensure!(connections()? == format!("'self' {socket}"));
        Ok(())
    })
}

/// Attack: The sign-in window's pages are framed, to get a click on *Allow*, or made to run a script.
/// Refused: `frame-ancestors 'none'` and `X-Frame-Options: DENY`; their policy allows no script at all.
#[test]
fn the_windows_pages_are_framed_by_nobody_and_run_nothing() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        for path in ["/auth/start?tx=x", "/auth/decide?tx=x", "/oauth/callback/acme?state=x"] {
            let answer = open(installation, path, Some("document"))?;
            let policy = answer.header("content-security-policy").context("a policy")?;
            ensure!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
            ensure!(policy.contains("default-src 'none'"), "{path}: {policy}");
            ensure!(!policy.contains("script-src"), "{path}: {policy}");
            ensure!(answer.header("x-frame-options") == Some("DENY"), "{path}");
            ensure!(!answer.body().contains("<script"), "{path}: {answer:?}");
            is_private(&answer).context(path)?;
        }
        Ok(())
    })
}

fn open(installation: &Installation, path: &str, destination: Option<&str>) -> Result<Answer> {
    let address = format!("{}{path}", installation.adapter_url());
    let mut visitor = Visitor::new(installation);
    let headers: Vec<(&str, &str)> =
        destination.map(|destination| ("Sec-Fetch-Dest", destination)).into_iter().collect();
    visitor.send("GET", &address, &headers, "")
}

/// Design §8: `default-src 'none'`, no script, no cookie, any site may frame it; the code, and the value
/// where it is an origin.
fn is_inert(answer: &Answer, status: u16, refused: impl Into<Refused>) -> Result<()> {
    answer.page_refuses(status, refused)?;
    let policy = answer.header("content-security-policy").context("a policy")?;
    ensure!(policy.contains("default-src 'none'"), "{policy}");
    ensure!(!policy.contains("script-src") && !policy.contains("frame-ancestors"), "{policy}");
    ensure!(answer.header("x-frame-options").is_none(), "any site may frame it");
    let body = answer.body();
    ensure!(!body.contains("<script") && !body.contains("alert("), "it runs something: {body}");
    is_private(answer)
}

fn is_private(answer: &Answer) -> Result<()> {
    ensure!(answer.header("set-cookie").is_none(), "it keeps a cookie");
    ensure!(answer.header("cache-control") == Some("no-store"), "somebody may keep it");
    ensure!(answer.header("x-content-type-options") == Some("nosniff"), "its type may be guessed");
    let referrers = answer.header("referrer-policy");
    ensure!(referrers == Some("same-origin"), "it tells others where it is: {referrers:?}");
    Ok(())
}

/// Where the consoles of real organisations are; no story goes there.
const LIGHTNING: &str = "lightning.force.com";
