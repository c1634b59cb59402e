//! `GET /calling/account`: see [`adapter_api::calling_account`].

use adapter_api::{
    Code, Secret,
    calling_account::{Account, IceServer, Response},
};
use axum::http::StatusCode;
use identity::calling::{
    self, BusyReason, CallerId, Calling, Deactivation, Extension, IceUrl, numbers,
};

use super::{extract::SignedIn, refusal::Refusal};
use crate::clock;

pub async fn handle(signed_in: SignedIn) -> Result<axum::Json<Response>, Refusal> {
    let SignedIn { agent, organization, .. } = signed_in;
    match calling::account(&organization.calling, &agent, clock::now()) {
        Ok(account) => Ok(axum::Json(Response { account: wire(account, &organization.calling) })),
        Err(refusal) => {
            let (code, value) = match refusal {
                calling::Refusal::NotConfigured => {
                    (Code::CallingNotConfigured, organization.handle.to_string())
                }
                calling::Refusal::NoExtension => (Code::CallingNoExtension, agent.login),
                calling::Refusal::NoCredentials => (Code::CallingNoCredentials, agent.login),
            };
            Err(Refusal::with_value(StatusCode::NOT_FOUND, code, Some(value)))
        }
    }
}

fn wire(account: calling::Account, organization: &Calling) -> Account {
    let busy_reasons = organization.busy_reasons.iter().map(BusyReason::as_str);
    Account {
        websocket: account.websocket.as_str().to_owned(),
        address: account.address,
        display_name: account.display_name,
        username: account.credentials.username,
        password: secret(&account.credentials.password),
        expires_in: account.expires_in.map(|life| u32::try_from(life.as_secs()).unwrap_or(0)),
        ice_servers: account.ice_servers.into_iter().map(ice_server).collect(),
        voicemail: account.voicemail.as_ref().map(Extension::to_string),
        busy_reasons: busy_reasons.map(str::to_owned).collect(),
        caller_ids: account.caller_ids.iter().map(written).collect(),
        stops_at_once: organization.deactivation == Deactivation::Now,
    }
}

/// Whoever takes the blanks away has the number again.
fn written(caller_id: &CallerId) -> String {
    let number = numbers::read(caller_id.as_str(), None);
    number.map_or_else(|| caller_id.as_str().to_owned(), |number| number.international)
}

fn ice_server(servers: calling::IceServers) -> IceServer {
    IceServer {
        urls: servers.urls.iter().map(IceUrl::as_str).map(str::to_owned).collect(),
        username: servers.credentials.as_ref().map(|credentials| credentials.username.clone()),
        credential: servers.credentials.as_ref().map(|credentials| secret(&credentials.password)),
    }
}

fn secret(secret: &calling::Secret) -> Secret {
    Secret(secret.reveal().to_owned())
}
