//! `cordboard consent list|revoke`.

use std::path::Path;

use anyhow::bail;
use clap::Subcommand;
use identity::{consent::Consent, session::End};
use serde_json::json;

use super::{
    open::{Session, with_store},
    print::{self, Answer},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List what agents have allowed and not revoked.
    List {
        /// The organisation's handle.
        organization: String,
    },
    /// Revoke what an agent has allowed. The sessions that rest on it end, and the next sign-in asks again.
    Revoke { organization: String, agent: String },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::List { organization } => {
            let consents = with_store(config, async |session| list(session, &organization).await)?;
            Ok(Answer::list(&["AGENT", "SALESFORCE USER", "ALLOWED"], &consents, row, value))
        }
        Command::Revoke { organization, agent } => {
            let revoked =
                with_store(config, async |session| revoke(session, &organization, &agent).await)?;
            Ok(Answer::new(json!({ "agent": agent, "consents_revoked": revoked })))
        }
    }
}

/// Each with the agent's login.
async fn list(session: &mut Session, organization: &str) -> anyhow::Result<Vec<(String, Consent)>> {
    let organization = session.organization(organization).await?;
    let agents = session.unit.agents(&organization.handle).await?;
    let consents = session.unit.consents_of_organization(&organization.handle).await?;
    let login = |consent: &Consent| {
        let agent = agents.iter().find(|agent| agent.id == consent.agent);
        agent.map_or_else(String::new, |agent| agent.login.clone())
    };
    Ok(consents.into_iter().map(|consent| (login(&consent), consent)).collect())
}

async fn revoke(session: &mut Session, organization: &str, login: &str) -> anyhow::Result<usize> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let consents = session.unit.consents(&agent.id).await?;
    if consents.is_empty() {
        bail!("`{login}` has allowed nothing that could be revoked");
    }
    for consent in &consents {
        session.unit.revoke_consent(&consent.id, &agent.id, session.now).await?;
        session.unit.end_sessions_of_consent(&consent.id, End::ConsentRevoked, session.now).await?;
        let detail = Some(consent.id.0.as_str());
        session.audit("consent.revoke", &organization, Some(&agent.id), detail).await?;
    }
    Ok(consents.len())
}

fn row((login, consent): &(String, Consent)) -> Vec<String> {
    vec![login.clone(), consent.subject.to_string(), print::minute(consent.granted_at)]
}

fn value((login, consent): &(String, Consent)) -> serde_json::Value {
    json!({
        "id": consent.id.0,
        "agent": login,
        "salesforce_user": consent.subject,
        "granted_at": consent.granted_at,
    })
}
