//! The parties that the adapter asks by itself.

mod resolver;
mod salesforce;
mod tasks;

pub use salesforce::{Failure, Salesforce};
pub use tasks::Unwritten;
