//! What came back, and what stories ask of it.

use std::time::Duration;

use adapter_api::{error::Refused, session::Granted};
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::http::Response;

pub struct Answer {
    pub status: u16,
    /// From the request to its answer.
    pub took: Duration,
    asked: String,
    response: Response,
}

impl Answer {
    pub fn new(asked: String, response: Response, took: Duration) -> Self {
        Self { status: response.status, took, asked, response }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.response.header(name)
    }

    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        let headers = self.response.headers.iter();
        headers.filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub fn body(&self) -> &str {
        &self.response.body
    }

    pub fn location(&self) -> Result<&str> {
        self.header("location").with_context(|| format!("no redirect: {self:?}"))
    }

    pub fn json(&self) -> Result<Value> {
        serde_json::from_str(self.body()).with_context(|| format!("no JSON: {self:?}"))
    }

    pub fn code(&self) -> Option<String> {
        Some(self.json().ok()?.get("code")?.as_str()?.to_owned())
    }

    /// A session, or the reason why there is none.
    pub fn granted(&self) -> Result<Granted> {
        ensure!(self.status == 200, "nothing is granted: {self:?}");
        serde_json::from_str(self.body()).with_context(|| format!("no session: {self:?}"))
    }

    /// The panel is told this, and nothing else.
    pub fn refuses(&self, status: u16, refused: impl Into<Refused>) -> Result<()> {
        let expected = refused.into();
        let found = serde_json::from_str::<Refused>(self.body());
        ensure!(
            self.status == status && found.is_ok_and(|found| found == expected),
            "not {status} {expected:?} but {self:?}"
        );
        Ok(())
    }

    /// The window's page says it; its words are the catalogue's.
    pub fn page_refuses(&self, status: u16, refused: impl Into<Refused>) -> Result<()> {
        let expected = refused.into();
        let shown = match &expected.value {
            Some(value) => format!(">{} {value}</code>", expected.code),
            None => format!(">{}</code>", expected.code),
        };
        ensure!(
            self.status == status && self.body().contains(&shown),
            "not {status} {expected:?} but {self:?}"
        );
        ensure!(!self.body().contains("<form"), "a refusal offers no form: {self:?}");
        Ok(())
    }
}

/// Secrets in it are of an installation that ends with the story.
impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {} {}", self.asked, self.status, self.body())
    }
}
