//! `cordboard agent add|set|link|invite|list|disable|enable`.

use std::path::Path;

use anyhow::bail;
use clap::Subcommand;
use identity::{
    agent::{AccountKind, Agent, AgentId, EnteredUser, Link, LinkedLegacy, Presence, Status},
    calling::Extension,
    organization::Password,
    password::PasswordHash,
    session::End,
    token_strength::Strength,
};
use salesforce::id::UserId;
use serde_json::json;

use super::{
    calling,
    open::{Session, with_store},
    print::{self, Answer, or_dash},
};
use crate::random;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add an agent.
    Add {
        /// The organisation's handle.
        organization: String,
        /// What you call the agent here; unique in the organisation.
        agent: String,
        /// Shown in the panel.
        #[arg(long)]
        name: String,
        /// The operator ID of the legacy method.
        #[arg(long)]
        operator_id: Option<String>,
        /// The Salesforce user, by id (`005…`) or username. The first sign-in links the account.
        #[arg(long)]
        salesforce_user: Option<String>,
        /// The agent's extension on the organisation's PBX, such as `1001`.
        #[arg(long, value_parser = Extension::parse)]
        extension: Option<Extension>,
    },
    /// Change the agent's place on the organisation's PBX; what is not named stays.
    Set {
        organization: String,
        agent: String,
        #[command(flatten)]
        place: calling::Place,
    },
    /// Link an agent to a Salesforce user now, which also confirms a user who waits for it.
    Link {
        organization: String,
        agent: String,
        /// The user's id (`005…`).
        salesforce_user: UserId,
    },
    /// Print a code, good once and for a day, with which an agent sets a password, for the first time or anew.
    Invite { organization: String, agent: String },
    /// List the agents, how each can sign in, and who waits to be confirmed.
    List { organization: String },
    /// End the agent's sessions and let them in no more.
    Disable { organization: String, agent: String },
    /// Let a disabled agent in again, or one who is kept out by what Salesforce has said; the latter until it
    /// says so again.
    Enable { organization: String, agent: String },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::Add { organization, agent, name, operator_id, salesforce_user, extension } => {
            let agent = Agent { extension, ..new(agent, name, operator_id, salesforce_user)? };
            with_store(config, async |session| add(session, &organization, &agent).await)?;
            Ok(Answer::new(value(&agent)))
        }
        Command::Set { organization, agent, place } => {
            let change = place.read()?;
            let agent = with_store(config, async |session| {
                set(session, &organization, &agent, change).await
            })?;
            Ok(Answer::new(value(&agent)))
        }
        Command::Link { organization, agent, salesforce_user } => {
            let agent = with_store(config, async |session| {
                link(session, &organization, &agent, salesforce_user).await
            })?;
            Ok(Answer::new(value(&agent)))
        }
        Command::Invite { organization, agent } => {
            with_store(config, async |session| invite(session, &organization, &agent).await)
        }
        Command::List { organization } => {
            let agents = with_store(config, async |session| {
                let organization = session.organization(&organization).await?;
                Ok(session.unit.agents(&organization.handle).await?)
            })?;
            Ok(Answer::list(&HEADER, &agents, row, value))
        }
        Command::Disable { organization, agent } => {
            let (agent, ended) =
                with_store(config, async |session| disable(session, &organization, &agent).await)?;
            let mut value = value(&agent);
            value["sessions_ended"] = ended.into();
            let login = agent.login;
            Ok(Answer::new(value).note(format!("{login} is disabled; sessions ended: {ended}.")))
        }
        Command::Enable { organization, agent } => {
            let agent =
                with_store(config, async |session| enable(session, &organization, &agent).await)?;
            Ok(Answer::new(value(&agent)))
        }
    }
}

fn new(
    login: String,
    name: String,
    operator_id: Option<String>,
    salesforce_user: Option<String>,
) -> anyhow::Result<Agent> {
    let is_plain = |text: &str| !text.trim().is_empty() && text.len() <= 80 && text == text.trim();
    if !is_plain(&login)
        || !is_plain(&name)
        || operator_id.as_deref().is_some_and(|id| !is_plain(id))
    {
        bail!("names and operator IDs are 1 to 80 characters, without white space at either end");
    }
    Ok(Agent {
        id: AgentId(random::id()),
        login,
        name,
        operator_id,
        token: None,
        link: None,
        entered_user: salesforce_user.as_deref().map(EnteredUser::parse),
        unconfirmed_user: None,
        status: Status::Active,
        presence: Presence::Welcome,
        language: None,
        password: None,
        finding: None,
        extension: None,
        sip_password: None,
        caller_ids: Vec::new(),
    })
}

async fn add(session: &mut Session, organization: &str, agent: &Agent) -> anyhow::Result<()> {
    let organization = session.organization(organization).await?;
    session.unit.insert_agent(&organization.handle, agent).await?;
    session.audit("agent.add", &organization, Some(&agent.id), Some(&agent.login)).await
}

async fn set(
    session: &mut Session,
    organization: &str,
    login: &str,
    change: calling::Change,
) -> anyhow::Result<Agent> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let (agent, what) = change.apply(agent);
    session.unit.save_agent(&agent).await?;
    session.unit.calling_changed(&organization.handle, Some(&agent.id), session.now).await?;
    session.audit("agent.set", &organization, Some(&agent.id), Some(&what)).await?;
    Ok(agent)
}

async fn link(
    session: &mut Session,
    organization: &str,
    login: &str,
    user: UserId,
) -> anyhow::Result<Agent> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let legacy = agent.link.map_or(LinkedLegacy::Kept, |link| link.legacy);
    let was_another = agent.link.is_some_and(|link| link.user != user);
    let agent = Agent {
        link: Some(Link { user, linked_at: session.now, legacy }),
        entered_user: None,
        unconfirmed_user: None,
        ..agent
    };
    session.unit.save_agent(&agent).await?;
    if was_another {
        // The sessions and consents were another user's.
        session.unit.revoke_consents_of_agent(&agent.id, session.now).await?;
        session.unit.end_sessions_of_agent(&agent.id, End::ByAdministrator, session.now).await?;
    }
    session.audit("agent.link", &organization, Some(&agent.id), Some(user.as_str())).await?;
    Ok(agent)
}

async fn invite(session: &mut Session, organization: &str, login: &str) -> anyhow::Result<Answer> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let handle = &organization.handle;
    if organization.password == Password::Off {
        bail!(
            "nobody signs in to `{handle}` by password: `cordboard organization set {handle} --password on`"
        );
    }
    if agent.kind() == AccountKind::SsoOnly {
        bail!(
            "`{login}` signs in with Salesforce alone: `cordboard legacy reinstate {handle} {login}`"
        );
    }
    let code = random::token();
    let mac = session.keys().invitation_mac(&code);
    let expires_at = session.now + INVITATION_LIFETIME;
    session.unit.insert_invitation(&mac, &agent.id, expires_at).await?;
    session.audit("agent.invite", &organization, Some(&agent.id), None).await?;
    let page = format!("{}{}", session.config.public_url, adapter_api::invite::PATH);
    let value = json!({ "agent": login, "page": page, "code": code, "expires_at": expires_at });
    Ok(Answer::new(value).text(format!("{code}\n")).note(format!(
        "Tell {login} to open {page} and type this code within a day. It is not shown again."
    )))
}

async fn disable(
    session: &mut Session,
    organization: &str,
    login: &str,
) -> anyhow::Result<(Agent, u64)> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let agent = Agent { status: Status::Disabled, ..agent };
    session.unit.save_agent(&agent).await?;
    let ended =
        session.unit.end_sessions_of_agent(&agent.id, End::AgentDisabled, session.now).await?;
    session.audit("agent.disable", &organization, Some(&agent.id), None).await?;
    Ok((agent, ended))
}

async fn enable(session: &mut Session, organization: &str, login: &str) -> anyhow::Result<Agent> {
    let organization = session.organization(organization).await?;
    let agent = session.agent(&organization, login).await?;
    let agent = Agent { status: Status::Active, finding: None, ..agent };
    session.unit.save_agent(&agent).await?;
    session.unit.save_finding(&agent.id, None).await?;
    session.audit("agent.enable", &organization, Some(&agent.id), None).await?;
    Ok(agent)
}

fn row(agent: &Agent) -> Vec<String> {
    let user = match (&agent.link, &agent.entered_user, &agent.unconfirmed_user) {
        (Some(link), ..) => link.user.to_string(),
        (None, _, Some(user)) => format!("{user} waits: link.confirm"),
        (None, Some(entered), None) => format!("{entered} (entered)"),
        (None, None, None) => "-".into(),
    };
    let last_used = agent.token.as_ref().map(|token| match token.last_used {
        Some(at) => print::minute(at),
        None => "never".into(),
    });
    vec![
        agent.login.clone(),
        agent.name.clone(),
        agent.kind().as_str().into(),
        agent.finding.as_ref().map_or(status(agent), |finding| finding.unfit.end().as_str()).into(),
        or_dash(agent.extension.as_ref()),
        or_dash(agent.operator_id.as_ref()),
        user,
        or_dash(agent.token.as_ref().map(|token| match token.kept.strength() {
            Strength::Strong => "strong",
            Strength::Weak => "weak token",
        })),
        or_dash(last_used),
    ]
}

pub fn value(agent: &Agent) -> serde_json::Value {
    json!({
        "agent": agent.login,
        "name": agent.name,
        "account": agent.kind().as_str(),
        "status": status(agent),
        "found": agent.finding.as_ref().map(|finding| json!({
            "what": finding.unfit.end().as_str(),
            "user": finding.user,
            "since": finding.found_at,
        })),
        "extension": agent.extension.as_ref().map(Extension::as_str),
        "sip_password": agent.sip_password.as_ref().map(|_| "set"),
        "caller_ids": calling::shown(&agent.caller_ids),
        "operator_id": agent.operator_id,
        "salesforce_user": agent.link.map(|link| link.user),
        "entered_user": agent.entered_user.as_ref().map(ToString::to_string),
        "unconfirmed_user": agent.unconfirmed_user,
        "token": agent.token.as_ref().map(|token| token.kept.strength().as_str()),
        "password": agent.password.as_ref().and_then(PasswordHash::parameters),
        "token_last_used": agent.token.as_ref().and_then(|token| token.last_used),
    })
}

fn status(agent: &Agent) -> &'static str {
    match agent.status {
        Status::Active => "active",
        Status::Disabled => "disabled",
    }
}

const INVITATION_LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
const HEADER: [&str; 9] = [
    "AGENT",
    "NAME",
    "ACCOUNT",
    "STATUS",
    "EXTENSION",
    "OPERATOR ID",
    "SALESFORCE USER",
    "TOKEN",
    "TOKEN LAST USED",
];
