//! What agents may be busy with, as the administrator words it: *Lunch*, *Training*, *With a customer*.

/// It stands in one line beside the agent's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BusyReason(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no reason: one line of 1 to {LONGEST} characters")]
pub struct NotABusyReason(String);

impl BusyReason {
    pub fn parse(text: &str) -> Result<Self, NotABusyReason> {
        let trimmed = text.trim();
        let right = (1..=LONGEST).contains(&trimmed.chars().count())
            && !trimmed.chars().any(char::is_control);
        match right {
            true => Ok(Self(trimmed.to_owned())),
            false => Err(NotABusyReason(text.chars().take(60).collect())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_short_line() {
        assert_eq!(BusyReason::parse(" Lunch ").unwrap().as_str(), "Lunch");
        for text in ["", "  ", "a\nb", &"é".repeat(41)] {
            assert!(BusyReason::parse(text).is_err(), "{text}");
        }
    }
}
