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
    pub availability: Availability,
    /// Name, extension, and why no call would be taken: in the agent's language.
    pub shown: String,
}

/// Whether a colleague would take a call. Each panel says it of its agent, see [`events`](crate::events).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Signed in nowhere, or without a phone.
    #[default]
    Offline,
    /// Takes no calls.
    Busy,
    /// In a call.
    Talking,
    Available,
}

impl Availability {
    pub const ALL: [Self; 4] = [Self::Offline, Self::Busy, Self::Talking, Self::Available];

    /// On the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Busy => "busy",
            Self::Talking => "talking",
            Self::Available => "available",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|availability| availability.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_panel_says_is_what_a_colleague_reads() {
        for availability in Availability::ALL {
            let json = serde_json::to_string(&availability).unwrap();

            assert_eq!(json.trim_matches('"'), availability.as_str());
            assert_eq!(Availability::parse(availability.as_str()), Some(availability));
        }
        assert_eq!(Availability::parse("asleep"), None);
    }
}
