//! What the adapter counts and measures, for Prometheus to read. In memory: a restart begins at zero, and each
//! server counts its own.
//!
//! Labels have few values: organisations, ways, codes, routes as they are declared. No agent, no address and
//! nothing that somebody sent is among them, so a stranger can neither read a name here nor fill the memory.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use adapter_api::Code;
use identity::{
    directory::{Cause, Directory},
    organization::Handle,
    sign_in::Way,
};
use jiff::Timestamp;
use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use store::Tally;

pub struct Metrics {
    registry: Registry,
    sign_ins: Family<SignIn, Counter>,
    refusals: Family<Refusal, Counter>,
    requests: Family<Request, Histogram, fn() -> Histogram>,
    salesforce: Family<Question, Histogram, fn() -> Histogram>,
    directory_queries: Family<Query, Counter>,
    calls_written: Family<Of, Counter>,
    call_refusals: Family<CallRefusal, Counter>,
    pub connections_refused: Counter,
    now: Gauges,
    /// Two readers at once would each clear what the other has filled in.
    reading: Mutex<()>,
}

/// What is looked up when somebody reads.
#[derive(Default)]
struct Gauges {
    ready: Gauge,
    sessions: Family<Sessions, Gauge>,
    event_sockets: Gauge,
    hashing_running: Gauge,
    hashing_waiting: Gauge,
    directory_answered: Family<Of, Gauge>,
    directory_failing: Family<Of, Gauge>,
    calls_waiting: Family<Of, Gauge>,
    calls_refused: Family<Of, Gauge>,
}

/// How things stand at the moment of reading.
#[derive(Debug)]
pub struct Standing {
    pub ready: bool,
    pub sessions: Vec<(Handle, Way, u64)>,
    pub event_sockets: usize,
    pub hashing_running: usize,
    pub hashing_waiting: usize,
    /// Of the organisations whose Salesforce is asked.
    pub directories: Vec<(Handle, Directory)>,
    /// Of the organisations that have such calls.
    pub calls: Vec<Tally>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct SignIn {
    organization: String,
    way: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refusal {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    method: &'static str,
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Question {
    question: &'static str,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Query {
    organization: String,
    outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Sessions {
    organization: String,
    way: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    organization: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallRefusal {
    organization: String,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

impl Metrics {
    pub fn new(started_at: Timestamp) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            sign_ins: Family::default(),
            refusals: Family::default(),
            requests: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            salesforce: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            directory_queries: Family::default(),
            calls_written: Family::default(),
            call_refusals: Family::default(),
            connections_refused: Counter::default(),
            now: Gauges::default(),
            reading: Mutex::new(()),
        };
        metrics.register_counted();
        metrics.register_standing();
        metrics.register_build(started_at);
        metrics
    }

    fn register_counted(&mut self) {
        let ours = self.registry.sub_registry_with_prefix(PREFIX);
        let help = "Sign-ins that were finished or refused, by the outcome: ok, or the code of the refusal";
        ours.register("sign_ins", help, self.sign_ins.clone());
        let help = "Refusals of every request, by their code";
        ours.register("refusals", help, self.refusals.clone());
        let help = "From a request's head to its answer's, by the route as it is declared";
        ours.register("request_duration_seconds", help, self.requests.clone());
        let help = "From a question to Salesforce to its answer";
        ours.register("salesforce_request_duration_seconds", help, self.salesforce.clone());
        let help = "Queries about the users of live sessions: ok, silent, refused, or unseen users";
        ours.register("directory_queries", help, self.directory_queries.clone());
        let help = "Times that a call was written to Salesforce, or found there as it should be";
        ours.register("calls_written", help, self.calls_written.clone());
        let help = "Calls that Salesforce refused for good, by the code of the refusal";
        ours.register("call_refusals", help, self.call_refusals.clone());
        let help = "Connections closed because their address held too many";
        ours.register("connections_refused", help, self.connections_refused.clone());
    }

    fn register_standing(&mut self) {
        let ours = self.registry.sub_registry_with_prefix(PREFIX);
        let now = &self.now;
        ours.register("ready", "1 while the database takes what is written", now.ready.clone());
        ours.register("sessions", "Live sessions", now.sessions.clone());
        ours.register("event_sockets", "Panels that are connected", now.event_sockets.clone());
        let help = "Passwords that are being hashed";
        ours.register("hashing_running", help, now.hashing_running.clone());
        let help = "Passwords that wait to be hashed";
        ours.register("hashing_waiting", help, now.hashing_waiting.clone());
        let help = "When Salesforce last answered the query about users; 0 for never";
        let answered = now.directory_answered.clone();
        ours.register("directory_answered_timestamp_seconds", help, answered);
        let help = "1 while the query about users fails";
        ours.register("directory_failing", help, now.directory_failing.clone());
        let help = "Calls that are still to be written to Salesforce";
        ours.register("calls_waiting", help, now.calls_waiting.clone());
        let help = "Calls that Salesforce refused for good and that were kept";
        ours.register("calls_refused", help, now.calls_refused.clone());
    }

    fn register_build(&mut self, started_at: Timestamp) {
        let build = Family::<Build, Gauge>::default();
        build.get_or_create(&Build { version: env!("CARGO_PKG_VERSION") }).set(1);
        let ours = self.registry.sub_registry_with_prefix(PREFIX);
        ours.register("build_info", "Which version runs", build);
        let started = Gauge::<i64>::default();
        started.set(started_at.as_second());
        let help = "When the process started";
        self.registry.register("process_start_time_seconds", help, started);
    }

    // ── What happens ──────────────────────────────────────────────

    /// `outcome` is `ok` or a refusal's code.
    pub fn sign_in(&self, organization: &Handle, way: Way, outcome: Result<(), Code>) {
        let labels = SignIn {
            organization: organization.to_string(),
            way: way.as_str(),
            outcome: outcome.map_or_else(Code::as_str, |()| OK),
        };
        self.sign_ins.get_or_create(&labels).inc();
    }

    pub fn refusal(&self, code: Code) {
        self.refusals.get_or_create(&Refusal { code: code.as_str() }).inc();
    }

    /// `route` is one of the router's own, never what was asked for.
    pub fn request(&self, route: &str, method: &'static str, status: &'static str, took: Duration) {
        let labels = Request { route: route.to_owned(), method, status };
        self.requests.get_or_create(&labels).observe(took.as_secs_f64());
    }

    pub fn salesforce(&self, question: &'static str, outcome: &'static str, took: Duration) {
        self.salesforce.get_or_create(&Question { question, outcome }).observe(took.as_secs_f64());
    }

    pub fn directory_query(&self, organization: &Handle, directory: &Directory) {
        let outcome = match directory.trouble.as_ref().map(|trouble| &trouble.cause) {
            None => OK,
            Some(Cause::Silent) => "silent",
            Some(Cause::Refused(_)) => "refused",
            Some(Cause::Unseen) => "unseen",
        };
        let labels = Query { organization: organization.to_string(), outcome };
        self.directory_queries.get_or_create(&labels).inc();
    }

    pub fn call_written(&self, organization: &Handle) {
        let of = Of { organization: organization.to_string() };
        self.calls_written.get_or_create(&of).inc();
    }

    pub fn call_refused(&self, organization: &Handle, code: Code) {
        let labels = CallRefusal { organization: organization.to_string(), code: code.as_str() };
        self.call_refusals.get_or_create(&labels).inc();
    }

    // ── Reading ───────────────────────────────────────────────────

    /// In OpenMetrics' text format, which is Prometheus's with an end.
    pub fn read(&self, standing: &Standing) -> Result<String, std::fmt::Error> {
        let _alone = self.reading.lock().unwrap_or_else(PoisonError::into_inner);
        self.now.fill(standing);
        let mut page = String::new();
        text::encode(&mut page, &self.registry)?;
        Ok(page)
    }
}

impl Gauges {
    fn fill(&self, standing: &Standing) {
        self.ready.set(standing.ready.into());
        self.event_sockets.set(number(standing.event_sockets));
        self.hashing_running.set(number(standing.hashing_running));
        self.hashing_waiting.set(number(standing.hashing_waiting));
        // An organisation whose last session has ended would keep its number.
        self.sessions.clear();
        for (organization, way, count) in &standing.sessions {
            let labels = Sessions { organization: organization.to_string(), way: way.as_str() };
            self.sessions.get_or_create(&labels).set(number(*count));
        }
        self.directory_answered.clear();
        self.directory_failing.clear();
        for (organization, directory) in &standing.directories {
            let of = Of { organization: organization.to_string() };
            let answered = directory.answered_at.map_or(0, Timestamp::as_second);
            self.directory_answered.get_or_create(&of).set(answered);
            self.directory_failing.get_or_create(&of).set(directory.trouble.is_some().into());
        }
        self.calls_waiting.clear();
        self.calls_refused.clear();
        for Tally { organization, waiting, refused } in &standing.calls {
            let of = Of { organization: organization.to_string() };
            self.calls_waiting.get_or_create(&of).set(number(*waiting));
            self.calls_refused.get_or_create(&of).set(number(*refused));
        }
    }
}

fn number(count: impl TryInto<i64>) -> i64 {
    count.try_into().unwrap_or(i64::MAX)
}

/// What the answer to a reader is called (OpenMetrics 1.0, "Text format").
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const PREFIX: &str = "cordboard";

const OK: &str = "ok";

/// From what a call takes to what a claim waits.
const SECONDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_by_the_next_reading_is_not_read_again() {
        let metrics = Metrics::new(Timestamp::UNIX_EPOCH);
        let acme = Handle::parse("acme").unwrap();
        let with = |sessions| Standing { sessions, ..nothing() };

        let page = metrics.read(&with(vec![(acme, Way::Proof, 7)])).unwrap();
        assert!(
            page.contains(r#"cordboard_sessions{organization="acme",way="proof"} 7"#),
            "{page}"
        );

        let page = metrics.read(&nothing()).unwrap();
        assert!(!page.contains("cordboard_sessions{"), "{page}");
    }

    #[test]
    fn a_sign_in_counts_by_organisation_way_and_outcome() {
        let metrics = Metrics::new(Timestamp::UNIX_EPOCH);
        let acme = Handle::parse("acme").unwrap();

        metrics.sign_in(&acme, Way::Legacy, Ok(()));
        metrics.sign_in(&acme, Way::Legacy, Err(Code::WrongCredentials));
        metrics.sign_in(&acme, Way::Legacy, Err(Code::WrongCredentials));

        let page = metrics.read(&nothing()).unwrap();
        for (outcome, count) in [("ok", 1), ("sign_in.wrong_credentials", 2)] {
            let line = format!(
                r#"cordboard_sign_ins_total{{organization="acme",way="legacy",outcome="{outcome}"}} {count}"#
            );
            assert!(page.contains(&line), "{page}");
        }
    }

    fn nothing() -> Standing {
        Standing {
            ready: true,
            sessions: Vec::new(),
            event_sockets: 0,
            hashing_running: 0,
            hashing_waiting: 0,
            directories: Vec::new(),
            calls: Vec::new(),
        }
    }
}
