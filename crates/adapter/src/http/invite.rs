//! `GET /invite` draws the form, `POST /invite` sets the password: see [`adapter_api::invite`].

use adapter_api::{
    Code,
    invite::{Form as Filled, PATH},
};
use axum::{
    Form,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use identity::{agent::Agent, password::Password, session::End};
use maud::html;
use store::Entry;
use texts::Catalogue;

use super::{
    auth_decide::is_from_our_page,
    extract::Readable,
    limit,
    page::{self, Script, marked},
    refusal::Refusal,
};
use crate::{app::App, clock, random};

pub async fn show(headers: HeaderMap) -> Response {
    form(page::texts(&headers), StatusCode::OK, None)
}

pub async fn set(
    State(app): State<App>,
    headers: HeaderMap,
    Readable(Form(filled)): Readable<Form<Filled>>,
) -> Response {
    let texts = page::texts(&headers);
    if !is_from_our_page(&app, &headers) {
        return page::refused(texts, StatusCode::FORBIDDEN, &Code::RequestOrigin.into());
    }
    match take(&app, &filled).await {
        Ok(Taken::Set) => {
            let body = html! { p { (marked(texts.adapter.invite.done, None)) } };
            page::respond(
                texts,
                StatusCode::OK,
                texts.adapter.invite.done_heading,
                &body,
                Script::None,
            )
        }
        Ok(Taken::Busy) => limit::busy_page(texts),
        Err(refusal) if refusal.is_our_fault() => {
            page::refused(texts, refusal.status, &refusal.refused)
        }
        Err(refusal) => form(texts, refusal.status, Some(refusal.code())),
    }
}

/// The form, empty: what was typed is secret.
fn form(texts: &Catalogue, status: StatusCode, refused: Option<Code>) -> Response {
    let invite = &texts.adapter.invite;
    let body = html! {
        @match refused {
            Some(code) => {
                @let sentences = texts.for_code(code.as_str());
                p.warning role="alert" {
                    (marked(sentences.what_happened, None)) " " (marked(sentences.what_to_do, None)) " "
                    code { (code) }
                }
            }
            None => p { (marked(invite.introduction, None)) },
        }
        form method="post" action=(PATH) {
            label for="code" { (invite.code) }
            input #code type="password" name="code" required autocomplete="one-time-code" spellcheck="false";
            label for="new-password" { (invite.password) }
            input #new-password type="password" name="password" required autocomplete="new-password"
                aria-describedby="rule";
            p.hint #rule { (marked(invite.rule, None)) }
            label for="again" { (invite.again) }
            input #again type="password" name="again" required autocomplete="new-password";
            div.actions { button.brand type="submit" { (invite.submit) } }
        }
    };
    let mut response = page::respond(texts, status, invite.heading, &body, Script::None);
    if let Some(code) = refused {
        response.extensions_mut().insert(code);
    }
    response
}

enum Taken {
    Set,
    Busy,
}

async fn take(app: &App, filled: &Filled) -> Result<Taken, Refusal> {
    let void = || Refusal::new(StatusCode::GONE, Code::InvitationVoid);
    let codes = app.keys.invitation_macs(filled.code.0.trim());
    // Nothing is hashed for those who hold no invitation.
    app.store.read().await?.invited(&codes, clock::now()).await?.ok_or_else(void)?;
    let unfit = |code| Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, code);
    let password = Password::parse(&filled.password.0).map_err(|_| unfit(Code::PasswordUnfit))?;
    if Password::parse(&filled.again.0).ok().as_ref() != Some(&password) {
        return Err(unfit(Code::PasswordDiffers));
    }
    let (salt, cost) = (random::bytes(), app.hashing.cost());
    let Ok(hash) = app.hashing.run(move || password.hash(salt, cost)).await else {
        return Ok(Taken::Busy);
    };

    let now = clock::now();
    let mut unit = app.store.begin().await?;
    let id = unit.use_invitation(&codes, now).await?.ok_or_else(void)?;
    let agent = unit.agent(&id).await?.ok_or_else(void)?;
    let organization = unit.organization_of_agent(&id).await?.ok_or_else(void)?;
    unit.save_agent(&Agent { password: Some(hash), ..agent }).await?;
    // Whoever knew the password before is out.
    unit.end_sessions_of_agent(&id, End::Elsewhere, now).await?;
    unit.audit(Entry {
        at: now,
        organization: Some(&organization),
        agent: Some(&id),
        actor: "agent",
        event: "password.set",
        outcome: "ok",
        detail: None,
    })
    .await?;
    unit.commit().await?;
    app.hub.nudge();
    Ok(Taken::Set)
}
