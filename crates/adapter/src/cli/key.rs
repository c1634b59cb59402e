//! `cordboard key rotate|list|retire`.

use std::path::Path;

use anyhow::{Context as _, ensure};
use clap::Subcommand;
use identity::keys::KeyId;
use jiff::Timestamp;
use serde_json::json;
use store::{Entry, Resting};

use super::{
    open::{Session, with_store},
    print::{self, Answer, or_dash},
};
use crate::{clock, config::Config, key_file};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add a new key to the key file. The server takes it up when it is restarted; nobody is signed out.
    Rotate,
    /// List the keys, and what still rests on each.
    List,
    /// Take an old key out of the key file, once nothing rests on it.
    Retire {
        /// As `key list` shows it.
        key: String,
        /// Give up what rests on it: sessions end, SSO tokens and invitations are erased.
        #[arg(long)]
        force: bool,
    },
}

pub fn run(config: &Path, command: Command) -> anyhow::Result<Answer> {
    match command {
        Command::Rotate => rotate(config),
        Command::List => {
            let keys = with_store(config, async |session| list(session).await)?;
            Ok(Answer::list(&HEADER, &keys, row, value))
        }
        Command::Retire { key, force } => retire(config, &key, force),
    }
}

fn rotate(config: &Path) -> anyhow::Result<Answer> {
    let id = key_file::add(&Config::load(config)?.key_file, clock::now())?;
    with_store(config, async |session| audit(session, "key.rotate", &id).await)?;
    Ok(Answer::new(json!({ "key": id.as_str() })).text(format!("{id}\n")).note(
        "Restart the server: it takes the key up then. `cordboard key list` shows what rests on the others.",
    ))
}

/// One key, and how far it has come.
struct Listed {
    id: KeyId,
    made_at: Option<Timestamp>,
    taken_up_at: Option<Timestamp>,
    stage: Stage,
    resting: Resting,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// For the server's restart.
    Waiting,
    InUse,
    Older,
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::InUse => "in_use",
            Self::Older => "older",
        }
    }
}

async fn list(session: &mut Session) -> anyhow::Result<Vec<Listed>> {
    let taken_up = session.unit.keys_taken_up().await?;
    let in_use = session.keys().in_use().clone();
    let mut stage = Stage::Waiting;
    let mut listed = Vec::new();
    for (id, made_at) in session.made_at.clone() {
        stage = match stage {
            _ if id == in_use => Stage::InUse,
            Stage::InUse | Stage::Older => Stage::Older,
            Stage::Waiting => Stage::Waiting,
        };
        let resting = session.unit.resting_on(&id, session.now).await?;
        let taken_up_at = taken_up.iter().find(|(key, _)| *key == id).map(|(_, at)| *at);
        listed.push(Listed { id, made_at, taken_up_at, stage, resting });
    }
    Ok(listed)
}

fn retire(config: &Path, named: &str, force: bool) -> anyhow::Result<Answer> {
    key_file::check_changeable()?;
    let key = with_store(config, async |session| give_up(session, named, force).await)?;
    key_file::remove(&Config::load(config)?.key_file, &key.id)?;
    let mut answer = Answer::new(value(&key));
    if !key.resting.is_nothing() {
        answer = answer.note(format!("Given up with `{named}`: {}.", in_words(&key.resting)));
    }
    Ok(answer.note("A running server forgets the key when it is restarted."))
}

async fn give_up(session: &mut Session, named: &str, force: bool) -> anyhow::Result<Listed> {
    let keys = list(session).await?;
    let key = keys
        .into_iter()
        .find(|key| key.id.as_str() == named)
        .with_context(|| format!("there is no key `{named}`; `cordboard key list` names them"))?;
    ensure!(
        key.stage != Stage::InUse,
        "`{named}` makes what is new; `cordboard key rotate`, and restart the server, before it can go"
    );
    ensure!(
        key.resting.secrets.is_empty(),
        "`{named}` seals secrets of {}; a restarted server seals them anew",
        key.resting.secrets.join(", ")
    );
    ensure!(
        force || key.resting.is_nothing(),
        "on `{named}` rest {}. `--force` gives them up",
        in_words(&key.resting)
    );
    session.unit.give_up_key(&key.id, session.now).await?;
    audit(session, "key.retire", &key.id).await?;
    Ok(key)
}

/// What would be lost, and whose it is.
fn in_words(resting: &Resting) -> String {
    let logins: Vec<String> = resting
        .tokens
        .iter()
        .map(|(organization, login)| format!("{organization}/{login}"))
        .collect();
    let mut parts = vec![
        format!("sessions: {}", resting.sessions),
        format!("sign-ins in a window: {}", resting.transactions),
        format!("invitations: {}", resting.invitations),
    ];
    parts.push(match logins.is_empty() {
        true => "SSO tokens: 0".into(),
        false => format!("SSO tokens: {} ({})", logins.len(), logins.join(", ")),
    });
    parts.join(", ")
}

async fn audit(session: &mut Session, event: &str, key: &KeyId) -> anyhow::Result<()> {
    let entry = Entry {
        at: session.now,
        organization: None,
        agent: None,
        actor: &session.operator,
        event,
        outcome: "ok",
        detail: Some(key.as_str()),
    };
    Ok(session.unit.audit(entry).await?)
}

fn row(key: &Listed) -> Vec<String> {
    vec![
        key.id.to_string(),
        or_dash(key.made_at.map(print::minute)),
        match (key.stage, key.taken_up_at) {
            (Stage::Waiting, _) => "at the next restart".into(),
            (_, at) => or_dash(at.map(print::minute)),
        },
        if key.stage == Stage::InUse { "yes" } else { "no" }.into(),
        key.resting.sessions.to_string(),
        key.resting.transactions.to_string(),
        key.resting.tokens.len().to_string(),
        key.resting.invitations.to_string(),
        key.resting.secrets.len().to_string(),
    ]
}

fn value(key: &Listed) -> serde_json::Value {
    json!({
        "key": key.id.as_str(),
        "made_at": key.made_at,
        "taken_up_at": key.taken_up_at,
        "stage": key.stage.as_str(),
        "sessions": key.resting.sessions,
        "sign_ins": key.resting.transactions,
        "sso_tokens": key.resting.tokens.len(),
        "invitations": key.resting.invitations,
        "client_secrets": key.resting.secrets.len(),
    })
}

const HEADER: [&str; 9] = [
    "KEY",
    "MADE",
    "TAKEN UP",
    "IN USE",
    "SESSIONS",
    "SIGN-INS",
    "TOKENS",
    "INVITATIONS",
    "SECRETS",
];
