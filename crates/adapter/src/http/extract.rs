//! What a handler asks of a request before it looks at anything else: whose key it proves, which session it
//! belongs to, and a body of exactly the expected form.

use adapter_api::{Code, Secret};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode, header, request::Parts},
    response::Response,
};
use identity::{
    agent::Agent,
    dpop,
    organization::{Handle, Organization},
    session::{Session, Token, TokenKind},
    sign_in::Way,
};
use serde::de::DeserializeOwned;
use store::Unit;
use texts::Catalogue;
use tokio::time::{Duration, timeout};

use super::{client::Client, other_key, page, refusal::Refusal, user_agent};
use crate::{app::App, clock};

/// A caller who holds a key (RFC 9449), known by nothing else.
#[derive(Clone, Debug)]
pub struct Panel {
    pub jkt: String,
    /// What the browser calls itself.
    pub client: Option<String>,
    /// Where the request comes from.
    pub address: Client,
    /// Bound to this request by the proof, but not yet known to be ours.
    access_token: Option<Secret>,
}

impl FromRequestParts<App> for Panel {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let invalid = || Refusal::from(dpop::Refusal::Invalid);
        let proof = single(&parts.headers, "dpop").ok_or_else(invalid)?;
        let access_token = match single(&parts.headers, header::AUTHORIZATION.as_str()) {
            // RFC 9449 §7.1: `Authorization: DPoP <token>`.
            Some(value) => {
                Some(Secret(value.strip_prefix("DPoP ").ok_or_else(invalid)?.to_owned()))
            }
            None => None,
        };
        let url = app.url(parts.uri.path());
        let request = dpop::Request {
            method: parts.method.as_str(),
            url: &url,
            access_token: access_token.as_ref().map(|token| token.0.as_str()),
        };
        let now = clock::now();
        let holder = dpop::holder(proof, request, &app.keys, now)?;
        if !app.replay.is_new(&holder.jkt, &holder.jti, now) {
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, Code::DpopReplayed));
        }
        let client = single(&parts.headers, header::USER_AGENT.as_str());
        let client = client.and_then(user_agent::client);
        let Ok(address) = Client::from_request_parts(parts, app).await;
        Ok(Self { jkt: holder.jkt, client, address, access_token })
    }
}

impl Panel {
    /// How somebody tried to sign in, and from where, for the audit log.
    pub fn by(&self, way: Way) -> String {
        self.address.by(way)
    }

    /// The session of the access token that came along, if one came.
    pub async fn session(&self, app: &App) -> Result<Option<SignedIn>, Refusal> {
        let Some(access_token) = &self.access_token else { return Ok(None) };
        let unknown = || Refusal::from(identity::session::Refusal::Unknown);
        let token =
            Token::parse(&access_token.0, TokenKind::Access, &app.keys).ok_or_else(unknown)?;
        let mut unit = app.store.read().await?;
        let session = unit.session(token.session).await?.ok_or_else(unknown)?;
        if let Err(refusal) = session.check_access(token, &self.jkt, clock::now()) {
            drop(unit);
            other_key::notice(app, self, &session, &refusal).await?;
            return Err(refusal.into());
        }
        let agent = unit.agent(&session.agent).await?.ok_or_else(unknown)?;
        let organization = unit.organization(&session.organization).await?.ok_or_else(unknown)?;
        Ok(Some(SignedIn { session, agent, organization }))
    }
}

/// A caller with a live session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub session: Session,
    pub agent: Agent,
    pub organization: Organization,
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let panel = Panel::from_request_parts(parts, app).await?;
        let session = panel.session(app).await?;
        session.ok_or_else(|| identity::session::Refusal::Unknown.into())
    }
}

/// A JSON body: no unknown member, no member twice, no wrong type.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let malformed = || Refusal::new(StatusCode::BAD_REQUEST, Code::RequestMalformed);
        let is_json =
            single(request.headers(), header::CONTENT_TYPE.as_str()).is_some_and(|value| {
                value.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
            });
        if !is_json {
            return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::RequestMalformed));
        }
        let bytes = timeout(BODY, Bytes::from_request(request, app))
            .await
            .map_err(|_| Refusal::new(StatusCode::REQUEST_TIMEOUT, Code::RequestTooSlow))?
            .map_err(|_| Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::RequestTooLarge))?;
        // Serde takes a list of values for a struct, too; only an object names its members.
        if !bytes.trim_ascii_start().starts_with(b"{") {
            return Err(malformed());
        }
        serde_json::from_slice(&bytes).map(Self).map_err(|_| malformed())
    }
}

/// What a person's browser sends to a page of ours: where it cannot be read, the answer is a page, too.
#[derive(Debug)]
pub struct Readable<E>(pub E);

impl<E: FromRequestParts<App>> FromRequestParts<App> for Readable<E> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let texts = page::texts(&parts.headers);
        E::from_request_parts(parts, app).await.map(Self).map_err(|_| unreadable(texts))
    }
}

impl<E: FromRequest<App>> FromRequest<App> for Readable<E> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let texts = page::texts(request.headers());
        match timeout(BODY, E::from_request(request, app)).await {
            Ok(read) => read.map(Self).map_err(|_| unreadable(texts)),
            Err(_) => {
                let refused = Code::RequestTooSlow.into();
                Err(page::refused(texts, StatusCode::REQUEST_TIMEOUT, &refused))
            }
        }
    }
}

fn unreadable(texts: &Catalogue) -> Response {
    page::refused(texts, StatusCode::BAD_REQUEST, &Code::RequestMalformed.into())
}

/// The organisation that a request names.
pub async fn organization(unit: &mut Unit, handle: &str) -> Result<Organization, Refusal> {
    let unknown = || Refusal::new(StatusCode::NOT_FOUND, Code::OrganizationUnknown);
    let handle = Handle::parse(handle).map_err(|_| unknown())?;
    unit.organization(&handle).await?.ok_or_else(unknown)
}

/// A header that stands there once, as text. Twice it says nothing that can be relied on.
pub fn single<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()
}

/// For a body to come whole, from its request's head. It has at most 32 KiB, so the slowest line has it there by
/// then, and who sends a byte now and then keeps no connection with it.
const BODY: Duration = Duration::from_secs(15);
