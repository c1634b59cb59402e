//! The live events sockets, by session. Whoever ends a session nudges; the hub then asks the store once which
//! sessions have ended and tells their sockets.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use identity::session::{End, SessionId};
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError};
use tokio::sync::{Notify, mpsc};

#[derive(Debug)]
pub struct Hub {
    sockets: Mutex<HashMap<SessionId, Vec<mpsc::Sender<End>>>>,
    nudge: Notify,
}

impl Hub {
    pub fn new() -> Self {
        Self { sockets: Mutex::new(HashMap::new()), nudge: Notify::new() }
    }

    /// A socket that wants to hear of the session's end.
    pub fn listen(&self, session: SessionId) -> mpsc::Receiver<End> {
        let (sender, receiver) = mpsc::channel(1);
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        let of_session = sockets.entry(session).or_default();
        of_session.retain(|sender| !sender.is_closed());
        of_session.push(sender);
        receiver
    }

    /// Something has been committed that may have ended a session.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }

    /// Tells the sockets of all sessions that have ended since `since`.
    pub async fn tell(&self, store: &Store, since: Timestamp) -> Result<(), StoreError> {
        let ended = store.read().await?.sessions_ended_since(since - OVERLAP).await?;
        for (session, end) in ended {
            self.end(session, end);
        }
        Ok(())
    }

    /// Forgets sockets that have gone by themselves.
    pub fn sweep(&self) {
        let mut sockets = self.sockets.lock().unwrap_or_else(PoisonError::into_inner);
        sockets.retain(|_, of_session| {
            of_session.retain(|sender| !sender.is_closed());
            !of_session.is_empty()
        });
    }

    fn end(&self, session: SessionId, end: End) {
        let senders = self
            .sockets
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&session)
            .unwrap_or_default();
        for sender in senders {
            // A full channel has been told already, a closed one has nobody to tell.
            let _ = sender.try_send(end);
        }
    }
}

/// Between an end's stamp and its commit may lie the wait for the write lock. Telling twice is harmless.
const OVERLAP: SignedDuration = SignedDuration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_socket_of_an_ended_session_is_told_once() {
        let hub = Hub::new();
        let (mut first, mut second) = (hub.listen(session(1)), hub.listen(session(1)));
        let mut other = hub.listen(session(2));

        hub.end(session(1), End::SignedOut);
        hub.end(session(1), End::SignedOut);

        assert_eq!(first.recv().await, Some(End::SignedOut));
        assert_eq!(first.recv().await, None);
        assert_eq!(second.recv().await, Some(End::SignedOut));
        assert!(other.try_recv().is_err());
    }

    fn session(byte: u8) -> SessionId {
        SessionId([byte; 16])
    }
}
