//! `GET /calling/colleagues`: see [`adapter_api::calling_colleagues`].

use adapter_api::{
    Code,
    calling_colleagues::{Colleague, MOST, Query as Asked, Response},
};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::StatusCode,
};

use super::{extract::SignedIn, refusal::Refusal};
use crate::app::App;

pub async fn handle(
    State(app): State<App>,
    signed_in: SignedIn,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Result<axum::Json<Response>, Refusal> {
    let malformed = |_| Refusal::new(StatusCode::BAD_REQUEST, Code::RequestMalformed);
    let Query(Asked { q }) = asked.map_err(malformed)?;
    let mut unit = app.store.read().await?;
    let others = unit.colleagues(&signed_in.organization.handle, &signed_in.agent.id).await?;
    let colleagues = others
        .into_iter()
        .filter(|colleague| colleague.is_meant_by(&q))
        .take(MOST)
        .map(|colleague| Colleague {
            name: colleague.name,
            extension: colleague.extension.to_string(),
        })
        .collect();
    Ok(axum::Json(Response { colleagues }))
}
