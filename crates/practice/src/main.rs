//! `cordboard-practice`: a practice organisation of Salesforce and a practice PBX on this machine.

use std::{
    io::Write,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use clap::Parser;
use practice::{
    org::{self, Front, Org, Settings, Transport},
    pbx::{self, Listening, Pbx, Secret},
};
use salesforce::definition::Definition;
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};
use url::Url;

/// A stand-in for a Salesforce organisation: console, login, OAuth, Open CTI, Apex and Setup; and for a PBX.
///
/// It is open by design, every password is `practice`: let nobody but yourself reach it.
#[derive(Parser)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8600")]
    listen: SocketAddr,
    /// The console's address in the browser.
    #[arg(long, default_value = "http://acme.lightning.localhost:8600")]
    console: Url,
    /// Its second address; whoever wants it there logs in at `/practice/login` of this host.
    #[arg(long)]
    other_console: Option<Url>,
    /// My Domain's address: login, OAuth and REST.
    #[arg(long, default_value = "http://acme.my.localhost:8600")]
    my_domain: Url,
    /// The call center definition file to import at start.
    #[arg(long, value_name = "FILE.xml")]
    call_center: Option<PathBuf>,
    /// An Open CTI script to serve in place of ours.
    #[arg(long, value_name = "FILE")]
    open_cti_script: Option<PathBuf>,
    /// Serve TLS with a certificate made at start; the addresses have to say https then.
    #[arg(long)]
    tls: bool,
    /// Also serve the console over TLS here, and pass what is meant for the adapter's host on to `--adapter`; the
    /// console's address has to say https then. A genuine Open CTI script insists on that.
    #[arg(long, value_name = "ADDRESS", requires = "adapter", conflicts_with = "tls")]
    front: Option<SocketAddr>,
    /// Where the adapter listens, behind `--front`.
    #[arg(long, value_name = "ADDRESS", requires = "front")]
    adapter: Option<SocketAddr>,
    /// Where the PBX listens for SIP over WebSocket; next to the console where nothing is said.
    #[arg(long, value_name = "ADDRESS")]
    pbx: Option<SocketAddr>,
    /// The secret that the PBX shares with who hands out ephemeral credentials; else the one that everybody knows.
    #[arg(long, value_name = "FILE")]
    pbx_secret_file: Option<PathBuf>,
    /// End when standard input closes, so that no process outlives the one that started it.
    #[arg(long)]
    stop_with_stdin: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    let listening = Listening::bind(pbx_settings(&arguments)?).await?;
    let pbx = listening.pbx.clone();
    let org = Org::new(Settings { pbx: Some(pbx.clone()), ..settings(&arguments)? })?;
    let phones = tokio::spawn(listening.serve());
    let served = org::serve(org, |org| announce(org, &pbx), stop(arguments.stop_with_stdin)).await;
    phones.abort();
    served
}

fn settings(arguments: &Arguments) -> anyhow::Result<Settings> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let call_center = match &arguments.call_center {
        Some(path) => Definition::parse(&read(path)?)
            .with_context(|| format!("{} is no call center definition", path.display()))?,
        None => salesforce::force_app::call_center(ADAPTER, "acme", true),
    };
    Ok(Settings {
        listen: arguments.listen,
        console: arguments.console.clone(),
        other_console: arguments.other_console.clone(),
        my_domain: arguments.my_domain.clone(),
        call_center,
        open_cti_script: arguments.open_cti_script.as_deref().map(read).transpose()?,
        front: arguments
            .front
            .zip(arguments.adapter)
            .map(|(listen, adapter)| Front { listen, adapter }),
        pbx: None,
        transport: if arguments.tls { Transport::Tls } else { Transport::Plain },
    })
}

fn pbx_settings(arguments: &Arguments) -> anyhow::Result<pbx::Settings> {
    let secret = arguments.pbx_secret_file.as_deref().map(|path| {
        let secret = std::fs::read_to_string(path);
        let secret = secret.with_context(|| format!("cannot read {}", path.display()))?;
        anyhow::Ok(Secret::new(secret.trim_end()))
    });
    let beside = SocketAddr::new(arguments.listen.ip(), arguments.listen.port().wrapping_add(2));
    Ok(pbx::Settings {
        listen: arguments.pbx.unwrap_or(beside),
        domain: "pbx.localhost".to_owned(),
        secret: secret.transpose()?,
    })
}

/// One line on standard output; whoever started us waits for it.
fn announce(org: &Org, pbx: &Pbx) {
    let mut announcement = org.announcement();
    announcement["pbx"] = pbx.announcement();
    let mut out = std::io::stdout();
    // Nobody may be reading; the organisation stands all the same.
    let _ = writeln!(out, "{announcement}").and_then(|()| out.flush());
}

async fn stop(with_stdin: bool) {
    let stdin_closes = async {
        if !with_stdin || stdin_closed().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = received(SignalKind::interrupt()) => {}
        () = received(SignalKind::terminate()) => {}
        () = stdin_closes => {}
    }
}

/// On a thread of its own: the runtime would wait at its end for a read that blocks.
fn stdin_closed() -> oneshot::Receiver<()> {
    let (closed, at_close) = oneshot::channel();
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = closed.send(());
    });
    at_close
}

async fn received(kind: SignalKind) {
    match signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(error) => {
            tracing::warn!(%error, "cannot listen for a signal");
            std::future::pending::<()>().await;
        }
    }
}

/// Where the demo's adapter listens.
const ADAPTER: &str = "http://phone.localhost:8601";
