//! The live events sockets, by session. Whoever ends a session nudges; the hub then asks the store once which
//! sessions have ended and tells their sockets.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use identity::session::{End, SEEN, SessionId};
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError};
use tokio::sync::{Notify, mpsc};

#[derive(Debug)]
pub struct Hub {
    sockets: Mutex<Sockets>,
    nudge: Notify,
}

#[derive(Debug, Default)]
struct Sockets {
    live: HashMap<SessionId, Vec<mpsc::Sender<End>>>,
    /// When the last socket of a session went.
    gone: HashMap<SessionId, Timestamp>,
}

impl Hub {
    pub fn new() -> Self {
        Self { sockets: Mutex::default(), nudge: Notify::new() }
    }

    /// A socket that wants to hear of the session's end.
    pub fn listen(&self, session: SessionId) -> mpsc::Receiver<End> {
        let (sender, receiver) = mpsc::channel(1);
        let mut sockets = self.sockets();
        let of_session = sockets.live.entry(session).or_default();
        of_session.retain(|sender| !sender.is_closed());
        of_session.push(sender);
        receiver
    }

    /// A socket of the session's has gone.
    pub fn gone(&self, session: SessionId, now: Timestamp) {
        self.sockets().gone.insert(session, now);
    }

    /// When the session's panel was last at the other end of a socket, as far as this process remembers.
    pub fn heard_at(&self, session: SessionId, now: Timestamp) -> Option<Timestamp> {
        let sockets = self.sockets();
        let live = sockets.live.get(&session);
        match live.is_some_and(|senders| senders.iter().any(|sender| !sender.is_closed())) {
            true => Some(now),
            false => sockets.gone.get(&session).copied(),
        }
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

    /// How many sockets listen.
    pub fn count(&self) -> usize {
        let sockets = self.sockets();
        sockets.live.values().flatten().filter(|sender| !sender.is_closed()).count()
    }

    /// Forgets sockets that have gone by themselves, and those that nobody asks after any longer.
    pub fn sweep(&self, now: Timestamp) {
        let mut sockets = self.sockets();
        sockets.live.retain(|_, of_session| {
            of_session.retain(|sender| !sender.is_closed());
            !of_session.is_empty()
        });
        sockets.gone.retain(|_, at| now.duration_since(*at) <= SEEN);
    }

    fn sockets(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, session: SessionId, end: End) {
        let senders = self.sockets().live.remove(&session).unwrap_or_default();
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
        assert_eq!(hub.count(), 1);
        assert!(other.try_recv().is_err());
    }

    #[tokio::test]
    async fn a_panel_is_heard_of_while_its_socket_lives_and_remembered_a_while_after() {
        let (hub, at) = (Hub::new(), |seconds| Timestamp::from_second(seconds).unwrap());
        let socket = hub.listen(session(1));
        assert_eq!(hub.heard_at(session(1), at(900)), Some(at(900)));
        assert_eq!(hub.heard_at(session(2), at(900)), None);

        drop(socket);
        hub.gone(session(1), at(1_000));
        hub.sweep(at(1_300));
        assert_eq!(hub.heard_at(session(1), at(1_300)), Some(at(1_000)));

        hub.sweep(at(1_361));
        assert_eq!(hub.heard_at(session(1), at(1_361)), None);
    }

    fn session(byte: u8) -> SessionId {
        SessionId([byte; 16])
    }
}
