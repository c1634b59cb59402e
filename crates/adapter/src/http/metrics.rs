//! `GET /metrics` on a listener of its own: what Prometheus reads, and nobody else needs.

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use identity::{directory::Directory, organization::Handle, sign_in::Way};
use store::{StoreError, Tally};

use crate::{
    app::App,
    clock,
    metrics::{CONTENT_TYPE, Standing},
};

pub async fn read(State(app): State<App>) -> Response {
    let standing = standing(&app).await;
    match app.metrics.read(&standing) {
        Ok(page) => ([(header::CONTENT_TYPE, CONTENT_TYPE)], page).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written out");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A database that cannot be read leaves its part out; that it is not ready is said.
async fn standing(app: &App) -> Standing {
    let (sessions, directories, calls) = stored(app).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the metrics lack what the database knows");
        Default::default()
    });
    let hashing = app.hashing.load();
    Standing {
        ready: app.readiness.look(&app.store, &app.database).await.is_ok(),
        sessions,
        event_sockets: app.hub.count(),
        hashing_running: hashing.running,
        hashing_waiting: hashing.waiting,
        directories,
        calls,
    }
}

type Stored = (Vec<(Handle, Way, u64)>, Vec<(Handle, Directory)>, Vec<Tally>);

async fn stored(app: &App) -> Result<Stored, StoreError> {
    let mut unit = app.store.read().await?;
    let sessions = unit.live_session_counts(clock::now()).await?;
    let mut directories = Vec::new();
    for organization in unit.organizations().await? {
        if organization.integration_client.is_some() {
            let directory = unit.directory(&organization.handle).await?;
            directories.push((organization.handle, directory));
        }
    }
    Ok((sessions, directories, unit.call_tallies().await?))
}
