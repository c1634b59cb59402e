//! `cordboard serve`: migrates, listens, says so in one line, and stops cleanly.

use std::{io::Write as _, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use anyhow::Context as _;
use clap::Args;
use store::{Missing, Store};
use tokio::{
    io::AsyncReadExt as _,
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use super::print::Answer;
use crate::{app::App, clock, config::Config, http, jobs, key_file, log};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Stop when standard input closes, for whoever starts the adapter as a child.
    #[arg(long)]
    stop_with_stdin: bool,
}

pub fn run(config: &Path, arguments: &Arguments) -> anyhow::Result<Answer> {
    let config = Config::load(config)?;
    log::start(&config.log, config.log_format)?;
    // An error means that some other part of the process was first, with the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(serve(&config, arguments));
    // Standard input may still be waited for by a thread that nothing can wake.
    runtime.shutdown_background();
    // What it had to say it has said while it ran.
    result.map(|()| Answer::nothing())
}

async fn serve(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let keys = Arc::new(key_file::load(&config.key_file)?.keys());
    let store = Store::open(&config.database, Missing::Create, keys.clone())
        .await
        .with_context(|| format!("the database `{}`", config.database.display()))?;
    store.migrate().await?;
    store.check_schema().await?;
    take_up_keys(&store).await?;
    let app = App::new(config, keys, store)?;
    let listener = listen(config.listen).await?;
    if let Some(address) = config.metrics_listen {
        let metrics = listen(address).await.context("`metrics_listen`")?;
        tokio::spawn(http::serve_metrics(app.clone(), metrics));
    }
    announce(&app, &listener)?;
    tokio::spawn(jobs::tell_ended(app.clone()));
    tokio::spawn(jobs::sweep(app.clone()));
    tokio::spawn(jobs::ask_salesforce(app.clone(), config.directory_interval));
    let writer = tokio::spawn(jobs::write_calls(app.clone()));
    tokio::spawn(stop(app.clone(), arguments.stop_with_stdin));
    http::serve(app.clone(), listener).await;
    if tokio::time::timeout(PARTING, writer).await.is_err() {
        tracing::warn!(
            "a call is left in the middle of being written, and found again at the next start"
        );
    }
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// From here on what is new is made with the newest key, by us and by the command line beside us.
async fn take_up_keys(store: &Store) -> anyhow::Result<()> {
    let mut unit = store.begin().await?;
    for key in unit.take_up_keys(clock::now()).await? {
        tracing::info!(%key, "a key is taken up");
    }
    unit.commit().await?;
    Ok(())
}

/// One line of JSON on standard output: whoever started us knows now that we answer.
fn announce(app: &App, listener: &TcpListener) -> anyhow::Result<()> {
    let listening = listener.local_addr()?;
    let line = serde_json::json!({ "listening": listening, "public_url": app.public_url.as_str() });
    let mut stdout = std::io::stdout();
    writeln!(stdout, "{line}")?;
    stdout.flush()?;
    tracing::info!(%listening, public_url = %app.public_url, "ready");
    Ok(())
}

async fn stop(app: App, stop_with_stdin: bool) {
    let asked = async {
        let terminate = async {
            match signal(SignalKind::terminate()) {
                Ok(mut terminate) => {
                    terminate.recv().await;
                }
                Err(error) => {
                    tracing::error!(%error, "SIGTERM cannot be heard");
                    std::future::pending::<()>().await;
                }
            }
        };
        tokio::select! {
            () = terminate => {}
            _ = tokio::signal::ctrl_c() => {}
            () = stdin_closed(), if stop_with_stdin => {}
        }
    };
    asked.await;
    tracing::info!("stopping");
    app.stopping.send_replace(true);
}

async fn stdin_closed() {
    let mut stdin = tokio::io::stdin();
    let mut bytes = [0; 64];
    while let Ok(1..) = stdin.read(&mut bytes).await {}
}

/// For what is being written to Salesforce. Whoever asked us to stop waits no longer than that either.
const PARTING: Duration = Duration::from_secs(2);
