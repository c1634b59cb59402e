//! `POST /auth/tx/{transaction}/claim`: see [`adapter_api::auth_claim`].

use std::time::Duration;

use adapter_api::{
    Code,
    auth_claim::{LONG_POLL, Request},
    error::Refused,
    session::Granted,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{
    session::{End, Session},
    sign_in::{
        Refusal as SignInRefusal, Way,
        examine::check_claim,
        transaction::{REPEAT, Stage, Transaction, TransactionId},
    },
};
use tokio::time::{sleep, timeout};

use super::{
    extract::{Json, Panel},
    grant::{self, Basis, open_session},
    oauth_callback::burn,
    refusal::Refusal,
};
use crate::{app::App, clock};

pub async fn handle(
    State(app): State<App>,
    panel: Panel,
    Path(transaction): Path<String>,
    Json(request): Json<Request>,
) -> Result<Response, Refusal> {
    let id = TransactionId::parse(&transaction).ok_or_else(expired)?;
    let answer = timeout(Duration::from_secs(LONG_POLL), wait(&app, &panel, &id, &request)).await;
    match answer {
        Ok(outcome) => Ok(match outcome? {
            Some(granted) => axum::Json(granted).into_response(),
            None => StatusCode::ACCEPTED.into_response(),
        }),
        Err(_) => Ok(StatusCode::ACCEPTED.into_response()),
    }
}

/// Looks whenever some transaction has moved on, and once a second, since another node may have moved it.
/// Nothing when the adapter stops: the panel asks again, and finds the adapter that comes after.
async fn wait(
    app: &App,
    panel: &Panel,
    id: &TransactionId,
    request: &Request,
) -> Result<Option<Granted>, Refusal> {
    let mut moved_on = app.transactions.subscribe();
    loop {
        let transaction = app.store.read().await?.transaction(id).await?.ok_or_else(expired)?;
        if transaction.jkt != panel.jkt || !transaction.is_verifier(&request.verifier.0) {
            return Err(expired());
        }
        if let Some(granted) = claim(app, panel, &transaction).await? {
            return Ok(Some(granted));
        }
        tokio::select! {
            // Falling behind is news, too.
            _ = moved_on.recv() => {}
            () = sleep(Duration::from_secs(1)) => {}
            () = app.stopped() => return Ok(None),
        }
    }
}

/// Nothing while the window is open.
async fn claim(
    app: &App,
    panel: &Panel,
    transaction: &Transaction,
) -> Result<Option<Granted>, Refusal> {
    match &transaction.stage {
        Stage::Failed(failure) => Err(refused(&failure.code, failure.value.clone())),
        Stage::Open | Stage::Verified { .. } if transaction.is_over(clock::now()) => Err(expired()),
        Stage::Open | Stage::Verified { .. } => Ok(None),
        Stage::Allowed { .. } | Stage::Claimed { .. } => {
            grant(app, panel, &transaction.id).await.map(Some)
        }
    }
}

/// `panel` has shown the transaction's key and verifier.
async fn grant(app: &App, panel: &Panel, id: &TransactionId) -> Result<Granted, Refusal> {
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    // Read again under the write lock: two claims at once make one session.
    let transaction = unit.transaction(id).await?.ok_or_else(expired)?;
    let organization = unit.organization(&transaction.organization).await?.ok_or_else(expired)?;
    let (session, agent): (Session, _) = match &transaction.stage {
        Stage::Claimed { session, at } if now < *at + REPEAT => {
            let session = unit.session(*session).await?.ok_or_else(expired)?;
            let agent = unit.agent(&session.agent).await?.ok_or_else(expired)?;
            (session, agent)
        }
        Stage::Allowed { agent, consent } if !transaction.is_over(now) => {
            let agent = unit.agent(agent).await?.ok_or_else(expired)?;
            let consent = unit.live_consent(consent).await?;
            let held = check_claim(&agent, &organization, consent.as_ref());
            let (Ok(()), Some(consent)) = (&held, consent) else {
                let refusal = Refusal::from(held.err().unwrap_or(SignInRefusal::ConsentNeeded));
                burn(unit, app, panel.address, &organization, &transaction, &refusal).await?;
                return Err(refusal);
            };
            if transaction.switching.is_some() {
                unit.end_legacy_sessions(&agent.id, Some(&transaction.jkt), End::Replaced, now)
                    .await?;
            }
            let basis = Basis {
                way: Way::SalesforceSso,
                panel,
                consent: Some(consent.id),
                proved_at: transaction.bound_to.as_ref().map(|_| now),
            };
            let session = open_session(&mut unit, &organization, &agent, basis, now).await?;
            unit.advance(&transaction, &Stage::Claimed { session: session.id, at: now }).await?;
            (session, agent)
        }
        _ => return Err(expired()),
    };
    unit.commit().await?;
    // A claim that is repeated finds the session that the first has made.
    if matches!(transaction.stage, Stage::Allowed { .. }) {
        app.metrics.sign_in(&organization.handle, session.way, Ok(()));
    }
    Ok(grant::granted(app, &session, &agent, &organization, None, now))
}

fn refused(code: &str, value: Option<String>) -> Refusal {
    // An older adapter may have written a code that this one does not know.
    let refused = Refused { code: code.parse().unwrap_or(Code::TransactionExpired), value };
    Refusal { status: StatusCode::FORBIDDEN, refused }
}

fn expired() -> Refusal {
    Refusal::new(StatusCode::GONE, Code::TransactionExpired)
}
