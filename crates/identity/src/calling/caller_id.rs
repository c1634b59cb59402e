//! The numbers by which agents may be seen by those whom they call.

/// As a PBX knows it: digits, after a `+` where it is meant to be understood everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerId(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number: 2 to 15 digits, after a `+` or without, such as `+33142685300`")]
pub struct NotACallerId(String);

impl CallerId {
    /// What people write between the digits counts for nothing.
    pub fn parse(text: &str) -> Result<Self, NotACallerId> {
        let number: String = text.chars().filter(|c| !" ()-./\u{a0}".contains(*c)).collect();
        let digits = number.strip_prefix('+').unwrap_or(&number);
        let right = (2..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        match right {
            true => Ok(Self(number)),
            false => Err(NotACallerId(text.chars().take(60).collect())),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_id_is_a_number_however_it_is_written() {
        for (text, number) in
            [("+33 1 42 68 53 00", "+33142685300"), ("(206) 555-0143", "2065550143"), ("10", "10")]
        {
            assert_eq!(CallerId::parse(text).unwrap().as_str(), number);
        }
        for text in ["", "+", "1", "++3314268", "1+2", "anna", "sip:1001@pbx", "1234567890123456"] {
            assert!(CallerId::parse(text).is_err(), "{text}");
        }
    }
}
