//! Finding a colleague by what an agent types.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

use super::Extension;
use crate::agent::AgentId;

/// An agent who can be called or be given a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    pub agent: AgentId,
    pub name: String,
    pub extension: Extension,
}

impl Colleague {
    /// Each word that was typed begins a word of the name, or the whole begins the extension. Case and accents
    /// count for nothing.
    pub fn is_meant_by(&self, typed: &str) -> bool {
        let (name, typed) = (folded(&self.name), folded(typed));
        let begins_one = |word: &str| name.split_whitespace().any(|part| part.starts_with(word));
        typed.split_whitespace().all(begins_one)
            || folded(self.extension.as_str()).starts_with(typed.trim())
    }
}

fn folded(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colleague_is_found_by_the_beginnings_of_names_or_of_the_extension() {
        let helene = Colleague {
            agent: AgentId("helene".into()),
            name: "Hélène de Brün".into(),
            extension: Extension::parse("1007").unwrap(),
        };

        for typed in ["", " ", "hel", "HÉL", "helene brun", "Brün h", "10", "1007", " 1007 "] {
            assert!(helene.is_meant_by(typed), "{typed}");
        }
        for typed in ["lene", "helene x", "007", "10072", "h 1007"] {
            assert!(!helene.is_meant_by(typed), "{typed}");
        }
    }
}
