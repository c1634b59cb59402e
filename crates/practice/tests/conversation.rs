//! Conversations over HTTP with an organisation that listens on loopback: what the adapter, the console's
//! page and a browser say, and what they hear.

mod org;

use oauth::{jwk::JwkSet, jws::Compact};
use org::{Browser, PracticeOrg, challenge_and_verifier};
use reqwest::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn a_browser_without_a_session_logs_in_and_comes_back_to_its_page() {
    let org = PracticeOrg::start().await;
    let browser = org.browser();

    let login = browser.console("/lightning/o/Contact/list").await;
    assert!(login.url.as_str().starts_with(&org.my_domain), "{}", login.url);
    assert!(login.body.contains("Username"));
    let refused = browser.log_in(&login, "anna.agent@acme.example", "wrong").await;
    assert!(refused.body.contains("Please check your username and password"));
    let page = browser.log_in(&login, "anna.agent@acme.example", "practice").await;

    assert_eq!(page.url.as_str(), format!("{}/lightning/o/Contact/list", org.console));
    assert!(page.body.contains("Rose Gonzalez") && page.body.contains("Anna Agent"));
}

#[tokio::test]
async fn logging_out_of_the_console_ends_both_hosts_sessions() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;

    browser.console("/secur/logout.jsp").await;

    assert!(browser.console("/").await.url.as_str().starts_with(&org.my_domain));
    let authorize = browser.authorize(&org.authorize_url(&challenge_and_verifier().0, &[])).await;
    assert!(authorize.body.contains("Username"));
}

#[tokio::test]
async fn an_agent_allows_once_and_the_code_becomes_an_id_token_of_that_user() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let (challenge, verifier) = challenge_and_verifier();

    let asked = browser.authorize(&org.authorize_url(&challenge, &[])).await;
    assert!(asked.body.contains("Allow access?") && asked.body.contains("Anna Agent"));
    let answer = browser.decide(&asked, "allow").await;
    let answer = answer.script_redirect();
    assert_eq!(answer["state"], "state-1");
    let token = org.token_by_code(&answer["code"], &verifier).await;

    assert_eq!(token.status, StatusCode::OK, "{}", token.body);
    let body = token.json();
    let compact = body["id_token"].as_str().unwrap().to_owned();
    let claims = org.verified_claims(&compact).await;
    assert_eq!(claims["iss"], org.my_domain);
    assert_eq!(claims["aud"], org.sign_in_client.0);
    assert_eq!(claims["nonce"], "nonce-1");
    assert_eq!(
        claims["sub"],
        format!("https://login.salesforce.com/id/{}/{}", org.organization, org.user("anna.agent"))
    );
    assert_eq!(body.get("refresh_token"), None);

    let userinfo =
        org.bearer("/services/oauth2/userinfo", body["access_token"].as_str().unwrap()).await;
    let userinfo: salesforce::user::Userinfo = serde_json::from_str(&userinfo.body).unwrap();
    assert_eq!(userinfo.user_id.as_str(), org.user("anna.agent"));
    assert_eq!(userinfo.user_type, "STANDARD");

    let again = browser.authorize(&org.authorize_url(&challenge, &[])).await.script_redirect();
    assert!(again.contains_key("code"), "the second time nobody is asked: {again:?}");
}

#[tokio::test]
async fn a_code_works_once_and_its_second_use_revokes_the_token() {
    let org = PracticeOrg::start().await;
    let (code, verifier) = org.code_for("anna.agent@acme.example").await;

    let first = org.token_by_code(&code, &verifier).await;
    let second = org.token_by_code(&code, &verifier).await;

    assert_eq!((first.status, second.error()), (StatusCode::OK, "invalid_grant".into()));
    let token = first.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(org.bearer("/services/oauth2/userinfo", &token).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_token_endpoint_refuses_in_salesforces_codes() {
    let org = PracticeOrg::start().await;
    let (code, verifier) = org.code_for("anna.agent@acme.example").await;
    let (_, other) = challenge_and_verifier();
    let (id, secret) = org.sign_in_client.clone();
    let refused = async |fields: &[(&str, &str)]| org.token(fields).await.error();
    let by_code =
        |code: &str, verifier: &str, secret: &str, redirect: &str| -> Vec<(String, String)> {
            [
                ("grant_type", "authorization_code"),
                ("code", code),
                ("client_id", &id),
                ("client_secret", secret),
                ("redirect_uri", redirect),
                ("code_verifier", verifier),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
        };
    let refused_code = async |fields: Vec<(String, String)>| {
        let fields: Vec<(&str, &str)> =
            fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        refused(&fields).await
    };

    assert_eq!(refused(&[("grant_type", "password")]).await, "invalid_client_id");
    assert_eq!(
        refused(&[("grant_type", "password"), ("client_id", &id), ("client_secret", &secret)])
            .await,
        "unsupported_grant_type"
    );
    assert_eq!(
        refused_code(by_code(&code, &verifier, "wrong", org::CALLBACK)).await,
        "invalid_client"
    );
    assert_eq!(
        refused_code(by_code("unknown", &verifier, &secret, org::CALLBACK)).await,
        "invalid_grant"
    );
    assert_eq!(
        refused_code(by_code(&code, &verifier, &secret, "http://evil.localhost/")).await,
        "redirect_uri_mismatch"
    );
    assert_eq!(refused_code(by_code(&code, "", &secret, org::CALLBACK)).await, "invalid_grant");
    assert_eq!(
        refused_code(by_code(&code, &other, &secret, org::CALLBACK)).await,
        "invalid_request"
    );
    assert_eq!(
        refused_code(by_code(&code, &verifier, &secret, org::CALLBACK)).await,
        "invalid_grant",
        "a wrong verifier spoils the code"
    );
}

#[tokio::test]
async fn a_foreign_client_or_redirect_uri_gets_a_page_and_no_redirect() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let (challenge, _) = challenge_and_verifier();

    let client =
        browser.authorize(&org.authorize_url(&challenge, &[("client_id", "nobody")])).await;
    let redirect = browser
        .authorize(&org.authorize_url(&challenge, &[("redirect_uri", "http://evil.localhost/")]))
        .await;

    for (page, error) in [(client, "invalid_client_id"), (redirect, "redirect_uri_mismatch")] {
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
        assert!(page.body.contains(error) && !page.body.contains("window.location"));
    }
}

#[tokio::test]
async fn the_apps_policy_is_told_to_the_client_in_salesforces_codes() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let (challenge, _) = challenge_and_verifier();
    let refusal = async |extra: &[(&str, &str)]| {
        browser.authorize(&org.authorize_url(&challenge, extra)).await.script_redirect()["error"]
            .clone()
    };

    assert_eq!(refusal(&[("code_challenge_method", "plain")]).await, "invalid_request");
    assert_eq!(refusal(&[("scope", "openid full")]).await, "invalid_scope");
    assert_eq!(refusal(&[("response_type", "token")]).await, "unsupported_response_type");
    assert_eq!(refusal(&[("immediate", "true")]).await, "immediate_unsuccessful");
    let asked = browser.authorize(&org.authorize_url(&challenge, &[])).await;
    assert_eq!(browser.decide(&asked, "deny").await.script_redirect()["error"], "access_denied");
    org.control("app", json!({ "installed": false })).await;
    assert_eq!(refusal(&[]).await, "invalid_client");
    org.control("app", json!({ "installed": true, "blocked": true })).await;
    assert_eq!(refusal(&[]).await, "OAUTH_APP_BLOCKED");
    org.control("app", json!({ "blocked": false, "permitted_users": "pre_authorized" })).await;
    assert_eq!(refusal(&[]).await, "OAUTH_APP_ACCESS_DENIED");
    org.control("app", json!({ "approved_users": ["anna.agent@acme.example"] })).await;
    let silent = browser.authorize(&org.authorize_url(&challenge, &[("immediate", "true")])).await;
    assert!(silent.script_redirect().contains_key("code"));
}

#[tokio::test]
async fn an_allow_counts_as_long_as_the_organization_remembers_it() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let (challenge, verifier) = challenge_and_verifier();
    let url = org.authorize_url(&challenge, &[]);
    let asks = async || browser.authorize(&url).await.body.contains("Allow access?");
    let allow = async || {
        let asked = browser.authorize(&url).await;
        browser.decide(&asked, "allow").await.script_redirect()["code"].clone()
    };

    org.control("app", json!({ "approval_memory": "never" })).await;
    allow().await;
    assert!(asks().await);
    org.control("app", json!({ "approval_memory": "while_token_lives" })).await;
    let token = org.token_by_code(&allow().await, &verifier).await.json();
    assert!(!asks().await);
    org.post_form("/services/oauth2/revoke", &[("token", token["access_token"].as_str().unwrap())])
        .await;
    assert!(asks().await);
}

#[tokio::test]
async fn each_id_token_fault_spoils_what_it_names() {
    let org = PracticeOrg::start().await;
    let id_token = async |fault: Value| {
        org.control("faults", json!({ "id_token": fault })).await;
        let (code, verifier) = org.code_for("anna.agent@acme.example").await;
        org.token_by_code(&code, &verifier).await.json()["id_token"].as_str().unwrap().to_owned()
    };

    assert_ne!(org.verified_claims(&id_token(json!("nonce")).await).await["nonce"], "nonce-1");
    assert_ne!(
        org.verified_claims(&id_token(json!("audience")).await).await["aud"],
        org.sign_in_client.0
    );
    assert_ne!(org.verified_claims(&id_token(json!("issuer")).await).await["iss"], org.my_domain);
    let expired = org.verified_claims(&id_token(json!("expired")).await).await;
    assert!(
        expired["exp"].as_u64()
            < org.verified_claims(&id_token(json!(null)).await).await["iat"].as_u64()
    );
    assert!(!org.is_signed(&id_token(json!("key")).await).await);
    let algorithm = id_token(json!("algorithm")).await;
    assert!(Compact::parse(&algorithm).is_err());
}

#[tokio::test]
async fn the_integration_client_finds_a_user_by_query() {
    let org = PracticeOrg::start().await;
    let token = org.integration_token().await;
    let user: salesforce::id::UserId = org.user("otto.outside").parse().unwrap();
    let query = |q: &str| format!("/services/data/v66.0/query?{}", org::encoded(&[("q", q)]));

    let answer = org.bearer(&query(&salesforce::user::user_query(user)), &token).await;

    let result: salesforce::user::QueryResult<salesforce::user::UserRecord> =
        serde_json::from_str(&answer.body).unwrap();
    assert_eq!((result.total_size, result.records[0].id), (1, user));
    assert_eq!(result.records[0].call_center_id, None);

    let refused = org.bearer(&query("SELECT CTI_SSO_Token__c FROM User"), &token).await;
    assert_eq!(refused.json()[0]["errorCode"], "INVALID_FIELD");
    assert_eq!(
        org.bearer(&query("SELECT Id FROM User"), "nonsense").await.status,
        StatusCode::UNAUTHORIZED
    );
    for (fault, status) in [("unavailable", 503), ("forbidden", 403)] {
        org.control("faults", json!({ "query": fault })).await;
        assert_eq!(org.bearer(&query("SELECT Id FROM User"), &token).await.status.as_u16(), status);
    }
}

#[tokio::test]
async fn whoever_finds_another_name_on_the_approval_page_logs_in_and_is_asked() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let url = org.authorize_url(&challenge_and_verifier().0, &[("prompt", "login consent")]);

    let login = browser.authorize(&url).await;
    let asked = browser.log_in(&login, "ben.berger@acme.example", "practice").await;

    assert!(
        asked.body.contains("Allow access?") && asked.body.contains("Ben Berger"),
        "{}",
        asked.body
    );
}

#[tokio::test]
async fn userinfo_and_all_of_my_domain_fail_on_command() {
    let org = PracticeOrg::start().await;
    let (code, verifier) = org.code_for("anna.agent@acme.example").await;
    let token = org.token_by_code(&code, &verifier).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let userinfo = async || org.bearer("/services/oauth2/userinfo", &token).await;

    org.control("faults", json!({ "userinfo": "other_organization" })).await;
    assert_ne!(userinfo().await.json()["organization_id"], org.organization);
    org.control("faults", json!({ "userinfo": "unavailable" })).await;
    assert_eq!(userinfo().await.status, StatusCode::SERVICE_UNAVAILABLE);
    org.control("faults", json!({ "my_domain": "unavailable" })).await;
    assert_eq!(org.my_domain("/id/keys").await.status, StatusCode::SERVICE_UNAVAILABLE);
    org.control("faults", json!({})).await;
    assert_eq!(userinfo().await.json()["organization_id"], org.organization);
}

#[tokio::test]
async fn a_deactivated_user_loses_session_and_tokens_at_once() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let (code, verifier) = org.code_for("anna.agent@acme.example").await;
    let token = org.token_by_code(&code, &verifier).await.json()["access_token"]
        .as_str()
        .unwrap()
        .to_owned();

    org.control("user", json!({ "username": "anna.agent@acme.example", "active": false })).await;

    assert_eq!(org.bearer("/services/oauth2/userinfo", &token).await.status, StatusCode::FORBIDDEN);
    let login = browser.console("/").await;
    assert!(
        browser
            .log_in(&login, "anna.agent@acme.example", "practice")
            .await
            .body
            .contains("access is disabled")
    );
    let introspected = org.introspect(&token).await;
    assert_eq!(introspected, json!({ "active": false }));
}

#[tokio::test]
async fn a_frozen_user_cannot_log_in_and_the_query_of_logins_says_who_is_frozen() {
    let org = PracticeOrg::start().await;
    let token = org.integration_token().await;
    let users = ["anna.agent", "ben.berger"].map(|user| org.user(user).parse().unwrap());
    let query = org::encoded(&[("q", &salesforce::user::frozen_query(&users))]);

    org.control("user", json!({ "username": "anna.agent@acme.example", "frozen": true })).await;

    let answer = org.bearer(&format!("/services/data/v66.0/query?{query}"), &token).await;
    let result: salesforce::user::QueryResult<salesforce::user::LoginRecord> =
        serde_json::from_str(&answer.body).unwrap();
    assert_eq!(result.records.iter().map(|login| login.user_id).collect::<Vec<_>>(), users[..1]);
    let browser = org.browser();
    let login = browser.console("/").await;
    let refused = browser.log_in(&login, "anna.agent@acme.example", "practice").await;
    assert!(refused.body.contains("access is disabled"));
}

#[tokio::test]
async fn the_proof_is_signed_by_the_certificate_and_says_who_sits_there() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;

    let proof = browser.proof(NONCE).await;

    let claims = org.verified_proof(&proof).expect("signed by the organisation's certificate");
    assert_eq!(claims.sub.as_str(), org.user("anna.agent"));
    assert_eq!(claims.iss.as_str(), org.organization);
    assert_eq!(
        (claims.aud.as_str(), claims.nonce.as_str()),
        ("http://phone.localhost:8601", NONCE)
    );
    assert_eq!(claims.operator_id.as_deref(), Some("op-1001"));
    assert_eq!(claims.session_type, "Aura");
    assert!(claims.call_center.is_some() && claims.active);
    let header = Compact::parse(&proof).unwrap().header;
    assert_eq!(header.kid, None);
}

#[tokio::test]
async fn login_as_is_named_in_the_proof_and_gets_no_credentials() {
    let org = PracticeOrg::start().await;
    let anna = org.logged_in("anna.agent@acme.example").await;
    org.control("user", json!({ "username": "anna.agent@acme.example", "sso_token": "s3cret" }))
        .await;
    assert_eq!(
        anna.apex("credentials", "{}").await["returnValue"]["runApex"],
        r#"{"operatorId":"op-1001","ssoToken":"s3cret"}"#
    );
    let ada = org.logged_in("ada.admin@acme.example").await;

    ada.post_console(
        &format!("/lightning/setup/ManageUsers/{}/login", org.user("anna.agent")),
        &[],
    )
    .await;

    let claims = org.verified_proof(&ada.proof(NONCE).await).unwrap();
    assert_eq!(claims.sub.as_str(), org.user("anna.agent"));
    assert!(claims.is_substitute());
    assert_eq!(ada.apex("credentials", "{}").await["returnValue"]["runApex"], "{}");
    ada.console("/secur/logout.jsp").await;
    assert_eq!(
        org.verified_proof(&ada.proof(NONCE).await).unwrap().sub.as_str(),
        org.user("ada.admin")
    );
    let refused = anna
        .post_console(
            &format!("/lightning/setup/ManageUsers/{}/login", org.user("ben.berger")),
            &[],
        )
        .await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn each_proof_fault_spoils_what_it_names() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let proof = async |fault: &str| {
        org.control("faults", json!({ "proof": fault })).await;
        org.verified_proof(&browser.proof(NONCE).await)
    };

    assert!(proof("other_certificate").await.is_none());
    assert_ne!(proof("audience").await.unwrap().aud, "http://phone.localhost:8601");
    let expired = proof("expired").await.unwrap();
    assert!(
        Some(expired.exp)
            < org
                .verified_proof(&{
                    org.control("faults", json!({})).await;
                    browser.proof(NONCE).await
                })
                .unwrap()
                .iat
    );
    assert_ne!(proof("other_organization").await.unwrap().iss.as_str(), org.organization);
    assert_ne!(proof("use").await.unwrap().use_, "cordboard-proof");
    assert_ne!(proof("nonce").await.unwrap().nonce, NONCE);
}

#[tokio::test]
async fn a_class_that_is_not_deployed_is_named_as_salesforce_names_it() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;

    org.control("apex", json!({ "installed": false })).await;

    let answer = browser.apex("proof", &format!("nonce={NONCE}")).await;
    assert_eq!(answer["success"], false);
    assert_eq!(answer["errors"][0]["code"], "SERVER_ERROR");
    assert_eq!(answer["errors"][0]["description"], "Could not load Apex class: CordboardAgent.");
}

#[tokio::test]
async fn the_flag_is_read_anew_each_time_the_panel_asks() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let flag = async || {
        browser.console("/aura/settings").await.json()["/cordboard/enableSalesforceSso"].clone()
    };

    assert_eq!(flag().await, "true");
    org.control("call-center", json!({ "items": { "cordboard/enableSalesforceSso": "True" } }))
        .await;
    assert_eq!(flag().await, "True");
    let otto = org.logged_in("otto.outside@acme.example").await;
    assert_eq!(otto.console("/aura/settings").await.json(), Value::Null);
    assert!(
        otto.console("/lightning/page/home").await.body.contains("You belong to no call center")
    );
}

#[tokio::test]
async fn a_definition_file_is_imported_or_refused_by_its_first_fault() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("ada.admin@acme.example").await;
    let definition =
        salesforce::force_app::call_center("http://phone.localhost:9999", "acme", false);

    let imported = browser.upload(&definition.to_xml()).await;
    let refused = browser.upload("<callCenter/>").await;

    assert!(
        imported.body.contains("The call center was imported")
            && imported.body.contains("http://phone.localhost:9999/panel/acme")
    );
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("`reqInternalName` is missing"));
    let answer = org.control_raw("call-center/import", "application/xml", "<callCenter>").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_call_that_the_panel_logs_stands_in_the_timeline() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("anna.agent@acme.example").await;
    let contact = "003Ax0000000003IAA";

    let task = json!({ "entityApiName": "Task", "Subject": "Asked for a new date", "CallType": "Inbound", "WhoId": contact });
    let saved = browser.post_json("/aura/task", &task).await;
    let update = json!({ "Id": saved.json()["id"], "Subject": "Wants a new date" });
    browser.post_json("/aura/task", &update).await;

    let page = browser.console(&format!("/lightning/r/Contact/{contact}/view")).await;
    assert!(page.body.contains("Wants a new date") && !page.body.contains("Asked for a new date"));
    let wrong = browser
        .post_json("/aura/task", &json!({ "entityApiName": "Task", "CallType": "inbound" }))
        .await;
    assert_eq!(wrong.json()["errors"][0]["code"], "INVALID_PARAM");
}

#[tokio::test]
async fn a_form_posted_by_another_site_is_refused() {
    let org = PracticeOrg::start().await;
    let browser = org.logged_in("ada.admin@acme.example").await;

    let answer =
        browser.post_from("http://evil.localhost", "/lightning/setup/ConnectedApps/home").await;

    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_open_cti_script_bears_the_version_that_was_asked_for() {
    let org = PracticeOrg::start().await;
    let browser: Browser = org.browser();

    let script = browser.console("/support/api/66.0/lightning/opencti_min.js").await;
    let unknown = browser.console("/support/api/12.0/lightning/opencti_min.js").await;

    assert!(script.body.contains("const API_VERSION = 66;"));
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn discovery_names_the_endpoints_and_the_keys() {
    let org = PracticeOrg::start().await;

    let configuration = org.my_domain("/.well-known/openid-configuration").await.json();
    let keys: JwkSet = serde_json::from_str(&org.my_domain("/id/keys").await.body).unwrap();
    let versions = org.my_domain("/services/data/").await.json();

    assert_eq!(configuration["issuer"], org.my_domain);
    assert_eq!(configuration["jwks_uri"], format!("{}/id/keys", org.my_domain));
    assert_eq!(keys.keys.len(), 1);
    assert_eq!(versions[1]["version"], "66.0");
}

/// As long as the adapter's.
const NONCE: &str = "n-0123456789abcdef_0123456789abcdef0123456789";

#[tokio::test]
async fn a_long_answer_comes_in_pages_and_a_token_ends_early_on_command() {
    let org = PracticeOrg::start().await;
    org.control("users", json!({ "count": 3 })).await;
    org.control("faults", json!({ "query_page": 3, "token_queries": 2 })).await;
    let token = org.integration_token().await;
    let query = org::encoded(&[("q", "SELECT Id FROM User WHERE CTI_Operator_Id__c != null")]);

    let first = org.bearer(&format!("/services/data/v66.0/query?{query}"), &token).await.json();
    let next = first["nextRecordsUrl"].as_str().unwrap();
    let second = org.bearer(next, &token).await.json();
    let third = org.bearer(next, &token).await;

    let ids = |page: &Value| page["records"].as_array().unwrap().len();
    assert_eq!((ids(&first), &first["done"], &first["totalSize"]), (3, &json!(false), &json!(6)));
    assert_eq!((ids(&second), &second["done"]), (3, &json!(true)));
    assert!(second.get("nextRecordsUrl").is_none());
    assert_eq!(third.status, StatusCode::UNAUTHORIZED);
    assert!(third.body.contains("INVALID_SESSION_ID"), "{}", third.body);
    let unknown = org.bearer("/services/data/v66.0/query/01gNowhere-3", &token).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
}
