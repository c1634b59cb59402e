//! `PUT /call-log`, `GET /call-log`: see [`adapter_api::call_log`].

use adapter_api::{
    Code,
    call_log::{Entry, MOST_NOTES, MOST_NUMBER, MOST_TEXT, Receipt, Request, Response, Writer},
    error::Refused,
};
use axum::{extract::State, http::StatusCode};
use identity::calling::Disposition;
use store::{Handed, State as Stored};

use super::{
    extract::{Json, SignedIn},
    refusal::Refusal,
};
use crate::{app::App, call_log, clock};

pub async fn hand_over(
    State(app): State<App>,
    signed_in: SignedIn,
    Json(Request { call, revision, entry }): Json<Request>,
) -> Result<axum::Json<Receipt>, Refusal> {
    let malformed = || Refusal::new(StatusCode::BAD_REQUEST, Code::RequestMalformed);
    let SignedIn { agent, organization, .. } = signed_in;
    if !fits(&entry) {
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::RequestTooLarge));
    }
    let now = clock::now();
    let entry = call_log::entry(entry, now).ok_or_else(malformed)?;
    let mut unit = app.store.begin().await?;
    let of = (&organization.handle, &agent.id);
    let handed = unit.hand_over(&call_log::call(&call), of, revision, &entry, now).await?;
    unit.commit().await?;
    match handed {
        Handed::New => {
            app.calls_handed.notify_one();
            Ok(axum::Json(Receipt::Waiting))
        }
        Handed::Known(stored) => Ok(axum::Json(receipt(stored))),
        // A panel draws the ids of its calls, so nobody meets another's by accident.
        Handed::NotTheirs => Err(malformed()),
    }
}

pub async fn show(
    State(app): State<App>,
    signed_in: SignedIn,
) -> Result<axum::Json<Response>, Refusal> {
    let SignedIn { agent, organization, .. } = signed_in;
    let waiting = app.store.read().await?.calls_waiting(&agent.id).await?;
    let dispositions = organization.calling.dispositions.iter().map(Disposition::as_str);
    Ok(axum::Json(Response {
        waiting: waiting.iter().filter_map(|call| call.0.parse().ok()).collect(),
        dispositions: dispositions.map(str::to_owned).collect(),
        writer: match organization.integration_client {
            Some(_) => Writer::Adapter,
            None => Writer::Apex,
        },
    }))
}

fn receipt(stored: Stored) -> Receipt {
    match stored {
        Stored::Waiting => Receipt::Waiting,
        Stored::Written(task) => Receipt::Written { task },
        Stored::Refused(refusal) => {
            Receipt::Refused(Refused { code: call_log::code(refusal.kind), value: refusal.value })
        }
    }
}

fn fits(entry: &Entry) -> bool {
    let within = |text: &str, most: usize| text.encode_utf16().count() <= most;
    let Entry { number, subject, disposition, notes, .. } = entry;
    let texts = [subject, disposition].into_iter().flatten();
    within(number, MOST_NUMBER)
        && within(notes, MOST_NOTES)
        && texts.into_iter().all(|text| within(text, MOST_TEXT))
}
