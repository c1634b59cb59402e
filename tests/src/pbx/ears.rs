//! Sound as a party at the far end makes and measures it: PCMU (ITU-T G.711, µ-law), 8000 samples a second.

use std::{
    collections::VecDeque,
    f64::consts::TAU,
    time::{Duration, Instant},
};

#[derive(Default)]
pub struct Ears {
    packets: u64,
    /// The first of them by its number, and the furthest, which is counted on where the number begins anew.
    sequence: Option<(i64, i64)>,
    silent_packets: u64,
    energy: f64,
    last_arrival: Option<Instant>,
    longest_gap: Duration,
    /// The last half second.
    recent: VecDeque<f64>,
    keys: String,
    /// When the last key began, by the RTP clock.
    last_key: Option<[u8; 4]>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    pub packets: u64,
    /// Between the first and the furthest.
    pub packets_lost: u64,
    /// The latest in a row with nothing in them.
    pub silent_packets: u64,
    /// As `totalAudioEnergy` of WebRTC's statistics counts it: the square of the level, by the second.
    pub energy: f64,
    pub longest_gap: Duration,
    /// Which of those that somebody may hum stands out in the last half second, in hertz.
    pub tone: Option<u32>,
    pub keys: String,
}

impl Ears {
    pub fn hear(&mut self, now: Instant, sequence: u16, payload: &[u8]) {
        self.packets += 1;
        let (first, last) = self.sequence.unwrap_or((sequence.into(), sequence.into()));
        let at = last + i64::from(sequence.wrapping_sub(last as u16) as i16);
        self.sequence = Some((first.min(at), last.max(at)));
        if let Some(last) = self.last_arrival.replace(now) {
            self.longest_gap = self.longest_gap.max(now.saturating_duration_since(last));
        }
        let levels: Vec<f64> = payload.iter().map(|byte| level(*byte)).collect();
        let energy = square_sum(&levels) / f64::from(RATE);
        self.energy += energy;
        self.silent_packets = if energy < SILENCE { self.silent_packets + 1 } else { 0 };
        self.recent.extend(levels);
        let surplus = self.recent.len().saturating_sub(RECENT);
        self.recent.drain(..surplus);
    }

    /// A report of RFC 4733 §2.5.1: each key is reported several times, with the time at which it began.
    pub fn hear_key(&mut self, began: [u8; 4], payload: &[u8]) {
        let key = payload.first().and_then(|code| KEYS.chars().nth(usize::from(*code)));
        if let Some(key) = key.filter(|_| self.last_key != Some(began)) {
            self.last_key = Some(began);
            self.keys.push(key);
        }
    }

    pub fn heard(&self) -> Heard {
        let expected = self.sequence.map_or(0, |(first, last)| last - first + 1);
        Heard {
            packets: self.packets,
            packets_lost: (expected as u64).saturating_sub(self.packets),
            silent_packets: self.silent_packets,
            energy: self.energy,
            longest_gap: self.longest_gap,
            tone: self.tone(),
            keys: self.keys.clone(),
        }
    }

    fn tone(&self) -> Option<u32> {
        let levels: Vec<f64> = self.recent.iter().copied().collect();
        let (pieces, _) = levels.as_chunks::<PIECE>();
        let all = square_sum(pieces.as_flattened());
        let (hertz, loudest) = (100..=1000)
            .step_by(10)
            .map(|hertz| (hertz, pieces.iter().map(|piece| goertzel(piece, hertz)).sum::<f64>()))
            .max_by(|(_, one), (_, other)| one.total_cmp(other))?;
        // A sine has its energy times half the number of samples at its own frequency, and nothing at others.
        let stands_out = loudest > 0.6 * all * PIECE as f64 / 2.0;
        (all > 0.0 && stands_out).then_some(hertz)
    }
}

/// How much of a frequency there is, by Goertzel's algorithm.
fn goertzel(levels: &[f64], hertz: u32) -> f64 {
    let twice_cosine = 2.0 * (TAU * f64::from(hertz) / f64::from(RATE)).cos();
    let step = |(older, old): (f64, f64), level: &f64| (old, level + twice_cosine * old - older);
    let (old, new) = levels.iter().fold((0.0, 0.0), step);
    old * old + new * new - twice_cosine * old * new
}

/// A second of it; it goes on with its beginning.
pub fn tone(hertz: f64) -> Vec<u8> {
    let wave = |at: u32| LOUD * (TAU * hertz * f64::from(at) / f64::from(RATE)).sin();
    (0..RATE).map(|at| nearest(wave(at))).collect()
}

fn nearest(wanted: f64) -> u8 {
    let distance = |byte: u8| (level(byte) - wanted).abs();
    (0..=u8::MAX)
        .min_by(|one, other| distance(*one).total_cmp(&distance(*other)))
        .unwrap_or(u8::MAX)
}

/// Of a byte that stands for a sample: sign, three bits of exponent, four of mantissa, all turned over. 1 is full scale.
fn level(byte: u8) -> f64 {
    let bits = !byte;
    let (exponent, mantissa) = (i32::from(bits >> 4 & 7), f64::from(bits & 0xF));
    let steps = (2.0 * mantissa + 33.0) * f64::from(1 << exponent) - 33.0;
    let magnitude = steps / FULL_SCALE;
    if bits & 0x80 == 0 { magnitude } else { -magnitude }
}

fn square_sum(levels: &[f64]) -> f64 {
    levels.iter().map(|level| level * level).sum()
}

/// In a packet: 20 ms.
pub const SAMPLES: usize = 160;
const RATE: u32 = 8000;
const RECENT: usize = RATE as usize / 2;
/// So short that tones between two that are tried are found as well.
const PIECE: usize = RATE as usize / 10;
/// In the smallest steps.
const FULL_SCALE: f64 = 8192.0;
const LOUD: f64 = 0.25;
/// The energy of a packet at a level of -60 dB.
const SILENCE: f64 = 2e-8;
/// RFC 4733 §3.2, by code.
const KEYS: &str = "0123456789*#ABCD";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

    /// ITU-T G.711, table 2a: decision values 0, 2, 31, 4063 and 8031 of 8192 and their signs.
    #[test]
    fn a_byte_stands_for_the_level_that_the_recommendation_says() {
        for (byte, steps) in [
            (0xFF, 0.0),
            (0xFE, 2.0),
            (0xEF, 33.0),
            (0x8F, 4191.0),
            (0x80, 8031.0),
            (0x00, -8031.0),
        ] {
            assert_eq!(level(byte) * FULL_SCALE, steps, "{byte:#x}");
        }
    }

    #[test]
    fn a_tone_is_heard_with_its_energy_and_silence_after_it() {
        let mut ears = Ears::default();
        for hertz in [350, 440, 620] {
            ears = Ears::default();
            say(&mut ears, &tone(f64::from(hertz)));
            assert_eq!(ears.heard().tone, Some(hertz));
        }
        let loud = ears.heard();
        // A sine's square is half of its peak's.
        assert!((loud.energy - LOUD * LOUD / 2.0).abs() < 0.001, "{loud:?}");

        say(&mut ears, &tone(0.0));

        let silent = ears.heard();
        assert_eq!((silent.packets, silent.silent_packets, silent.tone), (100, 50, None));
        assert_eq!(silent.energy, loud.energy);
    }

    #[test]
    fn two_tones_are_none_and_a_key_is_heard_once() {
        let mut ears = Ears::default();
        let wave = |at: usize, hertz: f64| (TAU * hertz * at as f64 / f64::from(RATE)).sin();
        let chord = |at| nearest(LOUD / 2.0 * (wave(at, 350.0) + wave(at, 440.0)));
        say(&mut ears, &(0..8000).map(chord).collect::<Vec<u8>>());
        for began in [1, 1, 2] {
            ears.hear_key([0, 0, 0, began], &[4, 0x8A, 0, 160]);
        }

        assert_eq!(ears.heard().keys, "44");
        assert_eq!(ears.heard().tone, None);
    }

    #[test]
    fn a_packet_that_is_missing_is_lost_and_one_that_overtakes_is_not() {
        let mut ears = Ears::default();

        for sequence in [65_534, 65_535, 1, 0, 3] {
            ears.hear(clock::now(), sequence, &[0xFF; SAMPLES]);
        }

        assert_eq!(ears.heard().packets_lost, 1);
    }

    fn say(ears: &mut Ears, second: &[u8]) {
        for packet in second.chunks(SAMPLES) {
            ears.hear(clock::now(), 0, packet);
        }
    }
}
