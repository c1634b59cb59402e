//! What can become of any answer between here and whoever asked for it.

use std::{future, io};

use axum::{
    body::{Body, Bytes, to_bytes},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::{StreamExt, stream};
use serde::{Deserialize, Serialize};

use super::{Faults, MyDomainFault, QueryFault, UserinfoFault};
use crate::org::Site;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    /// 503, and nothing is done.
    Unavailable,
    /// What was asked is done, and the connection breaks off in the middle of the answer.
    Cut,
    /// Nothing is done, and no answer comes.
    Silent,
}

impl Line {
    /// The answer that `asked` would give, as the line lets it through.
    pub async fn carry(self, asked: impl Future<Output = Response>) -> Response {
        match self {
            Line::Unavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable").into_response()
            }
            Line::Cut => cut(asked.await).await,
            Line::Silent => future::pending().await,
        }
    }
}

/// Half of the answer, and then the end of the connection. One without a body promises one.
async fn cut(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let whole = to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.insert(header::CONTENT_LENGTH, whole.len().max(1).into());
    let half: io::Result<Bytes> = Ok(whole.slice(..whole.len() / 2));
    let end = stream::once(async {
        // The half leaves while this waits.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    Response::from_parts(parts, Body::from_stream(stream::iter([half]).chain(end)))
}

impl Faults {
    /// How the line to this address misbehaves.
    pub fn line(&self, site: Site, path: &str) -> Option<Line> {
        let of_this = match (site, path) {
            (Site::Console, "/aura/apex") => self.run_apex,
            (Site::Console, _) => None,
            (Site::MyDomain, "/services/oauth2/token") => self.token,
            (Site::MyDomain, "/services/oauth2/userinfo") => match self.userinfo {
                Some(UserinfoFault::Unavailable) => Some(Line::Unavailable),
                Some(UserinfoFault::Cut) => Some(Line::Cut),
                Some(UserinfoFault::Silent) => Some(Line::Silent),
                Some(UserinfoFault::OtherOrganization) | None => None,
            },
            (Site::MyDomain, "/id/keys") => self.keys,
            (Site::MyDomain, path) if is_query(path) => match self.query {
                Some(QueryFault::Unavailable) => Some(Line::Unavailable),
                Some(QueryFault::Cut) => Some(Line::Cut),
                Some(QueryFault::Silent) => Some(Line::Silent),
                Some(QueryFault::Forbidden) | None => None,
            },
            (Site::MyDomain, path) if path.ends_with("/sobjects/Task") => self.task_insert,
            (Site::MyDomain, path) if path.contains("/sobjects/Task/") => self.task_update,
            (Site::MyDomain, _) => None,
        };
        let of_my_domain = match self.my_domain {
            Some(MyDomainFault::Unavailable)
                if site == Site::MyDomain && is_interface(site, path) =>
            {
                Some(Line::Unavailable)
            }
            _ => None,
        };
        of_this.or(of_my_domain).or(self.salesforce.filter(|_| !is_of_practice(path)))
    }

    /// How long an answer from this address takes, in milliseconds.
    pub fn delay(&self, site: Site, path: &str) -> u64 {
        let delay = match site {
            Site::MyDomain => self.delay,
            Site::Console if path == "/aura/apex" => self.run_apex_delay,
            Site::Console => None,
        };
        delay.unwrap_or_default()
    }
}

/// What programs ask, scripts included; the other pages are for people.
pub fn is_interface(site: Site, path: &str) -> bool {
    let prefixes: &[&str] = match site {
        Site::MyDomain => &["/services/", "/id/", "/.well-known/"],
        Site::Console => &["/aura/"],
    };
    prefixes.iter().any(|prefix| path.starts_with(prefix))
}

fn is_query(path: &str) -> bool {
    // What follows names the next page of an answer.
    path.starts_with("/services/data/") && path.split('/').nth(4) == Some("query")
}

/// Where faults are switched off again, and what tells the console's page which of them to play.
fn is_of_practice(path: &str) -> bool {
    ["/look.css", "/aura/open-cti"].contains(&path)
        || ["/practice/", "/lightning/setup/"].iter().any(|prefix| path.starts_with(prefix))
}
