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
    sync::watch,
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};
use tower::ServiceExt;

use crate::org::{Org, Site, Transport, console, faults::is_interface, keys, my_domain, session};

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
    let (stopping, stopped) = watch::channel(false);
    tokio::spawn(async move {
        stop.await;
        tracing::info!("stopping");
        // Nobody may be left to hear it.
        let _ = stopping.send(true);
    });
    let stop = || {
        let mut stopped = stopped.clone();
        async move {
            // The sender is gone only when it has been sent.
            let _ = stopped.wait_for(|stopped| *stopped).await;
        }
    };
    // A browser keeps its connections open for minutes; two seconds are enough for what is under way.
    let patience = async {
        stop().await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    };
    let front = match org.settings.front {
        Some(front) => Some(TlsListener {
            listener: TcpListener::bind(front.listen)
                .await
                .with_context(|| format!("cannot listen on {}", front.listen))?,
            acceptor: acceptor(&org)?,
            adapter: adapter_host(&org).map(|host| (host, front.adapter)),
        }),
        None => None,
    };
    let serving = async {
        match org.settings.transport {
            Transport::Plain => {
                ready(&org);
                let plain = axum::serve(listener, router.clone()).with_graceful_shutdown(stop());
                match front {
                    Some(front) => {
                        let front = axum::serve(front, router).with_graceful_shutdown(stop());
                        tokio::try_join!(plain.into_future(), front.into_future())?;
                    }
                    None => plain.await?,
                }
            }
            Transport::Tls => {
                let listener = TlsListener { listener, acceptor: acceptor(&org)?, adapter: None };
                ready(&org);
                axum::serve(listener, router).with_graceful_shutdown(stop()).await?;
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
    let Some(site) = sites.org.site_of(host) else {
        let (console, my_domain) = (&sites.org.settings.console, &sites.org.settings.my_domain);
        let answer = format!("Nobody lives at this host name. Try {console} or {my_domain}\n");
        return (StatusCode::MISDIRECTED_REQUEST, answer).into_response();
    };
    let (browser, faults) = {
        let mut state = sites.org.state();
        let path = request.uri().path();
        if is_interface(site, path) {
            *state.asked.entry(path.to_owned()).or_default() += 1;
        }
        (state.browser.clone(), state.faults.clone())
    };
    let (router, coop) = match site {
        Site::Console => (&sites.console, browser.console_coop),
        Site::MyDomain => (&sites.my_domain, browser.my_domain_coop),
    };
    let path = request.uri().path();
    let line = faults.line(site, path);
    tokio::time::sleep(Duration::from_millis(faults.delay(site, path))).await;
    let router = router.clone();
    let answer = async {
        match router.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    };
    let mut response = match line {
        Some(line) => line.carry(answer).await,
        None => answer.await,
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
    let adapter = adapter_host(org);
    let hosts: Vec<&str> = [Site::Console, Site::MyDomain]
        .iter()
        .filter_map(|site| org.site(*site).host_str())
        .chain(adapter.as_deref())
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

/// The host name of the adapter, as the call center has it.
fn adapter_host(org: &Org) -> Option<String> {
    let url = org.settings.call_center.value("reqGeneralInfo", "reqAdapterUrl")?;
    Some(url::Url::parse(url).ok()?.host_str()?.to_owned())
}

struct TlsListener {
    listener: TcpListener,
    acceptor: TlsAcceptor,
    /// The name that a browser asks for when it means the adapter, and where the adapter is.
    adapter: Option<(String, SocketAddr)>,
}

/// Bytes in, bytes out, until either side has had enough.
async fn pass_on(mut browser: TlsStream<TcpStream>, adapter: SocketAddr) {
    let passed = async {
        let mut adapter = TcpStream::connect(adapter).await?;
        tokio::io::copy_bidirectional(&mut browser, &mut adapter).await
    };
    if let Err(error) = passed.await {
        tracing::debug!(%error, "a connection to the adapter broke");
    }
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
                Ok(Ok(stream)) => match &self.adapter {
                    Some((host, adapter)) if stream.get_ref().1.server_name() == Some(host) => {
                        tokio::spawn(pass_on(stream, *adapter));
                    }
                    _ => return (stream, address),
                },
                Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
                Err(_) => tracing::debug!("a TLS handshake took too long"),
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}
