//! The listener, plain or TLS, and the switch between the two sites.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Context;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    serve::Listener,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::oneshot,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tower::ServiceExt;

use crate::org::{Org, Site, Transport, console, keys, my_domain, session, state::MyDomainFault};

/// Serves until `stop` resolves; `ready` is called once the listener stands.
pub async fn serve(
    org: Arc<Org>,
    ready: impl FnOnce(&Org),
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let listen = org.settings.listen;
    let listener =
        TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let router = router(org.clone());
    let (stopping, stopped) = oneshot::channel();
    let stop = async move {
        stop.await;
        tracing::info!("stopping");
        let _ = stopping.send(());
    };
    // A browser keeps its connections open for minutes; two seconds are enough for what is under way.
    let patience = async move {
        if stopped.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    let serving = async {
        match org.settings.transport {
            Transport::Plain => {
                ready(&org);
                axum::serve(listener, router).with_graceful_shutdown(stop).await?;
            }
            Transport::Tls => {
                let listener = TlsListener { listener, acceptor: acceptor(&org)? };
                ready(&org);
                axum::serve(listener, router).with_graceful_shutdown(stop).await?;
            }
        }
        anyhow::Ok(())
    };
    tokio::select! {
        served = serving => served,
        () = patience => Ok(()),
    }
}

fn router(org: Arc<Org>) -> Router {
    let sites = Arc::new(Sites {
        console: console::router(org.clone()),
        my_domain: my_domain::router(org.clone()),
        org,
    });
    Router::new()
        .fallback(to_its_site)
        .with_state(sites)
        .layer(middleware::from_fn(session::same_origin_only))
        .layer(middleware::from_fn(with_common_headers))
}

struct Sites {
    org: Arc<Org>,
    console: Router,
    my_domain: Router,
}

async fn to_its_site(State(sites): State<Arc<Sites>>, request: Request) -> Response {
    let host =
        request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let (browser, faults) = {
        let state = sites.org.state();
        (state.browser.clone(), state.faults.clone())
    };
    let (site, coop) = match sites.org.site_of(host) {
        Some(Site::Console) => (&sites.console, browser.console_coop),
        Some(Site::MyDomain) => {
            tokio::time::sleep(Duration::from_millis(faults.delay.unwrap_or_default())).await;
            let path = request.uri().path();
            let is_interface = ["/services/", "/id/", "/.well-known/"]
                .iter()
                .any(|prefix| path.starts_with(prefix));
            if faults.my_domain == Some(MyDomainFault::Unavailable) && is_interface {
                return (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable").into_response();
            }
            (&sites.my_domain, browser.my_domain_coop)
        }
        None => {
            let (console, my_domain) = (&sites.org.settings.console, &sites.org.settings.my_domain);
            let answer = format!("Nobody lives at this host name. Try {console} or {my_domain}\n");
            return (StatusCode::MISDIRECTED_REQUEST, answer).into_response();
        }
    };
    let mut response = match site.clone().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if let Some(policy) = coop.and_then(|policy| HeaderValue::try_from(policy).ok()) {
        response.headers_mut().insert("cross-origin-opener-policy", policy);
    }
    response
}

async fn with_common_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn acceptor(org: &Org) -> anyhow::Result<TlsAcceptor> {
    let key = keys::SigningKey::generate()?;
    let hosts: Vec<&str> = [Site::Console, Site::MyDomain]
        .iter()
        .filter_map(|site| org.site(*site).host_str())
        .collect();
    let pem = keys::self_signed(&key, &hosts, "cordboard-practice")?;
    let certificate =
        CertificateDer::from_pem_slice(pem.as_bytes()).context("the certificate just made")?;
    let key = PrivateKeyDer::Pkcs8(key.pkcs8().to_vec().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    /// Handshakes run one after another: few clients, all on this machine.
    async fn accept(&mut self) -> (Self::Io, SocketAddr) {
        loop {
            let (stream, address) = Listener::accept(&mut self.listener).await;
            let handshake =
                tokio::time::timeout(Duration::from_secs(5), self.acceptor.accept(stream));
            match handshake.await {
                Ok(Ok(stream)) => return (stream, address),
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
