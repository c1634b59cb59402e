//! Words that only one place may say.

use super::{Finding, sources::Source};

pub fn check(source: &Source) -> Vec<Finding> {
    if source.is_tidy_itself() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if !MAY_SAY_SFORCE.iter().any(|place| source.path.starts_with(place)) {
        let said = source.product_code().filter(|(_, line)| names_sforce(line));
        findings.extend(said.map(|(number, _)| {
            Finding::new(&source.path, number, "only crates/panel/src/host names `sforce`")
        }));
    }
    if let room @ ("panel" | "adapter") = source.room() {
        let said =
            source.lines().filter(|(_, line)| line.to_ascii_lowercase().contains("practice"));
        findings.extend(said.map(|(number, _)| {
            Finding::new(
                &source.path,
                number,
                format!(
                    "the product never knows that there is a practice world, and `{room}` names it"
                ),
            )
        }));
    }
    findings
}

/// The global object of Open CTI, not the `soap.sforce.com` of Salesforce's namespaces.
fn names_sforce(line: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    line.match_indices("sforce").any(|(at, word)| {
        let after = &line[at + word.len()..];
        !line[..at].ends_with(is_word) && !after.starts_with(is_word) && !after.starts_with(".com")
    })
}

/// The practice org serves a script that defines it, and the stories look at both.
const MAY_SAY_SFORCE: [&str; 3] = ["crates/panel/src/host", "crates/practice/", "tests/"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_cti_outside_its_host_is_found() {
        let source = Source::new("crates/panel/src/runtime/start.rs", "get(&window, \"sforce\")\n");

        let findings = check(&source);

        assert_eq!(
            findings[0].to_string(),
            "crates/panel/src/runtime/start.rs:1: only crates/panel/src/host names `sforce`"
        );
        assert_eq!(
            check(&Source::new("crates/panel/src/host/open_cti.rs", "get(&window, \"sforce\")\n")),
            []
        );
    }

    #[test]
    fn a_namespace_of_salesforce_is_not_open_cti() {
        assert!(!names_sforce("\"http://soap.sforce.com/2006/04/metadata\""));
        assert!(!names_sforce("use salesforce::open_cti;"));
        assert!(names_sforce("window.sforce.opencti"));
    }

    #[test]
    fn a_product_that_knows_the_practice_world_is_found() {
        let source = Source::new("crates/adapter/src/config.rs", "/// The Practice org's host.\n");

        let findings = check(&source);

        assert_eq!(
            findings[0].to_string(),
            "crates/adapter/src/config.rs:1: the product never knows that there is a practice world, and `adapter` names it"
        );
    }
}
