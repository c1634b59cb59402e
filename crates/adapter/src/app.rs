//! What every route and job of the running server shares.

use std::{path::PathBuf, sync::Arc, time::Duration};

use adapter_api::events::Event;
use identity::{agent::AgentId, keys::Keys};
use salesforce::frame::Origin;
use store::Store;
use tokio::sync::{Notify, Semaphore, broadcast};

use crate::{
    clients::Salesforce,
    clock,
    config::Config,
    connections::Connections,
    hashing::Hashing,
    http::{assets::Assets, other_key, wrong_attempt::MOST_HELD},
    hub::Hub,
    limits::Limit,
    metrics::Metrics,
    network::Network,
    readiness::Readiness,
    replay::Replay,
};

/// Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Shared>);

pub struct Shared {
    pub public_url: Origin,
    pub database: PathBuf,
    pub keys: Arc<Keys>,
    pub store: Store,
    pub salesforce: Salesforce,
    pub metrics: Arc<Metrics>,
    pub assets: Assets,
    pub hub: Hub,
    pub replay: Replay,
    pub other_keys: other_key::Told,
    pub readiness: Readiness,
    /// The origins of the browser extensions whose pages may hold a phone.
    pub extensions: Vec<String>,
    pub trusted_proxies: Vec<Network>,
    /// Of each address that is no proxy of ours.
    pub connections: Arc<Connections>,
    /// Of each address, whatever it asks for.
    pub requests: Limit,
    /// Of each address, what begins a sign-in.
    pub sign_ins: Limit,
    /// A place for each wrong answer that is held back.
    pub late_answers: Semaphore,
    pub hashing: Hashing,
    /// Some transaction has moved on; whoever waits for one looks again.
    pub transactions: broadcast::Sender<()>,
    /// A call has been handed over, or is to be tried again: whoever writes them looks.
    pub calls_handed: Notify,
    /// For the panels of the agents whose calls were written.
    pub call_news: broadcast::Sender<CallNews>,
    pub call_log_settle: Duration,
    /// Set when the server is to stop, so that long polls and sockets end at once.
    pub stopping: tokio::sync::watch::Sender<bool>,
}

/// Something about an agent's call.
#[derive(Clone, Debug)]
pub struct CallNews {
    pub agent: AgentId,
    pub event: Event,
}

impl App {
    pub fn new(config: &Config, keys: Arc<Keys>, store: Store) -> anyhow::Result<Self> {
        let metrics = Arc::new(Metrics::new(clock::now()));
        Ok(Self(Arc::new(Shared {
            public_url: config.public_url.clone(),
            database: config.database.clone(),
            keys,
            store,
            salesforce: Salesforce::new(metrics.clone())?,
            metrics,
            assets: Assets::load(&config.assets)?,
            hub: Hub::new(),
            replay: Replay::new(clock::now()),
            other_keys: other_key::Told::default(),
            readiness: Readiness::default(),
            extensions: config.extensions.clone(),
            trusted_proxies: config.trusted_proxies.clone(),
            connections: Connections::new(config.limits.connections),
            requests: Limit::new(config.limits.requests),
            sign_ins: Limit::new(config.limits.sign_ins),
            hashing: Hashing::new(config.passwords),
            late_answers: Semaphore::new(MOST_HELD),
            transactions: broadcast::Sender::new(16),
            calls_handed: Notify::new(),
            call_news: broadcast::Sender::new(64),
            call_log_settle: config.call_log_settle,
            stopping: tokio::sync::watch::Sender::new(false),
        })))
    }

    /// Completes when the server is to stop.
    pub async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // The sender lives as long as the app, so an error cannot come.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }

    /// An absolute address of ours.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
