//! `GET /healthz`: the process lives. `GET /readyz`: it can answer, so its database does.

use axum::{extract::State, http::StatusCode};

use crate::app::App;

pub async fn alive() -> &'static str {
    "ok\n"
}

pub async fn ready(State(app): State<App>) -> Result<&'static str, StatusCode> {
    let looked = async {
        let mut unit = app.store.read().await?;
        unit.organizations().await
    };
    match looked.await {
        Ok(_) => Ok("ok\n"),
        Err(error) => {
            tracing::error!(%error, "not ready");
            Err(StatusCode::SERVICE_UNAVAILABLE)
        }
    }
}
