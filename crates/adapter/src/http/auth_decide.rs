//! `GET /auth/decide?tx=…` draws the form, `POST /auth/decide` decides.
//!
//! A decision counts only from our own page in the browser that started: the cookie, the `Origin`,
//! `Sec-Fetch-Site`, and a form token that is good once.

use adapter_api::{
    Code,
    auth_decide::{Choice, Form as Decision, PATH, Query as Parameters, done_path},
    error::Refused,
};
use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
};
use identity::{
    consent::{Consent, ConsentId},
    keys::same,
    organization::Organization,
    sign_in::{
        Way,
        examine::welcome,
        phrase::Phrases,
        transaction::{FormToken, Stage, Transaction, TransactionId, VerifiedUser},
    },
};
use maud::{Markup, html};
use store::{Entry, Unit};
use texts::Catalogue;

use super::{
    client::Client,
    cookie,
    extract::{Readable, single},
    oauth_callback::{burn, examine_window},
    page::{self, Script, marked},
    refusal::Refusal,
};
use crate::{app::App, clock, random};

pub async fn show(
    State(app): State<App>,
    Readable(Query(parameters)): Readable<Query<Parameters>>,
    client: Client,
    headers: HeaderMap,
) -> Response {
    let texts = page::texts(&headers);
    match draw(texts, &app, client, &parameters.tx, &headers).await {
        Ok(response) => response,
        Err(refusal) => page::refused(texts, refusal.status, &refusal.refused),
    }
}

pub async fn decide(
    State(app): State<App>,
    client: Client,
    headers: HeaderMap,
    Readable(Form(decision)): Readable<Form<Decision>>,
) -> Response {
    let texts = page::texts(&headers);
    if !is_from_our_page(&app, &headers) {
        return page::refused(texts, StatusCode::FORBIDDEN, &Code::RequestOrigin.into());
    }
    match take(texts, &app, client, &decision, &headers).await {
        Ok(response) => response,
        Err(refusal) => page::refused(texts, refusal.status, &refusal.refused),
    }
}

/// Browsers that send neither header are none that we support; nothing is decided for them.
pub fn is_from_our_page(app: &App, headers: &HeaderMap) -> bool {
    single(headers, header::ORIGIN.as_str()) == Some(app.public_url.as_str())
        && single(headers, "sec-fetch-site") == Some("same-origin")
}

/// A transaction whose user is verified, in the browser that started it.
async fn find(
    app: &App,
    unit: &mut Unit,
    tx: &str,
    headers: &HeaderMap,
) -> Result<Option<(Transaction, Organization, VerifiedUser, FormToken)>, Refusal> {
    let expired = || Refusal::new(StatusCode::GONE, Code::TransactionExpired);
    let Some(id) = TransactionId::parse(tx).filter(|id| cookie::is_there(app, id, headers)) else {
        return Ok(None);
    };
    let transaction = unit.transaction(&id).await?.ok_or_else(expired)?;
    let organization = unit.organization(&transaction.organization).await?.ok_or_else(expired)?;
    if transaction.is_over(clock::now()) {
        return Err(expired());
    }
    let Stage::Verified { user, form } = transaction.stage.clone() else { return Err(expired()) };
    Ok(Some((transaction, organization, user, form)))
}

async fn draw(
    texts: &Catalogue,
    app: &App,
    client: Client,
    tx: &str,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let mut unit = app.store.begin().await?;
    let Some((transaction, organization, user, _)) = find(app, &mut unit, tx, headers).await?
    else {
        return Ok(page::not_started_here(texts));
    };
    let texts = page::texts_for(transaction.language(), headers);
    let form = FormToken(random::token());
    let stage = Stage::Verified { user: user.clone(), form: form.clone() };
    let agent = match examine_window(&mut unit, &organization, &transaction, &user).await {
        Ok((agent, _)) => agent,
        // Who ceased to be an agent meanwhile is told so, in the panel as well.
        Err(refusal) => {
            burn(unit, app, client, &organization, &transaction, &refusal).await?;
            return Err(refusal);
        }
    };
    unit.advance(&transaction, &stage).await?;
    let consent = unit.consent_of(&organization.handle, user.user, &agent.id).await?;
    unit.commit().await?;
    let phrases = transaction.phrases(&app.keys);
    let ask = if consent.is_some() { Ask::ToContinue } else { Ask::ToAllow };
    let pages = &texts.adapter.pages;
    let body = html! {
        form method="post" action=(PATH) {
            input type="hidden" name="tx" value=(transaction.id.0);
            input type="hidden" name="form" value=(form.0);
            @if ask == Ask::ToAllow { (what_is_shared(texts, app, &organization, &user)) }
            @if let Some(phrases) = &phrases { (phrase_choices(texts, phrases, ask)) }
            div.actions {
                button.brand type="submit" name="choice" value="allow" {
                    @if ask == Ask::ToAllow { (pages.allow) } @else { (pages.phrase_continue) }
                }
                button.neutral type="submit" name="choice" value="decline" formnovalidate { (pages.not_now) }
            }
            p.hint { (marked(pages.not_you, None)) }
        }
    };
    let heading = match ask {
        Ask::ToAllow => pages.allow_heading,
        Ask::ToContinue => pages.phrase_heading,
    };
    Ok(page::respond(texts, StatusCode::OK, heading, &body, Script::None))
}

/// Consent is asked once; the phrase every time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ask {
    ToAllow,
    ToContinue,
}

fn what_is_shared(
    texts: &Catalogue,
    app: &App,
    organization: &Organization,
    user: &VerifiedUser,
) -> Markup {
    let pages = &texts.adapter.pages;
    html! {
        p { (marked(pages.allow_introduction, None)) }
        dl {
            dt { (pages.who) }
            dd { (user.name) br; span.secondary { (user.username) } }
            dt { (pages.organization) }
            dd { (organization.name) }
            dt { (pages.shared) }
            dd { ul { @for item in pages.shared_items { li { (item) } } } }
            dt { (pages.shared_with) }
            dd { (app.public_url.host()) }
        }
        p.hint { (marked(pages.allow_once, None)) }
    }
}

fn phrase_choices(texts: &Catalogue, phrases: &Phrases, ask: Ask) -> Markup {
    let pages = &texts.adapter.pages;
    html! {
        fieldset {
            legend { @if ask == Ask::ToAllow { (pages.phrase_heading) } @else { (pages.phrase_label) } }
            p.warning { (marked(pages.phrase_rule, None)) }
            @for (place, phrase) in phrases.choices.iter().enumerate() {
                label for={ "phrase-" (place) } {
                    input type="radio" name="phrase" id={ "phrase-" (place) } value=(phrase) required;
                    (phrase)
                }
            }
            label for="phrase-none" {
                input type="radio" name="phrase" id="phrase-none" value="" required;
                (pages.none_of_these)
            }
        }
    }
}

async fn take(
    texts: &Catalogue,
    app: &App,
    client: Client,
    decision: &Decision,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let mut unit = app.store.begin().await?;
    let Some((transaction, organization, user, form)) =
        find(app, &mut unit, &decision.tx, headers).await?
    else {
        return Ok(page::not_started_here(texts));
    };
    let texts = page::texts_for(transaction.language(), headers);
    if !same(&form.0, &decision.form) {
        return Err(Refusal::new(StatusCode::FORBIDDEN, Code::RequestOrigin));
    }
    // Judging the form and using it up are one unit, so a second copy of it finds nothing to decide.
    let outcome = match decision.choice {
        Choice::Decline => Err(Refusal::from(Refused::new(Code::ConsentDeclined))),
        Choice::Allow => {
            allow(&mut unit, app, client, &organization, &transaction, &user, decision).await
        }
    };
    match outcome {
        Ok(()) => unit.commit().await?,
        Err(refusal) => {
            burn(unit, app, client, &organization, &transaction, &refusal).await?;
            return Ok(match refusal.code() {
                Code::ConsentDeclined => declined(texts, &transaction.id),
                _ => page::refused(texts, refusal.status, &refusal.refused),
            });
        }
    }
    let _ = app.transactions.send(());
    let mut response = Redirect::to(&done_path(texts.tag)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie::clear(&transaction.id));
    Ok(response)
}

/// Consent, link and the transaction's end, in one unit. Whatever refuses does so before anything is written.
async fn allow(
    unit: &mut Unit,
    app: &App,
    client: Client,
    organization: &Organization,
    transaction: &Transaction,
    user: &VerifiedUser,
    decision: &Decision,
) -> Result<(), Refusal> {
    let now = clock::now();
    let phrases = transaction.phrases(&app.keys);
    if phrases.is_some_and(|phrases| !phrases.is_right(decision.phrase.as_deref())) {
        return Err(Refused::new(Code::WrongPhrase).into());
    }
    let (agent, admission) = examine_window(unit, organization, transaction, user).await?;
    let agent = welcome(agent, admission, user.user, now).reading(user.language.clone());
    unit.save_agent(&agent).await?;
    let on_record = unit.consent_of(&organization.handle, user.user, &agent.id).await?;
    let consent = match on_record {
        Some(consent) => consent.id,
        None => {
            unit.revoke_consents_as_others(&organization.handle, user.user, &agent.id, now).await?;
            let consent = Consent {
                id: ConsentId(random::id()),
                subject: user.user,
                agent: agent.id.clone(),
                granted_at: now,
            };
            unit.insert_consent(&organization.handle, &consent).await?;
            unit.audit(Entry {
                at: now,
                organization: Some(&organization.handle),
                agent: Some(&agent.id),
                actor: "agent",
                event: "consent.grant",
                outcome: "ok",
                detail: Some(&format!("{} by {}", user.user, client.by(Way::SalesforceSso))),
            })
            .await?;
            consent.id
        }
    };
    unit.advance(transaction, &Stage::Allowed { agent: agent.id, consent }).await?;
    Ok(())
}

fn declined(texts: &Catalogue, transaction: &TransactionId) -> Response {
    let pages = &texts.adapter.pages;
    let body = html! { p { (marked(pages.declined, None)) } };
    let mut response =
        page::respond(texts, StatusCode::OK, pages.declined_heading, &body, Script::ClosesWindow);
    response.headers_mut().insert(header::SET_COOKIE, cookie::clear(transaction));
    response
}
