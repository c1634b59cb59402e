//! What a party has received: figures for tests, and for whoever trains.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};

use serde::Serialize;

use super::sound::{RATE, decode, dominant_tone};

#[derive(Default)]
pub struct Ears {
    received: u64,
    first_sequence: Option<u64>,
    last_sequence: u64,
    last_arrival: Option<Instant>,
    longest_gap: Duration,
    energy: f64,
    silent: u64,
    /// The last half second.
    recent: VecDeque<(Instant, Vec<i16>)>,
    keys: String,
    /// The RTP timestamp names a key's event: each is reported several times (RFC 4733 §2.5.1).
    last_key: Option<u32>,
}

/// What was heard since the call began, or since it was asked to listen anew.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Heard {
    pub packets_received: u64,
    pub packets_lost: u64,
    /// As `totalAudioEnergy` of WebRTC's statistics counts it: the square of the level, by the second.
    pub energy: f64,
    /// How many of the latest packets in a row had nothing in them.
    pub silent_packets: u64,
    /// Root mean square over the last half second; 1 is full scale.
    pub level: f64,
    /// The tone that stands out in the last half second, in hertz.
    pub tone: Option<u32>,
    pub longest_gap_ms: u64,
    /// Keys by RFC 4733 or INFO, in their order.
    pub keys: String,
}

impl Ears {
    pub fn hear(&mut self, now: Instant, sequence: u64, payload: &[u8]) {
        self.received += 1;
        let first = *self.first_sequence.get_or_insert(sequence);
        self.first_sequence = Some(first.min(sequence));
        self.last_sequence = self.last_sequence.max(sequence);
        if let Some(last) = self.last_arrival.replace(now) {
            self.longest_gap = self.longest_gap.max(now.saturating_duration_since(last));
        }
        let samples: Vec<i16> = payload.iter().map(|byte| decode(*byte)).collect();
        let energy = square_sum(&samples) / f64::from(RATE);
        self.energy += energy;
        self.silent = if energy < SILENCE { self.silent + 1 } else { 0 };
        self.recent.push_back((now, samples));
        self.forget(now);
    }

    /// A report of RFC 4733; the first of its event counts.
    pub fn hear_key(&mut self, timestamp: u32, payload: &[u8]) {
        let key = payload.first().and_then(|code| KEYS.chars().nth(usize::from(*code)));
        if let Some(key) = key.filter(|_| self.last_key != Some(timestamp)) {
            self.last_key = Some(timestamp);
            self.keys.push(key);
        }
    }

    pub fn hear_told_key(&mut self, key: char) {
        self.keys.push(key);
    }

    pub fn heard(&mut self, now: Instant) -> Heard {
        self.forget(now);
        let recent: Vec<i16> =
            self.recent.iter().flat_map(|(_, samples)| samples).copied().collect();
        let expected = self.first_sequence.map_or(0, |first| self.last_sequence - first + 1);
        let mean = square_sum(&recent) / recent.len().max(1) as f64;
        Heard {
            packets_received: self.received,
            packets_lost: expected.saturating_sub(self.received),
            energy: self.energy,
            silent_packets: self.silent,
            // The sum of nothing is a negative zero.
            level: mean.sqrt() + 0.0,
            tone: dominant_tone(&recent),
            longest_gap_ms: u64::try_from(self.longest_gap.as_millis()).unwrap_or(u64::MAX),
            keys: self.keys.clone(),
        }
    }

    fn forget(&mut self, now: Instant) {
        while self.recent.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > RECENT)
        {
            self.recent.pop_front();
        }
    }
}

/// In units of full scale.
fn square_sum(samples: &[i16]) -> f64 {
    samples.iter().map(|sample| (f64::from(*sample) / 32768.0).powi(2)).sum()
}

/// RFC 4733 §3.2, by code.
pub const KEYS: &str = "0123456789*#ABCD";
const RECENT: Duration = Duration::from_millis(500);
/// The energy of a packet of 20 ms at a level of -60 dB.
const SILENCE: f64 = 2e-8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_are_silent_in_a_row_until_one_is_heard() {
        let (mut ears, now) = (Ears::default(), tokio::time::Instant::now().into_std());
        let (silence, sound) = ([0xFF; 160], [0x80; 160]);

        for (sequence, payload) in [silence, sound, silence, silence].iter().enumerate() {
            ears.hear(now, sequence as u64, payload);
        }

        assert_eq!(ears.heard(now).silent_packets, 2);
    }
}
