//! Remembers which DPoP proofs have been taken (RFC 9449 §11.1). Per node: whatever changes state also
//! consumes a row in the store, so a proof replayed at another node changes nothing.

use std::{
    collections::HashSet,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// Two generations of proofs: the older one is forgotten when its nonces have expired.
#[derive(Debug)]
pub struct Replay {
    generations: Mutex<Generations>,
}

#[derive(Debug)]
struct Generations {
    current: HashSet<[u8; 16]>,
    previous: HashSet<[u8; 16]>,
    turned_at: Timestamp,
}

impl Replay {
    pub fn new(now: Timestamp) -> Self {
        let generations =
            Generations { current: HashSet::new(), previous: HashSet::new(), turned_at: now };
        Self { generations: Mutex::new(generations) }
    }

    /// Whether the proof is new. A key and a `jti` name a proof.
    pub fn is_new(&self, jkt: &str, jti: &str, now: Timestamp) -> bool {
        let digest = ring::digest::digest(&ring::digest::SHA256, format!("{jkt}.{jti}").as_bytes());
        let mut name = [0; 16];
        name.copy_from_slice(&digest.as_ref()[..16]);
        // A poisoned lock still holds a whole set.
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(generations.turned_at) >= GENERATION {
            generations.previous = std::mem::take(&mut generations.current);
            generations.turned_at = now;
        }
        !generations.previous.contains(&name) && generations.current.insert(name)
    }
}

/// A nonce is good for two minutes at most, so a proof of two generations ago is refused for its nonce.
const GENERATION: SignedDuration = SignedDuration::from_secs(120);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_new_once() {
        let replay = Replay::new(at(0));

        assert!(replay.is_new("key", "1", at(0)));
        assert!(!replay.is_new("key", "1", at(1)));
        assert!(!replay.is_new("key", "1", at(121)));
        assert!(replay.is_new("other", "1", at(1)));
    }

    #[test]
    fn what_no_nonce_covers_is_forgotten() {
        let replay = Replay::new(at(0));
        replay.is_new("key", "1", at(0));

        replay.is_new("key", "2", at(130));
        replay.is_new("key", "3", at(260));

        assert_eq!(replay.generations.lock().unwrap().previous.len(), 1);
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + seconds).unwrap()
    }
}
