//! See `parsers::hub`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| parsers::hub(bytes));
