//! `cordboard session list|end`.

use std::{collections::HashMap, path::Path};

use anyhow::Context as _;
use clap::Subcommand;
use identity::{
    agent::{Agent, AgentId},
    session::{End, Session},
};
use serde_json::json;

use super::{
    open::{Session as Work, with_store},
    print::{self, Answer},
};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the live sessions: who, since when, by which way.
    List {
        /// The organisation's handle.
        organization: String,
        /// Only this agent's.
        #[arg(long)]
        agent: Option<String>,
    },
    /// End one session by its id, or all of an agent's. The agent may sign in again at once; `agent disable`
    /// prevents that.
    End {
        organization: String,
        /// As `session list` shows it; the first characters suffice while they name one session.
        #[arg(required_unless_present = "agent", conflicts_with = "agent")]
        session: Option<String>,
        /// All sessions of this agent.
        #[arg(long)]
        agent: Option<String>,
    },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::List { organization, agent } => {
            let sessions =
                with_store(config, async |work| list(work, &organization, agent.as_deref()).await)?;
            Ok(Answer::list(&HEADER, &sessions, row, value))
        }
        Command::End { organization, session: Some(id), .. } => {
            with_store(config, async |work| end_one(work, &organization, &id).await)?;
            Ok(Answer::new(json!({ "sessions_ended": 1 })))
        }
        Command::End { organization, session: None, agent } => {
            let agent = agent.context("name a session or an agent")?;
            let ended =
                with_store(config, async |work| end_all(work, &organization, &agent).await)?;
            Ok(Answer::new(json!({ "sessions_ended": ended }))
                .note(format!("Sessions of {agent} ended: {ended}.")))
        }
    }
}

/// Each with the agent's login.
async fn list(
    work: &mut Work,
    organization: &str,
    login: Option<&str>,
) -> anyhow::Result<Vec<(Session, String)>> {
    let organization = work.organization(organization).await?;
    let now = work.now;
    let sessions = match login {
        Some(login) => {
            let agent = work.agent(&organization, login).await?;
            work.unit.live_sessions_of_agent(&agent.id, now).await?
        }
        None => work.unit.live_sessions(&organization.handle, now).await?,
    };
    let agents = work.unit.agents(&organization.handle).await?;
    let logins: HashMap<AgentId, String> =
        agents.into_iter().map(|Agent { id, login, .. }| (id, login)).collect();
    let login = |session: &Session| logins.get(&session.agent).cloned().unwrap_or_default();
    Ok(sessions.into_iter().map(|session| (session.clone(), login(&session))).collect())
}

async fn end_one(work: &mut Work, organization: &str, id: &str) -> anyhow::Result<()> {
    let organization = work.organization(organization).await?;
    let sessions = work.unit.live_sessions(&organization.handle, work.now).await?;
    let named: Vec<&Session> =
        sessions.iter().filter(|session| session.id.to_string().starts_with(id)).collect();
    let [session] = named.as_slice() else {
        let handle = &organization.handle;
        anyhow::bail!(
            "`{id}` names {} live sessions; `cordboard session list {handle}` shows them",
            named.len()
        )
    };
    work.unit.end_session(session.id, End::ByAdministrator, work.now).await?;
    let detail = session.id.to_string();
    work.audit("session.end", &organization, Some(&session.agent), Some(&detail)).await
}

async fn end_all(work: &mut Work, organization: &str, login: &str) -> anyhow::Result<usize> {
    let organization = work.organization(organization).await?;
    let agent = work.agent(&organization, login).await?;
    let live = work.unit.live_sessions_of_agent(&agent.id, work.now).await?.len();
    work.unit.end_sessions_of_agent(&agent.id, End::ByAdministrator, work.now).await?;
    let detail = format!("all, {live} live");
    work.audit("session.end", &organization, Some(&agent.id), Some(&detail)).await?;
    Ok(live)
}

fn row((session, login): &(Session, String)) -> Vec<String> {
    vec![
        session.id.to_string(),
        login.clone(),
        print::or_dash(session.client.as_ref()),
        session.way.as_str().to_owned(),
        print::minute(session.created_at),
        print::minute(session.renewed_at),
        print::minute(session.ends_at),
    ]
}

fn value((session, login): &(Session, String)) -> serde_json::Value {
    json!({
        "id": session.id.to_string(),
        "agent": login,
        "client": session.client,
        "way": session.way.as_str(),
        "signed_in_at": session.created_at,
        "last_renewed_at": session.renewed_at,
        "ends_at": session.ends_at,
    })
}

const HEADER: [&str; 7] =
    ["SESSION", "AGENT", "CLIENT", "WAY", "SIGNED IN", "LAST RENEWED", "ENDS"];
