//! `POST /calling/numbers`: see [`adapter_api::calling_numbers`].

use adapter_api::{
    Code,
    calling_numbers::{Answer, MOST, Number, Plan, Request, Response},
};
use axum::http::StatusCode;
use identity::calling::numbers::{self, Region};
use salesforce::call_center::DialingOptions;

use super::{
    extract::{Json, SignedIn},
    refusal::Refusal,
};

pub async fn handle(
    signed_in: SignedIn,
    Json(Request { numbers, dialing }): Json<Request>,
) -> Result<axum::Json<Response>, Refusal> {
    if numbers.len() > MOST {
        return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::RequestTooLarge));
    }
    let region = signed_in.organization.calling.region;
    let numbers =
        numbers.iter().map(|text| answer(numbers::read(text, region), region, &dialing)).collect();
    Ok(axum::Json(Response { numbers }))
}

fn answer(
    number: Option<numbers::Number>,
    home: Option<Region>,
    dialing: &DialingOptions,
) -> Answer {
    match number {
        Some(number) => Answer::Number(Number {
            dial: number.dialled(home, dialing),
            shown: number.shown(home).to_owned(),
            e164: number.e164,
            national: number.national,
            international: number.international,
            region: number.region,
            plan: match number.plan {
                numbers::Plan::Assigned => Plan::Assigned,
                numbers::Plan::Unassigned => Plan::Unassigned,
            },
        }),
        None => Answer::NoNumber,
    }
}
