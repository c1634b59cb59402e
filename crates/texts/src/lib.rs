//! What people read: every sentence of the panel and of the adapter's pages, a file per language.
//!
//! A language is one [`Catalogue`] in one file, and one line in [`language`]. Its fields are the texts, so a
//! language that lacks one does not compile. Texts that say something of the moment are [`Template`]s; the rest
//! may carry the small markup of [`pieces`], which a view turns into elements.
//!
//! The panel's program carries no catalogue: `cargo run -p texts` writes each into a file ([`part`]), and the
//! panel loads the one that its agent reads.
//!
//! Depends on nothing of ours: codes come in as their text (`concern.what`), ways as fields of their own.

#![forbid(unsafe_code)]

mod catalogue;
mod codes;
#[cfg(not(target_arch = "wasm32"))]
mod en;
#[cfg(not(target_arch = "wasm32"))]
mod fr;
mod language;
mod markup;
mod part;
mod template;

#[cfg(not(target_arch = "wasm32"))]
pub use catalogue::{AdapterTexts, InertPage, Shell, Tasks, WindowPages};
pub use catalogue::{
    Calls, Catalogue, Consents, Controls, Credentials, Offering, Presence, RefusalTexts, Sessions,
    SignedIn, SignedOut, Status, Switching, Time, Unreachable, Ways, WindowTexts, Working,
};
pub use codes::{CodeText, Codes};
pub use language::Language;
#[cfg(not(target_arch = "wasm32"))]
pub use language::catalogue;
pub use markup::{Piece, pieces, plain};
pub use template::{Plural, Template};

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
            assert_eq!(
                Some(catalogue(*language).for_code("session.expired")),
                codes.get("session.expired")
            );
        }
    }

    fn all() -> impl Iterator<Item = (&'static str, &'static CodeText)> {
        Language::ALL.iter().flat_map(|language| catalogue(*language).codes.all())
    }
}
