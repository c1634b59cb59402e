//! A browser without a screen: one cookie jar, and somebody logged in to Salesforce.

use std::{collections::BTreeMap, net::Ipv4Addr};

use anyhow::{Context as _, Result, bail, ensure};
use salesforce::running_user;
use serde_json::{Value, json};
use url::Url;

use super::Answer;
use crate::{clock, http, installation::Installation};

#[derive(Clone)]
pub struct Visitor<'i> {
    pub(super) installation: &'i Installation,
    /// By host and name. A browser keeps `Secure` cookies of `localhost` over plain HTTP, and so do we.
    pub cookies: BTreeMap<(String, String), String>,
}

impl<'i> Visitor<'i> {
    /// Nobody is logged in.
    pub fn new(installation: &'i Installation) -> Self {
        Self { installation, cookies: BTreeMap::new() }
    }

    /// In the console as `username`; the part before the `@` suffices.
    pub fn logged_in(installation: &'i Installation, username: &str) -> Result<Self> {
        let mut visitor = Self::new(installation);
        let address =
            format!("{}/practice/login?username={username}@acme.example", installation.console());
        let mut answer = visitor.get(&address)?;
        for _ in 0..MOST_REDIRECTS {
            let Some(next) = answer.header("location").map(str::to_owned) else { break };
            answer = visitor.get(&next)?;
        }
        ensure!(answer.status == 200, "`{username}` is not logged in: {}", answer.status);
        Ok(visitor)
    }

    /// The administrator presses *Login* beside a user in Setup.
    pub fn log_in_as(&mut self, username: &str) -> Result<()> {
        let user = user_id(self.installation, username)?;
        let address =
            format!("{}/lightning/setup/ManageUsers/{user}/login", self.installation.console());
        let answer = self.send("POST", &address, &[], "")?;
        ensure!(answer.status == 303, "no *Login As*: {answer:?}");
        Ok(())
    }

    // ── The console ───────────────────────────────────────────────

    /// What the Apex class signs for this nonce.
    pub fn proof(&mut self, nonce: &str) -> Result<String> {
        let returned = self.run_apex("proof", &format!("nonce={nonce}"))?;
        Ok(returned.as_str().context("a proof is text")?.to_owned())
    }

    pub fn run_apex(&mut self, method: &str, parameters: &str) -> Result<Value> {
        self.run_apex_of(running_user::APEX_CLASS, method, parameters)
    }

    pub fn run_apex_of(&mut self, class: &str, method: &str, parameters: &str) -> Result<Value> {
        let call = json!({
            "apexClass": class,
            "methodName": method,
            "methodParams": parameters,
        });
        let address = format!("{}/aura/apex", self.installation.console());
        let headers = [("Content-Type", "application/json")];
        let answer = self.send("POST", &address, &headers, &call.to_string())?;
        let json = answer.json()?;
        ensure!(json["success"] == true, "the Apex class fails: {json}");
        Ok(json["returnValue"]["runApex"].clone())
    }

    // ── The network ───────────────────────────────────────────────

    pub fn get(&mut self, address: &str) -> Result<Answer> {
        self.send("GET", address, &[], "")
    }

    /// One request and its answer; redirects are followed by hand.
    pub fn send(
        &mut self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer> {
        let url = Url::parse(address).with_context(|| address.to_owned())?;
        let host = url.host_str().context("an address has a host")?.to_owned();
        if !host.ends_with(".localhost") {
            bail!("{address} leads away from this machine");
        }
        let port = url.port_or_known_default().context("an address has a port")?;
        let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let cookies = self.cookies_for(&host);
        let mut headers = headers.to_vec();
        if !cookies.is_empty() {
            headers.push(("Cookie", &cookies));
        }
        let authority = format!("{host}:{port}");
        let began = clock::now();
        let server = (Ipv4Addr::LOCALHOST, port).into();
        let response = http::request(server, &authority, method, path, &headers, body)?;
        let answer = Answer::new(format!("{method} {path}"), response, began.elapsed());
        for cookie in answer.headers("set-cookie") {
            self.keep(&host, cookie)?;
        }
        Ok(answer)
    }

    fn cookies_for(&self, host: &str) -> String {
        let own = self.cookies.iter().filter(|((of, _), _)| of == host);
        own.map(|((_, name), value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    fn keep(&mut self, host: &str, cookie: &str) -> Result<()> {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let (name, value) = pair.split_once('=').context("a cookie has a name")?;
        let place = (host.to_owned(), name.to_owned());
        if attributes.to_ascii_lowercase().contains("max-age=0") {
            self.cookies.remove(&place);
        } else {
            self.cookies.insert(place, value.to_owned());
        }
        Ok(())
    }
}

/// Salesforce's id of a user; the part of the username before the `@` suffices.
pub fn user_id(installation: &Installation, username: &str) -> Result<String> {
    let users = installation.org["users"].as_array().context("the org has users")?;
    let name = format!("{username}@acme.example");
    let user = users.iter().find(|user| user["username"] == name.as_str());
    let id = user.and_then(|user| user["id"].as_str());
    Ok(id.with_context(|| format!("there is no user `{username}`"))?.to_owned())
}

const MOST_REDIRECTS: usize = 10;
