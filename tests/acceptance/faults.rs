//! What goes wrong around the panel, in a real browser.

mod open_cti;
