//! Serde stands only at the edges: a type that is serialised is part of some wire, and says so by where it
//! lives.

use super::{Finding, TONGUES, sources::Source};

pub fn check(source: &Source) -> Vec<Finding> {
    if !source.is_rust() || source.is_tidy_itself() || may_derive(source) {
        return Vec::new();
    }
    let lines: Vec<(usize, &str)> = source.product_code().collect();
    let derives = lines.iter().enumerate().filter(|(_, (_, line))| derives_serde(line));
    let public =
        derives.filter(|(index, _)| source.room() != "store" || !is_private_row(&lines[*index..]));
    public
        .map(|(_, (number, _))| {
            let sentence = match source.room() {
                "store" => "in `store` only private row types derive Serde".to_owned(),
                room => format!(
                    "`{room}` does not derive Serde here; the wire's types live in the tongues"
                ),
            };
            Finding::new(&source.path, *number, sentence)
        })
        .collect()
}

fn may_derive(source: &Source) -> bool {
    TONGUES.contains(&source.room()) || PLACES.iter().any(|place| source.path.starts_with(place))
}

fn derives_serde(line: &str) -> bool {
    let derive =
        line.trim_start().starts_with("#[derive(") || line.trim_start().starts_with("#[cfg_attr(");
    derive && (line.contains("Serialize") || line.contains("Deserialize"))
}

/// The item below a derive: the first line that declares one.
fn is_private_row(from_derive: &[(usize, &str)]) -> bool {
    let declares = |line: &&str| line.contains("struct ") || line.contains("enum ");
    let item = from_derive.iter().map(|(_, line)| *line).find(declares);
    item.is_some_and(|line| {
        line.starts_with("struct ") || line.starts_with("enum ") || line.starts_with("pub(super) ")
    })
}

/// Configuration, the values that cross the bridge between view and mind, the practice world (it plays the
/// counterparties, so it is made of wires and of its control interface), and the tools.
const PLACES: [&str; 4] =
    ["crates/adapter/src/config", "crates/softphone/", "crates/practice/", "crates/xtask/"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_serialised_domain_type_is_found() {
        let source = Source::new(
            "crates/identity/src/link.rs",
            "\n#[derive(Debug, serde::Serialize)]\npub struct Link;\n",
        );

        let findings = check(&source);

        assert_eq!(
            findings[0].to_string(),
            "crates/identity/src/link.rs:2: `identity` does not derive Serde here; the wire's types live in the tongues"
        );
    }

    #[test]
    fn the_store_serialises_only_its_own_rows() {
        let private =
            "#[derive(Deserialize)]\n#[serde(rename_all = \"snake_case\")]\nstruct Row;\n";
        let public = "#[derive(Deserialize)]\npub struct Agent;\n";

        assert_eq!(check(&Source::new("crates/store/src/agent.rs", private)), []);
        assert_eq!(
            check(&Source::new("crates/store/src/agent.rs", public))[0].sentence,
            "in `store` only private row types derive Serde"
        );
    }

    #[test]
    fn the_edges_may_derive() {
        for path in [
            "crates/oauth/src/token.rs",
            "crates/adapter/src/config.rs",
            "crates/softphone/src/snapshot.rs",
        ] {
            assert_eq!(
                check(&Source::new(path, "#[derive(Serialize)]\npub struct A;\n")),
                [],
                "{path}"
            );
        }
    }
}
