//! `cordboard legacy issue-token`.

use std::path::Path;

use anyhow::bail;
use clap::Subcommand;
use identity::{
    agent::{Agent, LinkedLegacy, Token},
    session::End,
};

use super::open::{Session, with_store};
use crate::random;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an SSO token for an agent and print it, this once; only its HMAC is kept.
    IssueToken {
        /// The organisation's handle.
        organization: String,
        agent: String,
    },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<()> {
    let Command::IssueToken { organization, agent } = command;
    let token = with_store(config, async |session| issue(session, &organization, &agent).await)?;
    println!("{token}");
    eprintln!("Enter it as *SSO Token* on the Salesforce user. It is not shown again.");
    Ok(())
}

async fn issue(session: &mut Session, organization: &str, login: &str) -> anyhow::Result<String> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    if agent.operator_id.is_none() {
        bail!("`{login}` has no operator ID, which a token goes with");
    }
    if agent.link.is_some_and(|link| link.legacy == LinkedLegacy::Retired) {
        bail!("`{login}` signs in with Salesforce only; a token would open nothing");
    }
    let token = oauth::base64url::encode(random::bytes::<32>());
    let mac = session.keys().token_mac(&token);
    let agent =
        Agent { token: Some(Token { mac, issued_at: session.now, last_used: None }), ..agent };
    session.unit.save_agent(&agent).await?;
    // Whoever held the token before holds nothing now.
    session.unit.end_legacy_sessions(&agent.id, None, End::ByAdministrator, session.now).await?;
    session.audit("legacy.issue_token", &organization, Some(&agent.id), None).await?;
    Ok(token)
}
