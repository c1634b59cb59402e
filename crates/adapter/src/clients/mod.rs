//! The parties that the adapter asks by itself.

mod resolver;
mod salesforce;

pub use salesforce::{Failure, Salesforce};
