//! Where the extensions are to be found (RFC 3261 §10, RFC 5626, RFC 5627).
//!
//! A binding is named by `+sip.instance` and `reg-id` where the phone gives them, so a phone that starts again
//! takes its own place; else by its contact. It hangs on the socket that it came by.

use std::{collections::BTreeMap, time::Duration};

use sip::message::{Address, Expires, HeaderName, Request, Uri, contacts, has_token, text, typed};

use super::switch::FlowId;

#[derive(Clone, Debug)]
pub struct Binding {
    pub contact: Uri,
    pub flow: FlowId,
    /// `urn:uuid:…`, as the phone gave it.
    pub instance: Option<String>,
    reg_id: Option<String>,
    call_id: String,
    cseq: u32,
    expires_at: Duration,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Refusal {
    /// RFC 3261 §10.3: the asterisk goes with an expiry of zero and nothing else.
    Malformed,
    /// RFC 3261 §10.3: an older request of the same phone's.
    OutOfOrder,
    TooBrief,
}

pub struct Registrar {
    domain: String,
    bindings: BTreeMap<String, Vec<Binding>>,
}

impl Registrar {
    pub fn new(domain: &str) -> Self {
        Self { domain: domain.to_owned(), bindings: BTreeMap::new() }
    }

    pub fn of(&self, extension: &str) -> &[Binding] {
        self.bindings.get(extension).map_or(&[], Vec::as_slice)
    }

    /// What a request of the phone's changes; the bindings after it are the answer.
    pub fn register(
        &mut self,
        now: Duration,
        flow: FlowId,
        extension: &str,
        request: &Request,
        good_until: Option<u64>,
    ) -> Result<(), Refusal> {
        self.expire(now);
        let call_id = text(&request.headers, &HeaderName::CallId).unwrap_or_default();
        let cseq = typed::<sip::message::CSeq>(&request.headers).map_or(0, |cseq| cseq.sequence);
        let asked = typed::<Expires>(&request.headers).map(|Expires(seconds)| seconds);
        let bindings = self.bindings.entry(extension.to_owned()).or_default();
        if text(&request.headers, &HeaderName::Contact).as_deref() == Some("*") {
            if asked != Some(0) {
                return Err(Refusal::Malformed);
            }
            bindings.clear();
            return Ok(());
        }
        for address in contacts(&request.headers) {
            let seconds = expiry(&address).or(asked).unwrap_or(LONGEST).min(LONGEST);
            if (1..SHORTEST).contains(&seconds) {
                return Err(Refusal::TooBrief);
            }
            let mut life = Duration::from_secs(seconds.into());
            if let Some(until) = good_until {
                life = life.min(Duration::from_secs(until).saturating_sub(now));
            }
            let binding = Binding {
                flow,
                instance: parameter(&address, "+sip.instance").map(|given| unbracketed(&given)),
                reg_id: parameter(&address, "reg-id"),
                contact: address.uri,
                call_id: call_id.clone(),
                cseq,
                expires_at: now + life,
            };
            let place = bindings.iter().position(|known| known.is_for_the_same_phone(&binding));
            if let Some(place) = place {
                let known = bindings.remove(place);
                if known.call_id == binding.call_id && known.cseq >= binding.cseq {
                    bindings.insert(place, known);
                    return Err(Refusal::OutOfOrder);
                }
            }
            if seconds > 0 {
                bindings.push(binding);
            }
        }
        Ok(())
    }

    /// `Contact` of the answer, a row for each binding.
    pub fn contacts(&self, now: Duration, extension: &str, request: &Request) -> Vec<String> {
        let gruu = has_token(&request.headers, &HeaderName::Supported, "gruu");
        let row = |binding: &Binding| {
            let left = binding.expires_at.saturating_sub(now).as_secs();
            let mut row = format!("<{}>;expires={left}", binding.contact);
            if let Some(reg_id) = &binding.reg_id {
                row += &format!(";reg-id={reg_id}");
            }
            if let Some(instance) = &binding.instance {
                row += &format!(";+sip.instance=\"<{instance}>\"");
                if gruu {
                    let domain = &self.domain;
                    row += &format!(";pub-gruu=\"sip:{extension}@{domain};gr={instance}\"");
                }
            }
            row
        };
        self.of(extension).iter().map(row).collect()
    }

    /// Whose phone this address is, by its GRUU or by what it registered.
    pub fn find(&self, target: &Uri) -> Option<&Binding> {
        let Some(instance) = target.params().and_then(|params| params.value("gr")) else {
            let mut all = self.bindings.values().flatten();
            return all.find(|binding| same_host(&binding.contact, target));
        };
        let extension = String::from_utf8(target.decoded_user()?).ok()?;
        let names = |known: &String| known.as_bytes() == instance;
        self.of(&extension).iter().find(|binding| binding.instance.as_ref().is_some_and(names))
    }

    pub fn expire(&mut self, now: Duration) {
        self.retain(|binding| binding.expires_at > now);
    }

    /// RFC 5626 §5.4: what hangs on a socket that is gone leads nowhere.
    pub fn lose(&mut self, flow: FlowId) {
        self.retain(|binding| binding.flow != flow);
    }

    pub fn forget(&mut self) {
        self.bindings.clear();
    }

    fn retain(&mut self, keep: impl Fn(&Binding) -> bool) {
        for bindings in self.bindings.values_mut() {
            bindings.retain(&keep);
        }
        self.bindings.retain(|_, bindings| !bindings.is_empty());
    }
}

impl Binding {
    fn is_for_the_same_phone(&self, other: &Self) -> bool {
        match (&self.instance, &other.instance) {
            (Some(ours), Some(theirs)) => ours == theirs && self.reg_id == other.reg_id,
            _ => self.contact.to_string() == other.contact.to_string(),
        }
    }
}

fn same_host(one: &Uri, other: &Uri) -> bool {
    let host = |uri: &Uri| uri.host().map(ToString::to_string);
    host(one).is_some() && host(one) == host(other)
}

fn expiry(address: &Address) -> Option<u32> {
    parameter(address, "expires")?.parse().ok()
}

fn parameter(address: &Address, name: &str) -> Option<String> {
    address.param(name).map(|value| String::from_utf8_lossy(value).into_owned())
}

/// `"<urn:uuid:…>"` (RFC 5626 §4.1).
fn unbracketed(instance: &str) -> String {
    instance.trim_matches(['"', '<', '>']).to_owned()
}

/// In seconds.
const SHORTEST: u32 = 10;
const LONGEST: u32 = 3600;
