//! A panel without a browser: what it says to the adapter, said by hand, so that a story can say any of it
//! wrongly.
//!
//! ~~~text
//! Visitor, a browser without a screen: cookies, the console, runApex
//!    | proof                        | the same cookies
//!    v                              v
//! Desk -- JSON and DPoP --> adapter <-- forms -- WindowWalk
//! ~~~

mod answer;
mod call;
pub mod call_log;
mod events;
mod key;
mod ledger;
mod phone;
mod visitor;
mod window;

use std::sync::{Mutex, PoisonError};

use adapter_api::{
    auth_claim, auth_transaction, calling_account, consents, events as api_events, session,
    session_refresh, sign_in_challenge, sign_in_legacy, sign_in_password, sign_in_proof,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

pub use self::{
    answer::Answer,
    call::Call,
    events::Events,
    key::Key,
    ledger::Ledger,
    phone::Phone,
    visitor::{Visitor, user_id},
    window::{FormPage, Submission, WindowWalk, start_path},
};
use crate::installation::{Installation, ORGANIZATION, Options, Ports};

/// Tells a story that needs no browser. When it fails, what the servers said goes to the test's output.
pub fn at_the_desk(
    options: &Options,
    tell: impl FnOnce(&Installation) -> Result<()>,
) -> Result<()> {
    at_the_server(options, |installation| tell(installation))
}

/// The same, where the story changes the adapter's configuration and restarts it.
pub fn at_the_server(
    options: &Options,
    tell: impl FnOnce(&mut Installation) -> Result<()>,
) -> Result<()> {
    let folder = tempfile::Builder::new().prefix("cordboard-desk-").tempdir()?;
    let mut installation = Installation::start(folder.path(), Ports::free()?, options)?;
    let told = tell(&mut installation);
    if told.is_err() {
        eprintln!("{}", installation.tails());
    }
    told
}

/// One panel: a key of its own, and the nonce that the adapter gave last.
pub struct Desk<'i> {
    installation: &'i Installation,
    pub key: Key,
    nonce: Mutex<Option<String>>,
}

/// A sign-in in a window, as the panel keeps it.
#[derive(Clone, Debug)]
pub struct Transaction {
    pub id: String,
    pub start_url: String,
    pub phrase: Option<String>,
    pub verifier: String,
}

impl<'i> Desk<'i> {
    pub fn new(installation: &'i Installation) -> Self {
        Self { installation, key: Key::new(), nonce: Mutex::default() }
    }

    /// A request that proves this panel's key, for the story to complete or to falsify.
    pub fn call(&self, method: &'static str, path: &str) -> Call<'_> {
        Call::new(self, method, path)
    }

    pub fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        self.call("POST", path).json(body).send()
    }

    // ── Signing in ────────────────────────────────────────────────

    pub fn challenge(&self) -> Result<Answer> {
        self.post(sign_in_challenge::PATH, &challenge_of(ORGANIZATION))
    }

    /// A nonce for a running-user proof, bound to this panel's key.
    pub fn nonce(&self) -> Result<String> {
        let answer = self.challenge()?.json()?;
        Ok(answer["nonce"].as_str().context("a challenge has a nonce")?.to_owned())
    }

    /// What the Apex class says, for a nonce of this panel's, of whoever sits at the console.
    pub fn proof_by(&self, visitor: &mut Visitor<'_>) -> Result<String> {
        visitor.proof(&self.nonce()?)
    }

    pub fn sign_in_proof(&self, proof: &str) -> Result<Answer> {
        self.sign_in_started_by("load", proof)
    }

    /// `load`, or `agent` after a click.
    pub fn sign_in_started_by(&self, started_by: &str, proof: &str) -> Result<Answer> {
        let body =
            json!({ "organization": ORGANIZATION, "proof": proof, "started_by": started_by });
        self.post(sign_in_proof::PATH, &body)
    }

    pub fn sign_in_legacy(
        &self,
        operator_id: &str,
        sso_token: &str,
        proof: Option<&str>,
    ) -> Result<Answer> {
        let body = json!({
            "organization": ORGANIZATION,
            "operator_id": operator_id,
            "sso_token": sso_token,
            "proof": proof,
            "started_by": "agent",
        });
        self.post(sign_in_legacy::PATH, &body)
    }

    pub fn sign_in_password(&self, login: &str, password: &str) -> Result<Answer> {
        self.sign_in_password_beside(login, password, None)
    }

    pub fn sign_in_password_beside(
        &self,
        login: &str,
        password: &str,
        proof: Option<&str>,
    ) -> Result<Answer> {
        let body = json!({
            "organization": ORGANIZATION,
            "login": login,
            "password": password,
            "proof": proof,
        });
        self.post(sign_in_password::PATH, &body)
    }

    // ── The window ────────────────────────────────────────────────

    /// The button of a panel whose organisation requires a proof.
    pub fn begin(&self, visitor: &mut Visitor<'_>) -> Result<Transaction> {
        let proof = self.proof_by(visitor)?;
        self.open_transaction(Some(&proof))
    }

    pub fn open_transaction(&self, proof: Option<&str>) -> Result<Transaction> {
        let verifier = key::verifier();
        let answer = self.ask_for_transaction(proof, &verifier.challenge())?.json()?;
        let text = |member: &str| answer[member].as_str().map(str::to_owned);
        Ok(Transaction {
            id: text("transaction").with_context(|| format!("no transaction in {answer}"))?,
            start_url: text("start_url").context("a transaction has an address")?,
            phrase: text("phrase"),
            verifier: verifier.as_str().to_owned(),
        })
    }

    pub fn ask_for_transaction(&self, proof: Option<&str>, challenge: &str) -> Result<Answer> {
        let body = json!({
            "organization": ORGANIZATION,
            "method": "salesforce_sso",
            "challenge": challenge,
            "proof": proof,
        });
        self.post(auth_transaction::PATH, &body)
    }

    pub fn claim(&self, transaction: &Transaction) -> Result<Answer> {
        self.claim_with(&transaction.id, &transaction.verifier)
    }

    pub fn claim_with(&self, transaction: &str, verifier: &str) -> Result<Answer> {
        self.post(&auth_claim::path(transaction), &json!({ "verifier": verifier }))
    }

    /// From the button to the claim, with *Allow*: what a first sign-in is.
    pub fn sign_in_by_window(&self, visitor: &mut Visitor<'i>) -> Result<session::Granted> {
        let transaction = self.begin(visitor)?;
        let mut window = WindowWalk::open(visitor, &transaction)?;
        let form = window.to_form()?;
        let answer = window.submit(&form.allow())?;
        ensure!(answer.status == 303, "{answer:?}");
        self.claim(&transaction)?.granted()
    }

    // ── The session ───────────────────────────────────────────────

    pub fn refresh(&self, refresh_token: &str, proof: Option<&str>) -> Result<Answer> {
        let body = json!({ "refresh_token": refresh_token, "proof": proof });
        self.post(session_refresh::PATH, &body)
    }

    pub fn session(&self, access_token: &str) -> Result<Answer> {
        self.call("GET", session::PATH).access_token(access_token).send()
    }

    pub fn sign_out(&self, access_token: &str) -> Result<Answer> {
        self.call("DELETE", session::PATH).access_token(access_token).send()
    }

    pub fn consents(&self, access_token: &str) -> Result<Answer> {
        self.call("GET", consents::PATH).access_token(access_token).send()
    }

    pub fn revoke_consent(&self, access_token: &str, consent: &str) -> Result<Answer> {
        self.call("DELETE", &consents::one_path(consent)).access_token(access_token).send()
    }

    pub fn ticket(&self, access_token: &str) -> Result<Answer> {
        self.call("POST", api_events::TICKET_PATH).access_token(access_token).send()
    }

    /// The events socket, open and ready.
    pub fn events(&self, access_token: &str) -> Result<Events> {
        Events::open(self, access_token)
    }

    pub fn calling_account(&self, access_token: &str) -> Result<Answer> {
        self.call("GET", calling_account::PATH).access_token(access_token).send()
    }

    fn remembered_nonce(&self) -> Option<String> {
        self.nonce.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn remember_nonce(&self, nonce: &str) {
        *self.nonce.lock().unwrap_or_else(PoisonError::into_inner) = Some(nonce.to_owned());
    }
}

/// What the panel asks first in every organisation.
pub fn challenge_of(organization: &str) -> Value {
    json!({ "organization": organization, "salesforce_sso": "enabled", "saml_connection": "unused" })
}
