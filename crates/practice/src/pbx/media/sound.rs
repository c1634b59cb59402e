//! Sound as the PBX makes and measures it: G.711 µ-law, sine tones, and which tone it hears.

use std::f64::consts::TAU;

/// Of PCMU (RFC 3551 §4.5.14).
pub const RATE: u32 = 8000;

/// An endless tone at a comfortable level.
pub struct Sine {
    hertz: f64,
    position: u64,
}

impl Sine {
    pub fn new(hertz: f64) -> Self {
        Self { hertz, position: 0 }
    }

    pub fn samples(&mut self, count: usize) -> Vec<i16> {
        let start = self.position;
        self.position += count as u64;
        (start..self.position)
            .map(|position| {
                let phase = TAU * self.hertz * position as f64 / f64::from(RATE);
                (LEVEL * phase.sin()) as i16
            })
            .collect()
    }
}

/// The loudest tone, if one stands out: between 100 and 3,400 Hz, to 5 Hz.
///
/// The energy in each candidate's band is found by Goertzel's algorithm in pieces of 100 ms, short enough that
/// neighbouring candidates overlap.
pub fn dominant_tone(samples: &[i16]) -> Option<u32> {
    let pieces = samples.len() / PIECE;
    let total: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    if pieces == 0 || total / (samples.len() as f64) < FAINTEST {
        return None;
    }
    let power = |hertz: u32| -> f64 {
        samples.chunks_exact(PIECE).map(|piece| goertzel(piece, f64::from(hertz))).sum()
    };
    let (hertz, loudest) = (100..=3400)
        .step_by(5)
        .map(|hertz| (hertz, power(hertz)))
        .max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    // A pure tone has |X|² = N/2 times its energy at its own frequency.
    let share = loudest / (total * PIECE as f64 / 2.0);
    (share > 0.5).then_some(hertz)
}

fn goertzel(samples: &[i16], hertz: f64) -> f64 {
    let coefficient = 2.0 * (TAU * hertz / f64::from(RATE)).cos();
    let (mut before, mut last) = (0.0, 0.0);
    for sample in samples {
        let next = f64::from(*sample) + coefficient * last - before;
        before = last;
        last = next;
    }
    last * last + before * before - coefficient * last * before
}

/// ITU-T G.711, µ-law.
pub fn encode(sample: i16) -> u8 {
    let sign = if sample < 0 { 0x80 } else { 0 };
    let magnitude = sample.unsigned_abs().min(CLIP) + BIAS;
    // The bias sets bit 7 at least, the clip keeps bit 15 clear.
    let exponent = 8 - magnitude.leading_zeros();
    let mantissa = (magnitude >> (exponent + 3)) & 0x0f;
    !(sign | (exponent << 4) as u8 | mantissa as u8)
}

pub fn decode(byte: u8) -> i16 {
    let byte = !byte;
    let exponent = (byte >> 4) & 7;
    let magnitude = ((i32::from(byte & 0x0f) << 3) + i32::from(BIAS)) << exponent;
    let magnitude = magnitude - i32::from(BIAS);
    let signed = if byte & 0x80 == 0 { magnitude } else { -magnitude };
    i16::try_from(signed).unwrap_or(i16::MAX)
}

/// −12 dB of full scale.
const LEVEL: f64 = 8192.0;
/// About −50 dB of full scale, squared: what is fainter is called silence.
const FAINTEST: f64 = 100.0 * 100.0;
const PIECE: usize = RATE as usize / 10;
const BIAS: u16 = 132;
const CLIP: u16 = 32635;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_heard_through_the_codec() {
        for hertz in [350, 440, 445, 1000, 2001] {
            let heard: Vec<i16> = Sine::new(f64::from(hertz))
                .samples(4000)
                .into_iter()
                .map(|sample| decode(encode(sample)))
                .collect();

            let tone = dominant_tone(&heard).unwrap();

            assert!(tone.abs_diff(hertz) <= 5, "{tone} for {hertz}");
        }
    }

    #[test]
    fn neither_silence_nor_a_chord_nor_too_little_is_a_tone() {
        let mixed: Vec<i16> = [350.0, 440.0, 620.0]
            .map(|hertz| Sine::new(hertz).samples(4000))
            .into_iter()
            .reduce(|one, other| one.iter().zip(other).map(|(a, b)| a / 2 + b / 2).collect())
            .unwrap();

        assert_eq!(dominant_tone(&[0; 4000]), None);
        assert_eq!(dominant_tone(&[]), None);
        assert_eq!(dominant_tone(&Sine::new(440.0).samples(700)), None);
        assert_ne!(dominant_tone(&mixed), Some(350));
    }

    /// ITU-T G.711, table 2: the decoder's values at the ends and around zero.
    #[test]
    fn the_codec_is_that_of_the_recommendation() {
        for (byte, sample) in
            [(0x00, -32124), (0x80, 32124), (0xff, 0), (0x7f, 0), (0xfe, 8), (0x8f, 16764)]
        {
            assert_eq!(decode(byte), sample, "{byte:#x}");
        }
        for sample in [-32768, -8192, -1, 0, 1, 100, 8192, 32767] {
            let error = i32::from(sample).abs_diff(i32::from(decode(encode(sample))));
            assert!(error <= u32::from(sample.unsigned_abs() / 16 + 8), "{sample}: {error}");
        }
    }
}
