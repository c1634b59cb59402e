//! The process's settings: one TOML file, and the environment over it. Organisations are not in here; they
//! are data (`cordboard organization`).

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use adapter_api::extension;
use anyhow::{Context as _, bail};
use identity::{bucket::Rate, password::Cost};
use salesforce::frame::Origin;
use serde::Deserialize;

use crate::{hashing::Room, log::Levels, network::Network};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    pub listen: SocketAddr,
    /// Where Prometheus reads; nowhere without.
    pub metrics_listen: Option<SocketAddr>,
    /// Where browsers find the adapter: `htu`, issuers and redirects come from here, never from a request.
    pub public_url: Origin,
    pub database: PathBuf,
    pub key_file: PathBuf,
    /// The panel as `cargo xtask wasm` makes it.
    pub assets: PathBuf,
    /// Hosts beyond Salesforce's own families that may be an organisation's.
    pub extra_hosts: Vec<Origin>,
    /// The origins of the browser extensions whose pages may hold a phone.
    pub extensions: Vec<String>,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    pub limits: Limits,
    pub passwords: Room,
    /// How often Salesforce is asked whether the users of live sessions may go on.
    pub directory_interval: Duration,
    /// How long Salesforce may still be busy with a call's Task after its answer was lost.
    pub call_log_settle: Duration,
    pub log: Levels,
    pub log_format: LogFormat,
}

/// What one address may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub requests: Rate,
    pub sign_ins: Rate,
    /// Held at once, by an address that is no proxy of ours.
    pub connections: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// The panel's own `manifest.json`: the names of this build's files, all of them in the folder `assets`.
#[derive(Clone, Debug, Deserialize)]
pub struct Manifest {
    pub start: String,
    pub glue: String,
    pub wasm: String,
    pub css: String,
    /// By the language's tag.
    pub texts: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    metrics_listen: Option<SocketAddr>,
    public_url: Option<String>,
    database: Option<PathBuf>,
    key_file: Option<PathBuf>,
    assets: Option<PathBuf>,
    #[serde(default)]
    extra_hosts: Vec<String>,
    extensions: Option<Vec<String>>,
    trusted_proxies: Option<Vec<String>>,
    directory_interval: Option<u64>,
    call_log_settle: Option<u64>,
    log: Option<String>,
    #[serde(default)]
    log_format: LogFormat,
    #[serde(default)]
    limits: FileLimits,
    #[serde(default)]
    passwords: FilePasswords,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileLimits {
    requests: Option<FileRate>,
    sign_ins: Option<FileRate>,
    connections: Option<NonZeroUsize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileRate {
    burst: NonZeroU32,
    per_second: NonZeroU32,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FilePasswords {
    threads: Option<NonZeroUsize>,
    waiting: Option<usize>,
    memory_kib: Option<u32>,
    passes: Option<u32>,
    lanes: Option<u32>,
}

impl Config {
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| {
            format!(
                "the configuration `{}` cannot be read; `cordboard init` writes one",
                path.display()
            )
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Self::parse(&text, folder, |name| std::env::var(name).ok())
            .with_context(|| format!("in the configuration `{}`", path.display()))
    }

    /// Relative paths are relative to the file's own folder.
    fn parse(
        text: &str,
        folder: &Path,
        environment: impl Fn(&str) -> Option<String>,
    ) -> anyhow::Result<Self> {
        let file: File = toml::from_str(text)?;
        let listen = match environment("CORDBOARD_LISTEN") {
            Some(listen) => listen.parse().context("CORDBOARD_LISTEN is no address and port")?,
            None => file.listen.unwrap_or(([127, 0, 0, 1], 8700).into()),
        };
        let metrics_listen = match environment("CORDBOARD_METRICS_LISTEN") {
            Some(listen) => {
                Some(listen.parse().context("CORDBOARD_METRICS_LISTEN is no address and port")?)
            }
            None => file.metrics_listen,
        };
        if let Some(everywhere) = metrics_listen.filter(|listen| listen.ip().is_unspecified()) {
            bail!(
                "`metrics_listen` is `{everywhere}`, which is every address of this machine; name the one that only \
                 Prometheus reaches, such as `127.0.0.1:8701`"
            );
        }
        let Some(public_url) = environment("CORDBOARD_PUBLIC_URL").or(file.public_url) else {
            bail!("`public_url` is missing: the address at which browsers reach the adapter");
        };
        let path = |variable: &str, path: Option<PathBuf>, default: &str| {
            folder.join(
                environment(variable).map(PathBuf::from).or(path).unwrap_or_else(|| default.into()),
            )
        };
        Ok(Self {
            listen,
            metrics_listen,
            public_url: origin("public_url", public_url.trim_end_matches('/'))?,
            database: path("CORDBOARD_DATABASE", file.database, "cordboard.sqlite"),
            key_file: path("CORDBOARD_KEY_FILE", file.key_file, "cordboard.key"),
            assets: path("CORDBOARD_ASSETS", file.assets, "panel"),
            extra_hosts: file
                .extra_hosts
                .iter()
                .map(|host| origin("extra_hosts", host))
                .collect::<Result<_, _>>()?,
            extensions: match file.extensions {
                Some(ids) => extensions(&ids)?,
                None => vec![extension::ORIGIN.to_owned()],
            },
            directory_interval: match file.directory_interval {
                Some(0) => bail!("`directory_interval` is 0; it must be at least 1 second"),
                seconds => Duration::from_secs(seconds.unwrap_or(60)),
            },
            call_log_settle: match file.call_log_settle {
                Some(3_601..) => bail!("`call_log_settle` is more than 3600 seconds"),
                seconds => Duration::from_secs(seconds.unwrap_or(30)),
            },
            trusted_proxies: match file.trusted_proxies {
                Some(proxies) => networks(&proxies)?,
                None => networks(&LOOPBACK)?,
            },
            limits: Limits {
                requests: rate(file.limits.requests, REQUESTS),
                sign_ins: rate(file.limits.sign_ins, SIGN_INS),
                connections: file.limits.connections.map_or(CONNECTIONS, NonZeroUsize::get),
            },
            passwords: room(&file.passwords)?,
            log: Levels::parse(
                &environment("CORDBOARD_LOG").or(file.log).unwrap_or_else(|| "info".into()),
            )?,
            log_format: file.log_format,
        })
    }

    /// Whether an organisation may name this host as its own.
    pub fn may_be_a_host(&self, origin: &Origin) -> bool {
        origin.is_salesforce() || self.extra_hosts.contains(origin)
    }
}

fn origin(name: &str, text: &str) -> anyhow::Result<Origin> {
    Origin::parse(text).with_context(|| {
        format!("`{name}` is `{text}`; it must be an origin such as `https://phone.example`, without a path")
    })
}

fn extensions(ids: &[String]) -> anyhow::Result<Vec<String>> {
    let origin = |id: &String| {
        extension::origin(id).with_context(|| {
            format!("`extensions` has `{id}`; an id is 32 letters from a to p, as browsers show it")
        })
    };
    ids.iter().map(origin).collect()
}

fn networks(texts: &[impl AsRef<str>]) -> anyhow::Result<Vec<Network>> {
    let network = |text: &str| {
        Network::parse(text).with_context(|| {
            format!(
                "`trusted_proxies` has `{text}`; write addresses or networks such as `10.0.0.0/8`"
            )
        })
    };
    texts.iter().map(|text| network(text.as_ref())).collect()
}

fn rate(file: Option<FileRate>, default: Rate) -> Rate {
    file.map_or(default, |FileRate { burst, per_second }| Rate { burst, per_second })
}

fn room(file: &FilePasswords) -> anyhow::Result<Room> {
    let default = Cost::default();
    let cost = Cost::new(
        file.memory_kib.unwrap_or(default.memory_kib()),
        file.passes.unwrap_or(default.passes()),
        file.lanes.unwrap_or(default.lanes()),
    )
    .context("in `passwords`")?;
    let threads = match file.threads {
        Some(threads) if threads > MOST_THREADS => bail!("`passwords.threads` is more than 256"),
        Some(threads) => threads,
        None => thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
    };
    match file.waiting.unwrap_or(WAITING) {
        MORE_THAN_WAIT.. => bail!("`passwords.waiting` is more than 10000"),
        waiting => Ok(Room { threads, waiting, cost }),
    }
}

const MOST_THREADS: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not zero");
/// As many as people wait for.
const WAITING: usize = 64;
const MORE_THAN_WAIT: usize = 10_001;

const LOOPBACK: [&str; 2] = ["127.0.0.0/8", "::1"];

/// Enough for a call centre behind one address, all of whose panels come back at once.
const REQUESTS: Rate = Rate { burst: nonzero(600), per_second: nonzero(100) };

/// A silent sign-in takes about three calls, so a hundred agents sign in at once, and seven more a second.
const SIGN_INS: Rate = Rate { burst: nonzero(300), per_second: nonzero(20) };

/// A panel holds one for its events and a few for its calls, and a call centre may have one address.
const CONNECTIONS: usize = 2000;

const fn nonzero(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("a limit of nothing would let nobody in")
}

/// What `cordboard init` writes.
pub fn template(listen: &str, public_url: &str, assets: &str, extra_hosts: &[String]) -> String {
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let extra_hosts = extra_hosts.iter().map(|host| quoted(host)).collect::<Vec<_>>().join(", ");
    format!(
        "\
# Cordboard's own settings. Relative paths are relative to this file's folder. The environment goes before
# it: CORDBOARD_LISTEN, CORDBOARD_METRICS_LISTEN, CORDBOARD_PUBLIC_URL, CORDBOARD_DATABASE, CORDBOARD_KEY_FILE,
# CORDBOARD_ASSETS, CORDBOARD_LOG, and CORDBOARD_KEY for the key itself.
# Organisations and agents are not in here: `cordboard organization --help`, `cordboard agent --help`.

# The address and port to listen on. TLS ends at the reverse proxy before it.
listen = {listen}

# Where Prometheus reads `/metrics`: an address of this machine that only Prometheus reaches. Nowhere without.
# metrics_listen = \"127.0.0.1:8701\"

# Where browsers reach the adapter: scheme and host, a port only where it is not the default. Tokens, redirects
# and proofs name this address, so the *CTI Adapter URL* in Salesforce must begin with it.
public_url = {public_url}

# Everything that is kept: organisations, agents, consents, sessions, the audit log.
database = \"cordboard.sqlite\"

# The keys, 32 random bytes each. They seal the organisations' secrets in the database: keep a copy of both,
# apart. `cordboard key` changes them.
key_file = \"cordboard.key\"

# The built panel.
assets = {assets}

# Hosts that organisations may name beside *.lightning.force.com, *.my.salesforce.com and *.vf.force.com.
# Leave it empty in production.
extra_hosts = [{extra_hosts}]

# The browser extensions that may hold agents' phones, by their ids. This is the one of Cordboard's repository, loaded
# unpacked; a store gives its own.
extensions = [{extension}]

# The reverse proxies before it, as addresses or networks. Where a request comes from one of these, the address
# that `X-Forwarded-For` ends with counts as the client's. Others are not believed.
trusted_proxies = [{trusted_proxies}]

# Every so many seconds Salesforce is asked whether the users of live sessions are still active, not frozen, and
# in the call center; whoever is not loses the session. It costs two API requests for every 200 agents.
directory_interval = 60

# A call's Task is written once. When the answer to a write is lost, Salesforce may still be busy with it, so it is
# asked only so many seconds later what has become of it.
call_log_settle = 30

# Log levels, also per module: \"info\", \"warn,cordboard::http=debug\".
log = \"info\"
# \"text\" or \"json\".
log_format = \"text\"

# Signing in with login and password. A hash takes `memory_kib` KiB and `passes` passes over it on `lanes` lanes
# (Argon2id); what is set here counts for new passwords, and for each old one from its next sign-in on. So many
# `threads` hash at once, as many as there are cores unless it says `threads = 2`; so many sign-ins may wait beside
# them, and past that the answer is 503 with Retry-After.
[passwords]
waiting = {waiting}
memory_kib = {memory_kib}
passes = {passes}
lanes = {lanes}

# What one address (IPv6: one /64 network) may send: so many requests at once, and so many a second from then on.
# Past it the answer is 429 with Retry-After, and panels wait and try again. Each server counts for itself, and
# begins anew when it starts. A call centre often has one address for everybody, so leave room. `sign_ins` are
# the calls that begin a sign-in, about three for each. `connections` is how many an address may hold at once; the
# proxies above may hold as many as they like.
[limits]
requests = {{ burst = {requests_burst}, per_second = {requests_rate} }}
sign_ins = {{ burst = {sign_ins_burst}, per_second = {sign_ins_rate} }}
connections = {CONNECTIONS}
",
        listen = quoted(listen),
        public_url = quoted(public_url),
        assets = quoted(assets),
        extension = quoted(extension::ID),
        trusted_proxies = LOOPBACK.map(quoted).join(", "),
        waiting = WAITING,
        memory_kib = Cost::default().memory_kib(),
        passes = Cost::default().passes(),
        lanes = Cost::default().lanes(),
        requests_burst = REQUESTS.burst,
        requests_rate = REQUESTS.per_second,
        sign_ins_burst = SIGN_INS.burst,
        sign_ins_rate = SIGN_INS.per_second,
    )
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

    use super::*;

    #[test]
    fn salesforce_is_asked_once_a_minute_and_never_without_pause() {
        let parse = |line: &str| {
            let text = format!("public_url = 'https://phone.example'\n{line}");
            Config::parse(&text, Path::new("."), |_| None)
        };

        assert_eq!(parse("").unwrap().directory_interval, Duration::from_secs(60));
        assert_eq!(parse("directory_interval = 5").unwrap().directory_interval.as_secs(), 5);
        assert!(parse("directory_interval = 0").is_err());
    }

    #[test]
    fn what_init_writes_reads_back() {
        let hosts = ["http://acme.lightning.localhost:8600".to_owned()];
        let text = template("127.0.0.1:8700", "https://phone.example", "/srv/panel", &hosts);

        let config = Config::parse(&text, Path::new("/etc/cordboard"), |_| None).unwrap();

        assert_eq!(config.public_url.as_str(), "https://phone.example");
        assert_eq!(config.database, Path::new("/etc/cordboard/cordboard.sqlite"));
        assert_eq!(config.assets, Path::new("/srv/panel"));
        let defaults =
            Config::parse("public_url = 'https://a.b'", Path::new("."), |_| None).unwrap();
        assert_eq!(
            (config.limits, config.passwords, config.trusted_proxies.clone()),
            (defaults.limits, defaults.passwords, defaults.trusted_proxies)
        );
        assert_eq!(config.extensions, defaults.extensions);
        assert!(config.may_be_a_host(&Origin::parse(&hosts[0]).unwrap()));
        assert!(!config.may_be_a_host(&Origin::parse("https://evil.example").unwrap()));
    }

    #[test]
    fn metrics_are_for_one_address_and_for_nobody_unasked() {
        let parse = |line: &str| {
            let text = format!("public_url = 'https://phone.example'\n{line}");
            Config::parse(&text, Path::new("."), |_| None).map(|config| config.metrics_listen)
        };

        assert_eq!(parse("").unwrap(), None);
        let loopback = SocketAddr::from(([127, 0, 0, 1], 8701));
        assert_eq!(parse("metrics_listen = '127.0.0.1:8701'").unwrap(), Some(loopback));
        let everywhere: [IpAddr; 2] = [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()];
        for everywhere in everywhere.map(|address| SocketAddr::new(address, 8701)) {
            let refused = parse(&format!("metrics_listen = '{everywhere}'")).unwrap_err();
            assert!(refused.to_string().contains("name the one"), "{refused}");
        }
    }

    #[test]
    fn extensions_are_named_by_their_ids() {
        let parse = |line: &str| {
            let text = format!("public_url = 'https://phone.example'\n{line}");
            Config::parse(&text, Path::new("."), |_| None).map(|config| config.extensions)
        };

        assert_eq!(parse("").unwrap(), [extension::ORIGIN]);
        let other = "abcdefghijklmnopabcdefghijklmnop";
        let both = parse(&format!("extensions = ['{}', '{other}']", extension::ID)).unwrap();
        assert_eq!(both, [extension::ORIGIN, &format!("chrome-extension://{other}")]);
        assert!(parse("extensions = []").unwrap().is_empty());
        let refused = parse("extensions = ['*']").unwrap_err();
        assert!(refused.to_string().contains("`*`; an id is 32 letters"), "{refused}");
    }

    #[test]
    fn an_unknown_setting_is_refused_by_name() {
        let error =
            Config::parse("publik_url = 'https://a.b'", Path::new("."), |_| None).unwrap_err();

        assert!(format!("{error:#}").contains("publik_url"), "{error:#}");
    }

    #[test]
    fn a_public_url_with_a_path_is_refused() {
        let error = Config::parse("public_url = 'https://a.b/phone'", Path::new("."), |_| None)
            .unwrap_err();

        assert!(error.to_string().contains("without a path"), "{error}");
    }

    #[test]
    fn a_limit_of_nothing_and_a_proxy_by_name_are_refused() {
        for setting in [
            "limits.requests = { burst = 0, per_second = 1 }",
            "limits.requests = { burst = 1 }",
            "limits.connections = 0",
            "limits.calls = { burst = 1, per_second = 1 }",
            "trusted_proxies = ['proxy.example']",
        ] {
            let text = format!("public_url = 'https://a.b'\n{setting}");
            assert!(Config::parse(&text, Path::new("."), |_| None).is_err(), "{setting}");
        }
    }

    #[test]
    fn passwords_that_are_cheap_to_guess_or_out_of_bounds_are_refused() {
        let parse = |line: &str| {
            let text = format!("public_url = 'https://a.b'\n[passwords]\n{line}");
            Config::parse(&text, Path::new("."), |_| None)
        };

        let config = parse("threads = 2\nwaiting = 0\nmemory_kib = 47104\npasses = 1").unwrap();
        assert_eq!((config.passwords.threads.get(), config.passwords.waiting), (2, 0));
        assert_eq!(config.passwords.cost, Cost::new(47_104, 1, 1).unwrap());
        for line in [
            "threads = 0",
            "threads = 257",
            "waiting = 10001",
            "passes = 1",
            "memory = 1",
            "lanes = 17",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn the_environment_goes_before_the_file() {
        let config = Config::parse("public_url = 'https://a.b'", Path::new("."), |name| {
            (name == "CORDBOARD_PUBLIC_URL").then(|| "https://c.d".into())
        });

        assert_eq!(config.unwrap().public_url.as_str(), "https://c.d");
    }
}
