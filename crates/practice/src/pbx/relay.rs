//! The stateful half of the proxy (RFC 3261 §16): requests that are on their way, in one branch or several,
//! and the one answer that goes back.
//!
//! All wires are reliable, so nothing is sent twice and no timer runs. What a dead wire will never answer is
//! answered for it, and what nobody ends is forgotten after a while.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    time::Duration,
};

use sip::message::{
    CSeq, HeaderName, Message, Method, Request, Response, Uri, Via, header, tag, text, typed,
};

use super::{
    answer::{LocalTag, answer},
    registrar::Binding,
    switch::FlowId,
};

/// A server transaction: who asked, under which branch, for what (RFC 3261 §17.2.3).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    pub flow: FlowId,
    branch: String,
    method: String,
}

impl Asked {
    pub fn by(flow: FlowId, request: &Request) -> Option<Self> {
        Self::with(flow, request, &request.method)
    }

    /// The INVITE that a CANCEL or the ACK to a refusal belongs to: it has the same branch.
    pub fn invite_of(flow: FlowId, request: &Request) -> Option<Self> {
        Self::with(flow, request, &Method::Invite)
    }

    fn with(flow: FlowId, request: &Request, method: &Method) -> Option<Self> {
        let branch = branch(typed::<Via>(&request.headers)?)?;
        Some(Self { flow, branch, method: method.to_string() })
    }
}

pub struct Relay {
    domain: String,
    tag: LocalTag,
    /// Begins every branch of this run.
    run: String,
    born: u64,
    exchanges: BTreeMap<u64, Exchange>,
    asked: HashMap<Asked, u64>,
    branches: HashMap<String, u64>,
    outputs: VecDeque<(FlowId, Message)>,
}

/// A request and its branches.
struct Exchange {
    asked: Asked,
    request: Request,
    branches: Vec<Branch>,
    since: Duration,
    /// The best refusal so far (RFC 3261 §16.7 step 6).
    best: Option<Response>,
    answered: bool,
}

struct Branch {
    id: String,
    flow: FlowId,
    request: Request,
    state: State,
    /// Why it is called off, while it must not be told yet: RFC 3261 §9.1 wants a provisional response first.
    called_off: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Trying,
    Proceeding,
    Cancelled,
    Final,
}

/// Where a request goes, and under which address where it is another than it came with.
pub struct Target {
    pub flow: FlowId,
    pub uri: Option<Uri>,
}

impl Target {
    pub fn phone(binding: &Binding) -> Self {
        Self { flow: binding.flow, uri: Some(binding.contact.clone()) }
    }
}

impl Relay {
    pub fn new(domain: &str, tag: LocalTag, run: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            tag,
            run: run.to_owned(),
            born: 0,
            exchanges: BTreeMap::new(),
            asked: HashMap::new(),
            branches: HashMap::new(),
            outputs: VecDeque::new(),
        }
    }

    pub fn poll(&mut self) -> Option<(FlowId, Message)> {
        self.outputs.pop_front()
    }

    pub fn knows(&self, asked: &Asked) -> bool {
        self.asked.contains_key(asked)
    }

    pub fn open(&mut self, now: Duration, asked: Asked, request: Request, targets: Vec<Target>) {
        self.forget(now);
        let id = self.born;
        let branches = targets.iter().map(|target| self.branch(&request, target)).collect();
        self.born += 1;
        let exchange = Exchange {
            asked: asked.clone(),
            request,
            branches,
            since: now,
            best: None,
            answered: false,
        };
        for branch in &exchange.branches {
            self.branches.insert(branch.id.clone(), id);
            self.outputs.push_back((branch.flow, Message::Request(branch.request.clone())));
        }
        self.asked.insert(asked, id);
        self.exchanges.insert(id, exchange);
    }

    /// An ACK to a 2xx, which no transaction has (RFC 3261 §13.2.2.4), or what nobody waits for the answer of.
    pub fn pass_on(&mut self, request: &Request, target: &Target) {
        let branch = self.branch(request, target);
        self.outputs.push_back((branch.flow, Message::Request(branch.request)));
    }

    /// Whether there is anything to cancel.
    pub fn cancel(&mut self, invite: &Asked, cancel: &Request) -> bool {
        let Some(id) = self.asked.get(invite) else { return false };
        let reason = text(&cancel.headers, &HeaderName::Reason).unwrap_or_default();
        if let Some(exchange) = self.exchanges.get_mut(id) {
            self.outputs.extend(exchange.call_off(&reason));
        }
        true
    }

    pub fn on_response(&mut self, response: Response) {
        let Some(id) = typed::<Via>(&response.headers).and_then(branch) else { return };
        let Some(exchange) =
            self.branches.get(&id).and_then(|exchange| self.exchanges.get_mut(exchange))
        else {
            return;
        };
        self.outputs.extend(exchange.on_response(&id, response, &self.tag));
    }

    /// A wire is gone: who was asked there will not answer, and who asked there hears nothing any more.
    pub fn lose(&mut self, flow: FlowId) {
        for exchange in self.exchanges.values_mut() {
            if exchange.asked.flow == flow {
                self.outputs.extend(exchange.call_off(""));
            }
            let lost: Vec<String> = exchange
                .branches
                .iter()
                .filter(|branch| branch.flow == flow && branch.state != State::Final)
                .map(|branch| branch.id.clone())
                .collect();
            for id in lost {
                // RFC 5626 §11.5.
                let gone =
                    exchange.branch(&id).and_then(|branch| answer(&branch.request, 430, &self.tag));
                self.outputs.extend(
                    gone.map(|gone| exchange.on_response(&id, gone, &self.tag)).unwrap_or_default(),
                );
            }
        }
        self.outputs.retain(|(to, _)| *to != flow);
    }

    fn forget(&mut self, now: Duration) {
        let old = |exchange: &Exchange| {
            let age = now.saturating_sub(exchange.since);
            age > LONGEST || exchange.is_over() && age > LINGERING
        };
        self.exchanges.retain(|_, exchange| !old(exchange));
        let exchanges = &self.exchanges;
        self.asked.retain(|_, id| exchanges.contains_key(id));
        self.branches.retain(|_, id| exchanges.contains_key(id));
    }

    /// RFC 3261 §16.6: the request as it goes on.
    fn branch(&mut self, request: &Request, target: &Target) -> Branch {
        self.born += 1;
        let id = format!("z9hG4bK{}{}", self.run, self.born);
        let mut onward = request.clone();
        if let Some(uri) = &target.uri
            && let Err(error) = onward.set_uri(uri.clone())
        {
            tracing::warn!(%error, "a registered contact cannot be called");
        }
        let opens_dialog = tag(&request.headers, &HeaderName::To).is_none()
            && [Method::Invite, Method::Subscribe, Method::Refer].contains(&request.method);
        if opens_dialog {
            let route = format!("<sip:{};transport=ws;lr>", self.domain);
            onward.headers.push_front(header(HeaderName::RecordRoute, route));
        }
        let via = format!("SIP/2.0/WS {};branch={id}", self.domain);
        onward.headers.push_front(header(HeaderName::Via, via));
        Branch { id, flow: target.flow, request: onward, state: State::Trying, called_off: None }
    }
}

type Outputs = Vec<(FlowId, Message)>;

impl Exchange {
    fn branch(&mut self, id: &str) -> Option<&mut Branch> {
        self.branches.iter_mut().find(|branch| branch.id == id)
    }

    fn is_over(&self) -> bool {
        self.branches.iter().all(|branch| branch.state == State::Final)
    }

    fn invites(&self) -> bool {
        self.request.method == Method::Invite
    }

    fn call_off(&mut self, reason: &str) -> Outputs {
        if !self.invites() {
            return Vec::new();
        }
        self.branches.iter_mut().filter_map(|branch| branch.call_off(reason)).collect()
    }

    fn on_response(&mut self, id: &str, response: Response, tag: &LocalTag) -> Outputs {
        let invites = self.invites();
        // A CANCEL of ours has the branch of what it cancels; its answer is nobody's concern.
        let of_cancel =
            typed::<CSeq>(&response.headers).is_some_and(|cseq| cseq.method == Method::Cancel);
        let Some(branch) = self.branch(id).filter(|_| !of_cancel) else { return Vec::new() };
        match response.status.code() {
            100 => branch.proceed(),
            ..200 => {
                let mut outputs = branch.proceed();
                outputs.push(self.back(response));
                outputs
            }
            200..300 => {
                branch.state = State::Final;
                let mut outputs = Vec::new();
                // RFC 3261 §16.7 step 5: every 2xx to an INVITE goes back, of others the first.
                if invites || !self.answered {
                    outputs.push(self.back(response));
                }
                self.answered = true;
                outputs.extend(self.call_off(COMPLETED_ELSEWHERE));
                outputs
            }
            status => {
                branch.state = State::Final;
                let mut outputs = Vec::new();
                if invites {
                    outputs.push((
                        branch.flow,
                        Message::Request(acknowledge(&branch.request, &response)),
                    ));
                }
                if self.best.as_ref().is_none_or(|best| rank(status) < rank(best.status.code())) {
                    self.best = Some(response);
                }
                // RFC 3261 §16.7 step 5: who declines for everybody ends the search.
                if status >= 600 {
                    outputs.extend(self.call_off(""));
                }
                outputs.extend(self.refuse(tag));
                outputs
            }
        }
    }

    /// When the last branch has failed, the best refusal goes back.
    fn refuse(&mut self, tag: &LocalTag) -> Option<(FlowId, Message)> {
        if self.answered || !self.is_over() {
            return None;
        }
        let best = self.best.take()?;
        // A flow that failed is this proxy's own affair (RFC 5626 §5.3); the caller hears that nobody is there.
        match best.status.code() {
            430 => {
                let response = answer(&self.request, 480, tag)?;
                Some((self.asked.flow, Message::Response(response)))
            }
            _ => Some(self.back(best)),
        }
    }

    /// RFC 3261 §16.7 step 3: without our `Via`.
    fn back(&self, mut response: Response) -> (FlowId, Message) {
        response.headers.remove_first(&HeaderName::Via);
        (self.asked.flow, Message::Response(response))
    }
}

impl Branch {
    fn proceed(&mut self) -> Outputs {
        if self.state == State::Trying {
            self.state = State::Proceeding;
        }
        let reason = self.called_off.take();
        reason.and_then(|reason| self.call_off(&reason)).into_iter().collect()
    }

    fn call_off(&mut self, reason: &str) -> Option<(FlowId, Message)> {
        match self.state {
            State::Trying => {
                self.called_off = Some(reason.to_owned());
                None
            }
            State::Proceeding => {
                self.state = State::Cancelled;
                Some((
                    self.flow,
                    Message::Request(hop_by_hop(&self.request, Method::Cancel, reason)),
                ))
            }
            State::Cancelled | State::Final => None,
        }
    }
}

/// RFC 3261 §17.1.1.3: the ACK to a refusal, with the refusal's `To`.
fn acknowledge(invite: &Request, refusal: &Response) -> Request {
    let mut ack = hop_by_hop(invite, Method::Ack, "");
    if let Some(to) = refusal.headers.get(&HeaderName::To) {
        ack.headers.remove_all(&HeaderName::To);
        ack.headers.push(to.clone());
    }
    ack
}

/// RFC 3261 §9.1 and §17.1.1.3: CANCEL and ACK of a proxy's own go to the next hop only, with the request's
/// topmost `Via`.
fn hop_by_hop(invite: &Request, method: Method, reason: &str) -> Request {
    let mut request = Request::new(method.clone(), invite.uri.clone());
    let via = invite.headers.get(&HeaderName::Via);
    request.headers.push(via.cloned().unwrap_or_else(|| header(HeaderName::Via, "")));
    request.headers.push(header(HeaderName::MaxForwards, "70"));
    for name in [HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::Route] {
        for row in invite.headers.get_all(&name) {
            request.headers.push(row.clone());
        }
    }
    let number = typed::<CSeq>(&invite.headers).map_or(0, |cseq| cseq.sequence);
    request.headers.push(header(HeaderName::CSeq, format!("{number} {method}")));
    if !reason.is_empty() {
        request.headers.push(header(HeaderName::Reason, reason));
    }
    request.headers.push(header(HeaderName::ContentLength, "0"));
    request
}

/// RFC 3261 §16.7 step 6: 6xx before all, then the lowest class; what the caller can mend before what not, and
/// a phone that is there before one that is gone.
fn rank(status: u16) -> u16 {
    match status {
        600.. => status - 600,
        430 => 999,
        401 | 407 | 415 | 420 | 484 => 100 + status - 400,
        _ => status,
    }
}

fn branch(via: Via) -> Option<String> {
    via.branch().map(|branch| String::from_utf8_lossy(branch).into_owned())
}

/// RFC 3326, and RFC 3261 §16.7 step 10.
const COMPLETED_ELSEWHERE: &str = "SIP;cause=200;text=\"Call completed elsewhere\"";
/// How long the ACK to a refusal and a second 2xx are waited for.
const LINGERING: Duration = Duration::from_secs(32);
const LONGEST: Duration = Duration::from_secs(600);
