//! Unguessable identifiers: tags, branches, Call-IDs, cnonces.
//!
//! The user agent has no generator of its own. It is given a seed at birth and stretches it, so
//! that a test repeats and a browser seeds it from its own.

use sha2::{Digest as _, Sha256};

/// A seed, stretched.
pub struct Tokens {
    seed: [u8; 32],
    drawn: u64,
}

impl Tokens {
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed, drawn: 0 }
    }

    /// RFC 3261 §19.3: a tag "MUST be globally unique and cryptographically random with at least 32
    /// bits of randomness". These have 96.
    pub(crate) fn token(&mut self) -> String {
        hex(&self.draw()[..12])
    }

    /// 128 bits, in 32 hexadecimal digits.
    pub fn id(&mut self) -> String {
        hex(&self.draw()[..16])
    }

    /// A number below `bound`, for delays that two sides must not choose alike.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        let bytes = self.draw();
        let number = bytes[..8].iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        number % bound.max(1)
    }

    fn draw(&mut self) -> [u8; 32] {
        self.drawn += 1;
        Sha256::new()
            .chain_update(self.seed)
            .chain_update(self.drawn.to_be_bytes())
            .finalize()
            .into()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_says_the_same_and_another_something_else() {
        let draw = |seed: u8| {
            let mut tokens = Tokens::new([seed; 32]);
            [tokens.token(), tokens.token()]
        };

        assert_eq!(Tokens::new([1; 32]).id().len(), 32);
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        assert_ne!(draw(1)[0], draw(1)[1]);
    }
}
