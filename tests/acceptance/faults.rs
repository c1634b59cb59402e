//! What goes wrong around the panel, in a real browser.

mod administrator_blocks_the_app;
mod administrator_replaces_the_certificate;
mod clocks;
mod frame;
mod isolation;
mod open_cti;
mod salesforce_cuts_the_connection;
mod salesforce_is_gone;
mod salesforce_is_slow;
mod salesforce_replaces_its_keys;
mod salesforce_runs_no_apex;
mod salesforce_sends_the_code_twice;
mod salesforces_clock_is_wrong;
mod storage;
mod tabs;
