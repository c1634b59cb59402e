//! What the languages have to agree in. A catalogue's `Debug` is a line for a text, in the order of the fields,
//! so the catalogues are compared line by line.

use std::collections::BTreeMap;

use crate::{Catalogue, Language, Piece, Template, catalogue, pieces};

/// What is written alike in another language, and why that is right.
const SAME_IN: &[(Language, &str, &str)] = &[
    (Language::Fr, "Cordboard", "the product's name"),
    (Language::Fr, "Ctrl+C", "what stands on the keys"),
    (Language::Fr, "⌘C", "what stands on the keys"),
    (Language::Fr, "Microphone", "the French word as well"),
    (Language::Fr, "Organisation", "the French word, spelled as the British one"),
];

#[test]
fn every_language_has_the_same_texts() {
    let english = texts(catalogue(Language::En));
    assert!(english.len() > 250, "only {} texts were found", english.len());
    for language in others() {
        let names = |texts: &[(String, String)]| -> Vec<String> {
            texts.iter().map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(names(&texts(language)), names(&english), "{}", language.tag);
    }
}

#[test]
fn a_translation_shows_the_same_values_and_things_to_type() {
    for (language, name, english, other) in pairs() {
        let kept = |text: &str| -> Vec<String> {
            let mut kept: Vec<String> = pieces(text, Some("the value"))
                .into_iter()
                .filter_map(|piece| match piece {
                    Piece::Literal(literal) => Some(literal.to_owned()),
                    Piece::Text(_) | Piece::Name(_) => None,
                })
                .collect();
            kept.sort();
            kept
        };
        assert_eq!(kept(&other), kept(&english), "{language} {name}: {other}");
        assert_eq!(names(&other).len(), names(&english).len(), "{language} {name}: {other}");
    }
}

/// Who reads *Se connecter* has to find a button of that name.
#[test]
fn what_a_text_names_is_called_so_on_the_screen() {
    let mut labels: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for (language, _, english, other) in pairs() {
        labels.entry((language, english)).or_default().push(other);
    }
    let mut found = 0;
    for (language, name, english, other) in pairs() {
        for (english, other) in names(&english).into_iter().zip(names(&other)) {
            if let Some(labels) = labels.get(&(language, english)) {
                assert!(
                    labels.contains(&other),
                    "{language} {name}: {other} is none of {labels:?}"
                );
                found += 1;
            }
        }
    }
    assert!(found >= 10, "only {found} names were found on the screen");
}

#[test]
fn no_text_was_left_in_english() {
    for (language, name, english, other) in pairs() {
        let is_right = SAME_IN
            .iter()
            .any(|(same, text, _)| catalogue(*same).tag == language && *text == english);
        assert_eq!(other == english, is_right, "{language} {name}: {other}");
    }
}

#[test]
fn a_translation_has_the_same_gaps() {
    for (language, name, english, other) in pairs() {
        let gaps = |text: String| {
            let mut gaps: Vec<&str> = Template(text.leak()).gaps().collect();
            gaps.sort();
            gaps
        };
        assert_eq!(gaps(other.clone()), gaps(english), "{language} {name}: {other}");
    }
}

#[test]
fn french_marks_stand_on_the_line_of_their_word() {
    let french = texts(catalogue(Language::Fr));
    for (name, text) in &french {
        // Between the gaps of a time of day it is no mark of a sentence.
        let text = &text.replace("}:{", "}{");
        for (at, mark) in text.char_indices().filter(|(_, mark)| ":;?»".contains(*mark)) {
            assert!(text[..at].ends_with('\u{a0}'), "{name}: no U+00A0 before {mark}: {text}");
        }
        for (at, mark) in text.match_indices('«') {
            assert!(text[at + mark.len()..].starts_with('\u{a0}'), "{name}: {text}");
        }
        assert!(!text.contains('\''), "{name}: a typewriter's apostrophe: {text}");
    }
}

fn others() -> impl Iterator<Item = &'static Catalogue> {
    Language::ALL
        .iter()
        .filter(|language| **language != Language::En)
        .map(|other| catalogue(*other))
}

/// Each text of each other language beside the English one, with the language's tag and the text's name.
fn pairs() -> impl Iterator<Item = (&'static str, String, String, String)> {
    let english = texts(catalogue(Language::En));
    others().flat_map(move |other| {
        let beside = english.clone().into_iter().zip(texts(other));
        beside.map(|((name, english), (_, text))| (other.tag, name, english, text))
    })
}

/// The texts that take nothing, each with the name of its field, or with none inside a list.
fn texts(catalogue: &Catalogue) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in format!("{catalogue:#?}").lines() {
        let line = line.trim();
        let Some((name, text)) = line.split_once('"') else {
            continue;
        };
        let text = text.trim_end_matches(',').trim_end_matches('"');
        if name != "tag: " {
            found.push((name.to_owned(), text.replace("\\u{a0}", "\u{a0}").replace("\\'", "'")));
        }
    }
    found
}

fn names(text: &str) -> Vec<String> {
    pieces(text, None)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Name(name) => Some(name.to_owned()),
            Piece::Text(_) | Piece::Literal(_) => None,
        })
        .collect()
}
