//! An organisation on a free port, and a browser that runs no scripts.

#![allow(dead_code)] // Each test program uses its own part.

use std::{
    collections::HashMap,
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use oauth::{jwk::JwkSet, jws::Compact, pkce};
use practice::{
    org::{Org, Settings, Transport, serve},
    pbx::Pbx,
};
use reqwest::{Client, StatusCode, redirect};
use salesforce::running_user::Claims;
use serde_json::{Value, json};

/// Where the sign-in app is called back, as it follows from the call center.
pub const CALLBACK: &str = "http://phone.localhost:8601/oauth/callback/acme";

pub struct PracticeOrg {
    pub console: String,
    pub my_domain: String,
    pub organization: String,
    pub sign_in_client: (String, String),
    pub integration_client: (String, String),
    announcement: Value,
    port: u16,
    client: Client,
}

impl PracticeOrg {
    pub async fn start() -> Self {
        Self::start_with("http://phone.localhost:8601", None).await
    }

    pub async fn start_with(adapter: &str, open_cti_script: Option<String>) -> Self {
        Self::start_beside(adapter, open_cti_script, None).await
    }

    /// With a PBX whose phones the agents have.
    pub async fn start_with_pbx(pbx: Arc<Pbx>) -> Self {
        Self::start_beside("http://phone.localhost:8601", None, Some(pbx)).await
    }

    async fn start_beside(
        adapter: &str,
        open_cti_script: Option<String>,
        pbx: Option<Arc<Pbx>>,
    ) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let url = |host: &str| format!("http://acme.{host}.localhost:{port}");
        let org = Org::new(Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            console: url("lightning").parse().unwrap(),
            other_console: None,
            my_domain: url("my").parse().unwrap(),
            call_center: salesforce::force_app::call_center(adapter, "acme", true),
            open_cti_script,
            front: None,
            pbx,
            transport: Transport::Plain,
        })
        .unwrap();
        let announcement = org.announcement();
        let (ready, is_ready) = tokio::sync::oneshot::channel();
        tokio::spawn(serve(org, |_| ready.send(()).unwrap(), std::future::pending()));
        is_ready.await.unwrap();
        let pair = |name: &str| {
            let text = |member: &str| announcement[name][member].as_str().unwrap().to_owned();
            (text("id"), text("secret"))
        };
        Self {
            console: url("lightning"),
            my_domain: url("my"),
            organization: announcement["organization_id"].as_str().unwrap().into(),
            sign_in_client: pair("sign_in_client"),
            integration_client: pair("integration_client"),
            client: client(port),
            announcement,
            port,
        }
    }

    pub fn user(&self, local: &str) -> String {
        let username = format!("{local}@acme.example");
        let mut users = self.announcement["users"].as_array().unwrap().iter();
        users.find(|user| user["username"] == username.as_str()).unwrap()["id"]
            .as_str()
            .unwrap()
            .into()
    }

    pub fn browser(&self) -> Browser {
        Browser {
            console: self.console.clone(),
            my_domain: self.my_domain.clone(),
            client: client(self.port),
        }
    }

    pub async fn logged_in(&self, username: &str) -> Browser {
        let browser = self.browser();
        let page = browser
            .console(&format!("/practice/login?{}", encoded(&[("username", username)])))
            .await;
        assert_eq!(page.url.as_str(), format!("{}/lightning/page/home", self.console));
        browser
    }

    pub async fn control(&self, what: &str, body: Value) -> Value {
        let answer = self.control_raw(what, "application/json", &body.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        answer.json()
    }

    pub async fn control_raw(&self, what: &str, kind: &str, body: &str) -> Answer {
        let url = format!("{}/practice/{what}", self.console);
        answer(self.client.post(url).header("content-type", kind).body(body.to_owned())).await
    }

    pub async fn my_domain(&self, path: &str) -> Answer {
        answer(self.client.get(format!("{}{path}", self.my_domain))).await
    }

    pub async fn bearer(&self, path: &str, token: &str) -> Answer {
        answer(self.client.get(format!("{}{path}", self.my_domain)).bearer_auth(token)).await
    }

    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        answer(self.client.post(format!("{}{path}", self.my_domain)).form(fields)).await
    }

    pub async fn token(&self, fields: &[(&str, &str)]) -> Answer {
        self.post_form("/services/oauth2/token", fields).await
    }

    /// By HTTP Basic; the other tests send the secret in the form.
    /// The integration client's, by its own credentials.
    pub async fn integration_token(&self) -> String {
        let (id, secret) = &self.integration_client;
        let fields =
            [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        self.token(&fields).await.json()["access_token"].as_str().unwrap().to_owned()
    }

    pub async fn token_by_code(&self, code: &str, verifier: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", verifier),
        ];
        let (id, secret) = &self.sign_in_client;
        answer(
            self.client
                .post(format!("{}/services/oauth2/token", self.my_domain))
                .basic_auth(id, Some(secret))
                .form(&fields),
        )
        .await
    }

    pub async fn introspect(&self, token: &str) -> Value {
        let (id, secret) = &self.sign_in_client;
        self.post_form(
            "/services/oauth2/introspect",
            &[("token", token), ("client_id", id), ("client_secret", secret)],
        )
        .await
        .json()
    }

    pub fn authorize_url(&self, challenge: &str, changed: &[(&str, &str)]) -> String {
        let mut fields: HashMap<&str, &str> = HashMap::from([
            ("response_type", "code"),
            ("client_id", &self.sign_in_client.0),
            ("redirect_uri", CALLBACK),
            ("scope", "openid id"),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]);
        fields.extend(changed.iter().copied());
        let fields: Vec<_> = fields.into_iter().collect();
        format!("{}/services/oauth2/authorize?{}", self.my_domain, encoded(&fields))
    }

    /// A fresh code and its verifier; *Allow* is pressed where it is asked for.
    pub async fn code_for(&self, username: &str) -> (String, String) {
        let browser = self.logged_in(username).await;
        let (challenge, verifier) = challenge_and_verifier();
        let mut page = browser.authorize(&self.authorize_url(&challenge, &[])).await;
        if page.body.contains("Allow access?") {
            page = browser.decide(&page, "allow").await;
        }
        (page.script_redirect()["code"].clone(), verifier)
    }

    pub async fn is_signed(&self, token: &str) -> bool {
        let keys: JwkSet = serde_json::from_str(&self.my_domain("/id/keys").await.body).unwrap();
        let compact = Compact::parse(token).unwrap();
        keys.candidates(compact.header.kid.as_deref()).any(|key| {
            let (n, e) = key.rsa_components().unwrap();
            let public = ring::signature::RsaPublicKeyComponents { n, e };
            public
                .verify(
                    &ring::signature::RSA_PKCS1_2048_8192_SHA256,
                    compact.signing_input.as_bytes(),
                    &compact.signature,
                )
                .is_ok()
        })
    }

    pub async fn verified_claims(&self, token: &str) -> Value {
        assert!(self.is_signed(token).await);
        serde_json::from_slice(&Compact::parse(token).unwrap().payload).unwrap()
    }

    /// The claims, if the certificate's key made the signature.
    pub fn verified_proof(&self, proof: &str) -> Option<Claims> {
        let pem = self.announcement["certificate"].as_str().unwrap();
        let (_, pem) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).unwrap();
        let key = pem.parse_x509().unwrap().public_key().subject_public_key.data.to_vec();
        let compact = Compact::parse(proof).unwrap();
        ring::signature::UnparsedPublicKey::new(&ring::signature::RSA_PKCS1_2048_8192_SHA256, key)
            .verify(compact.signing_input.as_bytes(), &compact.signature)
            .ok()?;
        Some(serde_json::from_slice(&compact.payload).unwrap())
    }
}

pub struct Browser {
    console: String,
    my_domain: String,
    client: Client,
}

impl Browser {
    pub async fn console(&self, path: &str) -> Answer {
        answer(self.client.get(format!("{}{path}", self.console))).await
    }

    pub async fn authorize(&self, url: &str) -> Answer {
        answer(self.client.get(url)).await
    }

    pub async fn log_in(&self, page: &Answer, username: &str, password: &str) -> Answer {
        let (_, start_url) = page.url.query_pairs().find(|(name, _)| name == "startURL").unwrap();
        let fields = [("username", username), ("pw", password), ("startURL", &start_url)];
        answer(self.client.post(format!("{}/login", self.my_domain)).form(&fields)).await
    }

    pub async fn decide(&self, page: &Answer, decision: &str) -> Answer {
        let (_, rest) = page.body.split_once("name=\"request\" value=\"").unwrap();
        let request = rest.split('"').next().unwrap();
        let url = format!("{}/services/oauth2/approve", self.my_domain);
        answer(self.client.post(url).form(&[("request", request), ("decision", decision)])).await
    }

    pub async fn apex(&self, method: &str, parameters: &str) -> Value {
        let call = json!({ "apexClass": "CordboardAgent", "methodName": method, "methodParams": parameters });
        self.post_json("/aura/apex", &call).await.json()
    }

    pub async fn proof(&self, nonce: &str) -> String {
        let answer = self.apex("proof", &salesforce::running_user::proof_params(nonce)).await;
        answer["returnValue"]["runApex"].as_str().unwrap().to_owned()
    }

    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        answer(self.client.post(format!("{}{path}", self.console)).json(body)).await
    }

    pub async fn post_console(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        answer(self.client.post(format!("{}{path}", self.console)).form(fields)).await
    }

    pub async fn post_from(&self, origin: &str, path: &str) -> Answer {
        answer(
            self.client
                .post(format!("{}{path}", self.console))
                .header("origin", origin)
                .form(&[("blocked", "true")]),
        )
        .await
    }

    /// What a browser sends for a form with one file.
    pub async fn upload(&self, xml: &str) -> Answer {
        let body = format!(
            "--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"c.xml\"\r\ncontent-type: text/xml\r\n\r\n{xml}\r\n--b--\r\n"
        );
        let url = format!("{}/lightning/setup/CallCenters/home", self.console);
        answer(
            self.client
                .post(url)
                .header("content-type", "multipart/form-data; boundary=b")
                .body(body),
        )
        .await
    }
}

pub struct Answer {
    pub url: reqwest::Url,
    pub status: StatusCode,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub fn error(&self) -> String {
        assert_eq!(self.status, StatusCode::BAD_REQUEST, "{}", self.body);
        self.json()["error"].as_str().unwrap().into()
    }

    /// The query of the address that the page's script goes to.
    pub fn script_redirect(&self) -> HashMap<String, String> {
        assert_eq!(self.status, StatusCode::OK);
        let (_, rest) =
            self.body.split_once("var url = ").unwrap_or_else(|| panic!("{}", self.body));
        let literal = rest.split(";\n").next().unwrap();
        let url: String = serde_json::from_str(literal).unwrap();
        assert!(url.starts_with(CALLBACK), "{url}");
        reqwest::Url::parse(&url).unwrap().query_pairs().into_owned().collect()
    }
}

pub fn challenge_and_verifier() -> (String, String) {
    let mut random = [0; 32];
    getrandom::fill(&mut random).unwrap();
    let verifier = pkce::Verifier::from_random(random);
    (verifier.challenge(), verifier.as_str().to_owned())
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Debian's resolver does not know `*.localhost`.
fn client(port: u16) -> Client {
    let here = SocketAddr::from(([127, 0, 0, 1], port));
    // Whoever installed one first has installed the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .resolve("acme.lightning.localhost", here)
        .resolve("acme.my.localhost", here)
        .cookie_store(true)
        .redirect(redirect::Policy::limited(10))
        .no_proxy()
        .build()
        .unwrap()
}

async fn answer(request: reqwest::RequestBuilder) -> Answer {
    let response = request.send().await.unwrap();
    let (url, status) = (response.url().clone(), response.status());
    Answer { url, status, body: response.text().await.unwrap() }
}

/// How asking went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Status(u16),
    /// The answer began and broke off.
    Cut,
    /// Nothing came for half a second.
    Silent,
}

impl PracticeOrg {
    /// By the method that the path takes, without anything in it.
    pub async fn ask(&self, host: &str, path: &str) -> Outcome {
        let url = format!("http://acme.{host}.localhost:{}{path}", self.port);
        let request = match path {
            "/aura/apex" => self.client.post(url).json(&json!({})),
            "/services/oauth2/token" => self.client.post(url).form(&[("grant_type", "none")]),
            _ => self.client.get(url),
        };
        match request.timeout(Duration::from_millis(500)).send().await {
            Ok(response) => {
                let status = response.status().as_u16();
                response.bytes().await.map_or(Outcome::Cut, |_| Outcome::Status(status))
            }
            Err(error) if error.is_timeout() => Outcome::Silent,
            Err(error) => panic!("{error:?}"),
        }
    }
}
