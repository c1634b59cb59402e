//! An origin that parses can stand in a header and in an attribute; an id that parses prints as itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use salesforce::{frame::Origin, id::UserId, user::parse_identity_url};

fuzz_target!(|text: &str| {
    if let Some(origin) = Origin::parse(text) {
        assert!(origin.as_str().bytes().all(|b| b.is_ascii_graphic() && !b";,'\"<>".contains(&b)));
        assert!(origin.as_str().len() <= 100);
    }
    if let Ok(id) = text.parse::<UserId>() {
        assert_eq!(id.as_str().parse::<UserId>().as_ref(), Ok(&id));
    }
    let _ = parse_identity_url(text);
});
