//! The dialling plan: who answers at which number.

use serde::{Deserialize, Serialize};

use super::account::is_extension;

/// Where a number leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The phones of an extension.
    Extension(String),
    /// Parties of the PBX's own; several for one number ring at once.
    Parties(Vec<Part>),
    Busy,
    Nobody,
}

/// What a party of the PBX's own does when it is called, or when it calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Answers at once, and says what it hears.
    Echo,
    /// Answers at once with a steady tone of 440 Hz.
    Music,
    /// Rings until the caller gives up.
    NoAnswer,
    /// Plays the caller's voice messages, as a tone of 880 Hz, after which they are old.
    Voicemail,
    /// Answers at once and remembers the keys that it hears.
    Keys,
    /// Is heard before it answers: 620 Hz while it rings, 440 Hz afterwards.
    EarlyMedia,
    /// Somebody on the phone: rings a moment, answers, and hums at 350 Hz.
    Customer,
}

/// The PBX's own numbers: what each is called, and who answers there. Several parties ring at once.
pub const NUMBERS: [(&str, &str, &[Part]); 9] = [
    ("600", "echo", &[Part::Echo]),
    ("601", "music", &[Part::Music]),
    ("602", "busy", &[]),
    ("603", "no_answer", &[Part::NoAnswer]),
    ("604", "voicemail", &[Part::Voicemail]),
    ("605", "keys", &[Part::Keys]),
    ("606", "early_media", &[Part::EarlyMedia]),
    ("607", "fork", &[Part::NoAnswer, Part::Customer, Part::NoAnswer]),
    ("608", "two_answers", &[Part::Echo, Part::Music]),
];

pub fn place(number: &str) -> Place {
    if let Some((_, _, parts)) = NUMBERS.iter().find(|(own, ..)| *own == number) {
        return match parts {
            [] => Place::Busy,
            parts => Place::Parties(parts.to_vec()),
        };
    }
    match number {
        number if is_extension(number) => Place::Extension(number.to_owned()),
        number if is_outside(number) => Place::Parties(vec![Part::Customer]),
        _ => Place::Nobody,
    }
}

/// Somebody in the wide world, whoever it is: what looks like a number that people have.
fn is_outside(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    (5..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_leads_somewhere() {
        assert_eq!(place("600"), Place::Parties(vec![Part::Echo]));
        assert_eq!(place("1010"), Place::Extension("1010".into()));
        assert_eq!(place("+15550100"), Place::Parties(vec![Part::Customer]));
        assert_eq!(place("602"), Place::Busy);
        for nobody in ["", "1011", "699", "+", "+4a55501", "1234567890123456"] {
            assert_eq!(place(nobody), Place::Nobody, "{nobody}");
        }
    }
}
