//! The phone system of a story: the practice PBX, or an independent one. Both answer in the control interface of
//! the practice PBX (docs/practice-pbx.md), so that one story is told before either.
//!
//! ~~~text
//! story --> Installation --> Pbx --> Practice: HTTP
//!                                +-> Kamailio: Kamailio, rtpengine, and a FarEnd that SIPp speaks for
//! ~~~

mod ears;
mod far_end;
mod kamailio;
mod line;
mod sipp;

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

pub use self::kamailio::Kamailio;
use crate::{clock::Deadline, http};

pub enum Pbx {
    /// It lives in the practice organisation's process.
    Practice {
        address: SocketAddr,
        host: String,
    },
    Kamailio(Box<Kamailio>),
}

/// How the adapter is told of it.
pub struct Trunk {
    pub socket: String,
    pub domain: String,
    pub secret: String,
    /// Every extension's own, for agents who do without the secret.
    pub password: String,
}

impl Pbx {
    /// Asks: `calls`, `extensions`.
    pub fn get(&self, what: &str) -> Result<Value> {
        match self {
            Self::Practice { address, host } => {
                let response = http::get(*address, host, &format!("/practice/{what}"), &[])?;
                serde_json::from_str(&response.body).with_context(|| format!("GET {what}"))
            }
            Self::Kamailio(kamailio) => match what {
                "calls" => Ok(kamailio.far_end().calls()?.into()),
                "extensions" => kamailio.extensions(),
                _ => bail!("Kamailio and its far end know nothing of `{what}`"),
            },
        }
    }

    /// Tells it something: `calls`, `calls/1`, `faults`.
    pub fn post(&self, what: &str, body: &Value) -> Result<Value> {
        match self {
            Self::Practice { address, host } => {
                http::post_json(*address, host, &format!("/practice/{what}"), body)
            }
            Self::Kamailio(kamailio) => match what.split_once('/') {
                None if what == "calls" => kamailio.ring(body),
                None if what == "faults" => kamailio.play(body),
                Some(("calls", id)) => kamailio.far_end().order(id.parse()?, body),
                _ => bail!("Kamailio and its far end cannot be told `{what}`"),
            },
        }
    }

    /// Waits until there is such a one among those that it is asked for: `calls` of the far end, `extensions`.
    pub fn wait_for(&self, what: &str, is_it: impl Fn(&Value) -> bool) -> Result<Value> {
        let deadline = Deadline::after(PATIENCE);
        let mut seen = 0;
        loop {
            let all = self.get(what)?;
            if let Some(one) = all.as_array().into_iter().flatten().find(|one| is_it(one)) {
                return Ok(one.clone());
            }
            ensure!(
                deadline.left().is_some(),
                "waited {PATIENCE:?} in vain for one of the {what} among {all}"
            );
            seen = self.news(seen)?;
        }
    }

    /// The count of what has happened to calls, as soon as it is beyond `seen`.
    fn news(&self, seen: u64) -> Result<u64> {
        match self {
            Self::Practice { .. } => {
                self.get(&format!("news/{seen}"))?.as_u64().context("news are counted")
            }
            Self::Kamailio(kamailio) => Ok(kamailio.far_end().news(seen)),
        }
    }

    /// What it said last; the practice PBX speaks with its organisation.
    pub fn tail(&self) -> String {
        match self {
            Self::Practice { .. } => String::new(),
            Self::Kamailio(kamailio) => kamailio.tail(),
        }
    }
}

/// An answer in the words of the control interface.
fn accepted(id: u64) -> Value {
    json!({ "id": id })
}

const PATIENCE: Duration = Duration::from_secs(20);
