//! Texts that say something of the moment.

use std::fmt;

use crate::part::{Lines, Part};

/// A text with gaps, `You are signed in as {agent}`. What goes into them is never read as a gap or as markup.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Template(pub &'static str);

impl Template {
    /// Each gap that `values` names, filled.
    pub fn with(self, values: &[(&str, &str)]) -> String {
        let mut filled = String::new();
        let mut rest = self.0;
        while let Some((before, (gap, after))) = rest
            .split_once('{')
            .and_then(|(before, marked)| Some((before, marked.split_once('}')?)))
        {
            filled.push_str(before);
            match values.iter().find(|(name, _)| *name == gap) {
                Some((_, value)) => filled.push_str(value),
                None => debug_assert!(false, "nobody fills {{{gap}}} of {}", self.0),
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }

    /// The names of its gaps, in their order.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn gaps(self) -> impl Iterator<Item = &'static str> {
        self.0.split('{').skip(1).filter_map(|marked| Some(marked.split_once('}')?.0))
    }
}

/// As the text itself, so that templates stand among the other texts of a catalogue.
impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Part for Template {
    const EMPTY: Self = Self("");

    fn fill(&mut self, lines: &mut Lines) {
        self.0.fill(lines);
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn write(&self, file: &mut String) {
        self.0.write(file);
    }
}

crate::part::texts! {
    /// A text for one and a text for more. Nothing that is counted here is ever shown as none.
    pub struct Plural {
        pub one: &'static str,
        /// With the gap `{count}`.
        pub many: Template,
    }
}

impl Plural {
    pub fn of(&self, count: u32) -> String {
        match count {
            1 => self.one.to_owned(),
            _ => self.many.with(&[("count", &count.to_string())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_filled_by_name_in_whatever_order() {
        let values = [("b", "2"), ("a", "1")];

        assert_eq!(Template("{a} and {b}.").with(&values), "1 and 2.");
        assert_eq!(Template("{b}, {a}, {b}").with(&values), "2, 1, 2");
    }

    #[test]
    fn a_value_is_never_read_as_a_gap() {
        assert_eq!(Template("{a}{b}").with(&[("a", "{b}"), ("b", "{a}")]), "{b}{a}");
    }

    #[test]
    fn a_brace_that_is_never_closed_is_text() {
        assert_eq!(Template("5 { 3").with(&[]), "5 { 3");
    }

    #[test]
    fn one_and_more_have_texts_of_their_own() {
        let plural = Plural { one: "1 voicemail", many: Template("{count} voicemails") };

        assert_eq!((plural.of(1), plural.of(12)), ("1 voicemail".into(), "12 voicemails".into()));
    }
}
