//! What is known of a party's call, for the control interface, and what the party can be told.

use std::sync::{Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use sip::{Cause, Incoming};
use tokio::sync::mpsc;

use super::{
    News,
    media::{Heard, Media},
    party::{Identity, Inbound},
    plan::Part,
};

pub struct Call {
    pub id: u64,
    pub part: Part,
    identity: Identity,
    line: mpsc::UnboundedSender<Inbound>,
    news: News,
    course: Mutex<Course>,
}

#[derive(Default)]
struct Course {
    state: State,
    peer: Option<String>,
    peer_name: Option<String>,
    call_id: Option<String>,
    ended: Option<&'static str>,
    transfer: Option<u16>,
    media: Option<Media>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    #[default]
    Calling,
    Ringing,
    Established,
    /// The party has put its peer on hold.
    Holding,
    Over,
}

/// Why a call is over.
#[derive(Debug)]
pub enum Ended {
    By(Cause),
    /// There was nothing to call, or nothing to call with.
    NotCalled,
}

/// `POST /practice/calls/{id}`.
#[derive(Debug, Deserialize)]
#[serde(tag = "order", rename_all = "snake_case", deny_unknown_fields)]
pub enum Order {
    Answer,
    Decline {
        status: u16,
    },
    HangUp,
    /// `inactive` silences both ways; else the peer may go on hearing the party.
    Hold {
        #[serde(default)]
        inactive: bool,
    },
    Resume,
    /// To a number or an address.
    Transfer {
        to: String,
    },
    /// By RFC 4733 where the peer takes it, else by INFO.
    SendKey {
        key: char,
    },
    /// Without a frequency the party falls silent.
    Play {
        hertz: Option<f64>,
    },
    /// What is heard counts from zero again.
    Listen,
}

/// `GET /practice/calls`.
#[derive(Debug, Serialize)]
pub struct Report {
    pub id: u64,
    pub part: Part,
    /// The party's own number and name.
    pub number: String,
    pub name: Option<String>,
    /// Whom the party talks to, as the wire names it.
    pub peer: Option<String>,
    pub peer_name: Option<String>,
    pub call_id: Option<String>,
    pub state: State,
    /// How it ended: `hung_up`, `peer_hung_up`, `cancelled`, `answered_elsewhere`, `refused`…
    pub ended: Option<&'static str>,
    /// The last status of a transfer that the party asked for.
    pub transfer: Option<u16>,
    pub codec: Option<&'static str>,
    /// Which way audio goes, from the party's side.
    pub direction: Option<&'static str>,
    /// Whether ICE and DTLS are done.
    pub connected: bool,
    pub packets_sent: u64,
    #[serde(flatten)]
    pub heard: Heard,
}

impl Call {
    pub fn new(
        id: u64,
        part: Part,
        identity: Identity,
        line: mpsc::UnboundedSender<Inbound>,
        news: News,
    ) -> Self {
        Self { id, part, identity, line, news, course: Mutex::default() }
    }

    /// `false` where nobody is on the line any more.
    pub fn order(&self, order: Order) -> bool {
        // At once, so that the next report counts from here.
        if let (Order::Listen, Some(media)) = (&order, &self.course().media) {
            media.listen_anew();
        }
        !self.is_over() && self.line.send(Inbound::Order(order)).is_ok()
    }

    pub fn report(&self) -> Report {
        let course = self.course();
        let media = course.media.as_ref();
        Report {
            id: self.id,
            part: self.part,
            number: self.identity.number.clone(),
            name: self.identity.name.clone(),
            peer: course.peer.clone(),
            peer_name: course.peer_name.clone(),
            call_id: course.call_id.clone(),
            state: course.state,
            ended: course.ended,
            transfer: course.transfer,
            codec: media.map(|_| "PCMU"),
            direction: media.and_then(Media::direction),
            connected: media.is_some_and(Media::is_connected),
            packets_sent: media.map_or(0, Media::packets_sent),
            heard: media.map(Media::heard).unwrap_or_default(),
        }
    }

    pub fn is_over(&self) -> bool {
        self.course().state == State::Over
    }

    // ── What the party reports ────────────────────────────────────

    pub fn enter(&self, state: State) {
        self.change(|course| course.state = state);
    }

    pub fn called_by(&self, incoming: &Incoming) {
        self.change(|course| {
            if course.media.is_none() {
                course.state = State::Ringing;
            }
            course.peer = Some(incoming.from.user.clone());
            course.peer_name = incoming.from.display_name.clone();
            course.call_id = Some(incoming.call_id.clone());
        });
    }

    pub fn calls(&self, peer: &str) {
        self.change(|course| course.peer = Some(peer.to_owned()));
    }

    pub fn established(&self, call_id: &str, media: Media) {
        self.change(|course| {
            course.state = State::Established;
            course.call_id = Some(call_id.to_owned());
            course.media = Some(media);
        });
    }

    pub fn transferring(&self, status: u16) {
        self.change(|course| course.transfer = Some(status));
    }

    pub fn end(&self, ended: Ended) {
        let ended = match ended {
            Ended::NotCalled => "not_called",
            Ended::By(Cause::HungUp) => "hung_up",
            Ended::By(Cause::PeerHungUp) => "peer_hung_up",
            Ended::By(Cause::Cancelled) => "cancelled",
            Ended::By(Cause::AnsweredElsewhere) => "answered_elsewhere",
            Ended::By(Cause::Refused { .. }) => "refused",
            Ended::By(Cause::NoAnswer) => "no_answer",
            Ended::By(Cause::Replaced) => "replaced",
            Ended::By(Cause::Expired) => "expired",
            Ended::By(Cause::LinkLost) => "link_lost",
        };
        self.change(|course| (course.state, course.ended) = (State::Over, Some(ended)));
    }

    fn change(&self, change: impl FnOnce(&mut Course)) {
        change(&mut self.course());
        self.news.tell();
    }

    fn course(&self) -> MutexGuard<'_, Course> {
        self.course.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}
