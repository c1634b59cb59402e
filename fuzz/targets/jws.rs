//! See `parsers::jws`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| parsers::jws(bytes));
