//! Telephone numbers as people write them, read by the numbering plans of their countries.

use salesforce::call_center::DialingOptions;

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

/// The country whose numbers need no `+`: two letters, `FR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a country is needed, by the two letters of ISO 3166, such as `FR`")]
pub struct NotARegion;

impl Region {
    pub fn parse(text: &str) -> Result<Self, NotARegion> {
        let region = rlibphonenumber::Region::from_code(text).map_err(|_| NotARegion)?;
        let has_plan = PHONE_NUMBER_UTIL.get_supported_regions().any(|known| known == region);
        if has_plan { Ok(Self(region)) } else { Err(NotARegion) }
    }
}

impl std::fmt::Display for Region {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A number that the whole world can dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    /// `+33142685300`
    pub e164: String,
    /// `01 42 68 53 00`, as its own country writes it.
    pub national: String,
    /// `+33 1 42 68 53 00`
    pub international: String,
    /// Nothing for numbers of no one country.
    pub region: Option<String>,
    pub plan: Plan,
    country_code: i32,
}

/// What the numbering plan says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// It lies in a range that is given out.
    Assigned,
    /// It is as long as numbers are there, and new ranges are given out all the time.
    Unassigned,
}

/// Nothing for what cannot be dialled from everywhere: extensions, local numbers, words.
pub fn read(text: &str, region: Option<Region>) -> Option<Number> {
    if text.len() > MOST_BYTES {
        return None;
    }
    let number = PhoneNumber::parse(text, region.map(|region| region.0)).ok()?;
    if number.is_possible_with_reason() != Ok(NumberLengthType::IsPossible) {
        return None;
    }
    let written = |format| number.format_as(format).into_owned();
    Some(Number {
        e164: written(PhoneNumberFormat::E164),
        national: written(PhoneNumberFormat::National),
        international: written(PhoneNumberFormat::International),
        region: number.get_region_code().map(|region| region.to_string()),
        plan: if number.is_valid() { Plan::Assigned } else { Plan::Unassigned },
        country_code: number.country_code,
    })
}

impl Number {
    /// Without a country the world is abroad.
    fn is_at_home(&self, home: Option<Region>) -> bool {
        let home = home.and_then(|home| PHONE_NUMBER_UTIL.get_country_code_for_region(home.0));
        home == Some(self.country_code)
    }

    pub fn shown(&self, home: Option<Region>) -> &str {
        if self.is_at_home(home) { &self.national } else { &self.international }
    }

    /// With what is dialled before it. A number of our own country is dialled as it is written there, or, where
    /// there is a prefix for that, behind the prefix; one of another country by its code, if there is a prefix for
    /// that.
    pub fn dialled(&self, home: Option<Region>, options: &DialingOptions) -> String {
        let DialingOptions { outside, long_distance, international } = options;
        let digits = self.e164.trim_start_matches('+');
        let significant = digits.strip_prefix(&self.country_code.to_string()).unwrap_or(digits);
        match self.is_at_home(home) {
            true if !long_distance.is_empty() => format!("{outside}{long_distance}{significant}"),
            true if !outside.is_empty() => {
                let national = self.national.chars().filter(char::is_ascii_digit);
                format!("{outside}{}", national.collect::<String>())
            }
            false if !international.is_empty() => format!("{outside}{international}{digits}"),
            _ => self.e164.clone(),
        }
    }
}

/// The longest number has 15 digits (E.164), an extension behind it 20, and the rest is punctuation.
const MOST_BYTES: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        for text in [
            "01 42 68 53 00",
            "+33142685300",
            "0033 1 42.68.53.00",
            "(01) 42-68-53-00",
            "tel:+33-1-42685300",
        ] {
            let number = read(text, fr()).unwrap();

            assert_eq!(number.e164, "+33142685300", "{text}");
            assert_eq!(number.national, "01 42 68 53 00");
            assert_eq!(number.international, "+33 1 42 68 53 00");
            assert_eq!((number.region.as_deref(), number.plan), (Some("FR"), Plan::Assigned));
        }
    }

    #[test]
    fn what_is_dialled_first_depends_on_where_the_number_is() {
        let options = |outside: &str, long_distance: &str, international: &str| DialingOptions {
            outside: outside.into(),
            long_distance: long_distance.into(),
            international: international.into(),
        };
        let us = Region::parse("US").ok();
        for (text, home, options, expected) in [
            ("+12065550143", us, options("", "", ""), "+12065550143"),
            ("(206) 555-0143", us, options("9", "1", "011"), "912065550143"),
            ("(206) 555-0143", us, options("9", "", ""), "92065550143"),
            ("+33142685300", us, options("9", "1", "011"), "901133142685300"),
            ("+33142685300", us, options("9", "1", ""), "+33142685300"),
            ("01 42 68 53 00", fr(), options("0", "", "00"), "00142685300"),
            ("01 42 68 53 00", fr(), options("", "0", "00"), "0142685300"),
            ("+12065550143", None, options("9", "1", "00"), "90012065550143"),
        ] {
            let number = read(text, home).unwrap();

            assert_eq!(number.dialled(home, &options), expected, "{text} {options:?}");
        }
    }

    #[test]
    fn a_number_is_shown_nationally_at_home_only() {
        let number = read("+33142685300", fr()).unwrap();

        assert_eq!(number.shown(fr()), "01 42 68 53 00");
        assert_eq!(number.shown(None), "+33 1 42 68 53 00");
    }

    #[test]
    fn without_a_country_only_whole_numbers_are_read() {
        assert_eq!(read("01 42 68 53 00", None), None);
        assert_eq!(read("+1 650 253 0000", None).unwrap().national, "(650) 253-0000");
    }

    #[test]
    fn a_range_that_is_not_given_out_is_told_apart() {
        assert_eq!(read("+1 155 253 0000", None).unwrap().plan, Plan::Unassigned);
    }

    #[test]
    fn what_not_everybody_can_dial_is_no_number() {
        let us = Region::parse("US").ok();
        assert_eq!(read("253-0000", us), None, "it is local");
        for text in
            ["", "1001", "*97", "anna", "sip:1001@pbx.example", "+", "+999 123", &"1".repeat(101)]
        {
            assert_eq!(read(text, fr()), None, "{text}");
        }
    }

    #[test]
    fn a_country_is_one_that_has_numbers() {
        assert_eq!(Region::parse("fr").unwrap().to_string(), "FR");
        for text in ["", "F", "FRA", "001", "XX", "É"] {
            assert_eq!(Region::parse(text), Err(NotARegion), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_read_reads_back_as_itself(text in "\\PC{0,40}|[+0-9 ()./-]{4,20}") {
            if let Some(number) = read(&text, fr()) {
                prop_assert_eq!(read(&number.e164, None), Some(number.clone()));
                prop_assert!(number.e164.strip_prefix('+').unwrap().bytes().all(|b| b.is_ascii_digit()));
            }
        }
    }

    fn fr() -> Option<Region> {
        Region::parse("FR").ok()
    }
}
