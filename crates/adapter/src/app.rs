//! What every route and job of the running server shares.

use std::{path::PathBuf, sync::Arc};

use identity::keys::Keys;
use salesforce::frame::Origin;
use store::Store;
use tokio::sync::broadcast;

use crate::{
    clients::Salesforce, clock, config::Config, http::assets::Assets, hub::Hub, replay::Replay,
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
    pub assets: Assets,
    pub hub: Hub,
    pub replay: Replay,
    /// Some transaction has moved on; whoever waits for one looks again.
    pub transactions: broadcast::Sender<()>,
    /// Set when the server is to stop, so that long polls and sockets end at once.
    pub stopping: tokio::sync::watch::Sender<bool>,
}

impl App {
    pub fn new(config: &Config, keys: Arc<Keys>, store: Store) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(Shared {
            public_url: config.public_url.clone(),
            database: config.database.clone(),
            keys,
            store,
            salesforce: Salesforce::new()?,
            assets: Assets::load(&config.assets)?,
            hub: Hub::new(),
            replay: Replay::new(clock::now()),
            transactions: broadcast::Sender::new(16),
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
