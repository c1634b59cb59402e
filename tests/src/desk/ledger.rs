//! The audit log, read as an administrator reads it.

use adapter_api::Code;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::installation::Installation;

/// Knows what has been read already, so that each case of a story sees its own entries.
pub struct Ledger<'i> {
    installation: &'i Installation,
    read_to: i64,
}

impl<'i> Ledger<'i> {
    pub fn open(installation: &'i Installation) -> Result<Self> {
        let mut ledger = Self { installation, read_to: 0 };
        ledger.news()?;
        Ok(ledger)
    }

    /// The entries since the last call, oldest first.
    pub fn news(&mut self) -> Result<Vec<Value>> {
        let printed = self.installation.cordboard(&["audit", "--json", "--most", "1000"])?;
        let entries: Vec<Value> = serde_json::from_str(&printed).context("the audit log")?;
        let mut news = Vec::new();
        for entry in entries {
            let id = entry["id"].as_i64().context("an entry has an id")?;
            if id > self.read_to {
                self.read_to = id;
                news.push(entry);
            }
        }
        Ok(news)
    }

    /// Exactly these things have happened, as event and outcome.
    pub fn has(&mut self, expected: &[(&str, &str)]) -> Result<()> {
        let news = self.news()?;
        let found: Vec<(&str, &str)> = news
            .iter()
            .map(|entry| {
                let text = |member: &str| entry[member].as_str().unwrap_or_default();
                (text("event"), text("outcome"))
            })
            .collect();
        ensure!(found == expected, "the audit log has not {expected:?} but {news:?}");
        Ok(())
    }

    /// One sign-in was refused with this code; the value stands beside it, and the network that it came from; and
    /// nothing else happened.
    pub fn has_refusal(&mut self, code: Code, value: Option<&str>) -> Result<()> {
        let news = self.news()?;
        let [entry] = news.as_slice() else {
            anyhow::bail!("the audit log has not one `{code}` but {news:?}")
        };
        let detail = entry["detail"].as_str().unwrap_or_default();
        ensure!(
            entry["event"] == "sign_in"
                && entry["outcome"] == code.as_str()
                && detail.contains(" from 127.0.0.0/24")
                && value.is_none_or(|value| detail.contains(value)),
            "the audit log has not `{code}` with {value:?} but {entry}"
        );
        Ok(())
    }

    pub fn has_nothing_new(&mut self) -> Result<()> {
        self.has(&[])
    }

    /// Whatever else happened, nobody came in.
    pub fn has_no_sign_in(&mut self) -> Result<()> {
        let news = self.news()?;
        let came_in = |entry: &&Value| entry["event"] == "sign_in" && entry["outcome"] == "ok";
        ensure!(news.iter().find(came_in).is_none(), "somebody came in: {news:?}");
        Ok(())
    }
}
