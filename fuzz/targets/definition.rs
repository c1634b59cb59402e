//! A call center definition file that parses prints and reads back as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salesforce::definition::Definition;

fuzz_target!(|xml: &str| {
    if let Ok(definition) = Definition::parse(xml) {
        let _ = definition.settings();
        let again = Definition::parse(&definition.to_xml());
        // Control characters, which XML 1.0 cannot carry, and line ends, which it folds, may be lost.
        if xml.chars().all(|c| c == '\n' || (c >= ' ' && c != '&')) && !xml.contains("CDATA") {
            assert!(again.is_ok());
        }
    }
});
