//! How the administrator wants calls to be told apart: *Interested*, *Call back*, *Wrong number*.

/// It fits Salesforce's *Call Result*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disposition(String);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no disposition: one line of 1 to 255 characters")]
pub struct NotADisposition(String);

impl Disposition {
    pub fn parse(text: &str) -> Result<Self, NotADisposition> {
        let trimmed = text.trim();
        let right = (1..=255).contains(&trimmed.encode_utf16().count())
            && !trimmed.chars().any(char::is_control);
        match right {
            true => Ok(Self(trimmed.to_owned())),
            false => Err(NotADisposition(text.chars().take(60).collect())),
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
    fn a_disposition_is_one_line_that_fits_its_field() {
        assert_eq!(Disposition::parse(" Call back ").unwrap().as_str(), "Call back");
        for text in ["", "  ", "a\nb", &"é".repeat(256)] {
            assert!(Disposition::parse(text).is_err(), "{text}");
        }
    }
}
