//! A genuine token with another key than the one it is bound to: somebody has got hold of it. It opens nothing, and
//! the audit log says so once for each session, so that nobody can fill the log with it.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use identity::session::{Refusal, Session, SessionId};
use store::{Entry, StoreError};

use super::extract::Panel;
use crate::{app::App, clock};

/// The sessions of which that has been said. Each has cost a sign-in and a theft, so there are few.
#[derive(Debug, Default)]
pub struct Told(Mutex<HashSet<SessionId>>);

impl Told {
    fn is_first(&self, session: SessionId) -> bool {
        // A poisoned lock still holds a whole set.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(session)
    }
}

/// To be called with whatever a session says to a token that somebody has sent.
pub async fn notice(
    app: &App,
    panel: &Panel,
    session: &Session,
    refusal: &Refusal,
) -> Result<(), StoreError> {
    if *refusal != Refusal::OtherKey || !app.other_keys.is_first(session.id) {
        return Ok(());
    }
    tracing::warn!(organization = %session.organization, session = %session.id, "a token was used with another key");
    let mut unit = app.store.begin().await?;
    unit.audit(Entry {
        at: clock::now(),
        organization: Some(&session.organization),
        agent: Some(&session.agent),
        actor: "unknown",
        event: "session.use",
        outcome: "other_key",
        detail: Some(&format!("session {} of {}", session.id, panel.by(session.way))),
    })
    .await?;
    unit.commit().await
}
