//! See `parsers::sip`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| parsers::sip(bytes));
