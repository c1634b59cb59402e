//! What happens without a request.

mod call_log;
mod directory;

use std::time::Duration;

use store::Watch;

pub use call_log::write_calls;
pub use directory::ask_salesforce;

use crate::{app::App, clock};

/// Tells live sockets of ended sessions: at once when this process ended them, and within half a second when
/// the command line did.
pub async fn tell_ended(app: App) {
    let mut watch = None;
    let mut since = clock::now();
    // Something has been written that the sockets have not been told of.
    let mut pending = false;
    let mut poll = tokio::time::interval(POLL);
    poll.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let nudged = tokio::select! {
            () = app.hub.nudged() => true,
            _ = poll.tick() => false,
            () = app.stopped() => return,
        };
        pending |= nudged;
        match written_elsewhere(&app, &mut watch).await {
            Ok(changed) => pending |= changed,
            Err(error) => {
                tracing::warn!(%error, "the database cannot be watched");
                watch = None;
            }
        }
        if !pending {
            continue;
        }
        let asked_at = clock::now();
        // The clock may have been set back.
        match app.hub.tell(&app.store, since.min(asked_at)).await {
            Ok(()) => (since, pending) = (asked_at, false),
            Err(error) => tracing::warn!(%error, "ended sessions cannot be read"),
        }
        // A transaction may have been changed by another process, too, and a call be tried again.
        let _ = app.transactions.send(());
        app.calls_handed.notify_one();
    }
}

async fn written_elsewhere(
    app: &App,
    watch: &mut Option<Watch>,
) -> Result<bool, store::StoreError> {
    match watch {
        Some(watch) => watch.has_changed().await,
        None => {
            *watch = Some(Watch::open(&app.database).await?);
            Ok(true)
        }
    }
}

/// Removes what has expired.
pub async fn sweep(app: App) {
    let mut interval = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            () = app.stopped() => return,
        }
        app.hub.sweep(clock::now());
        let swept = async {
            let mut unit = app.store.begin().await?;
            unit.sweep(clock::now()).await?;
            unit.commit().await
        };
        if let Err(error) = swept.await {
            tracing::warn!(%error, "expired rows cannot be removed");
        }
    }
}

const POLL: Duration = Duration::from_millis(500);
const SWEEP: Duration = Duration::from_secs(300);
