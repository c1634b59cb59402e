//! Opening a session, and the answer that carries its tokens.

use adapter_api::{
    Secret, Way as WireWay,
    session::{Granted, LegacyNotice, Session as WireSession, Switch},
};
use identity::{
    agent::Agent,
    consent::ConsentId,
    organization::Organization,
    session::{ACCESS_LIFETIME, LIFETIME, Session, SessionId, TokenKind},
    sign_in::Way,
};
use jiff::Timestamp;
use store::{Entry, StoreError, Unit};

use super::extract::Panel;
use crate::{app::App, random};

/// What a new session rests on.
#[derive(Debug)]
pub struct Basis<'a> {
    pub way: Way,
    pub panel: &'a Panel,
    pub consent: Option<ConsentId>,
    pub proved_at: Option<Timestamp>,
}

/// Writes the session and its audit entry; the caller commits.
pub async fn open_session(
    unit: &mut Unit,
    organization: &Organization,
    agent: &Agent,
    basis: Basis<'_>,
    now: Timestamp,
) -> Result<Session, StoreError> {
    let session = Session {
        id: SessionId::from_random(random::bytes()),
        organization: organization.handle.clone(),
        agent: agent.id.clone(),
        jkt: basis.panel.jkt.clone(),
        client: basis.panel.client.clone(),
        way: basis.way,
        consent: basis.consent,
        created_at: now,
        ends_at: now + LIFETIME,
        generation: 1,
        renewed_at: now,
        proved_at: basis.proved_at,
        ended: None,
    };
    unit.insert_session(&session).await?;
    unit.audit(Entry {
        at: now,
        organization: Some(&organization.handle),
        agent: Some(&agent.id),
        actor: "agent",
        event: "sign_in",
        outcome: "ok",
        detail: Some(&basis.panel.by(basis.way)),
    })
    .await?;
    tracing::info!(agent = agent.id.0, way = basis.way.as_str(), "signed in");
    Ok(session)
}

/// `last_used` is the token's use before this sign-in.
pub fn granted(
    app: &App,
    session: &Session,
    agent: &Agent,
    organization: &Organization,
    last_used: Option<Timestamp>,
    now: Timestamp,
) -> Granted {
    let left = ACCESS_LIFETIME - now.duration_since(session.renewed_at);
    Granted {
        access_token: Secret(session.token(TokenKind::Access, &app.keys)),
        refresh_token: Secret(session.token(TokenKind::Refresh, &app.keys)),
        expires_in: u32::try_from(left.as_secs()).unwrap_or(0),
        session: wire_session(session, agent, organization, last_used, now),
    }
}

pub fn wire_session(
    session: &Session,
    agent: &Agent,
    organization: &Organization,
    last_used: Option<Timestamp>,
    now: Timestamp,
) -> WireSession {
    let switch = match organization.sign_in_client {
        Some(_) => Switch::Offered,
        None => Switch::Unavailable,
    };
    WireSession {
        id: session.id.to_string(),
        agent_name: agent.name.clone(),
        organization_name: organization.name.clone(),
        way: wire_way(session.way),
        signed_in_at: seconds(session.created_at),
        ends_at: seconds(session.ends_at),
        proof_due_in: session.proof_due_in(organization, now),
        legacy: (session.way == Way::Legacy)
            .then(|| LegacyNotice { switch, last_used: last_used.map(seconds) }),
        language: agent.language.clone(),
    }
}

pub fn wire_way(way: Way) -> WireWay {
    match way {
        Way::Proof => WireWay::Proof,
        Way::Legacy => WireWay::Legacy,
        Way::SalesforceSso => WireWay::SalesforceSso,
        Way::Saml => WireWay::Saml,
        Way::Password => WireWay::Password,
    }
}

pub fn seconds(at: Timestamp) -> u64 {
    u64::try_from(at.as_second()).unwrap_or(0)
}
