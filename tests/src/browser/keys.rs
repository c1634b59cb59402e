//! Keys by their DOM names, as the protocol wants them.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

/// Pressed and released.
pub fn events(name: &str) -> Result<[Value; 2]> {
    let mut parts: Vec<&str> = name.split('+').collect();
    let key = parts.pop().unwrap_or_default();
    let mut modifiers = 0;
    for part in parts {
        modifiers |=
            MODIFIERS.iter().find(|(modifier, _)| *modifier == part).context("no such modifier")?.1;
    }
    let (key, code, number, text) = describe(key)?;
    let event = |kind: &str| {
        json!({
            "type": kind, "key": key, "code": code, "modifiers": modifiers,
            "windowsVirtualKeyCode": number, "nativeVirtualKeyCode": number,
        })
    };
    let mut down = event("keyDown");
    // With Control or Alt a key is a command and types nothing.
    if let Some(text) = text.filter(|_| modifiers & !SHIFT == 0) {
        down["text"] = text.into();
    }
    Ok([down, event("keyUp")])
}

/// DOM key, DOM code, virtual key code, and what it types.
fn describe(key: &str) -> Result<(String, String, u32, Option<String>)> {
    if let Some((name, number, text)) = NAMED.iter().find(|(name, ..)| *name == key) {
        let key = if *name == "Space" { " " } else { name };
        return Ok((key.to_owned(), (*name).to_owned(), *number, text.map(str::to_owned)));
    }
    let mut letters = key.chars();
    let letter = letters.next().filter(|_| letters.as_str().is_empty());
    let letter = letter
        .filter(char::is_ascii_alphanumeric)
        .with_context(|| format!("there is no key `{key}`"))?;
    let upper = letter.to_ascii_uppercase();
    let code =
        if letter.is_ascii_digit() { format!("Digit{letter}") } else { format!("Key{upper}") };
    Ok((letter.to_string(), code, u32::from(upper), Some(letter.to_string())))
}

const SHIFT: u32 = 8;
const MODIFIERS: [(&str, u32); 4] = [("Alt", 1), ("Control", 2), ("Meta", 4), ("Shift", SHIFT)];

const NAMED: [(&str, u32, Option<&str>); 15] = [
    ("Enter", 13, Some("\r")),
    ("Tab", 9, None),
    ("Escape", 27, None),
    ("Space", 32, Some(" ")),
    ("Backspace", 8, None),
    ("Delete", 46, None),
    ("ArrowLeft", 37, None),
    ("ArrowUp", 38, None),
    ("ArrowRight", 39, None),
    ("ArrowDown", 40, None),
    ("Home", 36, None),
    ("End", 35, None),
    ("PageUp", 33, None),
    ("PageDown", 34, None),
    ("F6", 117, None),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_stand_before_the_key() {
        let [down, up] = events("Shift+Tab").unwrap();

        assert_eq!(
            (&down["key"], &down["modifiers"], &down["type"]),
            (&"Tab".into(), &8.into(), &"keyDown".into())
        );
        assert_eq!(up["type"], "keyUp");
    }

    #[test]
    fn a_command_types_nothing() {
        assert_eq!(events("Control+a").unwrap()[0].get("text"), None);
        assert_eq!(events("a").unwrap()[0]["text"], "a");
    }

    #[test]
    fn a_key_that_no_keyboard_has_is_refused() {
        assert_eq!(events("Any").unwrap_err().to_string(), "there is no key `Any`");
    }
}
