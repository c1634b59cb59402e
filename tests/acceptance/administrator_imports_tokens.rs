//! An administrator takes over the SSO tokens that agents have had with another softphone.

use std::{fs, os::unix::fs::PermissionsExt as _, time::Duration};

use acceptance::{
    desk::{Desk, at_the_desk},
    installation::Installation,
    world::{Options, Proof},
};
use adapter_api::Code;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

#[test]
fn an_imported_token_signs_in_and_a_weak_one_is_called_so() -> Result<()> {
    at_the_desk(&without_proof(), |installation| {
        let desk = Desk::new(installation);
        let file = token_file(installation, &[("op-1002", WEAK), ("op-1003", STRONG)])?;

        let shown = installation.cordboard(&["legacy", "import", &file, "--dry-run"])?;

        ensure!(shown.contains("carla") && shown.contains("weak token"), "{shown}");
        ensure!(!shown.contains(WEAK) && !shown.contains(STRONG), "a token is shown: {shown}");
        ensure!(token_of(installation, "carla")?.is_null(), "a dry run writes");
        installation.cordboard(&["legacy", "import", &file])?;
        desk.sign_in_legacy("op-1002", WEAK, None)?.granted()?;
        desk.sign_in_legacy("op-1003", STRONG, None)?.granted()?;
        ensure!(token_of(installation, "ben")? == "weak", "ben's");
        ensure!(token_of(installation, "carla")? == "strong", "carla's");
        let again = installation.cordboard(&["legacy", "import", &file])?;
        ensure!(again.matches("unchanged").count() == 2, "{again}");
        installation.cordboard(&["legacy", "issue-token", "acme", "ben"])?;
        ensure!(token_of(installation, "ben")? == "strong", "the weak one is replaced");
        let list = installation.cordboard(&["agent", "list", "acme"])?;
        ensure!(!list.contains("weak token"), "{list}");
        Ok(())
    })
}

#[test]
fn a_file_with_one_mistake_changes_nothing_and_names_it() -> Result<()> {
    at_the_desk(&without_proof(), |installation| {
        let file = token_file(installation, &[("op-1003", STRONG), ("op-9999", STRONG)])?;

        let refused = installation.cordboard_refuses(&["legacy", "import", &file])?;

        ensure!(
            refused.contains("line 3, operator_id: no agent of `acme` has `op-9999`"),
            "{refused}"
        );
        ensure!(!refused.contains(STRONG), "a token is shown: {refused}");
        ensure!(token_of(installation, "carla")?.is_null(), "the good line is written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
        let refused = installation.cordboard_refuses(&["legacy", "import", &file])?;
        ensure!(refused.contains("chmod 600"), "{refused}");
        Ok(())
    })
}

/// Attack: Somebody tries out SSO tokens where imported ones are short enough to be guessed.
/// Refused: Unknown operators, weak tokens and strong ones are answered alike, in the same words and late; a stolen database holds an Argon2id hash of a weak token.
#[test]
fn weak_tokens_are_refused_like_any_other() -> Result<()> {
    at_the_desk(&without_proof(), |installation| {
        let desk = Desk::new(installation);
        let file = token_file(installation, &[("op-1002", WEAK), ("op-1003", STRONG)])?;
        installation.cordboard(&["legacy", "import", &file])?;

        for (operator_id, token) in [
            ("op-1002", "letmein-43"),
            ("op-1002", STRONG),
            ("op-1003", WEAK),
            ("op-1001", WEAK),
            ("op-9999", WEAK),
        ] {
            let answer = desk.sign_in_legacy(operator_id, token, None)?;
            answer.refuses(403, Code::WrongCredentials).with_context(|| operator_id.to_owned())?;
            ensure!(answer.took >= FLOOR, "{operator_id} after {:?}", answer.took);
        }
        desk.sign_in_legacy("op-1002", WEAK, None)?.granted()?;
        let database = fs::read(installation.folder().join("cordboard.sqlite-wal"))?;
        let holds = |text: &str| database.windows(text.len()).any(|bytes| bytes == text.as_bytes());
        ensure!(holds("$argon2id$v=19$m=19456,t=2,p=1$"), "no hash stands there");
        ensure!(!holds(WEAK) && !holds(STRONG), "a token stands in the database");
        Ok(())
    })
}

fn without_proof() -> Options {
    Options { proof: Proof::Off, ..Options::default() }
}

fn token_file(installation: &Installation, tokens: &[(&str, &str)]) -> Result<String> {
    let file = installation.folder().join("tokens.csv");
    let lines: String =
        tokens.iter().map(|(operator_id, token)| format!("acme,{operator_id},{token}\n")).collect();
    fs::write(&file, format!("organization,operator_id,sso_token\n{lines}"))?;
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600))?;
    Ok(file.to_string_lossy().into_owned())
}

fn token_of(installation: &Installation, agent: &str) -> Result<Value> {
    let list = installation.cordboard(&["agent", "list", "acme", "--json"])?;
    let agents: Vec<Value> = serde_json::from_str(&list)?;
    let agent = agents.iter().find(|found| found["agent"] == agent);
    Ok(agent.context("the agent is listed")?["token"].clone())
}

const WEAK: &str = "letmein-42";
const STRONG: &str = "kq3vXb7Lw0Zr9TtGmYhA2c";
const FLOOR: Duration = Duration::from_millis(400);
