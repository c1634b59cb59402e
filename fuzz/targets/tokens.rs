//! See `parsers::tokens`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| parsers::tokens(bytes));
