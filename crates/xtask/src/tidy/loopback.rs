//! Tests open no connection beyond loopback. Read off their text: what looks like an address must be a
//! loopback one, or one that the standards keep for documentation.

use std::net::Ipv4Addr;

use super::{Finding, sources::Source};

pub fn check(source: &Source) -> Vec<Finding> {
    if !source.is_rust() || source.is_tidy_itself() {
        return Vec::new();
    }
    let harness = source.path.starts_with("tests/");
    let mut findings = Vec::new();
    let lines: Vec<_> =
        if harness { source.lines().collect() } else { source.test_code().collect() };
    for (number, line) in lines {
        for address in addresses(line).filter(|address| !is_harmless(*address)) {
            let sentence = format!("{address} lies beyond loopback, and tests stay on it");
            findings.push(Finding::new(&source.path, number, sentence));
        }
        // A unit test may well read `https://login.salesforce.com` without going there; a story goes.
        for host in hosts(line).filter(|host| harness && !is_loopback_name(host)) {
            let sentence = format!("`{host}` lies beyond loopback, and stories stay on it");
            findings.push(Finding::new(&source.path, number, sentence));
        }
    }
    findings
}

fn addresses(line: &str) -> impl Iterator<Item = Ipv4Addr> {
    line.split(|c: char| !c.is_ascii_digit() && c != '.').filter_map(|word| word.parse().ok())
}

fn is_harmless(address: Ipv4Addr) -> bool {
    address.is_loopback() || address.is_documentation()
}

/// The hosts of the URLs on a line; placeholders in braces are nobody's.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices("://").filter_map(|(at, mark)| {
        let rest = &line[at + mark.len()..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || "-._".contains(c)))
            .unwrap_or(rest.len());
        let host = rest[..end].trim_end_matches('.');
        (host.contains('.') || host == "localhost").then_some(host)
    })
}

/// RFC 6761: `localhost`, and the names that never resolve.
fn is_loopback_name(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    matches!(last, "localhost" | "example" | "invalid" | "test")
        || host.parse().is_ok_and(is_harmless)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_leaves_the_machine_is_found() {
        let source = Source::new(
            "tests/acceptance/agent_signs_in.rs",
            "tab.go(\"https://login.salesforce.com/\");\n",
        );

        let findings = check(&source);

        assert_eq!(
            findings[0].to_string(),
            "tests/acceptance/agent_signs_in.rs:1: `login.salesforce.com` lies beyond loopback, and stories stay on it"
        );
    }

    #[test]
    fn a_unit_test_that_names_a_foreign_address_is_found() {
        let source = Source::new("crates/adapter/tests/serve.rs", "connect(\"10.0.0.1:80\")\n");

        assert_eq!(
            check(&source)[0].sentence,
            "10.0.0.1 lies beyond loopback, and tests stay on it"
        );
    }

    #[test]
    fn loopback_and_reserved_names_are_harmless() {
        for line in [
            "http://acme.lightning.localhost:8600/x",
            "bind(\"127.0.0.1:0\")",
            "\"192.0.2.7\"",
            "https://phone.example",
            "format!(\"http://{host}:{port}/\")",
        ] {
            assert_eq!(check(&Source::new("tests/acceptance/a.rs", line)), [], "{line}");
        }
    }
}
