//! A request of the panel's, with its DPoP proof (RFC 9449), and each part of it open to a lie.

use adapter_api::Code;
use anyhow::Result;
use oauth::dpop::{Claims, HEADER, access_token_hash};
use serde_json::Value;

use super::{Answer, Desk, key};
use crate::{clock, http};

#[must_use]
pub struct Call<'d> {
    desk: &'d Desk<'d>,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
    access_token: Option<String>,
    dpop: Dpop<'d>,
}

enum Dpop<'d> {
    Honest,
    Falsified(Box<dyn Fn(&mut Claims) + 'd>),
    Given(String),
    Missing,
}

impl<'d> Call<'d> {
    pub(super) fn new(desk: &'d Desk<'d>, method: &'static str, path: &str) -> Self {
        Self {
            desk,
            method,
            path: path.to_owned(),
            headers: Vec::new(),
            body: String::new(),
            access_token: None,
            dpop: Dpop::Honest,
        }
    }

    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", &body.to_string())
    }

    pub fn body(self, content_type: &str, body: &str) -> Self {
        Self { body: body.to_owned(), ..self.header("Content-Type", content_type) }
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn access_token(self, token: &str) -> Self {
        Self {
            access_token: Some(token.to_owned()),
            ..self.header("Authorization", &format!("DPoP {token}"))
        }
    }

    /// The proof's claims, changed before they are signed.
    pub fn falsified(self, change: impl Fn(&mut Claims) + 'd) -> Self {
        Self { dpop: Dpop::Falsified(Box::new(change)), ..self }
    }

    /// Whatever stands there in place of a proof.
    pub fn with_proof(self, proof: &str) -> Self {
        Self { dpop: Dpop::Given(proof.to_owned()), ..self }
    }

    pub fn without_proof(self) -> Self {
        Self { dpop: Dpop::Missing, ..self }
    }

    /// What an honest proof of this request claims.
    pub fn claims(&self) -> Claims {
        Claims {
            jti: key::random_text(),
            htm: self.method.to_owned(),
            // RFC 9449 §4.2: "The HTTP target URI … without query and fragment parts".
            htu: format!(
                "{}{}",
                self.desk.installation.adapter_url(),
                self.path.split('?').next().unwrap_or_default()
            ),
            // The adapter judges by its own nonce, and keeps no clock of ours.
            iat: 0,
            nonce: self.desk.remembered_nonce(),
            ath: self.access_token.as_deref().map(access_token_hash),
        }
    }

    /// RFC 9449 §8: who is told that a nonce is needed asks again with the one that came along. A
    /// falsified request is sent as it stands, once.
    pub fn send(self) -> Result<Answer> {
        let answer = self.once()?;
        let wants_nonce = answer.code().as_deref() == Some(Code::DpopNonce.as_str());
        if wants_nonce && matches!(self.dpop, Dpop::Honest) { self.once() } else { Ok(answer) }
    }

    fn once(&self) -> Result<Answer> {
        let proof = match &self.dpop {
            Dpop::Honest => Some(self.desk.key.dpop(&self.claims())),
            Dpop::Falsified(change) => {
                let mut claims = self.claims();
                change(&mut claims);
                Some(self.desk.key.dpop(&claims))
            }
            Dpop::Given(proof) => Some(proof.clone()),
            Dpop::Missing => None,
        };
        let mut headers: Vec<(&str, &str)> = Vec::new();
        headers.extend(proof.as_deref().map(|proof| (HEADER, proof)));
        headers.extend(self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())));

        let installation = self.desk.installation;
        let host = installation.adapter_url();
        let host = host.split_once("://").map_or("", |(_, host)| host);
        let server = installation.adapter_address();
        let began = clock::now();
        let response = http::request(server, host, self.method, &self.path, &headers, &self.body)?;
        let answer =
            Answer::new(format!("{} {}", self.method, self.path), response, began.elapsed());
        if let Some(nonce) = answer.header("dpop-nonce") {
            self.desk.remember_nonce(nonce);
        }
        Ok(answer)
    }
}
