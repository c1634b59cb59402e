//! `GET /oauth/callback/{provider}`: Salesforce sends the browser back. The user is verified here; what
//! follows is decided in the form, never by this GET.

use adapter_api::{Code, auth_decide, error::Refused};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use identity::{
    organization::Organization,
    sign_in::{
        self, Membership, Standing,
        examine::{Evidence, examine},
        id_token::{self, Expected},
        transaction::{
            Failure, FormToken, Stage, Transaction, TransactionId, VerifiedUser, check_user,
        },
    },
};
use oauth::authorization;
use salesforce::user::Userinfo;
use store::{Entry, Unit};
use texts::Catalogue;

use super::{
    auth_start::redirect_uri, client::Client, cookie, extract::Readable, page, refusal::Refusal,
};
use crate::{app::App, clients, clock, directory, random};

pub async fn handle(
    State(app): State<App>,
    Readable(Path(provider)): Readable<Path<String>>,
    Readable(Query(response)): Readable<Query<authorization::Response>>,
    client: Client,
    headers: HeaderMap,
) -> Response {
    let texts = page::texts(&headers);
    let Some((transaction, organization)) = (match find(&app, &provider, &response, &headers).await
    {
        Ok(found) => found,
        Err(refusal) => return page::refused(texts, refusal.status, &refusal.refused),
    }) else {
        tracing::info!(provider, "a callback that belongs to no sign-in of this browser");
        return page::not_started_here(texts);
    };
    let texts = page::texts_for(transaction.language(), &headers);
    let verified = verify(&app, &organization, &transaction, &response).await;
    let outcome = match verified {
        Ok(user) => ask(&app, &organization, &transaction, user).await,
        Err(refusal) => Err(refusal),
    };
    match outcome {
        Ok(()) => Redirect::to(&auth_decide::path(&transaction.id.0)).into_response(),
        Err(refusal) => fail(texts, &app, client, &organization, &transaction, refusal).await,
    }
}

/// The open transaction that the state names, in the browser that started it.
async fn find(
    app: &App,
    provider: &str,
    response: &authorization::Response,
    headers: &HeaderMap,
) -> Result<Option<(Transaction, Organization)>, Refusal> {
    let state = response.state.as_deref().unwrap_or_default();
    let Some(id) = TransactionId::from_state(state, &app.keys) else { return Ok(None) };
    if !cookie::is_there(app, &id, headers) {
        return Ok(None);
    }
    let mut unit = app.store.read().await?;
    let Some(transaction) = unit.transaction(&id).await? else { return Ok(None) };
    let Some(organization) = unit.organization(&transaction.organization).await? else {
        return Ok(None);
    };
    if organization.handle.as_str() != provider {
        return Ok(None);
    }
    if transaction.is_over(clock::now()) || transaction.stage != Stage::Open {
        return Err(Refusal::new(StatusCode::GONE, Code::TransactionExpired));
    }
    Ok(Some((transaction, organization)))
}

/// Code, ID token, userinfo, and what Salesforce's records say of the user.
async fn verify(
    app: &App,
    organization: &Organization,
    transaction: &Transaction,
    response: &authorization::Response,
) -> Result<VerifiedUser, Refused> {
    if let Some(error) = &response.error {
        return Err(denied(error, response.error_description.as_deref().unwrap_or_default()));
    }
    // RFC 9207: where the provider names itself, it is the one we sent the browser to.
    if response
        .iss
        .as_deref()
        .is_some_and(|iss| iss.trim_end_matches('/') != organization.my_domain.as_str())
    {
        return Err(Code::OauthState.into());
    }
    let code = response.code.as_deref().ok_or(Code::OauthState)?;
    let client = organization.sign_in_client.as_ref().ok_or(Code::NoWay)?;
    let tokens = app
        .salesforce
        .exchange_code(
            organization,
            client,
            code,
            &redirect_uri(app, organization),
            &transaction.pkce(&app.keys),
        )
        .await
        .map_err(failed)?;
    let id_token =
        tokens.id_token.as_deref().ok_or(Refused::with_value(Code::OauthIdToken, "missing"))?;
    let subject = verify_id_token(app, organization, transaction, id_token, &client.id).await?;
    if subject.organization != organization.organization_id {
        return Err(Refused::with_value(
            Code::OauthOtherOrganization,
            subject.organization.to_string(),
        ));
    }
    let userinfo =
        app.salesforce.userinfo(organization, &tokens.access_token).await.map_err(failed)?;
    if userinfo.organization_id != organization.organization_id {
        return Err(Refused::with_value(
            Code::OauthOtherOrganization,
            userinfo.organization_id.to_string(),
        ));
    }
    if userinfo.user_id != subject.user {
        return Err(Refused::with_value(Code::OauthIdToken, "subject"));
    }
    let standing = standing(app, organization, &userinfo).await?;
    let operator_id = transaction.bound_to.as_ref().and_then(|bound| bound.operator_id.as_deref());
    directory::reconsider(app, organization, userinfo.user_id, operator_id)
        .await
        .map_err(|error| Refusal::from(error).refused)?;
    Ok(VerifiedUser {
        user: userinfo.user_id,
        username: userinfo.preferred_username,
        name: userinfo.name,
        standing,
        language: userinfo.language,
    })
}

async fn verify_id_token(
    app: &App,
    organization: &Organization,
    transaction: &Transaction,
    id_token: &str,
    client_id: &str,
) -> Result<id_token::Subject, Refused> {
    let nonce = transaction.nonce(&app.keys);
    let issuers = [organization.my_domain.as_str()];
    let expected = Expected { issuers: &issuers, client_id, nonce: &nonce };
    let keys = app.salesforce.keys(organization, false).await.map_err(failed)?;
    let verified = match id_token::verify(id_token, &keys, expected, clock::now()) {
        // The provider may have changed its keys since we asked.
        Err(id_token::Refusal::Key | id_token::Refusal::Signature) => {
            let keys = app.salesforce.keys(organization, true).await.map_err(failed)?;
            id_token::verify(id_token, &keys, expected, clock::now())
        }
        verified => verified,
    };
    verified.map_err(|refusal| Refused::with_value(Code::OauthIdToken, refusal.to_string()))
}

/// Membership is asked of the records; without an integration client the agent's own record has to do.
async fn standing(
    app: &App,
    organization: &Organization,
    userinfo: &Userinfo,
) -> Result<Standing, Refused> {
    let of_userinfo = Standing {
        active: userinfo.active,
        user_type: userinfo.user_type.clone(),
        call_center: Membership::Unknown,
    };
    let Some(client) = &organization.integration_client else { return Ok(of_userinfo) };
    let record =
        app.salesforce.user_record(organization, client, userinfo.user_id).await.map_err(failed)?;
    let record = record
        .ok_or(Refused::with_value(Code::OauthRefused, "the user's record is not readable"))?;
    Ok(Standing {
        active: userinfo.active && record.is_active,
        user_type: record.user_type,
        call_center: Membership::Of(record.call_center_id),
    })
}

/// The user may finish this transaction, and an account is theirs: the form may be drawn.
async fn ask(
    app: &App,
    organization: &Organization,
    transaction: &Transaction,
    user: VerifiedUser,
) -> Result<(), Refused> {
    check_user(transaction, user.user).map_err(Refusal::from).map_err(|refusal| refusal.refused)?;
    let asked = async {
        let mut unit = app.store.begin().await?;
        examine_window(&mut unit, organization, transaction, &user).await?;
        // Drawing the form makes the token that it takes.
        let form = FormToken(random::token());
        unit.advance(transaction, &Stage::Verified { user, form }).await?;
        unit.commit().await?;
        Ok(())
    };
    asked.await.map_err(|refusal: Refusal| refusal.refused)
}

/// The account that the window's user means; asked again when the form comes back.
pub async fn examine_window(
    unit: &mut Unit,
    organization: &Organization,
    transaction: &Transaction,
    user: &VerifiedUser,
) -> Result<(identity::agent::Agent, sign_in::admit::Admission), Refusal> {
    let operator_id = transaction.bound_to.as_ref().and_then(|bound| bound.operator_id.as_deref());
    let candidates =
        unit.candidates(&organization.handle, user.user, Some(&user.username), operator_id).await?;
    let switching = match &transaction.switching {
        Some(id) => unit.agent(id).await?,
        None => None,
    };
    let evidence = Evidence {
        way: sign_in::Way::SalesforceSso,
        user: user.user,
        standing: &user.standing,
        switching: switching.as_ref(),
    };
    Ok(examine(evidence, organization, candidates)?)
}

/// Burns the transaction, so that the panel is told, and says the same in the window.
async fn fail(
    texts: &Catalogue,
    app: &App,
    client: Client,
    organization: &Organization,
    transaction: &Transaction,
    refused: Refused,
) -> Response {
    let refusal = Refusal::from(refused);
    if refusal.is_our_fault() {
        return page::refused(texts, refusal.status, &refusal.refused);
    }
    let burned = async {
        let unit = app.store.begin().await?;
        burn(unit, app, client, organization, transaction, &refusal).await
    };
    match burned.await {
        Ok(()) => page::refused(texts, refusal.status, &refusal.refused),
        Err(other) => page::refused(texts, other.status, &other.refused),
    }
}

/// Ends the transaction in `unit` with the code that the panel will be told. `client` is who brought it about. Our own fault may pass and a
/// transaction that has moved on is somebody else's doing, so neither burns anything.
pub async fn burn(
    mut unit: Unit,
    app: &App,
    client: Client,
    organization: &Organization,
    transaction: &Transaction,
    refusal: &Refusal,
) -> Result<(), Refusal> {
    let refused = &refusal.refused;
    if refusal.is_our_fault() || refused.code == Code::TransactionExpired {
        return Ok(());
    }
    let failure = Failure { code: refused.code.as_str().to_owned(), value: refused.value.clone() };
    unit.advance(transaction, &Stage::Failed(failure)).await?;
    // The administrator finds whom to confirm in `cordboard agent list`.
    if refused.code == Code::LinkConfirm
        && let (Some(id), Some(user)) = (&transaction.switching, &refused.value)
        && let Some(agent) = unit.agent(id).await?
    {
        let agent = identity::agent::Agent { unconfirmed_user: user.parse().ok(), ..agent };
        unit.save_agent(&agent).await?;
    }
    unit.audit(Entry {
        at: clock::now(),
        organization: Some(&organization.handle),
        agent: transaction.switching.as_ref(),
        actor: "agent",
        event: "sign_in",
        outcome: refused.code.as_str(),
        detail: Some(&detail(client, sign_in::Way::SalesforceSso, refused)),
    })
    .await?;
    unit.commit().await?;
    let _ = app.transactions.send(());
    app.metrics.sign_in(&organization.handle, sign_in::Way::SalesforceSso, Err(refused.code));
    tracing::info!(organization = %organization.handle, code = %refused.code, "window sign-in refused");
    Ok(())
}

/// Which way, from where, and the value that was found.
pub fn detail(client: Client, way: sign_in::Way, refused: &Refused) -> String {
    match &refused.value {
        Some(value) => format!("{}: {value}", client.by(way)),
        None => client.by(way),
    }
}

fn failed(failure: clients::Failure) -> Refused {
    tracing::warn!(%failure, "a sign-in failed at salesforce");
    match failure {
        clients::Failure::Unreachable(_) => Code::OauthUnreachable.into(),
        clients::Failure::Refused(error) => Refused::with_value(Code::OauthRefused, error),
        clients::Failure::Unreadable(_) => {
            Refused::with_value(Code::OauthRefused, "unreadable answer")
        }
    }
}

/// RFC 6749 §4.1.2.1, with what Salesforce's descriptions tell apart.
fn denied(error: &str, description: &str) -> Refused {
    let says = |words: &str| description.to_ascii_lowercase().contains(words);
    let error: String = error.chars().filter(char::is_ascii_graphic).take(80).collect();
    match error.as_str() {
        _ if says("must be installed") || says("not installed") => Code::OauthNotInstalled.into(),
        _ if says("not admin approved") => Code::OauthNotApproved.into(),
        _ if says("blocked") => Code::OauthBlocked.into(),
        "access_denied" => Code::OauthDenied.into(),
        _ => Refused::with_value(Code::OauthRefused, error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn salesforces_refusals_are_told_apart() {
        let code = |error, description| denied(error, description).code;

        assert_eq!(code("access_denied", "end-user denied authorization"), Code::OauthDenied);
        assert_eq!(
            code("invalid_client", "app must be installed into org"),
            Code::OauthNotInstalled
        );
        assert_eq!(
            code("OAUTH_APP_ACCESS_DENIED", "user is not admin approved to access this app"),
            Code::OauthNotApproved
        );
        assert_eq!(code("OAUTH_APP_BLOCKED", "this app is blocked by admin"), Code::OauthBlocked);
        assert_eq!(
            denied("server_error", ""),
            Refused::with_value(Code::OauthRefused, "server_error")
        );
    }

    #[test]
    fn an_error_is_shown_without_what_could_be_markup_or_control() {
        let refused = denied("a\u{7}b\u{202e}c", "");

        assert_eq!(refused.value.as_deref(), Some("abc"));
    }
}
