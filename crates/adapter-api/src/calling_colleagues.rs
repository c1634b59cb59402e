//! `GET /calling/colleagues?q=`
//!
//! The agents of the same organisation who have an extension, by name: those whom `q` means, or all. At most
//! [`MOST`], so that a long list is narrowed by typing on.

use serde::{Deserialize, Serialize};

pub const PATH: &str = "/calling/colleagues";

pub const MOST: usize = 50;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// Beginnings of names, or of the extension. Case and accents count for nothing.
    #[serde(default)]
    pub q: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    pub colleagues: Vec<Colleague>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    pub name: String,
    pub extension: String,
}
