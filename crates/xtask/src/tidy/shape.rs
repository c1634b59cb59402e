//! How long a file may be and how it opens.

use super::{Finding, sources::Source};

pub fn check(source: &Source) -> Vec<Finding> {
    let length = source.text.lines().count();
    let path = source.path.as_str();
    let mut findings = Vec::new();
    if path.starts_with("extension/") && path.ends_with(".js") && length > EXTENSION_SCRIPT {
        let sentence = format!(
            "{length} lines; a script of the extension loads, listens and relays in {EXTENSION_SCRIPT}"
        );
        findings.push(Finding::new(path, EXTENSION_SCRIPT + 1, sentence));
    }
    if MEASURED.iter().any(|extension| path.ends_with(extension)) && length > LONGEST {
        findings.push(Finding::new(
            path,
            LONGEST + 1,
            format!("{length} lines; a file ends at {LONGEST}"),
        ));
    }
    if source.is_rust() && must_introduce_itself(path, length) && !introduces_itself(&source.text) {
        findings.push(Finding::new(path, 1, "opens without a `//!` that says what it is"));
    }
    findings
}

fn must_introduce_itself(path: &str, length: usize) -> bool {
    path.ends_with("/lib.rs") || length > SELF_EXPLAINING
}

fn introduces_itself(text: &str) -> bool {
    text.lines().find(|line| !line.is_empty()).is_some_and(|line| line.starts_with("//!"))
}

const EXTENSION_SCRIPT: usize = 60;
const LONGEST: usize = 600;
const SELF_EXPLAINING: usize = 100;
const MEASURED: [&str; 4] = [".rs", ".js", ".css", ".html"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_script_of_61_lines_is_found() {
        assert_eq!(check(&Source::new("extension/worker.js", &"a();\n".repeat(60))), []);

        let findings = check(&Source::new("extension/worker.js", &"a();\n".repeat(61)));

        assert_eq!(
            findings[0].to_string(),
            "extension/worker.js:61: 61 lines; a script of the extension loads, listens and relays in 60"
        );
    }

    #[test]
    fn a_file_of_601_lines_is_found() {
        let text = format!("//! A long one.\n{}", "\n".repeat(600));

        assert_eq!(
            check(&Source::new("crates/store/src/agent.rs", &text))[0].to_string(),
            "crates/store/src/agent.rs:601: 601 lines; a file ends at 600"
        );
    }

    #[test]
    fn a_long_module_without_a_header_is_found() {
        let sentence = "opens without a `//!` that says what it is";

        assert_eq!(
            check(&Source::new("crates/store/src/agent.rs", &"\n".repeat(101)))[0].sentence,
            sentence
        );
        assert_eq!(
            check(&Source::new("crates/store/src/lib.rs", "mod agent;\n"))[0].sentence,
            sentence
        );
        assert_eq!(check(&Source::new("crates/store/src/agent.rs", "mod row;\n")), []);
    }
}
