//! The media of one call at the PBX's end: ICE, DTLS-SRTP and PCMU by `str0m`, over a UDP socket of its
//! own on loopback.
//!
//! ~~~text
//!  party --offer, answer, accept--> Media ==lock== Core { Rtc, source, ears }
//!                                                    ^
//!                        pump: socket, 20 ms ticks --+
//! ~~~

mod crypto;
mod ears;
pub mod sound;

use std::{
    collections::VecDeque,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use ears::Ears;
pub use ears::Heard;
use sound::{RATE, Sine, encode};
use str0m::{
    Candidate, Event, Input, Output, Rtc, RtcConfig, RtcError,
    change::{SdpAnswer, SdpOffer, SdpPendingOffer},
    format::{Codec, FormatParams},
    media::{Direction, Frequency, MediaKind, Mid, Pt},
    net::{Protocol, Receive, Transmit},
    rtp::{RtpPacket, RtpWrite},
};
use tokio::{net::UdpSocket, sync::Notify, task::AbortHandle};

use super::News;

/// Why a session description leads to no conversation.
#[derive(Debug, thiserror::Error)]
pub enum Unacceptable {
    #[error("{0}")]
    Rtc(#[from] RtcError),
    #[error("no session description: {0}")]
    Malformed(String),
    #[error("nothing both sides can speak")]
    NothingInCommon,
    #[error("nobody offered that")]
    NotOffered,
}

/// What is sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Source {
    Silence,
    /// In hertz.
    Tone(f64),
    /// What comes in.
    Echo,
}

#[derive(Clone)]
pub struct Media {
    core: Arc<Mutex<Core>>,
    wake: Arc<Notify>,
    pump: AbortHandle,
}

impl Media {
    /// `loss`: how many in a hundred RTP packets are lost in either direction. `news` hears of all that arrives.
    pub fn open(source: Source, loss: Arc<AtomicU8>, news: News) -> std::io::Result<Self> {
        let socket = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        let socket = UdpSocket::from_std(socket)?;
        let core = Core::new(now(), socket.local_addr()?, source, loss);
        let core = Arc::new(Mutex::new(core.map_err(std::io::Error::other)?));
        let wake = Arc::new(Notify::new());
        let pump = tokio::spawn(pump(core.clone(), socket, wake.clone(), news)).abort_handle();
        Ok(Self { core, wake, pump })
    }

    pub fn offer(&self) -> Result<String, Unacceptable> {
        self.change(Core::offer)
    }

    /// An offer that moves the direction of what stands: hold and resume.
    pub fn offer_direction(&self, direction: Direction) -> Result<String, Unacceptable> {
        self.change(|core| core.offer_direction(direction))
    }

    pub fn answer(&self, offer: &str) -> Result<String, Unacceptable> {
        self.change(|core| core.answer(offer))
    }

    pub fn accept(&self, answer: &str) -> Result<(), Unacceptable> {
        self.change(|core| core.accept(answer))
    }

    /// The peer refused our offer: everything stays as it was.
    pub fn roll_back(&self) {
        self.change(Core::roll_back);
    }

    pub fn play(&self, source: Source) {
        self.change(|core| core.play(source));
    }

    /// Presses a key (RFC 4733); `false` where it is none, or the peer takes none.
    pub fn press(&self, key: char) -> bool {
        self.change(|core| core.press(key))
    }

    pub fn hear_key(&self, key: char) {
        self.lock().ears.hear_told_key(key);
    }

    /// Counts from zero again.
    pub fn listen_anew(&self) {
        self.lock().ears = Ears::default();
    }

    pub fn heard(&self) -> Heard {
        self.lock().ears.heard(now())
    }

    pub fn packets_sent(&self) -> u64 {
        self.lock().sent
    }

    /// As session descriptions say it.
    pub fn direction(&self) -> Option<&'static str> {
        let core = self.lock();
        Some(match core.rtc.media(core.mid?)?.direction() {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        })
    }

    pub fn is_connected(&self) -> bool {
        self.lock().rtc.is_connected()
    }

    pub fn close(&self) {
        self.pump.abort();
    }

    fn change<T>(&self, change: impl FnOnce(&mut Core) -> T) -> T {
        let changed = change(&mut self.lock());
        self.wake.notify_one();
        changed
    }

    fn lock(&self) -> MutexGuard<'_, Core> {
        lock(&self.core)
    }
}

fn lock(core: &Mutex<Core>) -> MutexGuard<'_, Core> {
    core.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

async fn pump(core: Arc<Mutex<Core>>, socket: UdpSocket, wake: Arc<Notify>, news: News) {
    let mut buffer = vec![0; 2048];
    loop {
        let (transmits, at) = lock(&core).step(now());
        for transmit in transmits {
            if let Err(error) = socket.send_to(&transmit.contents, transmit.destination).await {
                tracing::debug!(%error, "media cannot be sent");
            }
        }
        tokio::select! {
            received = socket.recv_from(&mut buffer) => match received {
                Ok((length, from)) => {
                    lock(&core).receive(now(), from, &buffer[..length]);
                    news.tell();
                }
                // A peer that is gone answers by ICMP; it may come back.
                Err(error) => tracing::debug!(%error, "media cannot be received"),
            },
            () = tokio::time::sleep_until(at.into()) => {}
            () = wake.notified() => {}
        }
    }
}

struct Core {
    rtc: Rtc,
    address: SocketAddr,
    mid: Option<Mid>,
    pending: Option<SdpPendingOffer>,
    /// The direction that our open offer asks for, and the one before it.
    turning: Option<(Direction, Direction)>,
    source: Source,
    tone: Sine,
    echoes: VecDeque<Arc<[u8]>>,
    pressed: VecDeque<Pressed>,
    ears: Ears,
    connected: bool,
    next_frame: Option<Instant>,
    sequence: u64,
    time: u32,
    sent: u64,
    loss: Loss,
}

impl Core {
    fn new(
        now: Instant,
        address: SocketAddr,
        source: Source,
        loss: Arc<AtomicU8>,
    ) -> Result<Self, RtcError> {
        let mut config = RtcConfig::new()
            .set_crypto_provider(Arc::new(crypto::provider()))
            .clear_codecs()
            .enable_pcmu(true, false)
            .set_rtp_mode(true);
        config.codec_config().add_config(
            KEYS,
            None,
            Codec::Tele,
            Frequency::EIGHT_KHZ,
            None,
            FormatParams::parse_line("0-15"),
        );
        let mut rtc = config.build(now);
        rtc.add_local_candidate(Candidate::host(address, "udp").map_err(RtcError::from)?);
        Ok(Self {
            rtc,
            address,
            mid: None,
            pending: None,
            turning: None,
            source,
            tone: Sine::new(tone_of(source)),
            echoes: VecDeque::new(),
            pressed: VecDeque::new(),
            ears: Ears::default(),
            connected: false,
            next_frame: None,
            sequence: 1,
            time: 0,
            sent: 0,
            loss: Loss { percent: loss, seen: 0, lost: 0 },
        })
    }

    // ── Offer and answer ──────────────────────────────────────────

    fn offer(&mut self) -> Result<String, Unacceptable> {
        let mid = self.mid;
        let mut change = self.rtc.sdp_api();
        match mid {
            None => {
                let mid = change.add_media(MediaKind::Audio, Direction::SendRecv, None, None, None);
                self.mid = Some(mid);
            }
            // Nothing changes, and still there has to be an offer (RFC 3261 §14.2).
            Some(_) => {
                change.ice_restart(true);
            }
        }
        let (offer, pending) = change.apply().ok_or(Unacceptable::NotOffered)?;
        self.pending = Some(pending);
        Ok(offer.to_sdp_string())
    }

    fn offer_direction(&mut self, direction: Direction) -> Result<String, Unacceptable> {
        let mid = self.mid.ok_or(Unacceptable::NotOffered)?;
        let before = self.rtc.media(mid).map_or(Direction::SendRecv, |media| media.direction());
        self.turning = Some((direction, before));
        let mut change = self.rtc.sdp_api();
        change.set_direction(mid, direction);
        let Some((offer, pending)) = change.apply() else { return self.offer() };
        self.pending = Some(pending);
        Ok(offer.to_sdp_string())
    }

    fn answer(&mut self, offer: &str) -> Result<String, Unacceptable> {
        self.pending = None;
        let offer = SdpOffer::from_sdp_string(offer);
        let offer = offer.map_err(|error| Unacceptable::Malformed(error.to_string()))?;
        let answer = self.rtc.sdp_api().accept_offer(offer)?.to_sdp_string();
        if answer.contains("m=audio 0 ") || !answer.contains("m=audio ") {
            return Err(Unacceptable::NothingInCommon);
        }
        Ok(answer)
    }

    fn accept(&mut self, answer: &str) -> Result<(), Unacceptable> {
        // An offer of the peer's came between, and ours was sent again after it (RFC 3261 §14.1).
        let turning = self.turning.take();
        if let (None, Some((direction, _)), Some(mid)) = (&self.pending, turning, self.mid) {
            let mut change = self.rtc.sdp_api();
            change.set_direction(mid, direction);
            match change.apply() {
                Some((_, pending)) => self.pending = Some(pending),
                // The answer to the peer's offer has turned it already.
                None => return Ok(()),
            }
        }
        let pending = self.pending.take().ok_or(Unacceptable::NotOffered)?;
        let answer = SdpAnswer::from_sdp_string(answer);
        let answer = answer.map_err(|error| Unacceptable::Malformed(error.to_string()))?;
        Ok(self.rtc.sdp_api().accept_answer(pending, answer)?)
    }

    fn roll_back(&mut self) {
        self.pending = None;
        if let (Some(mid), Some((_, before))) = (self.mid, self.turning.take()) {
            self.rtc.sdp_api().set_direction(mid, before);
        }
    }

    fn play(&mut self, source: Source) {
        self.source = source;
        self.tone = Sine::new(tone_of(source));
    }

    // ── Packets ───────────────────────────────────────────────────

    /// What is to be sent at once, and when to come again.
    fn step(&mut self, now: Instant) -> (Vec<Transmit>, Instant) {
        let frame = self.speak(now);
        if let Err(error) = self.rtc.handle_input(Input::Timeout(now)) {
            tracing::debug!(%error, "media");
        }
        let (transmits, timeout) = self.drain(now);
        (transmits, frame.min(timeout))
    }

    fn receive(&mut self, now: Instant, from: SocketAddr, bytes: &[u8]) {
        if self.loss.loses(bytes) {
            return;
        }
        let Ok(contents) = bytes.try_into() else { return };
        let receive =
            Receive { proto: Protocol::Udp, source: from, destination: self.address, contents };
        if let Err(error) = self.rtc.handle_input(Input::Receive(now, receive)) {
            tracing::debug!(%error, "media");
        }
    }

    fn drain(&mut self, now: Instant) -> (Vec<Transmit>, Instant) {
        let mut transmits = Vec::new();
        loop {
            match self.rtc.poll_output() {
                Ok(Output::Transmit(transmit)) => {
                    if !self.loss.loses(&transmit.contents) {
                        transmits.push(transmit);
                    }
                }
                Ok(Output::Event(event)) => self.on_event(now, event),
                Ok(Output::Timeout(at)) => return (transmits, at),
                Err(error) => {
                    tracing::debug!(%error, "media");
                    return (transmits, now + TICK);
                }
            }
        }
    }

    fn on_event(&mut self, now: Instant, event: Event) {
        match event {
            Event::MediaAdded(added) => self.mid = Some(added.mid),
            Event::RtpPacket(packet) => self.hear(now, &packet),
            Event::IceConnectionStateChange(state) => tracing::debug!(?state, "media"),
            _ => {}
        }
    }

    fn hear(&mut self, now: Instant, packet: &RtpPacket) {
        let header = &packet.header;
        if header.payload_type != PCMU {
            return self.ears.hear_key(header.timestamp, &packet.payload);
        }
        self.ears.hear(now, *packet.seq_no, &packet.payload);
        if self.source == Source::Echo {
            self.echoes.push_back(packet.payload.clone());
        }
    }

    /// Says what is due, and when there is more to say.
    fn speak(&mut self, now: Instant) -> Instant {
        let far = now + Duration::from_secs(1);
        let mid = self
            .mid
            .filter(|mid| self.rtc.media(*mid).is_some_and(|media| media.direction().is_sending()));
        // While ICE starts again, the way that was found before is still good.
        self.connected |= self.rtc.is_connected();
        let Some(mid) = mid.filter(|_| self.connected) else {
            self.next_frame = None;
            self.echoes.clear();
            return far;
        };
        if self.source == Source::Echo {
            while let Some(echo) = self.echoes.pop_front() {
                self.say(now, mid, echo);
            }
            return far;
        }
        let mut next = self.next_frame.unwrap_or(now);
        // Who slept for long does not catch up.
        if now.saturating_duration_since(next) > TICK * 10 {
            next = now;
        }
        while next <= now {
            if !self.say_key(now, mid) {
                let samples = match self.source {
                    Source::Tone(_) => self.tone.samples(SAMPLES),
                    Source::Silence | Source::Echo => vec![0; SAMPLES],
                };
                self.say(now, mid, samples.into_iter().map(encode).collect());
            }
            next += TICK;
        }
        self.next_frame = Some(next);
        next
    }

    fn say(&mut self, now: Instant, mid: Mid, payload: Arc<[u8]>) {
        let samples = u32::try_from(payload.len()).unwrap_or(0);
        self.send(mid, |sequence, time| RtpWrite::new(PCMU, sequence.into(), time, now, payload));
        self.time = self.time.wrapping_add(samples);
    }

    fn send(&mut self, mid: Mid, packet: impl FnOnce(u64, u32) -> RtpWrite) {
        let mut direct = self.rtc.direct_api();
        let Some(stream) = direct.stream_tx_by_mid(mid, None) else { return };
        stream.write_rtp(packet(self.sequence, self.time));
        self.sequence += 1;
        self.sent += 1;
    }

    // ── Keys (RFC 4733) ───────────────────────────────────────────

    fn press(&mut self, key: char) -> bool {
        let code = ears::KEYS.chars().position(|known| known == key.to_ascii_uppercase());
        let Some((code, payload_type)) =
            code.and_then(|code| u8::try_from(code).ok()).zip(self.keys())
        else {
            return false;
        };
        self.pressed.push_back(Pressed { code, payload_type, ticks: 0, began: 0 });
        true
    }

    /// The payload type that the peer takes keys by.
    fn keys(&self) -> Option<Pt> {
        let taken = self.rtc.media(self.mid?)?.remote_pts();
        let mut known = self.rtc.codec_config().params().iter();
        known
            .find(|params| params.spec().codec == Codec::Tele && taken.contains(&params.pt()))
            .map(|params| params.pt())
    }

    /// In place of sound, while a key is down: a report every 20 ms, all with the time at which it began, and the
    /// last one three times, since packets get lost (RFC 4733 §2.5.1.4).
    fn say_key(&mut self, now: Instant, mid: Mid) -> bool {
        let time = self.time;
        let Some(pressed) = self.pressed.front_mut() else { return false };
        if pressed.ticks == 0 {
            pressed.began = time;
        }
        let Pressed { code, payload_type, ticks, began } = *pressed;
        pressed.ticks += 1;
        if ticks > DOWN + 2 {
            // A pause, so that the same key twice is heard twice.
            if ticks > DOWN + 5 {
                self.pressed.pop_front();
            }
            return false;
        }
        let end = if ticks >= DOWN { 0x80 } else { 0 };
        let lasted = (ticks.min(DOWN) + 1) * SAMPLES as u16;
        let [high, low] = lasted.to_be_bytes();
        let report = [code, end | KEY_VOLUME, high, low];
        self.send(mid, |sequence, _| {
            RtpWrite::new(payload_type, sequence.into(), began, now, report.to_vec())
                .marker(ticks == 0)
        });
        self.time = self.time.wrapping_add(SAMPLES as u32);
        true
    }
}

/// A key that goes down.
#[derive(Clone, Copy)]
struct Pressed {
    code: u8,
    payload_type: Pt,
    ticks: u16,
    /// The RTP timestamp.
    began: u32,
}

/// Loses evenly, so that a test knows how many.
struct Loss {
    percent: Arc<AtomicU8>,
    seen: u64,
    lost: u64,
}

impl Loss {
    fn loses(&mut self, datagram: &[u8]) -> bool {
        let percent = u64::from(self.percent.load(Ordering::Relaxed));
        if percent == 0 || !is_rtp(datagram) {
            return false;
        }
        self.seen += 1;
        let loses = self.seen * percent / 100 > self.lost;
        self.lost += u64::from(loses);
        loses
    }
}

/// RFC 7983 §7, and RFC 5761 §4 for what tells RTP from RTCP.
fn is_rtp(datagram: &[u8]) -> bool {
    matches!(datagram, [128..=191, second, ..] if !(64..96).contains(&(second & 0x7f)))
}

fn tone_of(source: Source) -> f64 {
    match source {
        Source::Tone(hertz) => hertz,
        Source::Silence | Source::Echo => 0.0,
    }
}

fn now() -> Instant {
    tokio::time::Instant::now().into_std()
}

const PCMU: Pt = Pt::new_with_value(0);
const KEYS: Pt = Pt::new_with_value(101);
/// −10 dBm0, of the tone that a key would have made.
const KEY_VOLUME: u8 = 10;
/// For how many ticks a key is held.
const DOWN: u16 = 5;
const TICK: Duration = Duration::from_millis(20);
const SAMPLES: usize = RATE as usize / 50;
