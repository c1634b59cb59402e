//! Who is let in: digest authentication, the server's side (RFC 3261 §22, RFC 7616, RFC 8760).
//!
//! A nonce is its own record: when it was made, a number, and a MAC over both under a key of this run. Only
//! how often each was used has to be remembered, so that an answer that was overheard is good for nothing.

use std::{collections::HashMap, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::hmac;
use sip::{
    digest::{Answer, challenges},
    message::{HeaderName, Request},
};

use super::account::{Account, Secret};

pub struct Gate {
    realm: String,
    secret: Secret,
    key: hmac::Key,
    born: u32,
    /// The last count of each nonce that is not stale yet.
    counts: HashMap<String, u32>,
}

/// Which of the two pairs of headers is spoken (RFC 3261 §22.2 and §22.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Registrar,
    Proxy,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Who it is, and until when its credentials are good.
    Admitted { extension: String, expiry: Option<u64> },
    /// The rows of the challenge.
    Challenged([String; 2]),
    /// The password was right and its time is over.
    Expired,
}

impl Door {
    pub fn status(self) -> u16 {
        match self {
            Door::Registrar => 401,
            Door::Proxy => 407,
        }
    }

    pub fn challenge(self) -> HeaderName {
        match self {
            Door::Registrar => HeaderName::WwwAuthenticate,
            Door::Proxy => HeaderName::ProxyAuthenticate,
        }
    }

    pub fn answer(self) -> HeaderName {
        match self {
            Door::Registrar => HeaderName::Authorization,
            Door::Proxy => HeaderName::ProxyAuthorization,
        }
    }
}

impl Gate {
    pub fn new(realm: &str, secret: Secret, key: [u8; 32]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        Self { realm: realm.to_owned(), secret, key, born: 0, counts: HashMap::new() }
    }

    pub fn examine(&mut self, now: Duration, door: Door, request: &Request) -> Verdict {
        let name = door.answer();
        let answer = request
            .headers
            .get_all(&name)
            .filter_map(|row| Answer::parse(&row.value()))
            .find(|answer| answer.realm == self.realm);
        let Some(answer) = answer else { return self.challenge(now, false) };
        let account = Account::named(&answer.username, &self.secret);
        let right = account
            .filter(|account| answer.knows(&account.password, &request.method))
            .filter(|_| answer.uri == request.uri.to_string());
        let Some(account) = right else { return self.challenge(now, false) };
        if !self.is_fresh(now, &answer) {
            return self.challenge(now, true);
        }
        if account.expiry.is_some_and(|expiry| expiry <= now.as_secs()) {
            return Verdict::Expired;
        }
        Verdict::Admitted { extension: account.extension, expiry: account.expiry }
    }

    fn challenge(&mut self, now: Duration, stale: bool) -> Verdict {
        let nonce = self.nonce(now);
        Verdict::Challenged(challenges(&self.realm, &nonce, stale))
    }

    fn nonce(&mut self, now: Duration) -> String {
        self.born = self.born.wrapping_add(1);
        let mut bytes = now.as_secs().to_be_bytes().to_vec();
        bytes.extend(self.born.to_be_bytes());
        let mac = hmac::sign(&self.key, &bytes);
        bytes.extend(&mac.as_ref()[..16]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Whether the nonce is ours, young, and used for the first time with this count.
    fn is_fresh(&mut self, now: Duration, answer: &Answer) -> bool {
        if self.counts.len() >= REMEMBERED {
            self.counts.retain(|nonce, _| age(now, nonce).is_some_and(|age| age <= NONCE_LIFE));
        }
        let young = age(now, &answer.nonce).is_some_and(|age| age <= NONCE_LIFE);
        if !young || !self.made(&answer.nonce) {
            return false;
        }
        let last = self.counts.entry(answer.nonce.clone()).or_default();
        let fresh = answer.count > *last;
        *last = answer.count.max(*last);
        fresh
    }

    fn made(&self, nonce: &str) -> bool {
        let Some(bytes) = URL_SAFE_NO_PAD.decode(nonce).ok().filter(|bytes| bytes.len() == 28)
        else {
            return false;
        };
        let (said, mac) = bytes.split_at(12);
        hmac::sign(&self.key, said).as_ref()[..16] == *mac
    }
}

fn age(now: Duration, nonce: &str) -> Option<Duration> {
    let bytes = URL_SAFE_NO_PAD.decode(nonce).ok()?;
    let made = u64::from_be_bytes(bytes.get(..8)?.try_into().ok()?);
    now.checked_sub(Duration::from_secs(made))
}

const NONCE_LIFE: Duration = Duration::from_secs(300);
const REMEMBERED: usize = 4096;
