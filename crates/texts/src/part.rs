//! How a catalogue crosses to the panel: a line for each text, in the order of the fields. The panel's program
//! carries no language; it loads the one that its agent reads.

use crate::codes::CodeText;

/// The lines of one language's file.
pub struct Lines {
    rest: Option<&'static str>,
    ended_early: bool,
}

impl Lines {
    pub fn of(file: &'static str) -> Self {
        Self { rest: Some(file), ended_early: false }
    }

    /// Whether there was exactly as much as was asked for.
    pub fn were_enough(&self) -> bool {
        !self.ended_early && self.rest == Some("")
    }

    pub fn next(&mut self) -> &'static str {
        match self.rest.and_then(|rest| rest.split_once('\n')) {
            Some((line, rest)) => {
                self.rest = Some(rest);
                line
            }
            None => {
                self.ended_early = true;
                ""
            }
        }
    }
}

/// What a catalogue consists of.
pub trait Part {
    /// Before it is read. Each part is filled where it stands: hundreds of fields that are handed on weigh more.
    const EMPTY: Self;

    fn fill(&mut self, lines: &mut Lines);

    #[cfg(not(target_arch = "wasm32"))]
    fn write(&self, file: &mut String);
}

impl Part for &'static str {
    const EMPTY: Self = "";

    // Hundreds of fields call it.
    #[inline(never)]
    fn fill(&mut self, lines: &mut Lines) {
        *self = lines.next();
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn write(&self, file: &mut String) {
        assert!(!self.contains('\n'), "a text is one line: {self}");
        file.push_str(self);
        file.push('\n');
    }
}

/// An absent one is an empty line: no text is empty.
impl Part for Option<&'static str> {
    const EMPTY: Self = None;

    fn fill(&mut self, lines: &mut Lines) {
        *self = Some(lines.next()).filter(|line| !line.is_empty());
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn write(&self, file: &mut String) {
        self.unwrap_or_default().write(file);
    }
}

impl<P: Part, const N: usize> Part for [P; N] {
    const EMPTY: Self = [P::EMPTY; N];

    fn fill(&mut self, lines: &mut Lines) {
        self.iter_mut().for_each(|part| part.fill(lines));
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn write(&self, file: &mut String) {
        self.iter().for_each(|part| part.write(file));
    }
}

impl Part for CodeText {
    const EMPTY: Self =
        Self { title: "", what_happened: "", what_to_do: "", tell_administrator: None };

    fn fill(&mut self, lines: &mut Lines) {
        self.title.fill(lines);
        self.what_happened.fill(lines);
        self.what_to_do.fill(lines);
        self.tell_administrator.fill(lines);
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn write(&self, file: &mut String) {
        self.title.write(file);
        self.what_happened.write(file);
        self.what_to_do.write(file);
        self.tell_administrator.write(file);
    }
}

/// Declares groups of texts that cross to the panel.
macro_rules! texts {
    ($($(#[$meta:meta])* pub struct $group:ident {
        $($(#[$field_meta:meta])* pub $field:ident: $text:ty,)*
    })*) => {
        $(
            $(#[$meta])*
            #[derive(Debug)]
            pub struct $group {
                $($(#[$field_meta])* pub $field: $text,)*
            }

            impl $crate::part::Part for $group {
                const EMPTY: Self = Self { $($field: $crate::part::Part::EMPTY,)* };

                fn fill(&mut self, lines: &mut $crate::part::Lines) {
                    $($crate::part::Part::fill(&mut self.$field, lines);)*
                }

                #[cfg(not(target_arch = "wasm32"))]
                fn write(&self, file: &mut String) {
                    $($crate::part::Part::write(&self.$field, file);)*
                }
            }
        )*
    };
}

pub(crate) use texts;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalogue, Language, catalogue};

    #[test]
    fn what_is_written_is_read() {
        for language in Language::ALL {
            let file = catalogue(*language).to_file();

            let read = Catalogue::from_file(file.clone().leak()).unwrap();

            assert_eq!(read.to_file(), file);
            assert_eq!(read.language, *language);
        }
    }

    #[test]
    fn a_file_of_another_build_is_no_catalogue() {
        let file = catalogue(Language::En).to_file();

        for other in [
            String::new(),
            file.replacen("en\n", "tlh\n", 1),
            file.trim_end().to_owned(),
            format!("{file}One more\n"),
            file.lines().skip(1).collect::<Vec<_>>().join("\n"),
        ] {
            assert!(Catalogue::from_file(other.leak()).is_none());
        }
    }

    #[test]
    fn an_absent_sentence_stays_absent() {
        let mut file = String::new();
        CodeText::new("Title", "What.", "Do.").write(&mut file);

        let mut lines = Lines::of(file.leak());
        let mut read = CodeText::EMPTY;
        read.fill(&mut lines);

        assert_eq!(read, CodeText::new("Title", "What.", "Do."));
        assert!(lines.were_enough());
    }
}
