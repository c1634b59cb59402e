//! The phrase that ties a window to its panel where nothing else does: two words that the panel shows, to be
//! chosen in the window among four.
//!
//! All four follow from the transaction, so drawing the form again shows the same four and gives nothing
//! away.

use super::transaction::TransactionId;
use crate::keys::{KeyId, Keys};

/// The four phrases in the order to show them, and which of them the panel shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrases {
    pub choices: [String; 4],
    right: usize,
}

impl Phrases {
    pub fn of(transaction: &TransactionId, key: &KeyId, keys: &Keys) -> Self {
        let bytes = keys.of_transaction(key, "phrases", &transaction.0);
        // Steps that are odd visit every word of a list of 32 before any comes again, so no two choices
        // share a word.
        let (first, step_first) = (usize::from(bytes[0]), usize::from(bytes[1]) | 1);
        let (second, step_second) = (usize::from(bytes[2]), usize::from(bytes[3]) | 1);
        let phrase = |place: usize| {
            let first = FIRST[(first + place * step_first) % FIRST.len()];
            let second = SECOND[(second + place * step_second) % SECOND.len()];
            format!("{first} {second}")
        };
        Self { choices: std::array::from_fn(phrase), right: usize::from(bytes[4]) % 4 }
    }

    /// What the panel shows.
    pub fn shown(&self) -> &str {
        &self.choices[self.right]
    }

    pub fn is_right(&self, choice: Option<&str>) -> bool {
        choice == Some(self.shown())
    }
}

// Short, common, hard to mistake for one another when read aloud.
const FIRST: [&str; 32] = [
    "amber", "brave", "calm", "daring", "early", "fancy", "gentle", "happy", "icy", "jolly",
    "kind", "lucky", "mellow", "noble", "orange", "proud", "quiet", "rapid", "silver", "tidy",
    "urban", "velvet", "warm", "young", "zesty", "bright", "copper", "dusty", "eager", "frosty",
    "golden", "humble",
];
const SECOND: [&str; 32] = [
    "anchor", "basket", "candle", "donkey", "engine", "falcon", "garden", "hammer", "island",
    "jacket", "kettle", "lantern", "meadow", "needle", "otter", "pencil", "quarry", "rocket",
    "saddle", "teapot", "umbrella", "village", "window", "yogurt", "zebra", "bridge", "cactus",
    "dolphin", "feather", "guitar", "harbor", "walnut",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    proptest! {
        #[test]
        fn the_four_phrases_share_no_word_and_one_is_right(id in "[A-Za-z0-9_-]{22}") {
            let keys = Keys::from_secret(&[1; 32]);
            let phrases = Phrases::of(&TransactionId(id), keys.in_use(), &keys);
            let words: HashSet<&str> = phrases.choices.iter().flat_map(|choice| choice.split(' ')).collect();

            prop_assert_eq!(words.len(), 8);
            prop_assert_eq!(phrases.choices.iter().filter(|choice| phrases.is_right(Some(choice))).count(), 1);
            prop_assert!(!phrases.is_right(None));
        }
    }

    #[test]
    fn every_place_can_be_the_right_one() {
        let keys = Keys::from_secret(&[1; 32]);
        let rights: HashSet<usize> = (0..64)
            .map(|n| Phrases::of(&TransactionId(n.to_string()), keys.in_use(), &keys).right)
            .collect();

        assert_eq!(rights.len(), 4);
    }
}
