//! What a party at the far end has heard, read off the files that it records: 16 bits, 8000 samples a second, one
//! file for each time that its audio starts.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::Result;
use jiff::Timestamp;

use crate::clock;

pub struct Ears {
    folder: PathBuf,
    /// How long each recording was when listening began.
    known: BTreeMap<PathBuf, u64>,
    began: Instant,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Heard {
    pub samples: u64,
    /// As `totalAudioEnergy` of WebRTC's statistics counts it: the square of the level, by the second.
    pub energy: f64,
    /// For how long nothing can have come since listening began, at most; what is on its way counts as well.
    pub missing_ms: u64,
    /// For how long there has been no sound, up to now.
    pub silent_ms: u64,
}

impl Ears {
    /// From here on.
    pub fn listen(folder: &Path) -> Result<Self> {
        let known = recordings(folder)?.into_iter().collect();
        Ok(Self { folder: folder.to_owned(), known, began: clock::now() })
    }

    pub fn heard(&self) -> Result<Heard> {
        let mut heard = Heard::default();
        let recordings = recordings(&self.folder)?;
        heard.silent_ms = silence(&recordings)?;
        for (path, _) in recordings {
            let from = self.known.get(&path).copied().unwrap_or(HEADER);
            for sample in samples(&path, from)? {
                let level = f64::from(sample) / f64::from(i16::MAX);
                heard.energy += level * level / RATE as f64;
                heard.samples += 1;
            }
        }
        let passed = u64::try_from(self.began.elapsed().as_millis())?;
        heard.missing_ms = passed.saturating_sub(heard.samples * 1000 / RATE);
        Ok(heard)
    }
}

/// Each with its length.
fn recordings(folder: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().ends_with("-dec.wav") {
            found.push((entry.path(), entry.metadata()?.len().max(HEADER)));
        }
    }
    Ok(found)
}

/// At the end of the newest, and since something was written to it.
fn silence(recordings: &[(PathBuf, u64)]) -> Result<u64> {
    let mut ends = Vec::new();
    for (path, _) in recordings {
        ends.push((fs::metadata(path)?.modified()?, path));
    }
    let Some((written, path)) = ends.into_iter().max() else { return Ok(0) };
    let samples = samples(path, HEADER)?;
    let quiet = samples.iter().rev().take_while(|sample| sample.unsigned_abs() < QUIET).count();
    // Nothing recorded is longer ago than its writing; a clock that is set back says so of what is.
    let since = Timestamp::try_from(written)?.duration_until(clock::wall()).as_millis().max(0);
    Ok(quiet as u64 * 1000 / RATE + u64::try_from(since)?)
}

fn samples(path: &Path, from: u64) -> Result<Vec<i16>> {
    let mut file = fs::File::open(path)?;
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes.as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect())
}

/// A tone as a party plays it, until the end of any story.
pub fn tone(hertz: f64) -> Vec<u8> {
    let samples = (0..RATE * TONE_SECONDS).map(|at| {
        let turn = hertz * at as f64 / RATE as f64;
        ((turn * std::f64::consts::TAU).sin() * LOUD) as i16
    });
    let body: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
    let length = (RATE * TONE_SECONDS * 2) as u32;
    let rate = RATE as u32;
    let mut file = b"RIFF".to_vec();
    file.extend((length + 36).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    // PCM, one channel.
    file.extend([1, 0, 1, 0]);
    file.extend(rate.to_le_bytes());
    file.extend((rate * 2).to_le_bytes());
    file.extend([2, 0, 16, 0]);
    file.extend(b"data");
    file.extend(length.to_le_bytes());
    file.extend(body);
    file
}

/// Of 32768; PCMU's smallest steps.
const QUIET: u16 = 24;
const RATE: u64 = 8000;
const HEADER: u64 = 44;
const TONE_SECONDS: u64 = 90;
const LOUD: f64 = 8000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_heard_from_where_listening_began() {
        let folder = tempfile::tempdir().unwrap();
        let recording = folder.path().join("dump-1-dec.wav");
        let tone = tone(440.0);
        let second = HEADER as usize + RATE as usize * 2;
        fs::write(&recording, &tone[..second]).unwrap();
        let ears = Ears::listen(folder.path()).unwrap();
        assert_eq!(ears.heard().unwrap().samples, 0);

        fs::write(&recording, &tone[..second + 16_000]).unwrap();
        fs::write(folder.path().join("dump-1-enc.wav"), &tone).unwrap();
        fs::write(folder.path().join("dump-2-dec.wav"), &tone[..second]).unwrap();

        let heard = ears.heard().unwrap();
        assert_eq!(heard.samples, 2 * RATE);
        // A sine's square is half of its peak's.
        let expected = 2.0 * (LOUD / f64::from(i16::MAX)).powi(2) / 2.0;
        assert!((heard.energy - expected).abs() < expected / 100.0, "{heard:?}");
    }

    #[test]
    fn silence_has_no_energy_and_lasts_from_the_last_sound() {
        let folder = tempfile::tempdir().unwrap();
        let ears = Ears::listen(folder.path()).unwrap();

        let second = HEADER as usize + RATE as usize * 2;
        fs::write(folder.path().join("dump-1-dec.wav"), &tone(440.0)[..second]).unwrap();
        let loud = ears.heard().unwrap();
        fs::write(folder.path().join("dump-2-dec.wav"), vec![0; second]).unwrap();
        let silent = ears.heard().unwrap();

        assert!(loud.silent_ms < 1000, "{loud:?}");
        assert!(silent.silent_ms >= 1000, "{silent:?}");
        assert_eq!((silent.samples, silent.energy), (2 * RATE, loud.energy));
    }
}
