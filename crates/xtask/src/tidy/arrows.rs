//! Who may depend on whom. Arrows point down: hands, minds, tongues.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Context as _, Result};

use super::{Finding, is_tongue_or_mind};
use crate::workspace::Room;

pub fn check(root: &Path, rooms: &[Room]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for room in rooms {
        let manifest = root.join(&room.manifest);
        let text = fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
        let path = room.manifest.to_string_lossy();
        for sentence in complaints(room, rooms) {
            findings.push(Finding::new(&path, line_of(&text, &sentence.about), sentence.text));
        }
    }
    findings.extend(unbuilt_for_the_browser(rooms));
    Ok(findings)
}

struct Complaint {
    /// The dependency, or the room itself.
    about: String,
    text: String,
}

fn complaints(room: &Room, rooms: &[Room]) -> Vec<Complaint> {
    let name = room.name.as_str();
    let Some(allowed) = allowed_arrows(name) else {
        let text = format!("the room `{name}` has no place in tidy's table of arrows");
        return vec![Complaint { about: "name".to_owned(), text }];
    };
    let complain = |dependency: &String| {
        let ours = rooms.iter().any(|other| &other.name == dependency);
        let text = if ours {
            (!allowed.contains(&dependency.as_str()))
                .then(|| format!("`{name}` may not depend on `{dependency}`"))
        } else {
            foreign(name, dependency)
        };
        text.map(|text| Complaint { about: dependency.clone(), text })
    };
    room.dependencies.iter().filter_map(complain).collect()
}

fn allowed_arrows(room: &str) -> Option<&'static [&'static str]> {
    ARROWS.iter().find(|(from, _)| *from == room).map(|(_, to)| *to)
}

fn foreign(room: &str, dependency: &str) -> Option<String> {
    if is_tongue_or_mind(room) && BANNED_BELOW.contains(&dependency) {
        return Some(format!("`{room}` touches nothing, so it may not depend on `{dependency}`"));
    }
    let (_, homes) = AT_HOME.iter().find(|(name, _)| *name == dependency)?;
    (!homes.contains(&room)).then(|| format!("`{dependency}` belongs only in {}", homes.join(", ")))
}

/// A room for both targets is proven by the panel's build, if the panel reaches it.
fn unbuilt_for_the_browser(rooms: &[Room]) -> Vec<Finding> {
    let dependencies =
        |name: &str| rooms.iter().find(|room| room.name == name).map(|room| &room.dependencies);
    let mut reached = BTreeSet::new();
    let mut open = vec!["panel"];
    while let Some(name) = open.pop() {
        if reached.insert(name) {
            open.extend(dependencies(name).into_iter().flatten().map(String::as_str));
        }
    }
    let missed = rooms.iter().filter(|room| {
        FOR_BOTH_TARGETS.contains(&room.name.as_str()) && !reached.contains(room.name.as_str())
    });
    missed
        .map(|room| {
            let text = format!(
                "the panel does not reach `{}`, so nothing proves that it builds for wasm32",
                room.name
            );
            Finding::new(&room.manifest.to_string_lossy(), 1, text)
        })
        .collect()
}

fn line_of(manifest: &str, key: &str) -> usize {
    let declares = |line: &str| {
        let rest = line.trim_start().strip_prefix(key)?;
        rest.starts_with([' ', '.', '=']).then_some(())
    };
    manifest.lines().position(|line| declares(line).is_some()).map_or(1, |index| index + 1)
}

const ARROWS: [(&str, &[&str]); 21] = [
    // Hands.
    ("panel", &["softphone", "adapter-api", "oauth", "salesforce", "texts", "web"]),
    ("extension", &["salesforce", "softphone"]),
    (
        "adapter",
        &["store", "identity", "call-log", "saml", "adapter-api", "oauth", "salesforce", "texts"],
    ),
    ("store", &["identity", "call-log", "oauth", "salesforce"]),
    ("practice", &["salesforce", "sip", "oauth"]),
    ("web", &["adapter-api", "oauth", "texts"]),
    ("admin", &["web", "adapter-api"]),
    ("xtask", &[]),
    // The stories drive the built product; of its code they may know only the tongues it speaks.
    // Of the panel it takes the drawings.
    ("acceptance", &["adapter-api", "oauth", "panel", "salesforce", "sip", "texts", "shim"]),
    ("parsers", &["adapter-api", "identity", "oauth", "salesforce", "sip", "softphone"]),
    ("shim", &[]),
    ("sip-bench", &["sip"]),
    // Minds.
    ("softphone", &["sip", "adapter-api", "salesforce"]),
    ("identity", &["salesforce", "oauth"]),
    ("call-log", &["salesforce"]),
    // Tongues.
    ("adapter-api", &["salesforce"]),
    ("salesforce", &[]),
    ("oauth", &[]),
    ("sip", &[]),
    ("saml", &[]),
    ("texts", &[]),
];

const FOR_BOTH_TARGETS: [&str; 6] =
    ["salesforce", "oauth", "sip", "adapter-api", "texts", "softphone"];

const BANNED_BELOW: [&str; 12] = [
    "axum",
    "gloo",
    "hyper",
    "js-sys",
    "reqwest",
    "sqlx",
    "tokio",
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "web-time",
    "yew",
];

const AT_HOME: [(&str, &[&str]); 3] =
    [("sqlx", &["store"]), ("axum", &["adapter", "practice"]), ("yew", &["panel", "web", "admin"])];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arrow_that_points_up_is_found_on_its_line() {
        let house = House::of(&[
            ("panel", "oauth = 1\n", &["oauth"]),
            ("oauth", "[dependencies]\nsalesforce.workspace = true\n", &["salesforce"]),
            ("salesforce", "", &[]),
        ]);

        assert_eq!(
            house.findings(),
            ["crates/oauth/Cargo.toml:2: `oauth` may not depend on `salesforce`"]
        );
    }

    #[test]
    fn a_mind_that_brings_a_runtime_is_found() {
        let house = House::of(&[("identity", "[dependencies]\ntokio = \"1\"\n", &["tokio"])]);

        assert_eq!(
            house.findings(),
            [
                "crates/identity/Cargo.toml:2: `identity` touches nothing, so it may not depend on `tokio`"
            ]
        );
    }

    #[test]
    fn a_crate_away_from_its_home_is_found() {
        let house = House::of(&[
            ("adapter", "sqlx = \"1\"\n", &["sqlx"]),
            ("acceptance", "axum = \"1\"\n", &["axum"]),
            ("store", "yew = \"1\"\nsqlx = \"1\"\n", &["yew", "sqlx"]),
        ]);

        assert_eq!(
            house.findings(),
            [
                "crates/adapter/Cargo.toml:1: `sqlx` belongs only in store",
                "crates/acceptance/Cargo.toml:1: `axum` belongs only in adapter, practice",
                "crates/store/Cargo.toml:1: `yew` belongs only in panel, web, admin",
            ]
        );
    }

    #[test]
    fn a_room_nobody_planned_is_found() {
        let house = House::of(&[("helpers", "[package]\nname = \"helpers\"\n", &[])]);

        assert_eq!(
            house.findings(),
            [
                "crates/helpers/Cargo.toml:2: the room `helpers` has no place in tidy's table of arrows"
            ]
        );
    }

    #[test]
    fn a_room_for_the_browser_that_the_panel_never_reaches_is_found() {
        let house = House::of(&[
            ("panel", "softphone = 1\n", &["softphone"]),
            ("softphone", "", &[]),
            ("texts", "", &[]),
        ]);

        assert_eq!(
            house.findings(),
            [
                "crates/texts/Cargo.toml:1: the panel does not reach `texts`, so nothing proves that it builds for wasm32"
            ]
        );
    }

    struct House {
        root: tempfile::TempDir,
        rooms: Vec<Room>,
    }

    impl House {
        /// Rooms with their names, manifests and dependencies.
        fn of(rooms: &[(&str, &str, &[&str])]) -> Self {
            let root = tempfile::tempdir().unwrap();
            let build = |&(name, manifest, dependencies): &(&str, &str, &[&str])| {
                let path = Path::new("crates").join(name).join("Cargo.toml");
                fs::create_dir_all(root.path().join("crates").join(name)).unwrap();
                fs::write(root.path().join(&path), manifest).unwrap();
                let dependencies = dependencies.iter().map(|&name| name.to_owned()).collect();
                Room { name: name.to_owned(), manifest: path, dependencies }
            };
            let rooms = rooms.iter().map(build).collect();
            Self { root, rooms }
        }

        fn findings(&self) -> Vec<String> {
            check(self.root.path(), &self.rooms).unwrap().iter().map(ToString::to_string).collect()
        }
    }
}
