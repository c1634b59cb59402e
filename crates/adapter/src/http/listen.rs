//! Accepting connections, by hand: `axum::serve` waits for ever for a request that does not come.

use std::{io, net::SocketAddr, pin::pin, time::Duration};

use axum::{Router, extract::ConnectInfo};
use hyper::{Request, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tower::ServiceExt as _;

use crate::{app::App, connections::Placed, network::is_trusted};

/// Until the app is stopped; then until the last request is answered.
pub async fn listen(app: App, listener: TcpListener, router: Router) {
    let mut connections = JoinSet::new();
    let mut stopped = pin!(app.stopped());
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    if let Some(stream) = place(&app, stream, peer) {
                        connections.spawn(converse(app.clone(), router.clone(), stream, peer));
                    }
                }
                Err(error) => pause_after(error).await,
            },
            Some(_) = connections.join_next() => {}
            () = &mut stopped => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

/// The connection, unless its address holds too many already; then it is closed without a word.
fn place(app: &App, stream: TcpStream, peer: SocketAddr) -> Option<Placed> {
    // Over a proxy of ours everybody has its address; it keeps limits of its own.
    if is_trusted(peer.ip(), &app.trusted_proxies) {
        return Some(Placed::new(stream, None));
    }
    let place = app.connections.admit(peer.ip().to_canonical());
    if place.is_none() {
        app.metrics.connections_refused.inc();
        tracing::debug!(%peer, "an address holds too many connections");
    }
    place.map(|place| Placed::new(stream, Some(place)))
}

async fn converse(app: App, router: Router, stream: Placed, peer: SocketAddr) {
    let answer = |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    };
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = app.stopped() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // Clients leave in the middle of a sentence, and nobody has to do anything about it.
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, "a connection has broken off");
    }
}

/// A connection that was gone before it was accepted says nothing about the next. Anything else, such as no
/// file left to open, does not go away at once.
async fn pause_after(error: io::Error) {
    use io::ErrorKind as E;
    if matches!(error.kind(), E::ConnectionAborted | E::ConnectionRefused | E::ConnectionReset) {
        return;
    }
    tracing::error!(%error, "no connection can be accepted");
    tokio::time::sleep(Duration::from_secs(1)).await;
}

/// For a request's head to come whole, counted from the connection or from the last answer, so that an idle
/// connection ends with it, too.
const HEAD: Duration = Duration::from_secs(15);
