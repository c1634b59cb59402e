//! The window's way back from Salesforce.

use acceptance::{
    desk::{Desk, Ledger, Visitor, WindowWalk, at_the_desk, start_path, user_id},
    installation::Installation,
    world::Options,
};
use adapter_api::{Code, error::Refused};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use url::Url;

/// Attack: A callback with a made-up, foreign or missing state, at another organization's address, or in somebody else's browser.
/// Refused: `oauth.state`; nobody is signed in, and the right browser goes on.
#[test]
fn a_callback_of_no_sign_in_of_this_browser_is_turned_away() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let (mine, other) = (desk.begin(&mut anna)?, desk.begin(&mut anna)?);
        let callback = WindowWalk::open(&mut anna, &mine)?.callback_url()?;
        let mut ledger = Ledger::open(installation)?;
        let with_state = |state: &str| changed(&callback, "state", state);
        let state = parameter(&callback, "state")?;
        let (id, mac) = state.split_once('.').context("a state has two parts")?;

        for made_up in ["", "x", id, &format!("{id}.{id}"), &format!("{}.{mac}", other.id)] {
            anna.get(&with_state(made_up)?)?.page_refuses(403, Code::OauthState)?;
        }
        let stateless = callback.replace("&state=", "&stale=");
        anna.get(&stateless)?.page_refuses(403, Code::OauthState)?;
        let elsewhere = callback.replace("/callback/acme", "/callback/globex");
        anna.get(&elsewhere)?.page_refuses(403, Code::OauthState)?;

        // Somebody else's browser: without a cookie, and with the cookie of its own sign-in.
        let mut carla = Visitor::logged_in(installation, "carla.costa")?;
        carla.get(&callback)?.page_refuses(403, Code::OauthState)?;
        let carlas = desk.begin(&mut carla)?;
        WindowWalk::open(&mut carla, &carlas)?;
        carla.get(&callback)?.page_refuses(403, Code::OauthState)?;

        ledger.has_no_sign_in()?;
        let answer = anna.get(&callback)?;
        ensure!(answer.status == 303, "the right browser goes on: {answer:?}");
        Ok(())
    })
}

/// Attack: A callback address, or the window's first address, is used again.
/// Refused: `sign_in.expired`; the form and the session of the first stay good.
#[test]
fn a_callback_is_taken_once() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let transaction = desk.begin(&mut anna)?;
        let mut window = WindowWalk::open(&mut anna, &transaction)?;
        let callback = window.callback_url()?;
        let answer = window.get(&callback)?;
        let form = window.form_at(answer.location()?)?;
        let cookies = window.visitor().cookies.clone();

        window.get(&callback)?.page_refuses(410, Code::TransactionExpired)?;
        ensure!(window.submit(&form.allow())?.status == 303, "the form is as good as before");
        // A browser that kept the cookie finds nothing to do either.
        window.visitor().cookies = cookies;
        window.get(&callback)?.page_refuses(410, Code::TransactionExpired)?;
        let granted = desk.claim(&transaction)?.granted()?;
        window.get(&callback)?.page_refuses(410, Code::TransactionExpired)?;
        window.get(&start_path(&transaction.id))?.page_refuses(410, Code::TransactionExpired)?;

        ensure!(desk.session(&granted.access_token.0)?.status == 200, "the session stays");
        Ok(())
    })
}

/// Attack: A sign-in window's address with a made-up id.
/// Refused: `sign_in.expired`; no cookie is set.
#[test]
fn a_window_that_no_panel_opened_leads_nowhere() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut nobody = Visitor::new(installation);

        for id in ["", "x", "AAAAAAAAAAAAAAAAAAAAAA", "../../session", "%3Cscript%3E"] {
            let address = format!("{}{}", installation.adapter_url(), start_path(id));
            nobody.get(&address)?.page_refuses(410, Code::TransactionExpired)?;
        }

        ensure!(nobody.cookies.is_empty(), "a cookie was set");
        Ok(())
    })
}

/// Attack: An ID token with another nonce, audience, issuer, key or algorithm, or one that has expired.
/// Refused: `oauth.id_token` names the check that failed, in the window, to the panel and in the audit log; the sign-in is burned.
#[test]
fn an_id_token_that_is_not_for_us_burns_the_sign_in() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let checks = [
            ("nonce", "nonce"),
            ("audience", "audience"),
            ("issuer", "issuer"),
            ("key", "signature"),
            ("algorithm", "algorithm"),
            ("expired", "expired"),
        ];
        for (fault, check) in checks {
            let refused = Refused::with_value(Code::OauthIdToken, check);
            burns(installation, &json!({ "id_token": fault }), refused).context(fault)?;
        }
        Ok(())
    })
}

/// Fault: Salesforce answers as another organization, forbids the API, or is unavailable at My Domain, userinfo or the query.
/// Seen: The window and the panel show the same code and its reason.
/// Kept: Nothing; the sign-in is burned, audited, and does not go on when the fault is gone.
#[test]
fn what_salesforce_answers_amiss_burns_the_sign_in() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let other = Refused::with_value(Code::OauthOtherOrganization, "00DAx0000000099MAA");
        let forbidden = Refused::with_value(Code::OauthRefused, "API_DISABLED_FOR_ORG");
        let answers = [
            (json!({ "userinfo": "other_organization" }), other),
            (json!({ "userinfo": "unavailable" }), Code::OauthUnreachable.into()),
            (json!({ "query": "unavailable" }), Code::OauthUnreachable.into()),
            (json!({ "query": "forbidden" }), forbidden),
            (json!({ "my_domain": "unavailable" }), Code::OauthUnreachable.into()),
        ];
        for (faults, refused) in answers {
            burns(installation, &faults, refused).context(faults.to_string())?;
        }
        Ok(())
    })
}

/// Attack: An authorization code that is made up, missing, from another issuer, or from another sign-in of the same user.
/// Refused: The code or its PKCE verifier does not fit; the window is refused, and the panel is told.
#[test]
fn a_code_that_was_not_issued_for_this_sign_in_burns_it() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let mut ledger = Ledger::open(installation)?;
        let mut refuses = |change: &dyn Fn(&str) -> Result<String>, refused: Refused| {
            let transaction = desk.begin(&mut anna)?;
            let callback = WindowWalk::open(&mut anna, &transaction)?.callback_url()?;
            anna.get(&change(&callback)?)?.page_refuses(403, refused.clone())?;
            desk.claim(&transaction)?.refuses(403, refused.clone())?;
            ledger.has_refusal(refused.code, refused.value.as_deref())?;
            anna.get(&callback)?.page_refuses(410, Code::TransactionExpired)
        };

        refuses(
            &|callback| changed(callback, "code", "made-up"),
            Refused::with_value(Code::OauthRefused, "invalid_grant"),
        )?;
        refuses(&|callback| Ok(callback.replace("code=", "cord=")), Code::OauthState.into())?;
        refuses(
            &|callback| Ok(format!("{callback}&iss=https%3A%2F%2Fother.example")),
            Code::OauthState.into(),
        )?;

        // A code of the same user's, for another sign-in: its PKCE verifier is not this one's.
        let other = desk.begin(&mut anna)?;
        let stolen = parameter(&WindowWalk::open(&mut anna, &other)?.callback_url()?, "code")?;
        let transaction = desk.begin(&mut anna)?;
        let callback = WindowWalk::open(&mut anna, &transaction)?.callback_url()?;
        let answer = anna.get(&changed(&callback, "code", &stolen)?)?;
        let told = desk.claim(&transaction)?;
        ensure!(
            answer.status == 403 && told.code().as_deref() == Some("oauth.refused"),
            "{told:?}"
        );
        Ok(())
    })
}

/// Fault: The app is blocked, not installed, or not approved for the user in Salesforce.
/// Seen: The window and the panel show a code of each case's own.
/// Kept: Nothing; the refusal is audited.
#[test]
fn what_salesforces_administrator_denies_is_told_apart() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let desk = Desk::new(installation);
        let mut ledger = Ledger::open(installation)?;
        let settings = [
            (json!({ "blocked": true }), json!({ "blocked": false }), Code::OauthBlocked),
            (json!({ "installed": false }), json!({ "installed": true }), Code::OauthNotInstalled),
            (json!({ "approved_users": [] }), json!({}), Code::OauthNotApproved),
        ];
        for (setting, undo, code) in settings {
            installation.practice_control("app", &setting)?;
            let transaction = desk.begin(&mut anna)?;
            let answer = WindowWalk::open(&mut anna, &transaction)?.to_callback()?;
            answer.page_refuses(403, code)?;
            desk.claim(&transaction)?.refuses(403, code)?;
            ledger.has_refusal(code, None)?;
            installation.practice_control("app", &undo)?;
        }

        // An error is shown as text, whatever stands in it.
        let transaction = desk.begin(&mut anna)?;
        let state = state_of(&WindowWalk::open(&mut anna, &transaction)?.authorize_url)?;
        let address = format!(
            "{}/oauth/callback/acme?error=%3Cscript%3E&state={state}",
            installation.adapter_url()
        );
        let answer = anna.get(&address)?;
        answer.page_refuses(403, Refused::with_value(Code::OauthRefused, "&lt;script&gt;"))?;
        let (_, csp) = (answer.status, answer.header("content-security-policy"));
        ensure!(csp.is_some_and(|csp| !csp.contains("script-src")), "a script may run: {csp:?}");
        desk.claim(&transaction)?.refuses(403, Refused::with_value(Code::OauthRefused, "<script>"))
    })
}

/// Attack: Another Salesforce user finishes the window of an agent's panel.
/// Refused: `sign_in.other_user`; the sign-in is burned and nobody is linked to an account.
#[test]
fn a_window_of_another_user_than_the_panels_burns_the_sign_in() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let mut ben = Visitor::logged_in(installation, "ben.berger")?;
        let desk = Desk::new(installation);
        let transaction = desk.begin(&mut anna)?;
        let mut ledger = Ledger::open(installation)?;

        let answer = WindowWalk::open(&mut ben, &transaction)?.to_callback()?;

        answer.page_refuses(403, Code::OtherUser)?;
        desk.claim(&transaction)?.refuses(403, Code::OtherUser)?;
        ledger.has_refusal(Code::OtherUser, None)?;
        // Anna's own window comes too late, and nobody was linked to anybody.
        let answer = anna.get(&transaction.start_url)?;
        answer.page_refuses(410, Code::TransactionExpired)?;
        let agents = installation.cordboard(&["agent", "list", "acme", "--json"])?;
        let linked = [user_id(installation, "anna.agent")?, user_id(installation, "ben.berger")?];
        ensure!(linked.iter().all(|id| !agents.contains(id.as_str())), "{agents}");
        Ok(())
    })
}

/// With these faults in Salesforce the window is refused, the panel and the audit log are told the same, and
/// the sign-in does not go on when the fault is gone.
fn burns(installation: &Installation, faults: &Value, refused: Refused) -> Result<()> {
    let mut anna = Visitor::logged_in(installation, "anna.agent")?;
    let desk = Desk::new(installation);
    let transaction = desk.begin(&mut anna)?;
    let callback = WindowWalk::open(&mut anna, &transaction)?.callback_url()?;
    let mut ledger = Ledger::open(installation)?;

    installation.practice_control("faults", faults)?;
    let answer = anna.get(&callback)?;
    installation.practice_control("faults", &json!({}))?;

    answer.page_refuses(403, refused.clone())?;
    desk.claim(&transaction)?.refuses(403, refused.clone())?;
    ledger.has_refusal(refused.code, refused.value.as_deref())?;
    anna.get(&callback)?.page_refuses(410, Code::TransactionExpired)?;
    ledger.has_nothing_new()
}

fn parameter(address: &str, name: &str) -> Result<String> {
    let url = Url::parse(address)?;
    let found = url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    found.with_context(|| format!("{address} has no `{name}`"))
}

fn state_of(address: &str) -> Result<String> {
    parameter(address, "state")
}

fn changed(address: &str, name: &str, value: &str) -> Result<String> {
    let mut url = Url::parse(address)?;
    let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let pairs = pairs
        .into_iter()
        .map(|(key, old)| if key == name { (key, value.to_owned()) } else { (key, old) });
    url.query_pairs_mut().clear().extend_pairs(pairs.collect::<Vec<_>>());
    Ok(url.into())
}
