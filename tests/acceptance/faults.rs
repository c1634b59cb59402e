//! What goes wrong around the panel, in a real browser.

mod frame;
mod isolation;
mod open_cti;
mod storage;
mod tabs;
