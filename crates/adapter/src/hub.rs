//! The live events sockets, by session. Whoever ends a session nudges; the hub then asks the store once which
//! sessions have ended, and whose account with the PBX has changed, and tells their sockets.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use adapter_api::calling_colleagues::Availability;
use identity::{
    agent::AgentId,
    session::{End, SEEN, SessionId},
};
use jiff::{SignedDuration, Timestamp};
use store::{CallingVersion, Store, StoreError};
use tokio::sync::{Notify, watch};

#[derive(Debug)]
pub struct Hub {
    sockets: Mutex<Sockets>,
    nudge: Notify,
}

#[derive(Debug, Default)]
struct Sockets {
    live: HashMap<SessionId, Vec<watch::Sender<News>>>,
    /// What a session's panel has said last of its agent.
    said: HashMap<SessionId, (AgentId, Availability)>,
    /// When the last socket of a session went.
    gone: HashMap<SessionId, Timestamp>,
}

/// What a socket has been told, or is about to be. Only the newest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    pub end: Option<End>,
    pub calling_version: CallingVersion,
}

impl Hub {
    pub fn new() -> Self {
        Self { sockets: Mutex::default(), nudge: Notify::new() }
    }

    /// A socket that wants to hear of its session.
    pub fn listen(&self, session: SessionId) -> watch::Receiver<News> {
        let (sender, receiver) = watch::channel(News::default());
        let mut sockets = self.sockets();
        let of_session = sockets.live.entry(session).or_default();
        of_session.retain(|sender| !sender.is_closed());
        of_session.push(sender);
        // What was said through a socket before says nothing any more.
        sockets.said.remove(&session);
        receiver
    }

    pub fn says(&self, session: SessionId, agent: &AgentId, availability: Availability) {
        self.sockets().said.insert(session, (agent.clone(), availability));
    }

    /// Of an agent with several sessions the one counts that would take a call.
    pub fn availability(&self, agent: &AgentId) -> Availability {
        let sockets = self.sockets();
        let said =
            sockets.said.iter().filter(|(session, (of, _))| of == agent && sockets.lives(session));
        said.map(|(_, (_, availability))| *availability).max().unwrap_or_default()
    }

    /// A socket of the session's has gone.
    pub fn gone(&self, session: SessionId, now: Timestamp) {
        self.sockets().gone.insert(session, now);
    }

    /// When the session's panel was last at the other end of a socket, as far as this process remembers.
    pub fn heard_at(&self, session: SessionId, now: Timestamp) -> Option<Timestamp> {
        let sockets = self.sockets();
        match sockets.lives(&session) {
            true => Some(now),
            false => sockets.gone.get(&session).copied(),
        }
    }

    /// Something has been committed that a socket may have to hear of.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }

    /// Tells the sockets of all sessions of which something has been written since `since`.
    pub async fn tell(&self, store: &Store, since: Timestamp) -> Result<(), StoreError> {
        let mut unit = store.read().await?;
        for (session, end) in unit.sessions_ended_since(since - OVERLAP).await? {
            self.end(session, end);
        }
        for (session, version) in unit.sessions_with_calling_changed_since(since - OVERLAP).await? {
            self.calling_changed(session, version);
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
        let sockets = &mut *sockets;
        sockets.live.retain(|_, of_session| {
            of_session.retain(|sender| !sender.is_closed());
            !of_session.is_empty()
        });
        sockets.said.retain(|session, _| sockets.live.contains_key(session));
        sockets.gone.retain(|_, at| now.duration_since(*at) <= SEEN);
    }

    fn sockets(&self) -> MutexGuard<'_, Sockets> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self, session: SessionId, end: End) {
        let senders = self.sockets().live.remove(&session).unwrap_or_default();
        for sender in senders {
            sender.send_modify(|news| news.end = Some(end));
        }
    }

    /// Each change is told once, however often it is found.
    fn calling_changed(&self, session: SessionId, version: CallingVersion) {
        let sockets = self.sockets();
        for sender in sockets.live.get(&session).into_iter().flatten() {
            sender.send_if_modified(|news| {
                let is_news = version > news.calling_version;
                news.calling_version = version.max(news.calling_version);
                is_news
            });
        }
    }
}

impl Sockets {
    fn lives(&self, session: &SessionId) -> bool {
        let senders = self.live.get(session);
        senders.is_some_and(|senders| senders.iter().any(|sender| !sender.is_closed()))
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
        let other = hub.listen(session(2));

        hub.end(session(1), End::SignedOut);
        hub.end(session(1), End::SignedOut);

        for socket in [&mut first, &mut second] {
            socket.changed().await.unwrap();
            assert_eq!(socket.borrow_and_update().end, Some(End::SignedOut));
            assert!(socket.changed().await.is_err(), "there is nothing more to come");
        }
        assert_eq!(hub.count(), 1);
        assert!(!other.has_changed().unwrap());
    }

    #[tokio::test]
    async fn each_change_of_the_account_is_told_once_and_hides_no_end() {
        let hub = Hub::new();
        let mut socket = hub.listen(session(1));

        hub.calling_changed(session(1), 1);
        socket.changed().await.unwrap();
        socket.borrow_and_update();
        hub.calling_changed(session(1), 1);
        assert!(!socket.has_changed().unwrap());

        hub.calling_changed(session(1), 2);
        hub.end(session(1), End::AgentDisabled);
        socket.changed().await.unwrap();
        assert_eq!(socket.borrow_and_update().end, Some(End::AgentDisabled));
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

    #[tokio::test]
    async fn an_agent_is_what_the_panel_said_last_as_long_as_its_socket_lives() {
        use Availability as A;
        let (hub, anna) = (Hub::new(), AgentId("anna".into()));
        let (desk, home) = (hub.listen(session(1)), hub.listen(session(2)));
        assert_eq!(hub.availability(&anna), A::Offline, "nobody has said anything");

        hub.says(session(1), &anna, A::Available);
        hub.says(session(1), &anna, A::Busy);
        assert_eq!(hub.availability(&anna), A::Busy);
        assert_eq!(hub.availability(&AgentId("ben".into())), A::Offline);
        hub.says(session(2), &anna, A::Available);
        assert_eq!(hub.availability(&anna), A::Available, "one of her phones rings");

        drop(home);
        assert_eq!(hub.availability(&anna), A::Busy);
        let again = hub.listen(session(1));
        assert_eq!(hub.availability(&anna), A::Offline, "the new socket has said nothing");
        drop((desk, again));
        hub.sweep(Timestamp::from_second(0).unwrap());
        assert!(hub.sockets().said.is_empty());
    }

    fn session(byte: u8) -> SessionId {
        SessionId([byte; 16])
    }
}
