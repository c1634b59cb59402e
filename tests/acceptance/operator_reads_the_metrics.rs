//! An operator's Prometheus reads what the adapter counts and measures.

use std::collections::BTreeMap;

use acceptance::{
    desk::{Desk, Ledger, Visitor, at_the_desk, challenge_of},
    http,
    installation::{ADAPTER_HOST, Installation, Ports},
    world::{Agent, Options},
};
use adapter_api::{Code, sign_in_challenge};
use anyhow::{Context as _, Result, anyhow, ensure};
use openmetrics_parser::{
    MetricFamily, OpenMetricsType, OpenMetricsValue, openmetrics::parse_openmetrics,
};

#[test]
fn what_happens_is_counted_and_measured() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let server = give_metrics(installation)?;
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);

        let granted = desk.sign_in_by_window(&mut anna)?;
        desk.refresh(&granted.refresh_token.0, None)?.granted()?;
        let proof = desk.proof_by(&mut anna)?;
        desk.sign_in_proof(&proof)?.granted()?;
        let token = installation.issue_token(&Agent::ben())?;
        let proof = desk.proof_by(&mut anna)?;
        desk.sign_in_legacy("op-1002", &token, Some(&proof))?
            .refuses(403, Code::WrongCredentials)?;

        let read = Exposition::read(&server)?;
        let sign_ins = |way, outcome| {
            let labels = [("organization", "acme"), ("way", way), ("outcome", outcome)];
            read.value("cordboard_sign_ins", &labels)
        };
        ensure!(sign_ins("salesforce_sso", "ok") == 1.0, "{}", read.text);
        ensure!(sign_ins("proof", "ok") == 1.0, "{}", read.text);
        ensure!(sign_ins("legacy", "sign_in.wrong_credentials") == 1.0, "{}", read.text);
        let refusals = read.value("cordboard_refusals", &[("code", "sign_in.wrong_credentials")]);
        ensure!(refusals == 1.0, "{}", read.text);
        for (route, method, status) in [
            ("/auth/tx/{transaction}/claim", "POST", "2xx"),
            ("/oauth/callback/{provider}", "GET", "3xx"),
            ("/session/refresh", "POST", "2xx"),
            ("/sign-in/legacy", "POST", "4xx"),
        ] {
            let labels = [("route", route), ("method", method), ("status", status)];
            let count = read.value("cordboard_request_duration_seconds", &labels);
            ensure!(count == 1.0, "{route}: {count}\n{}", read.text);
        }
        for way in ["salesforce_sso", "proof"] {
            let labels = [("organization", "acme"), ("way", way)];
            ensure!(read.value("cordboard_sessions", &labels) == 1.0, "{}", read.text);
        }
        for question in ["token", "keys", "userinfo", "query"] {
            let labels = [("question", question), ("outcome", "ok")];
            let count = read.value("cordboard_salesforce_request_duration_seconds", &labels);
            ensure!(count >= 1.0, "{question}: {count}\n{}", read.text);
        }
        for (family, expected) in [
            ("cordboard_ready", 1.0),
            ("cordboard_event_sockets", 0.0),
            ("cordboard_hashing_running", 0.0),
            ("cordboard_hashing_waiting", 0.0),
            ("cordboard_connections_refused", 0.0),
        ] {
            ensure!(read.value(family, &[]) == expected, "{family}\n{}", read.text);
        }
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        ensure!(read.value("cordboard_build_info", &version) == 1.0, "{}", read.text);
        ensure!(read.value("process_start_time_seconds", &[]) > 1.7e9, "{}", read.text);
        Ok(())
    })
}

#[test]
fn the_query_of_salesforce_is_counted_with_its_outcome_and_age() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        installation.configure("directory_interval", "1")?;
        let server = give_metrics(installation)?;
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        Desk::new(installation).sign_in_by_window(&mut anna)?;
        let query = |outcome| [("organization", "acme"), ("outcome", outcome)];
        let of_acme = [("organization", "acme")];

        // What is counted and what is looked up are not of one instant.
        let read = until(&server, |read| {
            read.value("cordboard_directory_queries", &query("ok")) >= 1.0
                && read.value("cordboard_directory_answered_timestamp_seconds", &of_acme) > 1.7e9
        })?;
        ensure!(read.value("cordboard_directory_failing", &of_acme) == 0.0, "{}", read.text);

        installation.practice_control("faults", &serde_json::json!({ "query": "forbidden" }))?;

        until(&server, |read| {
            read.value("cordboard_directory_queries", &query("refused")) >= 1.0
                && read.value("cordboard_directory_failing", &of_acme) == 1.0
        })?;
        Ok(())
    })
}

/// Attack: Somebody asks for thousands of made-up paths, methods and organizations, to fill the memory of whatever counts them, or to
/// read the metrics.
/// Refused: They are counted together, under the route and code that they share; and `/metrics` is served on an address of its own, and
/// holds no name, address or secret.
#[test]
fn made_up_requests_add_no_series_and_read_none() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let server = give_metrics(installation)?;
        let desk = Desk::new(installation);
        let made_up = |round: u32| -> Result<()> {
            for number in 0..30 {
                let path = format!("/made-up/{round}/{number}");
                let method = format!("MAKE{round}X{number}");
                let address = installation.adapter_address();
                http::request(address, ADAPTER_HOST, &method, &path, &[], "")?;
                http::request(address, ADAPTER_HOST, "GET", &path, &[], "")?;
                http::request(address, ADAPTER_HOST, &method, "/healthz", &[], "")?;
                let organization = format!("made-up-{round}-{number}");
                desk.post(sign_in_challenge::PATH, &challenge_of(&organization))?
                    .refuses(404, Code::OrganizationUnknown)?;
                desk.sign_in_legacy(&organization, "made-up", None)?;
            }
            Ok(())
        };
        made_up(0)?;
        let first = Exposition::read(&server)?;

        made_up(1)?;

        let second = Exposition::read(&server)?;
        ensure!(first.series() == second.series(), "{}\n{}", first.text, second.text);
        let unknown = [("route", "none"), ("method", "GET"), ("status", "4xx")];
        let count = second.value("cordboard_request_duration_seconds", &unknown);
        ensure!(count >= 60.0, "{count}\n{}", second.text);
        for name in ["made-up", "MAKE", "anna", "op-1001", "127.0.0.1", "00D", "secret"] {
            ensure!(!second.text.contains(name), "`{name}` stands in the metrics\n{}", second.text);
        }
        let open = http::get(installation.adapter_address(), ADAPTER_HOST, "/metrics", &[])?;
        ensure!(open.status == 404, "agents' address serves them: {}", open.status);
        Ok(())
    })
}

/// As an operator who edits the configuration and restarts; the address where the metrics are.
fn give_metrics(installation: &Installation) -> Result<String> {
    let address = format!("127.0.0.1:{}", Ports::free()?.adapter);
    installation.configure("metrics_listen", &format!("\"{address}\""))?;
    installation.restart_adapter()?;
    // Nobody has asked for anything yet.
    Ledger::open(installation)?.has_nothing_new()?;
    Ok(address)
}

fn until(server: &str, says: impl Fn(&Exposition) -> bool) -> Result<Exposition> {
    let patience = acceptance::clock::Deadline::after(std::time::Duration::from_secs(20));
    loop {
        let read = Exposition::read(server)?;
        if says(&read) {
            return Ok(read);
        }
        patience.left().with_context(|| read.text.clone())?;
    }
}

/// One reading, as a parser of the format understands it.
struct Exposition {
    text: String,
    families: BTreeMap<String, MetricFamily<OpenMetricsType, OpenMetricsValue>>,
}

impl Exposition {
    fn read(server: &str) -> Result<Self> {
        let response = http::get(server.parse()?, server, "/metrics", &[])?;
        ensure!(response.status == 200, "{} {}", response.status, response.body);
        let kind = response.header("content-type").unwrap_or_default();
        ensure!(kind.starts_with("application/openmetrics-text"), "{kind}");
        let parsed = parse_openmetrics(&response.body)
            .map_err(|error| anyhow!("{error:?}\n{}", response.body))?;
        Ok(Self { text: response.body, families: parsed.families.into_iter().collect() })
    }

    /// A counter's or gauge's value, a histogram's count; 0 where there is none.
    fn value(&self, family: &str, labels: &[(&str, &str)]) -> f64 {
        let Some(family) = self.families.get(family) else { return 0.0 };
        let is_it = |found: &openmetrics_parser::Sample<OpenMetricsValue>| {
            found.get_labelset().is_ok_and(|set| {
                labels.iter().all(|(name, value)| set.get_label_value(name) == Some(*value))
            })
        };
        family
            .iter_samples()
            .filter(|sample| is_it(sample))
            .map(|sample| number(&sample.value))
            .sum()
    }

    /// How many there are of all families.
    fn series(&self) -> usize {
        self.families.values().map(|family| family.iter_samples().count()).sum()
    }
}

fn number(value: &OpenMetricsValue) -> f64 {
    match value {
        OpenMetricsValue::Counter(counter) => counter.value.as_f64(),
        OpenMetricsValue::Gauge(gauge) => gauge.as_f64(),
        OpenMetricsValue::Histogram(histogram) => {
            histogram.count.map_or(0.0, |count| f64::from(u32::try_from(count).unwrap_or(u32::MAX)))
        }
        _ => f64::NAN,
    }
}
