//! `docs/FAULTS.md` and `docs/THREATS.md`, written out of the comments above the tests that play them.
//!
//! A row stands where its test stands, so that neither is changed without the other. A comment is a
//! fixed run of sentences directly above a test: `Fault`, `Seen`, `Kept`, or `Attack`, `Refused`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

/// One complaint: path, line, sentence.
pub type Complaint = (String, usize, String);

struct Table {
    path: &'static str,
    title: &'static str,
    intro: &'static str,
    keys: &'static [&'static str],
    head: &'static [&'static str],
}

const TABLES: [Table; 2] = [
    Table {
        path: "docs/FAULTS.md",
        title: "Faults",
        intro: "What goes wrong around the softphone, what the agent sees then, and what is kept: for \
                administrators and operators who meet one of these, and for whoever changes the code. A test \
                plays each; the last column names it.",
        keys: &["Fault", "Seen", "Kept"],
        head: &["Fault", "What the agent sees", "What is kept", "Test"],
    },
    Table {
        path: "docs/THREATS.md",
        title: "Threats",
        intro: "What an attacker tries, and how it is refused: for whoever has to judge whether Cordboard may \
                be used, and for whoever changes the code. A test tries each; the last column names it.",
        keys: &["Attack", "Refused"],
        head: &["Attack", "How it is refused", "Test"],
    },
];

const ONE_ROW: &str = "\
To see one row for yourself (the programs and the panel have to be built once, and after each change):

    cargo build --workspace --bins && cargo xtask wasm
    cargo test --workspace --test acceptance adapter_is_killed

The last word is the test's name, or the beginning of it.";

#[derive(Debug, PartialEq, Eq)]
struct Row {
    table: usize,
    cells: Vec<String>,
    test: String,
}

/// A test file, by its path from the root of the workspace.
pub struct TestFile {
    path: String,
    pub text: String,
}

pub fn write(workspace: &Workspace) -> Result<()> {
    let (documents, complaints) = generate(&workspace.root)?;
    if let Some((path, line, sentence)) = complaints.first() {
        bail!("{path}:{line}: {sentence}");
    }
    for (path, text) in documents {
        fs::write(workspace.root.join(path), text)
            .with_context(|| format!("cannot write {path}"))?;
    }
    Ok(())
}

/// What is wrong with the comments, or else with the documents.
pub fn check(root: &Path) -> Result<Vec<Complaint>> {
    let (documents, mut complaints) = generate(root)?;
    for (path, text) in documents {
        let found = fs::read_to_string(root.join(path)).unwrap_or_default();
        if let Some(line) = first_difference(&found, &text) {
            let sentence = "is not what the tests say; run `cargo xtask tables`";
            complaints.push((path.to_owned(), line, sentence.to_owned()));
        }
    }
    Ok(complaints)
}

/// A document's path from the root of the workspace, and its text.
type Document = (&'static str, String);

fn generate(root: &Path) -> Result<(Vec<Document>, Vec<Complaint>)> {
    let (mut rows, mut complaints) = (Vec::new(), Vec::new());
    for file in test_files(root)? {
        parse(&file, &mut rows, &mut complaints);
    }
    let documents = TABLES
        .iter()
        .enumerate()
        .map(|(index, table)| {
            (table.path, render(table, rows.iter().filter(|row| row.table == index)))
        })
        .collect();
    Ok((documents, complaints))
}

/// In the order of their paths.
pub fn test_files(root: &Path) -> Result<Vec<TestFile>> {
    let mut folders = vec![root.join("tests/acceptance")];
    for room in fs::read_dir(root.join("crates"))? {
        folders.push(room?.path().join("tests"));
    }
    let mut paths = Vec::new();
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.into_iter().map(|path| read(root, path)).collect()
}

fn read(root: &Path, path: PathBuf) -> Result<TestFile> {
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let path = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
    Ok(TestFile { path, text })
}

fn parse(file: &TestFile, rows: &mut Vec<Row>, complaints: &mut Vec<Complaint>) {
    let mut comment: Vec<(&str, String, usize)> = Vec::new();
    let mut is_test = false;
    for (number, line) in (1..).zip(file.text.lines().map(str::trim)) {
        if let Some((key, words)) = keyed(line) {
            comment.push((key, words.to_owned(), number));
        } else if line.starts_with("#[") {
            is_test |= line == "#[test]";
        } else if let Some(words) = line.strip_prefix("///") {
            // A long sentence goes on in the next line.
            if let Some((_, sentence, _)) = comment.last_mut() {
                *sentence = format!("{sentence} {}", words.trim()).trim().to_owned();
            }
        } else {
            let name = line.strip_prefix("fn ").and_then(|rest| rest.split('(').next());
            if let Some((_, _, first)) = comment.first() {
                match name.filter(|_| is_test) {
                    Some(name) => match rows_of(&comment, &file.path, name) {
                        Ok(found) => rows.extend(found),
                        Err((line, sentence)) => {
                            complaints.push((file.path.clone(), line, sentence));
                        }
                    },
                    None => {
                        complaints.push((file.path.clone(), *first, "stands above no test".into()));
                    }
                }
            }
            comment.clear();
            is_test = false;
        }
    }
    if let Some((_, _, first)) = comment.first() {
        complaints.push((file.path.clone(), *first, "stands above no test".into()));
    }
}

fn keyed(line: &str) -> Option<(&str, &str)> {
    let (key, words) = line.strip_prefix("/// ")?.split_once(':')?;
    TABLES.iter().any(|table| table.keys.contains(&key)).then(|| (key, words.trim()))
}

/// A test may play several; each comment is whole by itself.
fn rows_of(
    mut comment: &[(&str, String, usize)],
    path: &str,
    name: &str,
) -> Result<Vec<Row>, (usize, String)> {
    let mut rows = Vec::new();
    while let Some((first, _, line)) = comment.first() {
        let found = TABLES.iter().position(|table| table.keys[0] == *first);
        let table = found
            .ok_or_else(|| (*line, format!("`{first}` has nothing before it to belong to")))?;
        let mut cells = Vec::new();
        for (index, wanted) in TABLES[table].keys.iter().enumerate() {
            match comment.get(index) {
                Some((key, words, _)) if key == wanted && !words.is_empty() => {
                    cells.push(words.clone());
                }
                _ => return Err((*line, format!("this `{first}` lacks its `{wanted}`"))),
            }
        }
        comment = &comment[cells.len()..];
        rows.push(Row { table, cells, test: link(path, name) });
    }
    Ok(rows)
}

fn link(path: &str, name: &str) -> String {
    let module = path.trim_start_matches("tests/acceptance/").trim_end_matches(".rs");
    let module = module.trim_start_matches("crates/").replace("/tests/", "::").replace('/', "::");
    format!("[`{module}::{name}`](../{path})")
}

fn render<'a>(table: &Table, rows: impl Iterator<Item = &'a Row>) -> String {
    let rule = vec!["---"; table.head.len()].join(" | ");
    let mut text = format!(
        "# {}\n\n{}\n\n{ONE_ROW}\n\n<!-- Written by `cargo xtask tables`. -->\n\n| {} |\n| {rule} |\n",
        table.title,
        table.intro,
        table.head.join(" | "),
    );
    for row in rows {
        let cells: Vec<_> = row.cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        text.push_str(&format!("| {} | {} |\n", cells.join(" | "), row.test));
    }
    text
}

fn first_difference(found: &str, wanted: &str) -> Option<usize> {
    if found == wanted {
        return None;
    }
    let same = found.lines().zip(wanted.lines()).take_while(|(left, right)| left == right);
    Some(same.count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Vec<Row>, Vec<Complaint>) {
        let file = TestFile { path: "tests/acceptance/faults/x.rs".into(), text: text.into() };
        let (mut rows, mut complaints) = (Vec::new(), Vec::new());
        parse(&file, &mut rows, &mut complaints);
        (rows, complaints)
    }

    fn complaint(text: &str) -> (usize, String) {
        let (rows, mut complaints) = parsed(text);
        assert!(rows.is_empty(), "{rows:?}");
        assert_eq!(complaints.len(), 1, "{complaints:?}");
        let (_, line, sentence) = complaints.remove(0);
        (line, sentence)
    }

    #[test]
    fn a_test_may_play_a_fault_and_an_attack() {
        let (rows, complaints) = parsed(
            "/// Fault: a.\n/// Seen: b: c.\n/// Kept: d.\n/// Attack: e.\n/// Refused: f.\n\
             #[test]\nfn it_is_so() -> Result<()> {\n",
        );

        assert_eq!(complaints, []);
        let test = "[`faults::x::it_is_so`](../tests/acceptance/faults/x.rs)".to_owned();
        let fault = vec!["a.".to_owned(), "b: c.".to_owned(), "d.".to_owned()];
        let attack = vec!["e.".to_owned(), "f.".to_owned()];
        assert_eq!(
            rows,
            [
                Row { table: 0, cells: fault, test: test.clone() },
                Row { table: 1, cells: attack, test },
            ]
        );
    }

    #[test]
    fn a_sentence_may_take_several_lines() {
        let (rows, complaints) = parsed(
            "/// Words.\n/// Attack: a\n/// long one.\n/// Refused: b.\n/// And c.\n#[test]\nfn x() {\n",
        );

        assert_eq!(complaints, []);
        assert_eq!(rows[0].cells, ["a long one.", "b. And c."]);
    }

    #[test]
    fn an_incomplete_comment_is_named_by_its_line() {
        let told = complaint("\n/// Fault: a.\n/// Kept: d.\n#[test]\nfn x() {\n");
        assert_eq!(told, (2, "this `Fault` lacks its `Seen`".into()));
        let told = complaint("/// Attack: a.\n/// Refused:\n#[test]\nfn x() {\n");
        assert_eq!(told, (1, "this `Attack` lacks its `Refused`".into()));
        let told = complaint("/// Seen: a.\n#[test]\nfn x() {\n");
        assert_eq!(told, (1, "`Seen` has nothing before it to belong to".into()));
    }

    #[test]
    fn a_comment_above_no_test_is_named_by_its_line() {
        for rest in ["fn helper() {\n", "\n#[test]\nfn x() {\n", "const X: u8 = 0;\n", ""] {
            let told = complaint(&format!("/// Attack: a.\n/// Refused: b.\n{rest}"));
            assert_eq!(told, (1, "stands above no test".into()), "{rest:?}");
        }
    }

    #[test]
    fn other_comments_are_nobodys_business() {
        let (rows, complaints) = parsed("/// Note: x.\n/// Words.\n#[test]\nfn x() {\n");
        assert!(rows.is_empty() && complaints.is_empty(), "{rows:?} {complaints:?}");
    }

    #[test]
    fn a_bar_in_a_sentence_does_not_end_its_cell() {
        let row = Row { table: 1, cells: vec!["a|b".into(), "c".into()], test: "t".into() };
        assert!(render(&TABLES[1], [&row].into_iter()).ends_with("| a\\|b | c | t |\n"));
    }

    #[test]
    fn a_stale_document_is_named_by_its_first_wrong_line() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("", "a\n"), Some(1));
    }
}
