//! Stories about the built product in a real browser, and a few about the driver that tells them.

mod browser_driver;
