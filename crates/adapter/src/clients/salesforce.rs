//! Salesforce, as the adapter asks it: tokens, keys, userinfo, and queries about users.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use identity::organization::{Client, Organization};
use oauth::{jwk::JwkSet, token};
use reqwest::StatusCode;
use salesforce::{
    id::UserId,
    user::{
        LoginRecord, QueryResult, UserRecord, Userinfo, frozen_query, operators_query, user_query,
        users_query,
    },
};
use serde::de::DeserializeOwned;
use tokio::time::Instant;

use crate::metrics::Metrics;

/// Answers are small; more is no answer.
const MOST_BYTES: usize = 256 * 1024;
const TIMEOUT: Duration = Duration::from_secs(10);
/// Of one query's answer, which has at most 200 records.
const MOST_PAGES: usize = 50;
/// The error of a request whose token is good no longer.
pub(super) const SESSION_IS_OVER: &str = "INVALID_SESSION_ID";

pub struct Salesforce {
    pub(super) http: reqwest::Client,
    pub(super) metrics: Arc<Metrics>,
    /// By issuer. A key that is not in here makes us ask again.
    keys: Mutex<HashMap<String, JwkSet>>,
    /// Access tokens of the integration clients, by issuer and client id. A token that is refused is asked
    /// for anew, once.
    tokens: Mutex<HashMap<(String, String), String>>,
}

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No answer, or a 5xx: asking again may help.
    #[error("salesforce did not answer: {0}")]
    Unreachable(String),
    /// A refusal in Salesforce's words (RFC 6749 §5.2).
    #[error("salesforce refused: {0}")]
    Refused(String),
    #[error("salesforce answered what we cannot read: {0}")]
    Unreadable(String),
}

impl Salesforce {
    pub fn new(metrics: Arc<Metrics>) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .dns_resolver(std::sync::Arc::new(super::resolver::Resolver))
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("cordboard/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { http, metrics, keys: Mutex::default(), tokens: Mutex::default() })
    }

    /// Exchanges the code (RFC 6749 §4.1.3).
    pub async fn exchange_code(
        &self,
        organization: &Organization,
        client: &Client,
        code: &str,
        redirect_uri: &str,
        verifier: &oauth::pkce::Verifier,
    ) -> Result<token::Response, Failure> {
        let request = token::Request::AuthorizationCode {
            code: code.to_owned(),
            client_id: client.id.clone(),
            client_secret: client.secret.reveal().to_owned(),
            redirect_uri: redirect_uri.to_owned(),
            code_verifier: verifier.as_str().to_owned(),
        };
        self.token(organization, &request).await
    }

    /// The keys of the organisation's issuer; `fresh` passes the cache over.
    pub async fn keys(&self, organization: &Organization, fresh: bool) -> Result<JwkSet, Failure> {
        let issuer = organization.my_domain.as_str();
        let cached = self.keys.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
        if let (Some(keys), false) = (cached, fresh) {
            return Ok(keys);
        }
        let keys: JwkSet = self.read("keys", self.http.get(format!("{issuer}/id/keys"))).await?;
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(issuer.to_owned(), keys.clone());
        Ok(keys)
    }

    pub async fn userinfo(
        &self,
        organization: &Organization,
        access_token: &str,
    ) -> Result<Userinfo, Failure> {
        let url = format!("{}/services/oauth2/userinfo", organization.my_domain);
        self.read("userinfo", self.http.get(url).bearer_auth(access_token)).await
    }

    /// The user's record.
    pub async fn user_record(
        &self,
        organization: &Organization,
        client: &Client,
        user: UserId,
    ) -> Result<Option<UserRecord>, Failure> {
        let records: Vec<UserRecord> = self.query(organization, client, &user_query(user)).await?;
        Ok(records.into_iter().find(|record| record.id == user))
    }

    /// The records of these users, as far as the integration client may see them; at most 200 at a time.
    pub async fn user_records(
        &self,
        organization: &Organization,
        client: &Client,
        users: &[UserId],
    ) -> Result<Vec<UserRecord>, Failure> {
        self.query(organization, client, &users_query(users)).await
    }

    /// The records of the users who have these operator IDs; at most 40 at a time.
    pub async fn operator_records(
        &self,
        organization: &Organization,
        client: &Client,
        operator_ids: &[&str],
    ) -> Result<Vec<UserRecord>, Failure> {
        self.query(organization, client, &operators_query(operator_ids)).await
    }

    /// Who of these users is frozen; at most 200 at a time.
    pub async fn frozen_users(
        &self,
        organization: &Organization,
        client: &Client,
        users: &[UserId],
    ) -> Result<Vec<UserId>, Failure> {
        let records: Vec<LoginRecord> =
            self.query(organization, client, &frozen_query(users)).await?;
        Ok(records.into_iter().map(|record| record.user_id).collect())
    }

    /// By the integration client's own token, which may have been revoked since it was issued.
    pub(super) async fn query<Record: DeserializeOwned>(
        &self,
        organization: &Organization,
        client: &Client,
        soql: &str,
    ) -> Result<Vec<Record>, Failure> {
        if let Some(token) = self.kept_token(organization, client) {
            match self.query_with(organization, &token, soql).await {
                Err(Failure::Refused(code)) if code == SESSION_IS_OVER => {}
                answered => return answered,
            }
        }
        let token = self.new_token(organization, client).await?;
        self.query_with(organization, &token, soql).await
    }

    pub(super) fn kept_token(
        &self,
        organization: &Organization,
        client: &Client,
    ) -> Option<String> {
        let tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.get(&(organization.my_domain.to_string(), client.id.clone())).cloned()
    }

    pub(super) async fn new_token(
        &self,
        organization: &Organization,
        client: &Client,
    ) -> Result<String, Failure> {
        let request = token::Request::ClientCredentials {
            client_id: client.id.clone(),
            client_secret: client.secret.reveal().to_owned(),
        };
        let token = self.token(organization, &request).await?.access_token;
        let key = (organization.my_domain.to_string(), client.id.clone());
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).insert(key, token.clone());
        Ok(token)
    }

    async fn query_with<Record: DeserializeOwned>(
        &self,
        organization: &Organization,
        token: &str,
        soql: &str,
    ) -> Result<Vec<Record>, Failure> {
        let version = organization.script_version.as_str();
        let url = format!("{}/services/data/v{version}/query", organization.my_domain);
        let mut request = self.http.get(url).query(&[("q", soql)]).bearer_auth(token);
        let mut records = Vec::new();
        for _ in 0..MOST_PAGES {
            let page: QueryResult<Record> = self.read("query", request).await?;
            records.extend(page.records);
            let Some(next) = page.next_records_url else { return Ok(records) };
            let url = following_page(organization, &next)?;
            request = self.http.get(url).bearer_auth(token);
        }
        Err(Failure::Unreadable("a query without an end".into()))
    }

    async fn token(
        &self,
        organization: &Organization,
        request: &token::Request,
    ) -> Result<token::Response, Failure> {
        let url = format!("{}/services/oauth2/token", organization.my_domain);
        self.read("token", self.http.post(url).form(request)).await
    }

    async fn read<T: DeserializeOwned>(
        &self,
        question: &'static str,
        request: reqwest::RequestBuilder,
    ) -> Result<T, Failure> {
        let began = Instant::now();
        let answer = answer(request).await;
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(Failure::Unreachable(_)) => "unreachable",
            Err(Failure::Refused(_)) => "refused",
            Err(Failure::Unreadable(_)) => "unreadable",
        };
        self.metrics.salesforce(question, outcome, began.elapsed());
        answer
    }
}

async fn answer<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> Result<T, Failure> {
    let (status, body) = exchange(request).await?;
    if !status.is_success() {
        return Err(Failure::Refused(refusal(&body).unwrap_or_else(|| status.to_string())));
    }
    serde_json::from_slice(&body).map_err(|error| Failure::Unreadable(error.to_string()))
}

/// The whole answer, of whatever status below 500.
pub(super) async fn exchange(
    request: reqwest::RequestBuilder,
) -> Result<(StatusCode, Vec<u8>), Failure> {
    let unreachable = |error: reqwest::Error| Failure::Unreachable(error.without_url().to_string());
    let mut response = request.send().await.map_err(unreachable)?;
    let status = response.status();
    tracing::debug!(host = response.url().host_str(), %status, "salesforce has answered");
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(Failure::Unreadable("too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    match status.is_server_error() {
        true => Err(Failure::Unreachable(status.to_string())),
        false => Ok((status, body)),
    }
}

/// Salesforce gives a path; the token goes to no other host than the one it is for.
fn following_page(organization: &Organization, next: &str) -> Result<String, Failure> {
    if next.starts_with("/services/data/") {
        Ok(format!("{}{next}", organization.my_domain))
    } else {
        Err(Failure::Unreadable("a query goes on elsewhere".into()))
    }
}

/// The error's name, which is safe to show; its description may not be.
fn refusal(body: &[u8]) -> Option<String> {
    if let Ok(error) = serde_json::from_slice::<token::Error>(body) {
        return Some(error.error.chars().take(80).collect());
    }
    // REST answers `[{"errorCode": …, "message": …}]`.
    let errors: Vec<serde_json::Value> = serde_json::from_slice(body).ok()?;
    Some(errors.first()?.get("errorCode")?.as_str()?.chars().take(80).collect())
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    };

    use axum::{
        Json, Router,
        extract::Path,
        http::{HeaderMap, StatusCode},
        response::IntoResponse as _,
        routing::{get, post},
    };
    use identity::organization::{
        ClientSecret, Handle, Legacy, Password, Proof, Saml, ScriptVersion,
    };
    use salesforce::frame::Origin;
    use serde_json::{Value, json};
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn a_token_that_is_refused_in_the_middle_is_asked_for_anew_once() {
        let asked = Arc::new(AtomicU32::new(0));
        let fake = Fake::start(move |token, locator| {
            let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
            match (token, locator) {
                _ if is_first => Ok(page(1, None)),
                ("token-1", Some(_)) => Err("INVALID_SESSION_ID"),
                (_, None) => Ok(page(1, Some("/services/data/v66.0/query/more"))),
                (_, Some(_)) => Ok(page(2, None)),
            }
        })
        .await;
        fake.records().await.unwrap();

        let records = fake.records().await.unwrap();

        assert_eq!(records.len(), 2);
        assert_eq!(fake.issued.load(Ordering::Relaxed), 2);
    }

    #[tokio::test]
    async fn a_token_that_is_refused_when_it_is_new_is_a_refusal() {
        let fake = Fake::start(|_, _| Err("INVALID_SESSION_ID")).await;

        for issued in [1, 2] {
            let refused = fake.records().await.unwrap_err();

            assert!(matches!(refused, Failure::Refused(code) if code == "INVALID_SESSION_ID"));
            assert_eq!(fake.issued.load(Ordering::Relaxed), issued);
        }
    }

    #[tokio::test]
    async fn a_token_is_kept_from_one_query_to_the_next() {
        let fake = Fake::start(|_, _| Ok(page(1, None))).await;

        fake.records().await.unwrap();
        fake.records().await.unwrap();

        assert_eq!(fake.issued.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_query_that_goes_on_elsewhere_or_for_ever_is_no_answer() {
        for next in ["https://elsewhere.example/services/data/", "/services/data/v66.0/query/more"]
        {
            let fake = Fake::start(move |_, _| Ok(page(1, Some(next)))).await;

            assert!(matches!(fake.records().await, Err(Failure::Unreadable(_))), "{next}");
        }
    }

    #[test]
    fn a_refusal_is_named_as_oauth_and_rest_name_it() {
        assert_eq!(
            refusal(br#"{"error":"invalid_grant","error_description":"x"}"#).as_deref(),
            Some("invalid_grant")
        );
        assert_eq!(
            refusal(br#"[{"errorCode":"INVALID_SESSION_ID","message":"x"}]"#).as_deref(),
            Some("INVALID_SESSION_ID")
        );
        assert_eq!(refusal(b"<html>"), None);
    }

    /// A Salesforce that answers queries as it is told, by token and locator.
    struct Fake {
        salesforce: Salesforce,
        organization: Organization,
        issued: Arc<AtomicU32>,
    }

    impl Fake {
        async fn start(
            answer: impl Fn(&str, Option<&str>) -> Result<Value, &'static str>
            + Clone
            + Send
            + Sync
            + 'static,
        ) -> Self {
            // As `serve` does; another test may have done it.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let issued = Arc::new(AtomicU32::new(0));
            let count = issued.clone();
            let token = async move || {
                let number = count.fetch_add(1, Ordering::Relaxed) + 1;
                Json(json!({ "access_token": format!("token-{number}"), "token_type": "Bearer" }))
            };
            let query = async move |locator: Option<Path<String>>, headers: HeaderMap| {
                let bearer =
                    headers["authorization"].to_str().unwrap().trim_start_matches("Bearer ");
                match answer(bearer, locator.as_ref().map(|path| path.0.as_str())) {
                    Ok(page) => Json(page).into_response(),
                    Err(code) => {
                        let errors = Json(json!([{ "errorCode": code, "message": "" }]));
                        (StatusCode::UNAUTHORIZED, errors).into_response()
                    }
                }
            };
            let router = Router::new()
                .route("/services/oauth2/token", post(token))
                .route("/services/data/v66.0/query", get(query.clone()))
                .route("/services/data/v66.0/query/{locator}", get(query));
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let my_domain = format!("http://{}", listener.local_addr().unwrap());
            tokio::spawn(async move { axum::serve(listener, router).await });
            Self {
                salesforce: Salesforce::new(Arc::new(Metrics::new(jiff::Timestamp::UNIX_EPOCH)))
                    .unwrap(),
                organization: organization(&my_domain),
                issued,
            }
        }

        async fn records(&self) -> Result<Vec<UserRecord>, Failure> {
            let client = Client { id: "client".into(), secret: ClientSecret::new("secret") };
            let users = ["005xx000001Sv6AAAS".parse().unwrap()];
            self.salesforce.user_records(&self.organization, &client, &users).await
        }
    }

    fn page(number: u32, next: Option<&str>) -> Value {
        let record = json!({ "Id": format!("005xx000001Sv6{number}"), "IsActive": true, "UserType": "Standard" });
        let mut page = json!({ "totalSize": 2, "done": next.is_none(), "records": [record] });
        page["nextRecordsUrl"] = next.into();
        page
    }

    fn organization(my_domain: &str) -> Organization {
        Organization {
            handle: Handle::parse("acme").unwrap(),
            name: "Acme".into(),
            organization_id: "00Dxx0000000001EAA".parse().unwrap(),
            my_domain: Origin::parse(my_domain).unwrap(),
            lightning_hosts: Vec::new(),
            sign_in_client: None,
            integration_client: None,
            proof: Proof::Off,
            call_centers: Vec::new(),
            script_version: ScriptVersion::parse("66.0").unwrap(),
            legacy: Legacy::Off,
            password: Password::Off,
            saml: Saml::None,
            calling: Default::default(),
        }
    }
}
