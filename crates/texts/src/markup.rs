//! The markup of a text: `*the name of something on the screen*`, `` `something to type` `` and `{value}`,
//! the value found.

/// One run of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    /// A button, a field or a page, by the name it bears.
    Name(&'a str),
    /// Something to type or to compare, letter by letter.
    Literal(&'a str),
}

/// Takes `text` apart. `value` stands in for `{value}` as it is: whatever it contains is no markup.
pub fn pieces<'a>(text: &'a str, value: Option<&'a str>) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['*', '`', '{']) {
        let (before, marked) = rest.split_at(at);
        let close = match &marked[..1] {
            "{" => "}",
            same => same,
        };
        let Some(length) = marked[1..].find(close) else { break };
        let inside = &marked[1..=length];
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(match close {
            "*" => Piece::Name(inside),
            "`" => Piece::Literal(inside),
            _ => Piece::Literal(value.unwrap_or("")),
        });
        rest = &marked[length + 2..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The same text for a place that has no elements: an announcement, a title.
pub fn plain(text: &str, value: Option<&str>) -> String {
    pieces(text, value)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(run) | Piece::Name(run) | Piece::Literal(run) => run,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Language, catalogue};

    #[test]
    fn names_literals_and_the_value_are_told_apart() {
        let pieces = pieces("*Enable* is {value}, not `true`.", Some("True"));

        assert_eq!(
            pieces,
            [
                Piece::Name("Enable"),
                Piece::Text(" is "),
                Piece::Literal("True"),
                Piece::Text(", not "),
                Piece::Literal("true"),
                Piece::Text("."),
            ]
        );
    }

    #[test]
    fn a_value_is_never_read_as_markup() {
        let pieces = pieces("Found {value}", Some("*`{value}`*"));

        assert_eq!(pieces, [Piece::Text("Found "), Piece::Literal("*`{value}`*")]);
    }

    #[test]
    fn a_mark_that_is_never_closed_is_text() {
        assert_eq!(pieces("5 * 3", None), [Piece::Text("5 * 3")]);
        assert_eq!(plain("5 * 3 `a`", None), "5 * 3 `a`");
    }

    #[test]
    fn plain_text_keeps_the_words_and_drops_the_marks() {
        assert_eq!(plain("Choose *Try again* or `x`.", None), "Choose Try again or x.");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,60}|[a-z*`{}]{0,30}", value in ".{0,20}") {
            let shown = plain(&text, Some(&value));

            if !text.contains(['*', '`', '{']) {
                prop_assert_eq!(shown, text);
            }
        }

        #[test]
        fn what_is_put_together_comes_apart_again(
            parts in prop::collection::vec((0..4, "[a-zà-ÿ ]{1,8}"), 0..12),
            value in ".{0,20}",
        ) {
            let mut text = String::new();
            let mut expected: Vec<Piece<'_>> = Vec::new();
            let mut was_text = false;
            for (kind, word) in &parts {
                let (written, piece) = match kind {
                    // Two in a row would be one.
                    0 if was_text => continue,
                    0 => (word.clone(), Piece::Text(word)),
                    1 => (format!("*{word}*"), Piece::Name(word)),
                    2 => (format!("`{word}`"), Piece::Literal(word)),
                    _ => ("{value}".to_owned(), Piece::Literal(&value)),
                };
                was_text = *kind == 0;
                text.push_str(&written);
                expected.push(piece);
            }

            prop_assert_eq!(pieces(&text, Some(&value)), expected);
        }

        #[test]
        fn whatever_was_found_stands_in_each_sentence_of_the_catalogue_as_it_is(value in ".{1,20}") {
            for (code, text) in Language::ALL.iter().flat_map(|it| catalogue(*it).codes.all()) {
                let sentences = [Some(text.what_happened), Some(text.what_to_do), text.tell_administrator];
                for sentence in sentences.into_iter().flatten() {
                    let places = sentence.split("{value}").map(|part| plain(part, None));
                    let expected = places.collect::<Vec<_>>().join(&value);
                    prop_assert_eq!(plain(sentence, Some(&value)), expected, "{}", code);
                }
            }
        }
    }
}
