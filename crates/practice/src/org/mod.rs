//! A practice organisation of Salesforce: two sites behind one listener, told apart by the Host header.
//!
//! ~~~text
//! http://acme.lightning.localhost:8600   console, utility bar, Setup, /practice (control)
//! http://acme.my.localhost:8600          login, OAuth 2.0, OpenID Connect, REST
//! ~~~
//!
//! Everything is in memory and gone at the end. What an administrator of a real organisation would do by
//! hand stands in Setup; what a test does stands under `/practice/`.

mod apex;
pub(crate) mod clock;
mod console;
mod control;
mod faults;
mod keys;
mod my_domain;
mod objects;
mod open_cti;
mod page;
mod rest;
mod seed;
mod serve;
mod session;
mod setup;
mod softphone_layout;
mod soql;
mod state;
mod tasks;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use anyhow::{Context, bail};
use faults::{CertificateFault, Faults, SigningKeyFault};
use keys::{Keys, SigningKey};
use salesforce::definition::Definition;
use serde_json::{Value, json};
use state::State;
use url::Url;

pub use serve::serve;

use crate::pbx::Pbx;

/// Where the organisation stands, and what differs from run to run.
#[derive(Clone, Debug)]
pub struct Settings {
    pub listen: SocketAddr,
    pub console: Url,
    /// The console's second address, as an organisation of Salesforce has several.
    pub other_console: Option<Url>,
    pub my_domain: Url,
    pub call_center: Definition,
    /// The Open CTI script to serve in place of ours, such as a genuine one.
    pub open_cti_script: Option<String>,
    pub transport: Transport,
    /// A second listener, over TLS, before console and adapter.
    pub front: Option<Front>,
    /// The PBX whose phones the agents have.
    pub pbx: Option<Arc<Pbx>>,
}

/// A genuine Open CTI script accepts only Salesforce-family hosts over TLS, and a panel served like its host.
/// So this listener answers as the console, and passes what is meant for the adapter's host on to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Front {
    pub listen: SocketAddr,
    /// Where the adapter itself listens; its host name is the call center's adapter URL's.
    pub adapter: SocketAddr,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    Plain,
    /// TLS with a certificate made at start, which no browser trusts.
    Tls,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    Console,
    MyDomain,
}

pub struct Org {
    pub settings: Settings,
    keys: Keys,
    state: Mutex<State>,
}

impl Org {
    /// Generates the keys, which takes a moment, and lets the five people in.
    pub fn new(settings: Settings) -> anyhow::Result<Arc<Self>> {
        let host =
            |url: &Url| url.host_str().map(str::to_owned).context("an address without a host");
        if host(&settings.console)? == host(&settings.my_domain)? {
            bail!(
                "console and My Domain need two host names; both are {}",
                host(&settings.console)?
            );
        }
        let state = Mutex::new(seed::state(settings.call_center.clone()));
        Ok(Arc::new(Self { keys: Keys::generate()?, state, settings }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A handler that panicked left the state as it was between two statements; going on is better than
        // refusing every request of a demo.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// From now on the PBX does wrong what the state says.
    fn play_pbx(&self) {
        let faults = self.state().pbx.clone();
        if let Some(pbx) = &self.settings.pbx {
            pbx.play(&faults);
        }
    }

    fn site(&self, site: Site) -> &Url {
        match site {
            Site::Console => &self.settings.console,
            Site::MyDomain => &self.settings.my_domain,
        }
    }

    fn origin(&self, site: Site) -> String {
        self.site(site).origin().ascii_serialization()
    }

    /// What signs running-user proofs, and the certificate to pin for it.
    fn proof_key(&self, faults: &Faults) -> (&SigningKey, &str) {
        match faults.certificate {
            Some(CertificateFault::Rotated) => self.keys.next_proof(),
            None => (&self.keys.proof, &self.keys.certificate),
        }
    }

    /// What signs ID tokens, and what is published.
    fn id_token_keys(&self, faults: &Faults) -> (&SigningKey, &SigningKey) {
        match faults.signing_key {
            None => (&self.keys.id_token, &self.keys.id_token),
            Some(SigningKeyFault::Rotated) => {
                (self.keys.next_id_token(), self.keys.next_id_token())
            }
            Some(SigningKeyFault::Unpublished) => (self.keys.next_id_token(), &self.keys.id_token),
        }
    }

    /// Which site a Host header names. The port is not compared: something may stand in front.
    fn site_of(&self, host: &str) -> Option<Site> {
        let host = host.rsplit_once(':').map_or(host, |(host, _)| host);
        let is_it = |site: &Url| site.host_str().is_some_and(|own| own.eq_ignore_ascii_case(host));
        if self.settings.other_console.as_ref().is_some_and(is_it) {
            return Some(Site::Console);
        }
        [Site::Console, Site::MyDomain].into_iter().find(|site| is_it(self.site(*site)))
    }

    /// The line that tells a test, or the demo, what stands where.
    pub fn announcement(&self) -> Value {
        let state = self.state();
        let users = state.users.iter().map(|user| {
            json!({ "id": user.id, "username": user.username, "name": user.name, "password": seed::PASSWORD })
        });
        json!({
            "console": self.origin(Site::Console),
            "my_domain": self.origin(Site::MyDomain),
            "control": format!("{}/practice", self.origin(Site::Console)),
            "organization_id": state.organization,
            "call_center_id": state.call_centers.first().map(|call_center| call_center.id),
            "certificate": self.keys.certificate,
            "certificate_name": keys::CERTIFICATE_NAME,
            "sign_in_client": state.app.sign_in,
            "integration_client": state.app.integration,
            "users": users.collect::<Vec<_>>(),
        })
    }
}
