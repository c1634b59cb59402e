//! What a package of the extension holds: what the repository has of it, less the `key`, and with `_locales`, which
//! browsers look for at the top alone.
//!
//! A store gives the extension an id of its own, so the key that pins the repository's would be refused.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

pub struct Package {
    pub version: String,
    /// By their paths in the package.
    pub files: BTreeMap<String, Vec<u8>>,
}

/// The site of one installation's phone, which its own package need not ask for: a browser grants what a manifest
/// requires when the extension is installed, and to one that a policy installs without a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site(String);

impl Site {
    pub fn parse(text: &str) -> Result<Self> {
        let host = text.strip_prefix("https://").map(|host| host.trim_end_matches('/'));
        let is_host = |host: &&str| {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-".contains(c);
            host.contains('.') && host.chars().all(plain)
        };
        let host = host.filter(is_host);
        let host =
            host.with_context(|| format!("`{text}` is no site such as https://phone.example"))?;
        Ok(Self(host.to_owned()))
    }

    pub fn host(&self) -> &str {
        &self.0
    }
}

/// By the language's tag: the text of each name.
type Languages = BTreeMap<String, BTreeMap<String, String>>;

impl Package {
    pub fn gather(root: &Path, site: Option<&Site>) -> Result<Self> {
        let mut files = listed(root)?;
        for (name, bytes) in &files {
            let is_mapped = bytes.windows(SOURCE_MAP.len()).any(|bytes| bytes == SOURCE_MAP);
            ensure!(!is_mapped, "{name} names a source map, and none is packed");
            let is_placed = bytes.windows(PLACE.len()).any(|bytes| bytes == PLACE);
            ensure!(!is_placed, "{name} names a folder of the machine that has built it");
        }
        let languages = languages(&files)?;
        let manifest = fs::read(root.join("manifest.json")).context("manifest.json")?;
        let mut manifest: Value = serde_json::from_slice(&manifest).context("manifest.json")?;
        let version = manifest["version"].as_str().context("manifest.json: version")?.to_owned();
        ensure!(
            version == env!("CARGO_PKG_VERSION"),
            "manifest.json has the version {version}, and Cargo.toml {}",
            env!("CARGO_PKG_VERSION")
        );
        let entries = manifest.as_object_mut().context("manifest.json")?;
        entries.remove("key");
        if let Some(site) = site {
            entries.remove("optional_host_permissions");
            let pattern = format!("https://{}/*", site.host());
            entries.insert("host_permissions".to_owned(), json!([pattern]));
        }
        let messages = translate(&mut manifest, &languages)?;
        let names = named(&manifest);
        if let Some(absent) = names.iter().find(|name| !files.contains_key(name.as_str())) {
            bail!("manifest.json names {absent}, which is not packed");
        }
        files.insert("manifest.json".to_owned(), printed(&manifest)?);
        for (tag, messages) in messages {
            files.insert(format!("_locales/{tag}/messages.json"), printed(&messages)?);
        }
        Ok(Self { version, files })
    }
}

/// Everything in the extension's folder, each file of a kind that is expected there.
fn listed(root: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let mut take = |name: &str| -> Result<()> {
        let bytes = fs::read(root.join(name)).with_context(|| name.to_owned())?;
        files.insert(name.to_owned(), bytes);
        Ok(())
    };
    for name in COMPILED {
        take(name)?;
    }
    for (folder, kinds) in FOLDERS {
        for entry in fs::read_dir(root.join(folder)).context(folder)? {
            let name = format!("{folder}/{}", entry?.file_name().to_string_lossy());
            let kind = name.rsplit('.').next().unwrap_or_default();
            if kinds.contains(&kind) {
                take(&name)?;
            } else if name != "extension/pkg" && FOLDERS.iter().all(|(folder, _)| *folder != name) {
                bail!(
                    "{name} is nothing that `cargo xtask dist` packs (crates/xtask/src/dist/package.rs)"
                );
            }
        }
    }
    Ok(files)
}

fn languages(files: &BTreeMap<String, Vec<u8>>) -> Result<Languages> {
    let tagged = files.iter().filter_map(|(name, bytes)| {
        let tag = name.strip_prefix("extension/locales/")?.strip_suffix(".json")?;
        Some((tag.to_owned(), name, bytes))
    });
    let languages = tagged.map(|(tag, name, bytes)| {
        Ok((tag, serde_json::from_slice(bytes).with_context(|| name.clone())?))
    });
    let languages: Languages = languages.collect::<Result<_>>()?;
    let source = languages.get(SOURCE).context("extension/locales/en.json")?;
    for (tag, texts) in &languages {
        let differs = |name: &&String| source.contains_key(*name) != texts.contains_key(*name);
        if let Some(name) = source.keys().chain(texts.keys()).find(differs) {
            bail!("extension/locales: `{name}` is not in both {SOURCE}.json and {tag}.json");
        }
    }
    Ok(languages)
}

/// What people read of the manifest becomes the names of texts, those that the extension's own pages have in its
/// language; the answer is what each language calls them.
fn translate(manifest: &mut Value, languages: &Languages) -> Result<BTreeMap<String, Value>> {
    let source = &languages[SOURCE];
    let mut names = BTreeSet::new();
    for shown in shown(manifest) {
        let Some(Value::String(text)) = manifest.pointer_mut(&shown) else { continue };
        let named: Vec<_> = source.iter().filter(|(_, known)| *known == text).collect();
        let [(name, _)] = named[..] else {
            bail!(
                "manifest.json says `{text}` ({shown}), which extension/locales/en.json has {} times and must have once",
                named.len()
            );
        };
        *text = format!("__MSG_{name}__");
        names.insert((name.clone(), most(&shown)));
    }
    manifest["default_locale"] = SOURCE.into();
    let messages = languages.iter().map(|(tag, texts)| {
        let mut messages = json!({});
        for (name, most) in &names {
            let file = format!("extension/locales/{tag}.json");
            let text = &texts[name];
            ensure!(!text.contains('$'), "{file}: `{name}` has a `$`, which browsers replace");
            ensure!(text.chars().count() <= *most, "{file}: `{name}` is longer than {most}");
            messages[name] = json!({ "message": text });
        }
        Ok((tag.clone(), messages))
    });
    messages.collect()
}

/// Pointers to whatever browsers and stores show of it.
fn shown(manifest: &Value) -> Vec<String> {
    let commands = manifest["commands"].as_object().into_iter().flat_map(|all| all.keys());
    let commands = commands.map(|command| format!("/commands/{command}/description"));
    ["/name", "/short_name", "/description", "/action/default_title"]
        .map(str::to_owned)
        .into_iter()
        .chain(commands)
        .collect()
}

/// How many characters browsers and stores take.
fn most(pointer: &str) -> usize {
    match pointer {
        "/name" => 75,
        "/short_name" => 12,
        _ => 132,
    }
}

/// The files that the manifest names.
fn named(part: &Value) -> BTreeSet<String> {
    match part {
        Value::String(text) if text.starts_with("extension/") => [text.clone()].into(),
        Value::Array(parts) => parts.iter().flat_map(named).collect(),
        Value::Object(parts) => parts.values().flat_map(named).collect(),
        _ => BTreeSet::new(),
    }
}

fn printed(value: &Value) -> Result<Vec<u8>> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// Folders, and the endings of what is packed of them.
const FOLDERS: [(&str, &[&str]); 3] = [
    ("extension", &["css", "html", "js", "json"]),
    ("extension/icons", &["png"]),
    ("extension/locales", &["json"]),
];
/// What `cargo xtask extension` builds; what else lies in its folder is none of ours.
const COMPILED: [&str; 2] = ["extension/pkg/extension.js", "extension/pkg/extension_bg.wasm"];
/// In which the manifest is written.
const SOURCE: &str = "en";
const SOURCE_MAP: &[u8] = b"sourceMappingURL";
/// Somebody's `~/.cargo/registry`.
const PLACE: &[u8] = b"/registry/src/";

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_package_has_both_languages_and_no_key() {
        let root = repository();

        let package = Package::gather(root.path(), None).unwrap();

        let read = |name: &str| -> Value { serde_json::from_slice(&package.files[name]).unwrap() };
        let manifest = read("manifest.json");
        assert_eq!(manifest.get("key"), None);
        assert_eq!(manifest["default_locale"], "en");
        assert_eq!(manifest["description"], "__MSG_description__");
        for tag in ["en", "fr"] {
            let messages = read(&format!("_locales/{tag}/messages.json"));
            assert_eq!(messages["name"]["message"], "Cordboard", "{tag}");
            assert_ne!(messages["description"]["message"], Value::Null, "{tag}");
        }
    }

    #[test]
    fn a_package_holds_what_is_named_and_nothing_beside() {
        let root = repository();
        fs::write(root.path().join("extension/pkg/extension_bg.wasm.map"), "{}").unwrap();

        let package = Package::gather(root.path(), None).unwrap();

        let tops: BTreeSet<_> =
            package.files.keys().map(|name| name.split('/').next().unwrap()).collect();
        assert_eq!(tops, ["_locales", "extension", "manifest.json"].into());
        assert!(package.files.keys().all(|name| !name.ends_with(".map")));
        assert_eq!(package.files["extension/pkg/extension_bg.wasm"], b"wasm");

        fs::write(root.path().join("extension/notes.txt"), "").unwrap();
        assert!(refused(&root).starts_with("extension/notes.txt is nothing that"));
    }

    #[test]
    fn a_source_map_is_refused() {
        let root = repository();
        let map = "//# sourceMappingURL=extension.js.map";
        fs::write(root.path().join("extension/pkg/extension.js"), map).unwrap();

        assert_eq!(
            refused(&root),
            "extension/pkg/extension.js names a source map, and none is packed"
        );
    }

    #[test]
    fn a_file_that_the_manifest_names_and_nobody_has_is_refused() {
        let root = repository();
        fs::remove_file(root.path().join("extension/icons/48.png")).unwrap();

        assert_eq!(
            refused(&root),
            "manifest.json names extension/icons/48.png, which is not packed"
        );
    }

    #[test]
    fn words_of_the_manifest_that_no_language_has_are_refused() {
        let root = repository();
        let manifest = root.path().join("manifest.json");
        let other = fs::read_to_string(&manifest).unwrap().replace("An open softphone", "A phone");
        fs::write(&manifest, other).unwrap();

        assert!(refused(&root).contains("(/description), which extension/locales/en.json has 0"));
    }

    #[test]
    fn a_text_that_one_language_lacks_is_named() {
        let root = repository();
        let french = root.path().join("extension/locales/fr.json");
        let other = fs::read_to_string(&french).unwrap().replace("\"remove\"", "\"removed\"");
        fs::write(&french, other).unwrap();

        assert_eq!(
            refused(&root),
            "extension/locales: `remove` is not in both en.json and fr.json"
        );
    }

    #[test]
    fn a_package_for_one_site_asks_for_no_other() {
        let site = Site::parse("https://phone.example/").unwrap();

        let package = Package::gather(repository().path(), Some(&site)).unwrap();

        let manifest: Value = serde_json::from_slice(&package.files["manifest.json"]).unwrap();
        assert_eq!(manifest["host_permissions"], json!(["https://phone.example/*"]));
        assert_eq!(manifest.get("optional_host_permissions"), None);
        for other in ["http://phone.example", "https://*/*", "https://a.b/c", "phone.example"] {
            assert!(Site::parse(other).is_err(), "{other}");
        }
    }

    fn refused(root: &TempDir) -> String {
        Package::gather(root.path(), None).err().expect("it is packed").to_string()
    }

    /// This one's extension, as if it were built.
    fn repository() -> TempDir {
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let root = tempfile::tempdir().unwrap();
        fs::copy(ours.join("manifest.json"), root.path().join("manifest.json")).unwrap();
        for (folder, _) in FOLDERS {
            fs::create_dir_all(root.path().join(folder)).unwrap();
            for entry in fs::read_dir(ours.join(folder)).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_file() {
                    let copy = root.path().join(folder).join(entry.file_name());
                    fs::copy(entry.path(), copy).unwrap();
                }
            }
        }
        fs::create_dir(root.path().join("extension/pkg")).unwrap();
        fs::write(root.path().join(COMPILED[0]), "script").unwrap();
        fs::write(root.path().join(COMPILED[1]), "wasm").unwrap();
        root
    }
}
