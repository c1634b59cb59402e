//! The files that the checks read, and which part of each is test code.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

pub struct Source {
    /// Relative to the workspace's root, with `/`.
    pub path: String,
    pub text: String,
    /// The number of the first line of test code; past the end where there is none.
    tests_from: usize,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let tests_from = match path {
            _ if is_test_path(path) => 0,
            _ => {
                text.lines().zip(text.lines().skip(1)).position(starts_tests).unwrap_or(usize::MAX)
            }
        };
        Self { path: path.to_owned(), text: text.to_owned(), tests_from }
    }

    /// The package's directory under `crates/`; `tests` and `extension` stand for themselves.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or(inside)
    }

    pub fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// These checks name what they forbid.
    pub fn is_tidy_itself(&self) -> bool {
        self.path.starts_with("crates/xtask/src/tidy")
    }

    /// Numbered from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Lines of the product without their comments.
    pub fn product_code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines()
            .take_while(|(number, _)| *number <= self.tests_from)
            .map(|(number, line)| (number, code(line)))
    }

    pub fn test_code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.lines()
            .skip_while(|(number, _)| *number <= self.tests_from)
            .map(|(number, line)| (number, code(line)))
    }
}

/// Everything of ours that is text, in the order of its path.
pub fn read(root: &Path) -> Result<Vec<Source>> {
    let mut files = Vec::new();
    for folder in ["crates", "extension", "tests"] {
        walk(&root.join(folder), &mut files)?;
    }
    files.sort();
    let mut sources = files.iter().map(|file| read_one(root, file)).collect::<Result<Vec<_>>>()?;
    let test_modules: BTreeSet<String> = sources.iter().flat_map(test_modules).collect();
    for source in &mut sources {
        if test_modules.contains(&source.path) {
            source.tests_from = 0;
        }
    }
    Ok(sources)
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | "pkg") {
                walk(&path, files)?;
            }
        } else if EXTENSIONS.iter().any(|extension| name.ends_with(extension)) {
            files.push(path);
        }
    }
    Ok(())
}

fn read_one(root: &Path, file: &Path) -> Result<Source> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let path = file.strip_prefix(root).unwrap_or(file).to_string_lossy();
    Ok(Source::new(&path, &text))
}

fn is_test_path(path: &str) -> bool {
    path.starts_with("tests/acceptance/") || path.contains("/tests/") || path.ends_with("/tests.rs")
}

fn starts_tests((attribute, next): (&str, &str)) -> bool {
    attribute == "#[cfg(test)]" && next.contains("mod ") && next.ends_with('{')
}

/// The files of `#[cfg(test)] mod name;`.
fn test_modules(source: &Source) -> Vec<String> {
    let pairs = source.text.lines().zip(source.text.lines().skip(1));
    let names = pairs.filter_map(|(attribute, next)| {
        let declared = next.strip_suffix(';')?.rsplit_once("mod ")?.1;
        (attribute == "#[cfg(test)]").then_some(declared)
    });
    let folder = match source.path.strip_suffix(".rs") {
        Some(module) if !is_crate_root(&source.path) => module.to_owned(),
        _ => source.path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned(),
    };
    names.map(|name| format!("{folder}/{name}.rs")).collect()
}

fn is_crate_root(path: &str) -> bool {
    ["/lib.rs", "/main.rs", "/mod.rs"].iter().any(|name| path.ends_with(name))
}

/// A line without its comment. `://` is taken for a URL.
fn code(line: &str) -> &str {
    let comment = line.match_indices("//").find(|(at, _)| !line[..*at].ends_with(':'));
    comment.map_or(line, |(at, _)| &line[..at])
}

const EXTENSIONS: [&str; 8] = [".rs", ".toml", ".css", ".html", ".js", ".json", ".sql", ".svg"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_below_the_test_attribute_is_test_code() {
        let source =
            Source::new("crates/oauth/src/lib.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n");

        let product: Vec<_> = source.product_code().collect();

        assert_eq!(product, [(1, "fn a() {}"), (2, "")]);
        assert_eq!(source.test_code().count(), 3);
    }

    #[test]
    fn a_file_declared_for_tests_only_is_test_code_throughout() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("crates/identity/src/link");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("../link.rs"), "#[cfg(test)]\nmod fixtures;\n").unwrap();
        fs::write(folder.join("fixtures.rs"), "fn random() {}\n").unwrap();

        let sources = read(root.path()).unwrap();

        let fixtures =
            sources.iter().find(|source| source.path.ends_with("/link/fixtures.rs")).unwrap();
        assert_eq!(fixtures.product_code().count(), 0);
    }

    #[test]
    fn comments_are_no_code_and_addresses_are() {
        assert_eq!(code("let a = 1; // axum"), "let a = 1; ");
        assert_eq!(code("get(\"http://a.localhost/\") // why"), "get(\"http://a.localhost/\") ");
        assert_eq!(code("//! axum"), "");
    }

    #[test]
    fn what_tools_left_behind_is_not_read() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("extension/pkg")).unwrap();
        fs::write(root.path().join("extension/pkg/panel.js"), "").unwrap();
        fs::write(root.path().join("extension/worker.js"), "").unwrap();

        let sources = read(root.path()).unwrap();

        assert_eq!(
            sources.iter().map(|source| &source.path).collect::<Vec<_>>(),
            ["extension/worker.js"]
        );
    }
}
