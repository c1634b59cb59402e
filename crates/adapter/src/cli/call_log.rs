//! `cordboard call-log list|retry`.

use std::{collections::HashMap, path::Path};

use anyhow::bail;
use call_log::CallId;
use clap::Subcommand;
use identity::agent::{Agent, AgentId};
use serde_json::{Value, json};
use store::{Kept, State};

use super::{
    open::{Session as Work, with_store},
    print::{self, Answer},
};
use crate::call_log::code;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List the calls that wait to be written to Salesforce, or that it refused, and why.
    List {
        /// The organisation's handle.
        organization: String,
        /// Only those that were refused.
        #[arg(long)]
        refused: bool,
    },
    /// Try calls again at once, after the cause is mended.
    Retry {
        organization: String,
        /// As `call-log list` shows it; the first characters suffice while they name one call.
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        call: Option<String>,
        /// Everything that waits or was refused.
        #[arg(long)]
        all: bool,
    },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::List { organization, refused } => {
            let mut calls = with_store(config, async |work| list(work, &organization).await)?;
            calls.retain(|(call, _)| !refused || matches!(call.state, State::Refused(_)));
            Ok(Answer::list(&HEADER, &calls, row, value))
        }
        Command::Retry { organization, call, .. } => {
            let tried =
                with_store(config, async |work| retry(work, &organization, call.as_deref()).await)?;
            Ok(Answer::new(json!({ "calls_retried": tried }))
                .note(format!("Calls that are tried again: {tried}.")))
        }
    }
}

/// Each with the agent's login.
async fn list(work: &mut Work, organization: &str) -> anyhow::Result<Vec<(Kept, String)>> {
    let organization = work.organization(organization).await?;
    let calls = work.unit.calls_unwritten(&organization.handle).await?;
    let agents = work.unit.agents(&organization.handle).await?;
    let logins: HashMap<AgentId, String> =
        agents.into_iter().map(|Agent { id, login, .. }| (id, login)).collect();
    let with_login = |call: Kept| {
        let login = logins.get(&call.agent).cloned().unwrap_or_default();
        (call, login)
    };
    Ok(calls.into_iter().map(with_login).collect())
}

async fn retry(work: &mut Work, organization: &str, id: Option<&str>) -> anyhow::Result<u64> {
    let organization = work.organization(organization).await?;
    let handle = &organization.handle;
    let call: Option<CallId> = match id {
        None => None,
        Some(id) => {
            let calls = work.unit.calls_unwritten(handle).await?;
            let mut named = calls.into_iter().filter(|call| call.call.0.starts_with(id));
            match (named.next(), named.next()) {
                (Some(call), None) => Some(call.call),
                (None, _) => bail!(
                    "no call of `{id}` waits; `cordboard call-log list {handle}` shows those that do"
                ),
                (Some(_), Some(_)) => {
                    bail!("more than one call begins with `{id}`; type more of it")
                }
            }
        }
    };
    let tried = work.unit.retry_calls(handle, call.as_ref(), work.now).await?;
    let detail = call.map_or_else(|| format!("all, {tried}"), |call| call.to_string());
    work.audit("call_log.retry", &organization, None, Some(&detail)).await?;
    Ok(tried)
}

fn row((call, login): &(Kept, String)) -> Vec<String> {
    let (state, why) = state(call);
    vec![
        call.call.to_string(),
        login.clone(),
        print::minute(call.entry.began_at),
        call.entry.direction.as_str().to_owned(),
        print::or_dash(Some(&call.entry.number).filter(|number| !number.is_empty())),
        state.to_owned(),
        print::or_dash(why),
    ]
}

fn value((call, login): &(Kept, String)) -> Value {
    let (state, _) = state(call);
    let refusal = match &call.state {
        State::Refused(refusal) => {
            json!({ "code": code(refusal.kind).as_str(), "value": refusal.value })
        }
        State::Waiting | State::Written(_) => Value::Null,
    };
    json!({
        "call": call.call.to_string(),
        "agent": login,
        "began_at": call.entry.began_at,
        "direction": call.entry.direction.as_str(),
        "number": call.entry.number,
        "handed_over_at": call.handed_at,
        "state": state,
        "refusal": refusal,
        "trouble": call.trouble,
        "attempts": call.attempts,
        "next_attempt_at": matches!(call.state, State::Waiting).then_some(call.due_at),
    })
}

/// And why it is so.
fn state(call: &Kept) -> (&'static str, Option<String>) {
    match &call.state {
        State::Waiting => ("waiting", call.trouble.clone()),
        State::Written(task) => ("written", Some(task.to_string())),
        State::Refused(refusal) => {
            let value = refusal.value.as_deref().map(|value| format!(": {value}"));
            ("refused", Some(format!("{}{}", code(refusal.kind), value.unwrap_or_default())))
        }
    }
}

const HEADER: [&str; 7] = ["CALL", "AGENT", "BEGAN", "DIRECTION", "NUMBER", "STATE", "WHY"];
