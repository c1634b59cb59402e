//! What every command beside the server does first: configuration, key, owner, schema.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use identity::{
    keys::{KeyId, Keys},
    organization::{Handle, Organization},
};
use jiff::Timestamp;
use store::{Entry, Missing, Store, Unit};

use super::owner;
use crate::{clock, config::Config, key_file};

/// One command's work: a unit, the time, and who does it.
pub struct Session {
    pub config: Config,
    pub unit: Unit,
    pub now: Timestamp,
    pub operator: String,
    /// The keys of the key file, the newest first, and when each was made.
    pub made_at: Vec<(KeyId, Option<Timestamp>)>,
    keys: Arc<Keys>,
}

/// Runs one command in one unit: change, audit entry and whatever tells the server, or nothing.
pub fn with_store<T>(
    config: &Path,
    work: impl AsyncFnOnce(&mut Session) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    with_open(config, async |opened| {
        let unit = opened.store.begin().await?;
        let Opened { config, store, operator, made_at } = opened;
        let mut session = Session {
            config: config.clone(),
            unit,
            now: clock::now(),
            operator: operator.clone(),
            made_at: made_at.clone(),
            keys: store.keys().clone(),
        };
        let result = work(&mut session).await?;
        session.unit.commit().await?;
        Ok(result)
    })
}

/// The database, as its owner.
pub struct Opened {
    pub config: Config,
    pub store: Store,
    pub operator: String,
    made_at: Vec<(KeyId, Option<Timestamp>)>,
}

/// For the few commands that do not work in one unit.
pub fn with_open<T>(
    config: &Path,
    work: impl AsyncFnOnce(&Opened) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let config = Config::load(config)?;
    // The keys are read before root steps down: only their owner may.
    let key_file = key_file::load(&config.key_file)?;
    let operator = owner::operator();
    let database = config.database.clone();
    owner::as_owner_of(&database, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async move {
            let keys = Arc::new(key_file.keys());
            let store = Store::open(&config.database, Missing::Refuse, keys).await?;
            store.check_schema().await?;
            let store = store.beside_server().await?;
            let opened = Opened { config, store, operator, made_at: key_file.made_at() };
            let result = work(&opened).await?;
            opened.store.close().await;
            Ok(result)
        })
    })
}

impl Session {
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    pub async fn organization(&mut self, handle: &str) -> anyhow::Result<Organization> {
        let handle = Handle::parse(handle)?;
        let found = self.unit.organization(&handle).await?;
        found.with_context(|| {
            format!("there is no organisation `{handle}`; `cordboard organization list` names them")
        })
    }

    pub async fn agent(
        &mut self,
        organization: &Organization,
        login: &str,
    ) -> anyhow::Result<identity::agent::Agent> {
        let found = self.unit.agent_by_login(&organization.handle, login).await?;
        found.with_context(|| {
            let handle = &organization.handle;
            format!("there is no agent `{login}`; `cordboard agent list {handle}` names them")
        })
    }

    pub async fn audit(
        &mut self,
        event: &str,
        organization: &Organization,
        agent: Option<&identity::agent::AgentId>,
        detail: Option<&str>,
    ) -> anyhow::Result<()> {
        let entry = Entry {
            at: self.now,
            organization: Some(&organization.handle),
            agent,
            actor: &self.operator,
            event,
            outcome: "ok",
            detail,
        };
        Ok(self.unit.audit(entry).await?)
    }
}
