//! See `parsers::settings`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| parsers::settings(bytes));
