//! How hard an SSO token is to guess, judged by what can be seen of it: its length and its alphabet.
//!
//! The estimate is what the token would have if each of its characters had been drawn at random. Whoever made
//! it by other means made a weaker one, and words are not recognised; what repeats or counts on is.

/// How a token is kept follows from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strength {
    /// Nobody guesses it, however fast the machine: an HMAC suffices.
    Strong,
    /// Each guess has to be made expensive.
    Weak,
}

impl Strength {
    pub fn of(token: &str) -> Self {
        if bits(token) < ENOUGH { Self::Weak } else { Self::Strong }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Weak => "weak",
        }
    }
}

/// Whole bits, rounded down.
pub fn bits(token: &str) -> u32 {
    let chars: Vec<char> = token.chars().collect();
    let unit = &chars[..period(&chars)];
    let drawn = unit.windows(2).filter(|pair| !follows(pair[0], pair[1])).count();
    let drawn = drawn + usize::from(!unit.is_empty());
    // A token is far shorter than 2^32 characters.
    (f64::from(u32::try_from(drawn).unwrap_or(u32::MAX)) * alphabet(unit).log2()) as u32
}

/// The same character again, the next one, or the one before: `aaa`, `123`, `cba`.
fn follows(one: char, other: char) -> bool {
    u32::from(one).abs_diff(u32::from(other)) <= 1
}

/// The length of the shortest beginning that makes up the whole when repeated.
fn period(chars: &[char]) -> usize {
    let repeats = |length: &usize| {
        chars.iter().zip(chars.iter().skip(*length)).all(|(char, later)| char == later)
    };
    (1..chars.len()).find(repeats).unwrap_or(chars.len())
}

/// The number of characters that each was chosen from.
fn alphabet(chars: &[char]) -> f64 {
    let is_hexadecimal = |digits: &str| chars.iter().all(|char| digits.contains(*char));
    if is_hexadecimal("0123456789abcdef") || is_hexadecimal("0123456789ABCDEF") {
        let only_digits = chars.iter().all(char::is_ascii_digit);
        return if only_digits { 10.0 } else { 16.0 };
    }
    let has = |class: fn(&char) -> bool| chars.iter().any(class);
    let mut size = 0.0;
    for (class, number) in CLASSES {
        size += if has(class) { number } else { 0.0 };
    }
    size
}

type Class = (fn(&char) -> bool, f64);

const CLASSES: [Class; 5] = [
    (char::is_ascii_lowercase, 26.0),
    (char::is_ascii_uppercase, 26.0),
    (char::is_ascii_digit, 10.0),
    // Of the 33 others in ASCII, made tokens take a few: `-`, `_`, `+`, `/`, `=`, `.`.
    (|char| char.is_ascii() && !char.is_ascii_alphanumeric(), 8.0),
    (|char| !char.is_ascii(), 32.0),
];

/// Bits. `2^80` guesses at an HMAC are out of reach for a long time.
pub const ENOUGH: u32 = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_has_made_is_strong() {
        for token in [
            "kq3vXb7Lw0Zr9TtGmYhA2c",
            "6f1ed002ab5595859014ebf0951522d9",
            "4f9c2f3a-6d1b-4c88-9b5e-0a7d2e61c3f8",
            "x7Gm2Qp9Zt4LwB",
        ] {
            assert_eq!(Strength::of(token), Strength::Strong, "{token}: {}", bits(token));
        }
    }

    #[test]
    fn what_is_short_or_only_digits_or_repeats_itself_is_weak() {
        for token in [
            "",
            "a",
            "letmein-42",
            "4820195736284017593",
            "x7Gm2Qp9Zt4L",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "abcdefghijklmnopqrstuvwxyz0123456789",
            "secretsecretsecretsecretsecret",
            "passwordpassword",
        ] {
            assert_eq!(Strength::of(token), Strength::Weak, "{token}: {}", bits(token));
        }
    }

    #[test]
    fn the_estimate_is_length_times_the_bits_of_the_alphabet() {
        assert_eq!(bits("7294"), 13);
        assert_eq!(bits("7f94"), 16);
        assert_eq!(bits("kqvx"), 18);
        assert_eq!(bits("kQvX"), 22);
        assert_eq!(bits("7777"), 3);
    }
}
