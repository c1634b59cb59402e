//! An operator's scripts read what the commands say under `--json`.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use acceptance::{
    built,
    desk::{Desk, Visitor, at_the_desk, call_log::inbound, user_id},
    installation::{CONFIG, Installation},
    world::Options,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

#[test]
fn every_command_answers_in_json() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let granted =
            desk.sign_in_by_window(&mut Visitor::logged_in(installation, "anna.agent")?)?;
        installation.practice_control("faults", &json!({ "task_rule": "validation" }))?;
        desk.settled(&granted.access_token.0, &inbound("+12065550143"))?;
        let commands = commands(installation)?;
        let secret = |client: &str| installation.org[client]["secret"].as_str();
        let secrets: Vec<&str> =
            [secret("sign_in_client"), secret("integration_client"), Some(TOKEN)]
                .into_iter()
                .flatten()
                .collect();
        let mut tried = Vec::new();
        for line in LINES {
            let words = words(installation, line)?;
            let command = commands
                .iter()
                .find(|command| words.starts_with(command))
                .with_context(|| format!("there is no command `{line}`"))?;
            tried.push(command);

            let output = run(installation, &words)?;

            let value = answer(&output).with_context(|| line.to_owned())?;
            check(&value, "").with_context(|| format!("`{line}`: {value:#}"))?;
            let shows = |secret: &&str| value.to_string().contains(secret);
            ensure!(secrets.len() == 3 && !secrets.iter().any(shows), "`{line}`: {value:#}");
        }
        // It runs until it is stopped, and every story reads the one line that it prints.
        let untried: Vec<_> = commands
            .iter()
            .filter(|command| *command[0] != *"serve" && !tried.contains(command))
            .collect();
        ensure!(untried.is_empty(), "nothing is said here about {untried:?}");
        Ok(())
    })
}

#[test]
fn an_error_is_json_too_with_the_same_status() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        for (line, status, says) in [
            ("agent disable acme nobody", 1, "there is no agent `nobody`"),
            ("session end acme nothing", 1, "names 0 live sessions"),
            ("agent lits acme", 2, "unrecognized subcommand 'lits'"),
        ] {
            let output = run(installation, &words(installation, line)?)?;

            ensure!(output.status.code() == Some(status), "`{line}`: {output:?}");
            ensure!(output.stdout.is_empty(), "`{line}`: {output:?}");
            let error: Value = serde_json::from_slice(&output.stderr).with_context(|| line)?;
            ensure!(error["error"].as_str().is_some_and(|text| text.contains(says)), "{error}");
        }

        let key = installation.folder().join("cordboard.key");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644))?;
        let output = run(installation, &words(installation, "check-config")?)?;
        ensure!(output.status.code() == Some(1), "{output:?}");
        let findings: Value = serde_json::from_slice(&output.stdout)?;
        ensure!(findings[1]["outcome"] == "wrong", "{findings:#}");
        let error: Value = serde_json::from_slice(&output.stderr)?;
        ensure!(error["error"] == "one thing is wrong", "{error}");
        Ok(())
    })
}

/// One for each command, in an order in which each has something to do. What stands in braces is filled in.
const LINES: [&str; 34] = [
    "init --public-url https://phone.example --assets {panel} --config {folder}/other/cordboard.toml",
    "check-config",
    "backup {folder}/copy.sqlite",
    "organization add globex --organization-id 00Dxx0000000002 --my-domain {my_domain}",
    "organization set acme --password on",
    "organization show acme",
    "organization list",
    "agent add acme dora --name Dora --operator-id op-1009",
    "agent link acme dora {user}",
    "agent set acme dora --extension 1009",
    "agent invite acme dora",
    "agent disable acme carla",
    "agent enable acme carla",
    "legacy issue-token acme ben",
    "legacy import {folder}/tokens.csv --dry-run",
    "legacy import {folder}/tokens.csv",
    "agent list acme",
    "legacy retire acme dora",
    "legacy reinstate acme dora",
    "session list acme",
    "session end acme --agent anna",
    "consent list acme",
    "consent revoke acme anna",
    "call-log list acme",
    "call-log retry acme --all",
    "key rotate",
    "key list",
    "key retire {key}",
    "salesforce call-center acme",
    "salesforce package acme --out {folder}/package",
    "audit",
    "organization show globex",
    "session list acme --agent anna",
    "consent list globex",
];

/// Every command that has no commands below it, as the program's own help has them.
fn commands(installation: &Installation) -> Result<Vec<Vec<String>>> {
    let (mut found, mut open) = (Vec::new(), vec![Vec::new()]);
    while let Some(path) = open.pop() {
        let mut words: Vec<&str> = path.iter().map(String::as_str).collect();
        words.push("--help");
        let help = installation.cordboard(&words)?;
        let below = help.lines().skip_while(|line| *line != "Commands:").skip(1);
        // What a command is about goes on further to the right.
        let names: Vec<&str> = below
            .take_while(|line| !line.is_empty())
            .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .collect();
        if names.is_empty() {
            found.push(path);
            continue;
        }
        open.extend(names.iter().map(|name| [path.as_slice(), &[(*name).to_owned()]].concat()));
    }
    ensure!(found.len() > 20, "these are not all: {found:?}");
    Ok(found)
}

fn words(installation: &Installation, line: &str) -> Result<Vec<String>> {
    let folder = installation.folder().display().to_string();
    if line.contains("tokens.csv") {
        let file = installation.folder().join("tokens.csv");
        fs::write(&file, format!("organization,operator_id,sso_token\nacme,op-1003,{TOKEN}\n"))?;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    }
    let key = match line.contains("{key}") {
        true => waiting_key(installation)?,
        false => String::new(),
    };
    let filled = line
        .replace("{folder}", &folder)
        .replace("{panel}", &built::panel_dir()?.display().to_string())
        .replace("{my_domain}", &installation.my_domain())
        .replace("{user}", &user_id(installation, "carla.costa")?)
        .replace("{key}", &key);
    Ok(filled.split(' ').map(str::to_owned).collect())
}

fn waiting_key(installation: &Installation) -> Result<String> {
    let keys: Vec<Value> =
        serde_json::from_str(&installation.cordboard(&["key", "list", "--json"])?)?;
    let waiting = keys.iter().find(|key| key["stage"] == "waiting");
    let id = waiting.and_then(|key| key["key"].as_str());
    Ok(id.context("no key waits")?.to_owned())
}

fn run(installation: &Installation, words: &[String]) -> Result<Output> {
    let mut command = Command::new(built::program("cordboard")?);
    command.args(words).arg("--json");
    if !words.iter().any(|word| word == "--config") {
        command.arg("--config").arg(Path::new(installation.folder()).join(CONFIG));
    }
    command.output().context("cannot start cordboard")
}

/// One value on standard output, and nothing beside it.
fn answer(output: &Output) -> Result<Value> {
    ensure!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let value: Value = serde_json::from_slice(&output.stdout)
        .with_context(|| format!("no JSON: {}", String::from_utf8_lossy(&output.stdout)))?;
    ensure!(value.is_array() || value.is_object(), "neither array nor object");
    Ok(value)
}

/// Keys are in snake case, times in RFC 3339 and UTC.
fn check(value: &Value, key: &str) -> Result<()> {
    ensure!(
        key.chars().all(|char| char.is_ascii_lowercase() || char == '_'),
        "a key is called `{key}`"
    );
    let is_time =
        key == "at" || key == "since" || key.ends_with("_at") || key.ends_with("last_used");
    match value {
        Value::Array(items) => items.iter().try_for_each(|item| check(item, "")),
        Value::Object(members) => members.iter().try_for_each(|(key, value)| check(value, key)),
        Value::String(text) if is_time => {
            let is_utc = text.len() >= 20 && &text[10..11] == "T" && text.ends_with('Z');
            ensure!(is_utc, "`{key}` is {text}");
            Ok(())
        }
        other => {
            ensure!(!is_time || other.is_null(), "`{key}` is {other}");
            Ok(())
        }
    }
}

const TOKEN: &str = "letmein-42";
