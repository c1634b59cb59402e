//! An operator looks into the log, and finds what was asked for and nothing to steal.

use std::{fs, os::unix::fs::PermissionsExt as _};

use acceptance::{
    desk::{Desk, Visitor, WindowWalk, at_the_desk},
    installation::Installation,
    world::{Agent, Options},
};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

#[test]
fn levels_are_set_for_each_module_and_a_slip_of_the_pen_is_refused() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        installation.configure("log", r#""error,cordboard::http=info""#)?;
        installation.configure("log_format", r#""json""#)?;
        installation.stop_adapter()?;
        let before = log(installation)?.len();
        installation.start_adapter()?;

        Desk::new(installation).sign_in_legacy("op-1001", "wrong", None)?;

        let lines = json_lines(&log(installation)?[before..])?;
        let targets: Vec<&str> = lines.iter().filter_map(|line| line["target"].as_str()).collect();
        ensure!(targets.iter().all(|target| target.starts_with("cordboard::http")), "{targets:?}");
        ensure!(targets.contains(&"cordboard::http::sign_in_proof"), "{targets:?}");
        for (levels, says) in
            [("inof", "a level is one of"), ("warn,adapter=debug", "a module is one of cordboard")]
        {
            installation.configure("log", &format!("\"{levels}\""))?;
            let refused = installation.cordboard_refuses(&["check-config"])?;
            ensure!(refused.contains("one thing is wrong"), "{refused}");
            let Err(refused) = installation.restart_adapter() else { bail!("it starts") };
            let refused = format!("{refused:#}");
            ensure!(refused.contains(says) && refused.contains("`log` has"), "{refused}");
        }
        Ok(())
    })
}

/// Attack: Somebody reads the adapter's log, written at the finest level of every module, and looks for what opens a door.
/// Refused: No token, code, verifier, proof, password or client secret stands in it.
#[test]
fn the_finest_log_holds_no_secret() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        installation.configure("log", r#""trace""#)?;
        installation.restart_adapter()?;
        let mut secrets = vec![
            ("the SSO token", installation.issue_token(&Agent::ben())?),
            ("the sign-in client's secret", client_secret(installation, "sign_in_client")?),
            ("the integration client's secret", client_secret(installation, "integration_client")?),
            ("the PBX's secret", "of-the-pbx".to_owned()),
        ];
        let pbx = installation.secret_file("pbx", &secrets[3].1)?;
        let set = ["organization", "set", "acme", "--sip-websocket", "wss://pbx.example"];
        let named = ["--sip-domain", "pbx.example", "--sip-secret-file", &pbx];
        installation.cordboard(&[&set[..], &named].concat())?;
        installation.cordboard(&["agent", "set", "acme", "anna", "--extension", "1001"])?;

        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let proof = desk.proof_by(&mut anna)?;
        let transaction = desk.open_transaction(Some(&proof))?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let callback = window.callback_url()?;
        let answer = window.get(&callback)?;
        let form = window.form_at(answer.location()?)?;
        ensure!(window.submit(&form.allow())?.status == 303, "allowed");
        let granted = desk.claim(&transaction)?.granted()?;
        let ticket = desk.ticket(&granted.access_token.0)?.json()?;
        let called = desk.calling_account(&granted.access_token.0)?.json()?;
        let renewed = desk.refresh(&granted.refresh_token.0, None)?.granted()?;
        desk.sign_in_legacy("op-1002", &secrets[0].1, None)?;
        desk.sign_in_password("ben", "a password that nobody has")?;

        secrets.extend([
            ("the proof", proof),
            ("the verifier", transaction.verifier.clone()),
            ("the code", parameter(&callback, "code")?),
            ("the form's token", form.form),
            ("the access token", granted.access_token.0),
            ("the refresh token", granted.refresh_token.0),
            ("the renewed access token", renewed.access_token.0),
            ("the renewed refresh token", renewed.refresh_token.0),
            ("the SIP password", text(&called["account"]["password"])?),
            ("the ticket", text(&ticket["ticket"])?),
            ("the password", "a password that nobody has".to_owned()),
        ]);
        let log = log(installation)?;
        ensure!(log.contains(" TRACE hyper"), "it is the finest log");
        for (what, secret) in secrets {
            ensure!(!secret.is_empty() && !log.contains(&secret), "{what} stands in the log");
        }
        Ok(())
    })
}

#[test]
fn a_secret_that_others_can_read_is_not_taken() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        for client in ["sign-in", "integration"] {
            let file = installation.folder().join(format!("{client}.new"));
            fs::write(&file, "new secret")?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o640))?;
            let path = file.to_string_lossy().into_owned();
            let option = format!("--{client}-client-secret-file");
            let set = ["organization", "set", "acme", &option, &path];

            let refused = installation.cordboard_refuses(&set)?;

            ensure!(refused.contains(&format!("`chmod 600 {path}`")), "{refused}");
            fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
            installation.cordboard(&set)?;
        }
        Ok(())
    })
}

fn text(value: &Value) -> Result<String> {
    Ok(value.as_str().context("a text")?.to_owned())
}

/// Everything the adapter has said since it was first started.
fn log(installation: &Installation) -> Result<String> {
    Ok(String::from_utf8_lossy(&fs::read(installation.folder().join("adapter.log"))?).into_owned())
}

fn json_lines(log: &str) -> Result<Vec<Value>> {
    log.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
}

fn client_secret(installation: &Installation, client: &str) -> Result<String> {
    let secret = installation.org.pointer(&format!("/{client}/secret")).and_then(Value::as_str);
    Ok(secret.context("the practice org announces its clients")?.to_owned())
}

fn parameter(url: &str, name: &str) -> Result<String> {
    let url = url::Url::parse(url)?;
    let found = url.query_pairs().find(|(found, _)| found == name);
    Ok(found.with_context(|| format!("no `{name}`"))?.1.into_owned())
}
