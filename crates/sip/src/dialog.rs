//! Dialogs (RFC 3261 §12): the state that two user agents share about one call.

use bytes::Bytes;

use crate::message::{
    Address, CSeq, Draft, HeaderName, Headers, Method, Request, Response, Uri, address, contact,
    name_addr, record_routes, tag, text, typed,
};

#[derive(Debug, Clone)]
pub(crate) struct Dialog {
    pub call_id: String,
    pub local_tag: String,
    pub remote_tag: String,
    /// Name and address, without the tag.
    local: String,
    remote: String,
    /// Byte-exact: proxies write into it what they need to find the way (`;alias=` and the like).
    target: Uri,
    routes: Vec<String>,
    local_cseq: u32,
    remote_cseq: Option<u32>,
}

/// What names a dialog beyond the life of the page: enough to take the call over with
/// `Replaces` (RFC 3891), and no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedDialog {
    pub call_id: String,
    pub local_tag: String,
    pub remote_tag: String,
    /// Whom to call for it.
    pub peer: String,
}

impl Dialog {
    /// RFC 3261 §12.1.2: the caller's side, by a response that has a tag.
    pub(crate) fn of_caller(request: &Request, response: &Response) -> Option<Self> {
        let from = address(&request.headers, &HeaderName::From)?;
        let to = address(&response.headers, &HeaderName::To)?;
        let mut routes = record_routes(&response.headers);
        // "in reverse order and preserving all URI parameters"
        routes.reverse();
        let target = contact(&response.headers).map_or_else(|| request.uri.clone(), |c| c.uri);
        Some(Self {
            call_id: text(&request.headers, &HeaderName::CallId)?,
            local_tag: tag_of(&from)?,
            remote_tag: tag_of(&to)?,
            local: written(&from),
            remote: written(&to),
            target,
            routes,
            local_cseq: typed::<CSeq>(&request.headers)?.sequence,
            remote_cseq: None,
        })
    }

    /// RFC 3261 §12.1.1: the side that is called.
    pub(crate) fn of_callee(request: &Request, local_tag: &str) -> Option<Self> {
        let from = address(&request.headers, &HeaderName::From)?;
        let to = address(&request.headers, &HeaderName::To)?;
        Some(Self {
            call_id: text(&request.headers, &HeaderName::CallId)?,
            local_tag: local_tag.to_owned(),
            // A caller of RFC 2543 may have no tag: "the remote tag is null".
            remote_tag: tag_of(&from).unwrap_or_default(),
            local: written(&to),
            remote: written(&from),
            // Nor need it say where it is; then it is where it says that it comes from.
            target: contact(&request.headers).unwrap_or_else(|| from.clone()).uri,
            routes: record_routes(&request.headers),
            local_cseq: 0,
            remote_cseq: Some(typed::<CSeq>(&request.headers)?.sequence),
        })
    }

    /// RFC 3261 §13.2.2.4: a confirmed dialog keeps the numbers that its early one has used.
    pub(crate) fn continues(&mut self, early: &Self) {
        self.local_cseq = self.local_cseq.max(early.local_cseq);
        self.remote_cseq = early.remote_cseq;
    }

    pub(crate) fn is(&self, call_id: &str, local_tag: &str, remote_tag: &str) -> bool {
        self.call_id == call_id && self.local_tag == local_tag && self.remote_tag == remote_tag
    }

    /// Whether a request of the peer's belongs here.
    pub(crate) fn has(&self, headers: &Headers) -> bool {
        self.is_between(headers, &HeaderName::To, &HeaderName::From)
    }

    /// Whether an answer to a request of ours belongs here.
    pub(crate) fn is_answered_by(&self, headers: &Headers) -> bool {
        self.is_between(headers, &HeaderName::From, &HeaderName::To)
    }

    fn is_between(&self, headers: &Headers, local: &HeaderName, remote: &HeaderName) -> bool {
        let call_id = text(headers, &HeaderName::CallId);
        call_id.as_deref() == Some(&self.call_id)
            && tag(headers, local).as_deref() == Some(&self.local_tag)
            && tag(headers, remote).unwrap_or_default() == self.remote_tag
    }

    pub(crate) fn saved(&self) -> SavedDialog {
        SavedDialog {
            call_id: self.call_id.clone(),
            local_tag: self.local_tag.clone(),
            remote_tag: self.remote_tag.clone(),
            peer: Address::parse(self.remote.as_bytes(), "remote")
                .map(|remote| remote.uri.to_string())
                .unwrap_or_default(),
        }
    }

    /// A request within the dialog (RFC 3261 §12.2.1.1).
    pub(crate) fn draft(&mut self, method: Method) -> Draft {
        self.local_cseq += 1;
        self.numbered(method, self.local_cseq)
    }

    /// RFC 3261 §13.2.2.4: the ACK's number "MUST be the same as the INVITE being acknowledged".
    pub(crate) fn ack(&self, cseq: u32) -> Draft {
        self.numbered(Method::Ack, cseq)
    }

    pub(crate) fn next_cseq(&mut self) -> u32 {
        self.local_cseq += 1;
        self.local_cseq
    }

    fn numbered(&self, method: Method, cseq: u32) -> Draft {
        let (uri, routes) = self.way();
        Draft {
            method,
            uri,
            from: format!("{};tag={}", self.local, self.local_tag),
            to: match self.remote_tag.as_str() {
                "" => self.remote.clone(),
                remote_tag => format!("{};tag={remote_tag}", self.remote),
            },
            call_id: self.call_id.clone(),
            cseq,
            routes,
            headers: Vec::new(),
            body: None,
        }
    }

    /// Request-URI and `Route`. A first router without `lr` is a strict one and is addressed itself
    /// (RFC 3261 §12.2.1.1).
    fn way(&self) -> (Uri, Vec<String>) {
        let first =
            self.routes.first().and_then(|route| Address::parse(route.as_bytes(), "Route").ok());
        match first {
            Some(strict) if !loose(&strict.uri) => {
                let mut routes = self.routes[1..].to_vec();
                routes.push(format!("<{}>", self.target));
                (strict.uri, routes)
            }
            _ => (self.target.clone(), self.routes.clone()),
        }
    }

    /// RFC 3261 §12.2.2: whether a request comes in order. One "lower than the remote sequence
    /// number" is out of order and refused.
    pub(crate) fn admits(&mut self, request: &Request) -> bool {
        let Some(cseq) = typed::<CSeq>(&request.headers) else { return false };
        if self.remote_cseq.is_some_and(|last| cseq.sequence < last) {
            return false;
        }
        self.remote_cseq = Some(cseq.sequence);
        true
    }

    /// A re-INVITE or UPDATE moves the target (RFC 3261 §12.2.2, RFC 3311 §5.1).
    pub(crate) fn refresh(&mut self, headers: &Headers) {
        if let Some(contact) = contact(headers) {
            self.target = contact.uri;
        }
    }
}

fn written(address: &Address) -> String {
    let name = address.display_name.as_deref().map(String::from_utf8_lossy);
    name_addr(name.as_deref(), &address.uri)
}

fn tag_of(address: &Address) -> Option<String> {
    address.tag().map(|tag| String::from_utf8_lossy(tag).into_owned())
}

fn loose(uri: &Uri) -> bool {
    uri.params().is_some_and(|params| params.contains("lr"))
}

/// An address that a person or a PBX wrote.
pub fn uri(text: &str) -> Option<Uri> {
    Uri::parse(Bytes::copy_from_slice(text.as_bytes())).ok()
}
