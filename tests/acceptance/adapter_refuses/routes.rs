//! Every route of the adapter, and every way in which a body can be wrong. The routes are those of its own
//! source, so that a new one has to say here what it takes.

use acceptance::{
    desk::{Answer, Call, Desk, Ledger, Visitor, at_the_desk, challenge_of},
    installation::Installation,
    world::Options,
};
use adapter_api::{
    self as api, Code, auth_claim, auth_decide, auth_transaction, call_log, call_log_turn,
    calling_account, calling_colleagues, calling_numbers, consents, events, invite, session,
    session_refresh, sessions, sign_in_challenge, sign_in_legacy, sign_in_password, sign_in_proof,
};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// Attack: Bodies of every wrong form are sent to every route: nothing, no JSON, cut short, nested without end, with a member twice, unknown, missing or of another type, of another media type, or far too large.
/// Refused: 400, 413 or 415 wherever a body is taken, and never a 5xx; where none is taken it changes nothing. Nobody comes in, and nothing is written to the audit log.
#[test]
fn a_body_of_the_wrong_form_is_refused_at_every_route() -> Result<()> {
    at_the_desk(&Options::default(), |installation| {
        let desk = Desk::new(installation);
        let mut anna = Visitor::logged_in(installation, "anna.agent")?;
        let token = desk.sign_in_by_window(&mut anna)?.access_token.0;
        let mut ledger = Ledger::open(installation)?;
        for route in routes() {
            let Route { name, path, takes } = &route;
            match takes {
                Takes::Json(good) => {
                    json_is_refused(|| desk.call("POST", path), good).context(*name)?;
                }
                Takes::SignedInJson(method, good) => {
                    let call = || desk.call(method, path).access_token(&token);
                    json_is_refused(call, good).context(*name)?;
                }
                Takes::Form(good) => {
                    form_is_refused(installation, &desk, path, good).context(*name)?;
                }
                Takes::Nothing(methods) => {
                    for method in *methods {
                        nothing_is_read(&desk, method, path).context(*name)?;
                    }
                }
            }
        }
        ensure!(desk.challenge()?.status == 200, "the adapter goes on");
        ledger.has_nothing_new()
    })
}

#[test]
fn the_table_has_every_route_of_the_adapter() {
    let known = routes();
    let mut found = 0;
    for (place, _) in ROUTER.match_indices(".route(") {
        let rest = &ROUTER[place + ".route(".len()..];
        let (name, rest) = rest.split_once(',').expect("a route has a handler");
        let (handlers, _) = rest.split_once("\n").unwrap_or((rest, ""));
        let name = name.trim().trim_matches('"');
        let of_name: Vec<_> = known.iter().filter(|route| route.name == name).collect();
        assert!(!of_name.is_empty(), "`{name}` is a route of which this table knows nothing");
        let reads_body = of_name.iter().any(|route| !matches!(route.takes, Takes::Nothing(_)));
        let takes_body = ["post(", "put("].iter().any(|method| handlers.contains(method));
        let posts_nothing = of_name.iter().any(
            |route| matches!(route.takes, Takes::Nothing(methods) if methods.contains(&"POST")),
        );
        assert_eq!(takes_body, reads_body || posts_nothing, "`{name}`: is a body taken?");
        found += 1;
    }
    assert!(found >= 18, "only {found} routes were found");
}

struct Route {
    /// As the router names it.
    name: &'static str,
    path: String,
    takes: Takes,
}

enum Takes {
    /// A body that has the right form, and leads nowhere.
    Json(Value),
    /// The same, of somebody with a session; nobody else's is looked at.
    SignedInJson(&'static str, Value),
    Form(&'static str),
    /// No body, by these methods.
    Nothing(&'static [&'static str]),
}

fn routes() -> Vec<Route> {
    let row = |name, path: &str, takes| Route { name, path: path.to_owned(), takes };
    let get = || Takes::Nothing(&["GET"]);
    let proof = "proof";
    vec![
        row(
            "api::sign_in_challenge::PATH",
            sign_in_challenge::PATH,
            Takes::Json(challenge_of("acme")),
        ),
        row(
            "api::sign_in_proof::PATH",
            sign_in_proof::PATH,
            Takes::Json(json!({ "organization": "acme", "proof": proof, "started_by": "load" })),
        ),
        row(
            "api::sign_in_legacy::PATH",
            sign_in_legacy::PATH,
            Takes::Json(json!({
                "organization": "acme",
                "operator_id": "op-1",
                "sso_token": "t",
                "proof": proof,
                "started_by": "load",
            })),
        ),
        row(
            "api::sign_in_password::PATH",
            sign_in_password::PATH,
            Takes::Json(json!({
                "organization": "acme",
                "login": "ben",
                "password": "p",
                "proof": proof,
            })),
        ),
        row(
            "api::auth_transaction::PATH",
            auth_transaction::PATH,
            Takes::Json(json!({
                "organization": "acme",
                "method": "salesforce_sso",
                "challenge": "c",
                "proof": proof,
            })),
        ),
        row(
            "api::auth_claim::PATH",
            &auth_claim::path(NO_TRANSACTION),
            Takes::Json(json!({ "verifier": "v" })),
        ),
        row(
            "api::session_refresh::PATH",
            session_refresh::PATH,
            Takes::Json(json!({ "refresh_token": "r", "proof": proof })),
        ),
        row("api::session::PATH", session::PATH, Takes::Nothing(&["GET", "DELETE"])),
        row("api::sessions::PATH", sessions::PATH, Takes::Nothing(&["GET", "DELETE"])),
        row("api::calling_account::PATH", calling_account::PATH, get()),
        row("api::calling_colleagues::PATH", calling_colleagues::PATH, get()),
        row(
            "api::calling_numbers::PATH",
            calling_numbers::PATH,
            Takes::SignedInJson("POST", json!({ "numbers": ["1"] })),
        ),
        row("api::call_log::PATH", call_log::PATH, get()),
        row(
            "api::call_log_turn::PATH",
            call_log_turn::PATH,
            Takes::SignedInJson("POST", json!({ "done": null })),
        ),
        row(
            "api::call_log::PATH",
            call_log::PATH,
            Takes::SignedInJson(
                "PUT",
                json!({
                    "call": "0123456789abcdef0123456789abcdef",
                    "revision": 1,
                    "entry": {
                        "direction": "inbound",
                        "number": "1",
                        "began_at": 1_790_000_000,
                        "result": "missed",
                    },
                }),
            ),
        ),
        row("api::consents::PATH", consents::PATH, get()),
        row("api::consents::ONE_PATH", &consents::one_path("c"), Takes::Nothing(&["DELETE"])),
        row("api::events::TICKET_PATH", events::TICKET_PATH, Takes::Nothing(&["POST"])),
        row("api::events::PATH", events::PATH, get()),
        row("/panel/{organization}", "/panel/acme", get()),
        row("/phone/{organization}", "/phone/acme", get()),
        row("api::auth_start::PATH", &api::auth_start::path(NO_TRANSACTION), get()),
        row("/oauth/callback/{provider}", "/oauth/callback/acme", get()),
        row("api::auth_decide::PATH", auth_decide::PATH, get()),
        row(
            "api::auth_decide::PATH",
            auth_decide::PATH,
            Takes::Form("tx=AAAAAAAAAAAAAAAAAAAAAA&form=f&choice=allow"),
        ),
        row("api::auth_decide::DONE_PATH", auth_decide::DONE_PATH, get()),
        row("api::invite::PATH", invite::PATH, get()),
        row("api::invite::PATH", invite::PATH, Takes::Form("code=c&password=p&again=p")),
        row("/assets/{file}", "/assets/nothing.js", get()),
        // It has a listener of its own; among the agents' routes there is none of the name.
        row("/metrics", "/metrics", get()),
        row("/healthz", "/healthz", get()),
        row("/readyz", "/readyz", get()),
    ]
}

// ── Bodies ────────────────────────────────────────────────────────

fn json_is_refused<'d>(call: impl Fn() -> Call<'d>, good: &Value) -> Result<()> {
    for (what, body) in wrong_json(good) {
        let answer = call().body("application/json", &body).send()?;
        answer.refuses(400, Code::RequestMalformed).context(what)?;
    }
    let good = good.to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/json+x"] {
        let answer = call().body(kind, &good).send()?;
        answer.refuses(415, Code::RequestMalformed).context(kind)?;
    }
    let large = format!("{}{good}", " ".repeat(TOO_LARGE));
    let answer = call().body("application/json", &large).send()?;
    answer.refuses(413, Code::RequestTooLarge)
}

fn wrong_json(good: &Value) -> Vec<(String, String)> {
    let text = good.to_string();
    let members: Vec<&String> = good.as_object().into_iter().flat_map(|all| all.keys()).collect();
    let with = |member: &str, value: Value| {
        let mut body = good.clone();
        body[member] = value;
        body.to_string()
    };
    let mut wrong = vec![
        ("nothing".to_owned(), String::new()),
        ("no JSON".to_owned(), "organization=acme".to_owned()),
        ("cut short".to_owned(), text[..text.len() - 2].to_owned()),
        ("something after it".to_owned(), format!("{text}{text}")),
        ("a list of the values".to_owned(), json!([good]).to_string()),
        ("another type".to_owned(), "\"acme\"".to_owned()),
        ("no members".to_owned(), "{}".to_owned()),
        ("an unknown member".to_owned(), with("key", json!("x"))),
        ("bytes that are no text".to_owned(), text.replacen('"', "\u{0}", 1)),
    ];
    for member in members {
        let again = format!("{{\"{member}\":{},", good[member]);
        wrong.push((format!("{member} twice"), text.replacen('{', &again, 1)));
        let other = if good[member].is_number() { json!("7") } else { json!(7) };
        wrong.push((format!("{member} of another type"), with(member, other)));
        wrong.push((format!("{member} an object"), with(member, json!({ "$ne": null }))));
        let deep = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
        let deep = with(member, json!("@")).replace("\"@\"", &deep);
        wrong.push((format!("{member} nested without end"), deep));
    }
    wrong
}

fn form_is_refused(
    installation: &Installation,
    desk: &Desk<'_>,
    path: &str,
    good: &str,
) -> Result<()> {
    let large = format!("{good}&more={}", "a".repeat(TOO_LARGE));
    let first = good.split('&').next().unwrap_or_default();
    let bodies = [
        ("nothing", FORM, String::new()),
        ("a field twice", FORM, format!("{good}&{first}")),
        ("an unknown field", FORM, format!("{good}&key=x")),
        ("a missing field", FORM, first.to_owned()),
        ("JSON", "application/json", "{}".to_owned()),
        ("another media type", "text/plain", good.to_owned()),
        ("far too large", FORM, large),
    ];
    for (what, kind, body) in bodies {
        let answer = from_our_page(installation, desk.call("POST", path))
            .body(kind, &body)
            .send()
            .context(what)?;
        answer.page_refuses(400, Code::RequestMalformed).context(what)?;
    }
    Ok(())
}

fn from_our_page<'d>(installation: &Installation, call: Call<'d>) -> Call<'d> {
    let origin = installation.adapter_url();
    call.without_proof().header("origin", &origin).header("sec-fetch-site", "same-origin")
}

/// A body that nobody asked for.
fn nothing_is_read(desk: &Desk<'_>, method: &'static str, path: &str) -> Result<()> {
    let without: Answer = desk.call(method, path).send()?;
    let with = desk.call(method, path).body("application/json", "{\"a\":").send()?;
    ensure!(without.status < 500 && with.status == without.status, "{without:?}, but {with:?}");
    Ok(())
}

const ROUTER: &str = include_str!("../../../crates/adapter/src/http/mod.rs");
const FORM: &str = "application/x-www-form-urlencoded";
const NO_TRANSACTION: &str = "AAAAAAAAAAAAAAAAAAAAAA";
const TOO_LARGE: usize = 33 * 1024;
const DEPTH: usize = 8_000;
