//! The calls themselves: a proof with each, the nonce from each answer.

use std::cell::RefCell;

use adapter_api::Secret;
use oauth::{
    base64url,
    dpop::{self, Claims},
    pkce::Verifier,
};
use softphone::protocol::{AdapterCall, AdapterFact};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response,
};

use super::{Answer, Answered, Authorization, Failure, Held, Request, Tokens, key::Key};
use crate::runtime::{address, now, random};

/// The adapter that served this page.
pub struct Adapter {
    origin: String,
    key: Key,
    nonce: RefCell<Option<String>>,
    held: RefCell<Held>,
}

impl Adapter {
    /// `nonce`: a first one, should the page have brought it.
    pub fn new(origin: String, nonce: Option<String>) -> Self {
        Self { origin, key: Key::default(), nonce: RefCell::new(nonce), held: RefCell::default() }
    }

    pub async fn perform(&self, call: AdapterCall) -> Answered {
        self.try_perform(call).await.unwrap_or_else(Answered::from)
    }

    pub async fn events_ticket(&self) -> Result<Secret, Failure> {
        let request = Request::events_ticket(&self.held.borrow(), now())?;
        self.send(&request).await?.read_ticket()
    }

    pub fn adopt(&self, tokens: Tokens) {
        self.held.borrow_mut().adopt(tokens);
    }

    /// The key stays: it is this page's, whoever signs in.
    pub fn forget(&self) {
        self.held.borrow_mut().forget();
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    async fn try_perform(&self, call: AdapterCall) -> Result<Answered, Failure> {
        let verifier = Verifier::from_random(random::bytes().map_err(unreachable)?);
        let asked_at = now();
        let request = Request::of(call, &self.held.borrow(), asked_at, &verifier.challenge())?;
        let answered = self.send(&request).await?.read(request.expected, asked_at);
        if let AdapterFact::Transaction(transaction) = &answered.fact {
            self.held.borrow_mut().keep(transaction.transaction.clone(), verifier);
        }
        Ok(answered)
    }

    /// Repeats the request once, where the adapter asks for its nonce.
    async fn send(&self, request: &Request) -> Result<Answer, Failure> {
        let answer = self.attempt(request).await.map_err(unreachable)?;
        if !answer.asks_for_nonce() {
            return Ok(answer);
        }
        self.attempt(request).await.map_err(unreachable)
    }

    async fn attempt(&self, request: &Request) -> Result<Answer, JsValue> {
        let headers = Headers::new()?;
        headers.set(dpop::HEADER, &self.proof(request).await?)?;
        if let Authorization::Session(access) = &request.authorization {
            headers.set("Authorization", &format!("DPoP {}", access.0))?;
        }
        let init = RequestInit::new();
        if let Some(body) = &request.body {
            headers.set("Content-Type", "application/json")?;
            init.set_body(&JsValue::from_str(&body.0));
        }
        init.set_method(request.method);
        init.set_headers(&headers);
        init.set_credentials(RequestCredentials::Omit);
        init.set_cache(RequestCache::NoStore);
        init.set_redirect(RequestRedirect::Error);
        // The signal also ends the reading of a body that never ends.
        init.set_signal(Some(&AbortSignal::timeout_with_u32(request.deadline_ms)));
        let window = web_sys::window().ok_or(JsValue::NULL)?;
        let response = JsFuture::from(window.fetch_with_str_and_init(&request.path, &init)).await?;
        self.read(response.dyn_into()?).await
    }

    async fn read(&self, response: Response) -> Result<Answer, JsValue> {
        if let Some(nonce) = response.headers().get(dpop::NONCE_HEADER)? {
            self.nonce.replace(Some(nonce));
        }
        let retry_after = response.headers().get("Retry-After")?;
        let body = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        let retry_after = retry_after.and_then(|text| seconds(text.trim()));
        Ok(Answer { status: response.status(), retry_after, body })
    }

    async fn proof(&self, request: &Request) -> Result<String, JsValue> {
        let ath = match &request.authorization {
            Authorization::Session(access) => Some(dpop::access_token_hash(&access.0)),
            Authorization::None => None,
        };
        let claims = Claims {
            jti: base64url::encode(random::bytes::<16>()?),
            htm: request.method.to_owned(),
            htu: address::htu(&self.origin, &request.path),
            iat: now() / 1_000,
            nonce: self.nonce.borrow().clone(),
            ath,
        };
        self.key.proof(&claims).await
    }
}

/// RFC 9110 §10.2.3: `Retry-After` is a number of seconds, or a date.
fn seconds(text: &str) -> Option<u32> {
    text.parse().ok().or_else(|| {
        let left = (js_sys::Date::parse(text) - now() as f64) / 1_000.0;
        left.is_finite().then(|| left.ceil().max(0.0) as u32)
    })
}

/// The reason is for the console; the mind only has to know that nothing came of it. A browser's reason
/// names no more than the address.
fn unreachable(reason: JsValue) -> Failure {
    web_sys::console::warn_1(&reason);
    Failure::Unreachable
}
