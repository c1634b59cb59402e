//! A script gets into the panel's page, or wants to.

use acceptance::{
    browser::Frame,
    desk::{Desk, Ledger},
    world::{Options, story},
};
use adapter_api::Code;
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::steps::anna_signed_in;

/// Attack: Somebody's text becomes markup in the panel: scripts inline and from another site, handlers, `javascript:` links, `eval`, frames, forms, and requests to another site.
/// Refused: The page's policy lets none of it run and none of it leave.
#[test]
fn nothing_that_is_injected_into_the_panel_runs() -> Result<()> {
    story(&Options::default(), |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        let attack = format!("({ATTACK})({})", Value::from(world.my_domain()));

        let got_through = panel.evaluate(&attack)?;

        ensure!(got_through == json!([]), "{got_through}");
        // The same in a page without a policy, to know that the attack is one.
        let without = world.browser.new_tab(&world.my_domain().replace("acme.my", "nobody"))?;
        let got_through = without.evaluate(&attack)?;
        let all =
            ["inline", "handler", "link", "eval", "function", "timer", "data", "frame", "request"];
        for way in all {
            let is_there = got_through.as_array().is_some_and(|them| them.contains(&json!(way)));
            ensure!(is_there, "{way} is no attack: {got_through}");
        }
        Ok(())
    })
}

/// Attack: A script in the panel's page takes the access token away and uses it with a key of its own, again and again.
/// Refused: 401; the panel's key cannot be taken along. The audit log says once that the token was used with another key, and from which network; the session lives on.
#[test]
fn a_token_taken_from_the_panel_opens_nothing_elsewhere() -> Result<()> {
    story(&Options::default(), |world| {
        let (_tab, panel) = anna_signed_in(world)?;
        let token = stolen_token(&panel)?;
        let mut ledger = Ledger::open(world)?;
        let thief = Desk::new(world);

        for _ in 0..3 {
            thief.session(&token)?.refuses(401, Code::SessionEnded)?;
            thief.consents(&token)?.refuses(401, Code::SessionEnded)?;
            thief.sign_out(&token)?.refuses(401, Code::SessionEnded)?;
        }

        let news = ledger.news()?;
        let [entry] = news.as_slice() else { anyhow::bail!("not once: {news:?}") };
        ensure!(entry["event"] == "session.use" && entry["outcome"] == "other_key", "{entry}");
        let detail = entry["detail"].as_str().unwrap_or_default();
        ensure!(detail.ends_with(" from 127.0.0.0/24") && !detail.contains(&token), "{detail}");
        let key = panel.evaluate(
            "crypto.subtle.exportKey('pkcs8', window.taken.key).then(() => 'taken', (error) => error.name)",
        )?;
        ensure!(key == "InvalidAccessError", "the key: {key}");
        panel.click_button("Where you are signed in")?;
        panel.wait_for_text("Here")
    })
}

/// The access token of the panel's next request, and the key that it signs with, as a script in its page gets
/// hold of them.
fn stolen_token(panel: &Frame) -> Result<String> {
    panel.evaluate(
        "window.taken = {};
         const { fetch: genuine, crypto: { subtle } } = window;
         window.fetch = (address, init) => {
           taken.token = init.headers.get('authorization') ?? taken.token;
           return genuine(address, init);
         };
         const sign = subtle.sign.bind(subtle);
         subtle.sign = (algorithm, key, bytes) => { taken.key = key; return sign(algorithm, key, bytes); };
         0",
    )?;
    panel.click_button("What you allowed")?;
    panel.wait_for("taken.token && taken.key && true")?;
    let token = panel.evaluate("taken.token")?;
    let token = token.as_str().and_then(|token| token.strip_prefix("DPoP "));
    Ok(token.context("an access token")?.to_owned())
}

/// Answers the ways that got through.
const ATTACK: &str = r#"async (elsewhere) => {
    // The debugger may evaluate what pages may not; what comes after this is the page's own.
    await new Promise((next) => setTimeout(next));
    const through = (window.through = []);
    const script = (fields) => document.body.append(Object.assign(document.createElement('script'), fields));
    const markup = (html) => document.body.insertAdjacentHTML('beforeend', html);
    const attempt = async (act) => { try { await act() } catch { /* Refused. */ } };
    script({ textContent: "through.push('inline')" });
    script({ src: "data:text/javascript,through.push('data')" });
    markup(`<img src="data:," onerror="through.push('handler')">`);
    markup(`<a id="injected" href="javascript:void through.push('link')">x</a>`);
    document.getElementById('injected').click();
    await attempt(() => eval("through.push('eval')"));
    await attempt(() => new Function("through.push('function')")());
    await attempt(() => setTimeout("through.push('timer')"));
    const framed = new Promise((told) => addEventListener('message', ({ data }) => told(data === 'framed')));
    markup(`<iframe srcdoc="<script>parent.postMessage('framed', '*')</script>"></iframe>`);
    await attempt(async () => {
        await fetch(elsewhere + '/', { mode: 'no-cors' });
        through.push('request');
    });
    const waited = new Promise((over) => setTimeout(() => over(false), 1500));
    if (await Promise.race([framed, waited])) through.push('frame');
    await waited;
    return through;
}"#;
