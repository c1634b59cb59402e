//! Stories of the people who use Cordboard, told in a real browser against the built product.

mod agent_allows_sso_once;
mod browser_driver;
