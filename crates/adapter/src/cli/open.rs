//! What every command beside the server does first: configuration, key, owner, schema.

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use identity::organization::{Handle, Organization};
use jiff::Timestamp;
use store::{Entry, Missing, Store, Unit};

use super::owner;
use crate::{clock, config::Config, key_file};

/// One command's work: a unit, the time, and who does it.
pub struct Session {
    pub config: Config,
    pub unit: Unit,
    pub now: Timestamp,
    operator: String,
    keys: Arc<identity::keys::Keys>,
}

/// Runs one command in one unit: change, audit entry and whatever tells the server, or nothing.
pub fn with_store<T>(
    config: &Path,
    work: impl AsyncFnOnce(&mut Session) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    with_open(config, async |opened| {
        let unit = opened.store.begin().await?;
        let Opened { config, operator, keys, .. } = opened;
        let (config, operator, keys) = (config.clone(), operator.clone(), keys.clone());
        let mut session = Session { config, unit, now: clock::now(), operator, keys };
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
    keys: Arc<identity::keys::Keys>,
}

/// For the few commands that do not work in one unit.
pub fn with_open<T>(
    config: &Path,
    work: impl AsyncFnOnce(&Opened) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let config = Config::load(config)?;
    // The key is read before root steps down: only its owner may.
    let keys = Arc::new(key_file::load(&config.key_file)?);
    let operator = owner::operator();
    owner::become_owner_of(&config.database)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async move {
        let store = Store::open(&config.database, Missing::Refuse, keys.clone()).await?;
        store.check_schema().await?;
        let opened = Opened { config, store, operator, keys };
        let result = work(&opened).await?;
        opened.store.close().await;
        Ok(result)
    })
}

impl Session {
    pub fn keys(&self) -> &identity::keys::Keys {
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
