//! A signed-in agent's phone is given what it needs to call: where the PBX is, who it is there, and a password
//! that ends by itself.

use std::{
    fs::{self, DirEntry},
    slice,
    time::Duration,
};

use acceptance::{
    desk::{Desk, Ledger, Visitor, at_the_desk},
    installation::Installation,
    world::Options,
};
use adapter_api::{
    Code, Secret,
    calling_account::{Account, IceServer, Response},
    error::Refused,
    events::Event,
};
use anyhow::{Context as _, Result, ensure};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::hmac;

#[test]
fn the_account_is_what_the_administrator_has_entered() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = signed_in(installation, "anna.agent")?;
        let refuses = |code, value| {
            desk.calling_account(&token)?.refuses(404, Refused::with_value(code, value))
        };
        refuses(Code::CallingNotConfigured, "acme")?;
        let shown = installation.cordboard(&["organization", "show", "acme"])?;
        ensure!(shown.contains("without a PBX (`--sip-websocket`, `--sip-domain`)"), "{shown}");
        set(installation, &["--sip-websocket", PBX, "--sip-domain", "PBX.example"])?;
        refuses(Code::CallingNoExtension, "anna")?;
        place(installation, "anna", &["--extension", "1001"])?;
        refuses(Code::CallingNoCredentials, "anna")?;
        let shown = installation.cordboard(&["organization", "show", "acme"])?;
        ensure!(shown.contains("without a `--sip-secret-file` each agent needs a password"));

        let secret = installation.secret_file("pbx", PBX_SECRET)?;
        set(installation, &["--sip-secret-file", &secret, "--voicemail", "*97"])?;
        set(installation, &["--busy-reason", "Lunch", "--busy-reason", "Training"])?;

        let account = account(&desk, &token)?;
        is_ephemeral(&account.username, &account.password, PBX_SECRET)?;
        ensure!(
            account
                == Account {
                    websocket: PBX.into(),
                    address: "sip:1001@pbx.example".into(),
                    display_name: "Anna Agent".into(),
                    username: account.username.clone(),
                    password: account.password.clone(),
                    expires_in: Some(3600),
                    ice_servers: vec![],
                    voicemail: Some("*97".into()),
                    busy_reasons: vec!["Lunch".into(), "Training".into()],
                    caller_ids: Vec::new(),
                    stops_at_once: false,
                },
            "{account:?}"
        );
        Ok(())
    })
}

#[test]
fn turn_servers_come_with_a_password_of_their_own() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = signed_in(installation, "anna.agent")?;
        connect(installation)?;
        let (stun, turn) = ("stun:stun.example", "turns:turn.example:443?transport=tcp");
        set(installation, &["--ice-server", stun, "--ice-server", turn])?;
        let stun_alone = IceServer { urls: vec![stun.into()], username: None, credential: None };
        let shown = installation.cordboard(&["organization", "show", "acme"])?;
        ensure!(shown.contains("without a `--turn-secret-file` the TURN servers are not used"));
        ensure!(account(&desk, &token)?.ice_servers == slice::from_ref(&stun_alone));

        let secret = installation.secret_file("turn", TURN_SECRET)?;
        set(installation, &["--turn-secret-file", &secret])?;

        let account = account(&desk, &token)?;
        let [first, second] = account.ice_servers.as_slice() else {
            anyhow::bail!("two kinds of servers, not {account:?}")
        };
        ensure!(*first == stun_alone && second.urls == [turn], "{account:?}");
        let username = second.username.as_deref().context("a name")?;
        is_ephemeral(username, second.credential.as_ref().context("a credential")?, TURN_SECRET)
    })
}

#[test]
fn a_pbx_that_shares_no_secret_knows_agents_by_passwords_of_their_own() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let (desk, token) = signed_in(installation, "anna.agent")?;
        connect(installation)?;
        let password = installation.secret_file("anna", "hers")?;

        place(installation, "anna", &["--sip-password-file", &password])?;

        let own = account(&desk, &token)?;
        let hers = ("1001", Secret("hers".into()), None);
        ensure!((own.username.as_str(), own.password, own.expires_in) == hers);
        place(installation, "anna", &["--no-sip-password"])?;
        let shared = account(&desk, &token)?;
        is_ephemeral(&shared.username, &shared.password, PBX_SECRET)
    })
}

#[test]
fn settings_that_cannot_be_right_are_refused_and_change_nothing() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        connect(installation)?;
        let before = installation.cordboard(&["organization", "show", "acme", "--json"])?;
        let mut ledger = Ledger::open(installation)?;

        for (option, value, says) in [
            ("--sip-websocket", "ws://pbx.example", "`wss://` is needed"),
            ("--sip-websocket", "https://pbx.example", "an address such as `wss://"),
            ("--sip-websocket", "wss://pbx.example/;frame-ancestors *", "an address such as"),
            ("--sip-domain", "sip:pbx.example", "a host name is needed"),
            ("--ice-server", "turn.example", "an address such as `stun:"),
            ("--voicemail", "*9 7", "letters, digits and"),
            ("--clear", "everything", "possible values"),
        ] {
            let set = ["organization", "set", "acme", option, value];
            let refused = installation.cordboard_refuses(&set)?;
            ensure!(refused.contains(says), "{value}: {refused}");
        }
        let agent = ["agent", "set", "acme"];
        for (words, says) in [
            (&["ben", "--extension", "1001"][..], "the extension is taken"),
            (&["ben", "--extension", "10:01"], "letters, digits and"),
            (&["ben"], "nothing is to be changed"),
            (&["ben", "--extension", "1002", "--no-extension"], "cannot be used with"),
            (&["nobody", "--extension", "1002"], "there is no agent `nobody`"),
        ] {
            let refused = installation.cordboard_refuses(&[&agent[..], words].concat())?;
            ensure!(refused.contains(says), "{words:?}: {refused}");
        }

        let after = installation.cordboard(&["organization", "show", "acme", "--json"])?;
        ensure!(after == before, "{after}");
        ledger.has_nothing_new()
    })
}

/// Fault: The administrator gives a signed-in agent another extension, or the organisation another PBX, or takes both away.
/// Seen: Each phone that it concerns is told within two seconds, once for each change, and asks for its account again.
/// Kept: The session; nobody else is told.
#[test]
fn a_phone_hears_within_two_seconds_that_its_account_has_changed() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        connect(installation)?;
        let (annas, annas_token) = signed_in(installation, "anna.agent")?;
        let (carlas, carlas_token) = signed_in(installation, "carla.costa")?;
        let (mut anna, mut carla) = (annas.events(&annas_token)?, carlas.events(&carlas_token)?);
        let mut ledger = Ledger::open(installation)?;
        let ended = |code| Event::SessionEnded { code };

        place(installation, "anna", &["--extension", "2001"])?;
        anna.hears(&Event::CallingChanged, TWO_SECONDS)?;
        ensure!(account(&annas, &annas_token)?.address == "sip:2001@pbx.example");
        set(installation, &["--sip-domain", "other.example"])?;
        anna.hears(&Event::CallingChanged, TWO_SECONDS)?;
        carla.hears(&Event::CallingChanged, TWO_SECONDS)?;
        ensure!(account(&annas, &annas_token)?.address == "sip:2001@other.example");
        // What an account is not made of is no news to a phone.
        set(installation, &["--name", "Acme Ltd"])?;
        set(installation, &["--clear", "calling"])?;
        anna.hears(&Event::CallingChanged, TWO_SECONDS)?;
        carla.hears(&Event::CallingChanged, TWO_SECONDS)?;

        installation.cordboard(&["agent", "disable", "acme", "anna"])?;
        installation.cordboard(&["session", "end", "acme", "--agent", "carla"])?;
        anna.hears(&ended(Code::AgentDisabled), TWO_SECONDS)?;
        carla.hears(&ended(Code::SessionEnded), TWO_SECONDS)?;
        let details: Vec<_> = ledger.news()?.iter().map(|entry| entry["detail"].clone()).collect();
        let cleared = "sip_websocket, sip_domain, sip_secret";
        ensure!(details[..2] == ["extension 2001", "sip_domain"], "{details:?}");
        ensure!(details[2].is_null() && details[3] == cleared, "{details:?}");
        Ok(())
    })
}

/// Attack: A phone whose session has ended, or whose agent is disabled, or another panel with a copy of the access token, asks for new credentials.
/// Refused: 401 with the reason of the end; what was given before ends by itself within 60 minutes.
#[test]
fn after_the_end_of_the_session_there_are_no_new_credentials() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        connect(installation)?;
        place(installation, "carla", &["--extension", "1003"])?;
        let (annas, annas_token) = signed_in(installation, "anna.agent")?;
        let (carlas, carlas_token) = signed_in(installation, "carla.costa")?;
        for (desk, token) in [(&annas, &annas_token), (&carlas, &carlas_token)] {
            account(desk, token)?;
            let thief = Desk::new(installation);
            thief.calling_account(token)?.refuses(401, Code::SessionEnded)?;
        }

        ensure!(annas.sign_out(&annas_token)?.status == 204, "signed out");
        installation.cordboard(&["agent", "disable", "acme", "carla"])?;

        annas.calling_account(&annas_token)?.refuses(401, Code::SignedOut)?;
        carlas.calling_account(&carlas_token)?.refuses(401, Code::AgentDisabled)?;
        let nobody = annas.call("GET", adapter_api::calling_account::PATH).send()?;
        nobody.refuses(401, Code::SessionEnded)
    })
}

/// Attack: Somebody reads what the administrator's commands print, and looks for what opens the PBX.
/// Refused: Whether a secret is set is shown, and no secret.
#[test]
fn no_command_shows_a_secret_of_the_pbx() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        connect(installation)?;
        let turn = installation.secret_file("turn", TURN_SECRET)?;
        set(installation, &["--turn-secret-file", &turn])?;
        let password = installation.secret_file("anna", "s3cret-of-anna")?;
        place(installation, "anna", &["--sip-password-file", &password])?;

        for words in [
            &["organization", "show", "acme"][..],
            &["organization", "show", "acme", "--json"],
            &["agent", "list", "acme"],
            &["agent", "list", "acme", "--json"],
            &["audit", "--json"],
            &["key", "list", "--json"],
        ] {
            let printed = installation.cordboard(words)?;
            ensure!(!printed.contains("s3cret"), "{words:?}: {printed}");
        }

        let shown = installation.cordboard(&["organization", "show", "acme", "--json"])?;
        let shown: serde_json::Value = serde_json::from_str(&shown)?;
        ensure!(shown["sip_secret"] == "set" && shown["turn_secret"] == "set", "{shown}");
        let listed = installation.cordboard(&["agent", "list", "acme", "--json"])?;
        let listed: serde_json::Value = serde_json::from_str(&listed)?;
        ensure!(listed[0]["extension"] == "1001" && listed[0]["sip_password"] == "set", "{listed}");
        Ok(())
    })
}

/// Attack: Somebody reads the adapter's folder, database and logs included, and looks for what opens the PBX.
/// Refused: Secrets and agents' passwords are sealed under the process's own key.
#[test]
fn no_file_of_the_adapters_holds_a_password_of_the_pbx() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        connect(installation)?;
        let password = installation.secret_file("anna", "s3cret-of-anna")?;
        place(installation, "anna", &["--sip-password-file", &password])?;
        let (desk, token) = signed_in(installation, "anna.agent")?;
        ensure!(account(&desk, &token)?.password == Secret("s3cret-of-anna".into()));

        let files = fs::read_dir(installation.folder())?.collect::<Result<Vec<_>, _>>()?;
        let read = |name: &str| files.iter().any(|file| file.file_name() == name);
        ensure!(read("cordboard.sqlite") && read("adapter.log"), "{files:?}");
        for file in files.iter().map(DirEntry::path).filter(|file| file.is_file()) {
            // What the administrator typed into.
            if file.extension().is_some_and(|extension| extension == "secret") {
                continue;
            }
            let bytes = fs::read(&file)?;
            for secret in [PBX_SECRET, "s3cret-of-anna"] {
                let there = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                ensure!(!there, "{} holds `{secret}`", file.display());
            }
        }
        Ok(())
    })
}

fn signed_in<'i>(installation: &'i Installation, username: &str) -> Result<(Desk<'i>, String)> {
    let mut visitor = Visitor::logged_in(installation, username)?;
    let desk = Desk::new(installation);
    let granted = desk.sign_in_by_window(&mut visitor)?;
    Ok((desk, granted.access_token.0))
}

/// A PBX that shares a secret, and Anna's place on it.
fn connect(installation: &Installation) -> Result<()> {
    let secret = installation.secret_file("pbx", PBX_SECRET)?;
    let named = ["--sip-websocket", PBX, "--sip-domain", "pbx.example"];
    set(installation, &[&named[..], &["--sip-secret-file", &secret]].concat())?;
    place(installation, "anna", &["--extension", "1001"])
}

fn set(installation: &Installation, options: &[&str]) -> Result<()> {
    let words = ["organization", "set", "acme"];
    installation.cordboard(&[&words[..], options].concat()).map(drop)
}

fn place(installation: &Installation, agent: &str, options: &[&str]) -> Result<()> {
    let words = ["agent", "set", "acme", agent];
    installation.cordboard(&[&words[..], options].concat()).map(drop)
}

fn account(desk: &Desk<'_>, token: &str) -> Result<Account> {
    let answer = desk.calling_account(token)?;
    ensure!(answer.status == 200, "{answer:?}");
    ensure!(answer.header("cache-control") == Some("no-store"), "somebody may keep it");
    Ok(serde_json::from_value::<Response>(answer.json()?)?.account)
}

/// As a server that knows the secret computes it, which trusts nothing but the name.
fn is_ephemeral(username: &str, password: &Secret, secret: &str) -> Result<()> {
    let (expiry, extension) = username.split_once(':').context("an expiry")?;
    let left = expiry.parse::<i64>()? - acceptance::clock::wall().as_second();
    ensure!((3500..=3600).contains(&left), "it is good for {left} seconds");
    ensure!(extension == "1001", "{username}");
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    let expected = STANDARD.encode(hmac::sign(&key, username.as_bytes()));
    ensure!(password.0 == expected, "the password is not the HMAC of {username}");
    Ok(())
}

const PBX: &str = "wss://pbx.example:7443/ws";
const PBX_SECRET: &str = "s3cret-of-the-pbx";
const TURN_SECRET: &str = "s3cret-of-turn";
const TWO_SECONDS: Duration = Duration::from_secs(2);
