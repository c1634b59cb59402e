//! `cordboard legacy import`: SSO tokens that agents have had elsewhere.
//!
//! What has to be hashed takes its time, so the change is worked out first, without keeping anybody from
//! writing, and then made in one unit, unless somebody has changed an account meanwhile.

use std::{
    io::Read as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use clap::Args;
use identity::{
    agent::{Agent, Kept, LinkedLegacy, Token},
    organization::{Handle, Organization},
    password::{hash_token, verify_token},
    session::End,
    token_strength::{Strength, bits},
};
use serde_json::json;
use store::{Entry, Unit};

use super::{
    open::{Opened, with_open},
    print::{Answer, or_dash},
    token_file::{self, Row},
};
use crate::{clock, random, secret_file};

#[derive(Debug, Args)]
pub struct Arguments {
    /// A CSV file with the columns `organization`, `operator_id` and `sso_token`; `-` reads standard input.
    file: PathBuf,
    /// Show what would change, and write nothing.
    #[arg(long)]
    dry_run: bool,
}

pub fn run(config: &Path, arguments: &Arguments) -> anyhow::Result<Answer> {
    let rows = read(&arguments.file)?;
    let plan = with_open(config, async |opened| {
        let plan = plan(opened, &rows).await?;
        if !arguments.dry_run {
            carry_out(opened, &plan).await?;
        }
        Ok(plan)
    })?;
    let header = ["ORGANIZATION", "AGENT", "OPERATOR ID", "TOKEN", "STRENGTH"];
    let mut answer = Answer::list(&header, &plan, row, value);
    let weak = plan.iter().filter(|change| change.strength() == Strength::Weak).count();
    if weak > 0 {
        answer = answer.note(format!(
            "Weak tokens: {weak}. `cordboard legacy issue-token` makes ones that nobody guesses."
        ));
    }
    if arguments.dry_run {
        answer = answer.note("Nothing is written: `--dry-run`.");
    }
    Ok(answer)
}

fn read(file: &Path) -> anyhow::Result<Vec<Row>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_end(&mut bytes)?;
    } else {
        bytes = secret_file::read_bytes("token file", file)?;
    }
    token_file::parse(&bytes).map_err(nothing_imported)
}

fn nothing_imported(wrong: Vec<String>) -> anyhow::Error {
    anyhow::anyhow!("nothing is imported:\n  {}", wrong.join("\n  "))
}

/// One agent's token: what is there, and what comes in its place.
struct Change {
    organization: Organization,
    before: Agent,
    bits: u32,
    /// Nothing where the agent has this token already.
    kept: Option<Kept>,
}

impl Change {
    fn strength(&self) -> Strength {
        let stays = self.before.token.as_ref().map(|token| &token.kept);
        self.kept.as_ref().or(stays).map_or(Strength::Strong, Kept::strength)
    }

    fn what(&self) -> &'static str {
        match (&self.kept, &self.before.token) {
            (None, _) => "unchanged",
            (Some(_), Some(_)) => "replaced",
            (Some(_), None) => "new",
        }
    }
}

async fn plan(opened: &Opened, rows: &[Row]) -> anyhow::Result<Vec<Change>> {
    let mut unit = opened.store.read().await?;
    let (mut plan, mut wrong) = (Vec::new(), Vec::new());
    for row in rows {
        match account(&mut unit, row).await? {
            Ok((organization, before)) => plan.push((row, organization, before)),
            Err((column, reason)) => wrong.push(format!("line {}, {column}: {reason}", row.line)),
        }
    }
    drop(unit);
    if !wrong.is_empty() {
        return Err(nothing_imported(wrong));
    }
    let change = |(row, organization, before): (&Row, _, Agent)| {
        let kept = kept(opened, &before, &row.token);
        Change { organization, before, bits: bits(&row.token), kept }
    };
    Ok(plan.into_iter().map(change).collect())
}

/// Whose token a row is, or the column that is wrong.
async fn account(
    unit: &mut Unit,
    row: &Row,
) -> anyhow::Result<Result<(Organization, Agent), (&'static str, String)>> {
    let Row { organization: handle, operator_id, .. } = row;
    let organization = match Handle::parse(handle) {
        Ok(parsed) => unit.organization(&parsed).await?,
        Err(_) => None,
    };
    let Some(organization) = organization else {
        return Ok(Err(("organization", format!("there is no organisation `{handle}`"))));
    };
    let Some(agent) = unit.agent_by_operator_id(&organization.handle, operator_id).await? else {
        return Ok(Err(("operator_id", format!("no agent of `{handle}` has `{operator_id}`"))));
    };
    if agent.link.is_some_and(|link| link.legacy == LinkedLegacy::Retired) {
        let login = &agent.login;
        return Ok(Err(("operator_id", format!("`{login}` signs in with Salesforce only"))));
    }
    Ok(Ok((organization, agent)))
}

fn kept(opened: &Opened, agent: &Agent, token: &str) -> Option<Kept> {
    let keys = opened.store.keys();
    let is_there = match agent.token.as_ref().map(|token| &token.kept) {
        Some(Kept::Mac(mac)) => keys.is_token(token, Some(mac)),
        Some(Kept::Hash(hash)) => verify_token(token, Some(hash), opened.config.passwords.cost),
        None => false,
    };
    (!is_there).then(|| match Strength::of(token) {
        Strength::Strong => Kept::Mac(keys.token_mac(token)),
        Strength::Weak => {
            Kept::Hash(hash_token(token, random::bytes(), opened.config.passwords.cost))
        }
    })
}

async fn carry_out(opened: &Opened, plan: &[Change]) -> anyhow::Result<()> {
    let now = clock::now();
    let mut unit = opened.store.begin().await?;
    for change in plan {
        let Some(kept) = change.kept.clone() else { continue };
        let agent = unit.agent(&change.before.id).await?.context("the agent is gone")?;
        ensure!(
            (&agent.token, agent.link) == (&change.before.token, change.before.link),
            "the account of `{}` has changed meanwhile, so nothing is imported; try again",
            agent.login
        );
        let token = Some(Token { kept, issued_at: now, last_used: None });
        unit.save_agent(&Agent { token, ..agent.clone() }).await?;
        // Whoever held the token before holds nothing now.
        unit.end_legacy_sessions(&agent.id, None, End::ByAdministrator, now).await?;
        unit.audit(Entry {
            at: now,
            organization: Some(&change.organization.handle),
            agent: Some(&agent.id),
            actor: &opened.operator,
            event: "legacy.import",
            outcome: "ok",
            detail: Some(change.strength().as_str()),
        })
        .await?;
    }
    unit.commit().await?;
    Ok(())
}

fn row(change: &Change) -> Vec<String> {
    let strength = match change.strength() {
        Strength::Strong => format!("about {} bits", change.bits),
        Strength::Weak => format!("about {} bits: weak token", change.bits),
    };
    vec![
        change.organization.handle.to_string(),
        change.before.login.clone(),
        or_dash(change.before.operator_id.as_ref()),
        change.what().to_owned(),
        strength,
    ]
}

fn value(change: &Change) -> serde_json::Value {
    json!({
        "organization": change.organization.handle.as_str(),
        "agent": change.before.login,
        "operator_id": change.before.operator_id,
        "change": change.what(),
        "strength": change.strength().as_str(),
        "bits": change.bits,
    })
}
