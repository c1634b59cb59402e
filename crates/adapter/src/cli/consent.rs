//! `cordboard consent list|revoke`.

use std::path::Path;

use anyhow::bail;
use clap::Subcommand;
use identity::{consent::Consent, session::End};
use serde_json::json;

use super::{
    open::{Session, with_store},
    print,
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List what agents have allowed and not revoked.
    List {
        /// The organisation's handle.
        organization: String,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Revoke what an agent has allowed. The sessions that rest on it end, and the next sign-in asks again.
    Revoke { organization: String, agent: String },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<()> {
    match command {
        Command::List { organization, json } => {
            let consents = with_store(config, async |session| list(session, &organization).await)?;
            show(&consents, json);
            Ok(())
        }
        Command::Revoke { organization, agent } => {
            with_store(config, async |session| revoke(session, &organization, &agent).await)
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

async fn revoke(session: &mut Session, organization: &str, login: &str) -> anyhow::Result<()> {
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
    Ok(())
}

fn show(consents: &[(String, Consent)], as_json: bool) {
    if as_json {
        let value = |(login, consent): &(String, Consent)| {
            json!({
                "id": consent.id.0,
                "agent": login,
                "salesforce_user": consent.subject,
                "granted_at": consent.granted_at,
            })
        };
        return print::json(&consents.iter().map(value).collect());
    }
    let row = |(login, consent): &(String, Consent)| {
        vec![login.clone(), consent.subject.to_string(), print::minute(consent.granted_at)]
    };
    let rows: Vec<Vec<String>> = consents.iter().map(row).collect();
    print::table(&["AGENT", "SALESFORCE USER", "ALLOWED"], &rows);
}
