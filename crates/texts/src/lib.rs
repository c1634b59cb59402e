//! What people read: every sentence of the panel and of the adapter's pages, a file per language.
//!
//! A language is one [`Catalogue`] in one file, and one line in [`language`]. Its fields are the texts, so a
//! language that lacks one does not compile. Texts that take arguments are functions; the rest may carry the
//! small markup of [`pieces`], which a view turns into elements.
//!
//! Depends on nothing of ours: codes come in as their text (`concern.what`), ways as fields of their own.

#![forbid(unsafe_code)]

mod catalogue;
mod codes;
mod en;
mod fr;
mod language;
mod markup;

#[cfg(not(target_arch = "wasm32"))]
pub use catalogue::Tasks;
pub use catalogue::{
    Calls, Catalogue, Consents, Controls, Credentials, InertPage, Offering, RefusalTexts, Sessions,
    Shell, SignedIn, SignedOut, Status, Switching, Time, Unreachable, Ways, WindowPages,
    WindowTexts, Working,
};
pub use codes::{CodeText, Codes};
pub use language::{Language, catalogue};
pub use markup::{Piece, pieces, plain};

#[cfg(test)]
mod agreement;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_says_what_happened_and_what_to_do() {
        for (code, text) in all() {
            assert!(!text.title.ends_with('.'), "{code}: a title is no sentence");
            let sentences =
                [Some(text.what_happened), Some(text.what_to_do), text.tell_administrator];
            for sentence in sentences.into_iter().flatten() {
                assert!(sentence.ends_with('.') && !sentence.contains("  "), "{code}: {sentence}");
                let opening = sentence.chars().next().unwrap();
                assert!(opening.is_uppercase() || "*{".contains(opening), "{code}: {sentence}");
            }
        }
    }

    #[test]
    fn nothing_shouts_blames_or_recites_a_code() {
        for (code, text) in all() {
            let whole = format!("{text:?}").to_lowercase();
            for word in [
                "!",
                "oops",
                "sorry",
                "please",
                "your fault",
                "invalid",
                "oups",
                "désolé",
                "votre faute",
                code,
            ] {
                assert!(!whole.contains(word), "{code} says {word}");
            }
        }
    }

    #[test]
    fn a_code_from_a_newer_adapter_still_has_its_sentences() {
        for language in Language::ALL {
            let codes = &catalogue(*language).codes;
            assert_eq!(catalogue(*language).for_code("weather.rain"), &codes.unknown);
            assert_eq!(catalogue(*language).for_code("session.expired"), &codes.session_expired);
        }
    }

    fn all() -> impl Iterator<Item = (&'static str, &'static CodeText)> {
        Language::ALL.iter().flat_map(|language| catalogue(*language).codes.all())
    }
}
