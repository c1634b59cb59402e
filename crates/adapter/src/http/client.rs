//! Who sends a request, as far as its address says.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use identity::sign_in::Way;

use crate::{
    app::App,
    network::{self, neighbourhood},
};

/// The address of whoever is not a proxy of ours.
#[derive(Clone, Copy, Debug)]
pub struct Client(pub IpAddr);

impl Client {
    /// How somebody tried to sign in, and from where, for the audit log.
    pub fn by(self, way: Way) -> String {
        format!("{} from {}", way.as_str(), neighbourhood(self.0))
    }
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        // Whoever has no address shares one with all the others who have none.
        let peer = peer.map_or(Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0.ip());
        let lines = parts.headers.get_all(X_FORWARDED_FOR);
        let lines: Vec<&str> = lines.iter().map(|line| line.to_str().unwrap_or("")).collect();
        Ok(Self(network::client(peer, lines.into_iter(), &app.trusted_proxies)))
    }
}

const X_FORWARDED_FOR: &str = "x-forwarded-for";
