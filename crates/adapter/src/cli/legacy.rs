//! `cordboard legacy issue-token|import|retire|reinstate`.

use std::path::Path;

use anyhow::bail;
use clap::Subcommand;
use identity::{
    agent::{Agent, Kept, Link, LinkedLegacy, Token},
    session::End,
};
use serde_json::json;

use super::{
    agent, legacy_import,
    open::{Session, with_store},
    print::Answer,
};
use crate::random;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an SSO token for an agent and print it, this once; only its HMAC is kept.
    IssueToken {
        /// The organisation's handle.
        organization: String,
        agent: String,
    },
    /// Take over the SSO tokens that agents have, all of a file or none.
    Import(legacy_import::Arguments),
    /// End the legacy method for a linked agent: Salesforce sign-in is the only way left, and the token is
    /// erased.
    Retire { organization: String, agent: String },
    /// Take `retire` back; the agent needs a new token then.
    Reinstate { organization: String, agent: String },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::IssueToken { organization, agent } => {
            let token =
                with_store(config, async |session| issue(session, &organization, &agent).await)?;
            Ok(Answer::new(json!({ "agent": agent, "sso_token": token }))
                .text(format!("{token}\n"))
                .note("Enter it as *SSO Token* on the Salesforce user. It is not shown again."))
        }
        Command::Import(arguments) => legacy_import::run(config, &arguments),
        Command::Retire { organization, agent } => {
            let agent =
                with_store(config, async |session| retire(session, &organization, &agent).await)?;
            Ok(Answer::new(agent::value(&agent)))
        }
        Command::Reinstate { organization, agent: login } => {
            let agent = with_store(config, async |session| {
                reinstate(session, &organization, &login).await
            })?;
            Ok(Answer::new(agent::value(&agent)).note(format!(
                "`cordboard legacy issue-token {organization} {login}` makes a new token."
            )))
        }
    }
}

async fn retire(session: &mut Session, organization: &str, login: &str) -> anyhow::Result<Agent> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let Some(link) = agent.link else {
        bail!("`{login}` has not signed in with Salesforce yet, so the token is the only way in");
    };
    let link = Link { legacy: LinkedLegacy::Retired, ..link };
    let agent = Agent { link: Some(link), token: None, ..agent };
    session.unit.save_agent(&agent).await?;
    session.unit.end_legacy_sessions(&agent.id, None, End::ByAdministrator, session.now).await?;
    session.audit("legacy.retire", &organization, Some(&agent.id), None).await?;
    Ok(agent)
}

async fn reinstate(
    session: &mut Session,
    organization: &str,
    login: &str,
) -> anyhow::Result<Agent> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let Some(link @ Link { legacy: LinkedLegacy::Retired, .. }) = agent.link else {
        bail!("the legacy method of `{login}` is not retired");
    };
    let agent = Agent { link: Some(Link { legacy: LinkedLegacy::Kept, ..link }), ..agent };
    session.unit.save_agent(&agent).await?;
    session.audit("legacy.reinstate", &organization, Some(&agent.id), None).await?;
    Ok(agent)
}

async fn issue(session: &mut Session, organization: &str, login: &str) -> anyhow::Result<String> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    if agent.operator_id.is_none() {
        bail!("`{login}` has no operator ID, which a token goes with");
    }
    if agent.link.is_some_and(|link| link.legacy == LinkedLegacy::Retired) {
        bail!(
            "`{login}` signs in with Salesforce only; `cordboard legacy reinstate` takes that back"
        );
    }
    let token = oauth::base64url::encode(random::bytes::<32>());
    let kept = Kept::Mac(session.keys().token_mac(&token));
    let agent =
        Agent { token: Some(Token { kept, issued_at: session.now, last_used: None }), ..agent };
    session.unit.save_agent(&agent).await?;
    // Whoever held the token before holds nothing now.
    session.unit.end_legacy_sessions(&agent.id, None, End::ByAdministrator, session.now).await?;
    session.audit("legacy.issue_token", &organization, Some(&agent.id), None).await?;
    Ok(token)
}
