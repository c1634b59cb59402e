//! What a party at the far end says and hears: RTP with PCMU over a UDP socket of its own.

use std::{
    net::{Ipv4Addr, SocketAddr, UdpSocket},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::Duration,
};

use anyhow::Result;

use super::ears::{Ears, Heard, SAMPLES, tone};
use crate::clock;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sound {
    Silence,
    /// What is heard is said.
    Echo,
    /// A tone, in hertz.
    Tone(f64),
}

/// From its making until it is dropped.
pub struct Line {
    shared: Arc<Shared>,
    pub port: u16,
}

/// What the other side has described of its own end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Description {
    pub peer: SocketAddr,
    /// The payload type of RFC 4733.
    pub keys: u8,
    /// Nobody is on hold.
    pub may_send: bool,
}

struct Shared {
    socket: UdpSocket,
    inner: Mutex<Inner>,
}

struct Inner {
    description: Option<Description>,
    /// Nothing is said, not even silence, before there is something to say.
    sound: Option<Sound>,
    /// A second of what is said; it says it again and again.
    tone: Vec<u8>,
    ears: Ears,
    sent: u16,
}

impl Line {
    pub fn open(address: Ipv4Addr) -> Result<Self> {
        let socket = UdpSocket::bind((address, 0))?;
        let port = socket.local_addr()?.port();
        let inner = Inner {
            description: None,
            sound: None,
            tone: Vec::new(),
            ears: Ears::default(),
            sent: 0,
        };
        let shared = Arc::new(Shared { socket, inner: Mutex::new(inner) });
        let weak = Arc::downgrade(&shared);
        thread::spawn(move || speak_and_hear(&weak));
        Ok(Self { shared, port })
    }

    pub fn describe(&self, description: Description) {
        self.shared.inner().description = Some(description);
    }

    pub fn say(&self, sound: Sound) {
        let mut inner = self.shared.inner();
        inner.sound = Some(sound);
        inner.tone = match sound {
            Sound::Tone(hertz) => tone(hertz),
            Sound::Silence | Sound::Echo => tone(0.0),
        };
    }

    pub fn listen_anew(&self) {
        self.shared.inner().ears = Ears::default();
    }

    pub fn heard(&self) -> Heard {
        self.shared.inner().ears.heard()
    }
}

/// A packet each 20 ms, and in between whatever comes.
fn speak_and_hear(line: &Weak<Shared>) {
    let mut due = clock::now();
    let mut packet = [0; 2048];
    while let Some(line) = line.upgrade() {
        let now = clock::now();
        if now >= due {
            due += PACKET;
            line.speak();
        }
        let wait = due.saturating_duration_since(now).max(Duration::from_millis(1));
        // Without a time to wait it would wait for ever.
        if line.socket.set_read_timeout(Some(wait)).is_err() {
            return;
        }
        if let Ok((length, from)) = line.socket.recv_from(&mut packet) {
            line.hear(&packet[..length], from);
        }
    }
}

impl Shared {
    fn speak(&self) {
        let mut inner = self.inner();
        if matches!(inner.sound, Some(Sound::Tone(_) | Sound::Silence)) {
            let at = usize::from(inner.sent) * SAMPLES % inner.tone.len();
            let payload = inner.tone[at..at + SAMPLES].to_vec();
            self.send(&mut inner, &payload);
        }
    }

    fn hear(&self, packet: &[u8], from: SocketAddr) {
        let mut inner = self.inner();
        let Some(description) = inner.description else { return };
        // RFC 3550 §5.1, without the extensions and further sources that no relay here adds.
        let Some(([first, kind, high, low, time @ ..], _)) = packet.split_first_chunk::<8>() else {
            return;
        };
        let Some(payload) = packet.get(HEADER..) else { return };
        if first >> 6 != 2 || from != description.peer {
            return;
        }
        let kind = kind & 0x7F;
        if kind == PCMU {
            inner.ears.hear(clock::now(), u16::from_be_bytes([*high, *low]), payload);
            if inner.sound == Some(Sound::Echo) {
                self.send(&mut inner, payload);
            }
        } else if kind == description.keys {
            inner.ears.hear_key(*time, payload);
        }
    }

    fn send(&self, inner: &mut Inner, payload: &[u8]) {
        let Some(Description { peer, may_send: true, .. }) = inner.description else { return };
        inner.sent = inner.sent.wrapping_add(1);
        let mut packet = vec![0x80, PCMU];
        packet.extend(inner.sent.to_be_bytes());
        packet.extend((u32::from(inner.sent) * SAMPLES as u32).to_be_bytes());
        packet.extend(u32::from(peer.port()).to_be_bytes());
        packet.extend(payload);
        // A relay that is gone hears nothing.
        let _ = self.socket.send_to(&packet, peer);
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// RFC 3551 §6.
const PCMU: u8 = 0;
const PACKET: Duration = Duration::from_millis(20);
const HEADER: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_heard_at_the_other_end_and_who_may_not_send_still_hears() {
        let (one, other) = two_lines();
        one.say(Sound::Tone(440.0));
        wait_until(|| other.heard().tone == Some(440));

        one.describe(Description { may_send: false, ..description(&other) });
        let sent = one.shared.inner().sent;
        other.say(Sound::Silence);
        wait_until(|| one.heard().silent_packets > 10);

        assert_eq!(one.shared.inner().sent, sent);
        assert_eq!(one.heard().energy, 0.0);
    }

    #[test]
    fn an_echo_says_what_it_hears_and_nobody_else_is_heard() {
        let (one, other) = two_lines();
        other.say(Sound::Echo);
        one.say(Sound::Tone(620.0));
        wait_until(|| one.heard().tone == Some(620));

        let stranger = Line::open(Ipv4Addr::LOCALHOST).unwrap();
        stranger.describe(description(&one));
        one.say(Sound::Silence);
        stranger.say(Sound::Tone(350.0));

        one.listen_anew();
        wait_until(|| one.heard().silent_packets > 10);
        assert_ne!(one.heard().tone, Some(350));
    }

    fn two_lines() -> (Line, Line) {
        let one = Line::open(Ipv4Addr::LOCALHOST).unwrap();
        let other = Line::open(Ipv4Addr::LOCALHOST).unwrap();
        one.describe(description(&other));
        other.describe(description(&one));
        (one, other)
    }

    fn description(line: &Line) -> Description {
        let peer = SocketAddr::from((Ipv4Addr::LOCALHOST, line.port));
        Description { peer, keys: 101, may_send: true }
    }

    fn wait_until(is_so: impl Fn() -> bool) {
        let deadline = clock::Deadline::after(Duration::from_secs(10));
        while !is_so() {
            assert!(deadline.left().is_some(), "in vain");
            thread::yield_now();
        }
    }
}
