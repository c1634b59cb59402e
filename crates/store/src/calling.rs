//! The PBX of an organisation, an agent's place on it, and which phones have to hear of a change.

use identity::{
    agent::{Agent, AgentId},
    calling::{
        BusyReason, CallerId, Calling, Deactivation, Disposition, Extension, IceUrl, Secret,
        SipDomain, WebSocketUrl, colleagues::Colleague, numbers::Region,
    },
    keys::Keys,
    organization::Handle,
    session::SessionId,
};
use jiff::Timestamp;
use sqlx::{
    Row, Sqlite,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{
    StoreError, Unit,
    organization::{from_json, json},
    row::millis,
    sealing::{Sealed, seal, sealed_as},
    session::session_id,
};

/// Grows with each change of an agent's account with the PBX, whoever's clock goes back.
pub type CallingVersion = i64;

impl Unit {
    /// Says that the phone of an agent, or of everybody in the organisation, has to ask for its account again.
    pub async fn calling_changed(
        &mut self,
        organization: &Handle,
        agent: Option<&AgentId>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (table, id, of) = match agent {
            Some(agent) => ("agent", "id", agent.0.as_str()),
            None => ("organization", "handle", organization.as_str()),
        };
        let mut update = sqlx::QueryBuilder::new("UPDATE ");
        update
            .push(table)
            .push(" SET calling_changed_at = max(ifnull(calling_changed_at, 0) + 1, ");
        update
            .push_bind(millis(now))
            .push(") WHERE ")
            .push(id)
            .push(" = ")
            .push_bind(of.to_owned());
        update.build().execute(self.connection()).await?;
        Ok(())
    }

    /// Everybody of the organisation with an extension who may work, by name, but the one who asks.
    pub async fn colleagues(
        &mut self,
        organization: &Handle,
        asking: &AgentId,
    ) -> Result<Vec<Colleague>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, extension FROM agent
             WHERE organization = ? AND id <> ? AND extension IS NOT NULL AND disabled = 0
                AND finding IS NULL
             ORDER BY name, extension",
        )
        .bind(organization.as_str())
        .bind(&asking.0)
        .fetch_all(self.connection())
        .await?;
        let colleague = |row: &SqliteRow| {
            let extension = extension(row, "extension")?;
            let extension = extension.ok_or(StoreError::Corrupt("an extension"))?;
            let agent = AgentId(row.try_get("id")?);
            Ok(Colleague { agent, name: row.try_get("name")?, extension })
        };
        rows.iter().map(colleague).collect()
    }

    pub async fn calling_version(&mut self, agent: &AgentId) -> Result<CallingVersion, StoreError> {
        let version = sqlx::query_scalar(
            "SELECT ifnull(agent.calling_changed_at, 0) + ifnull(organization.calling_changed_at, 0)
             FROM agent JOIN organization ON organization.handle = agent.organization WHERE agent.id = ?",
        );
        let version = version.bind(&agent.0).fetch_optional(self.connection()).await?;
        Ok(version.unwrap_or(0))
    }

    /// The live sessions whose account has changed since a moment, and its version.
    pub async fn sessions_with_calling_changed_since(
        &mut self,
        since: Timestamp,
    ) -> Result<Vec<(SessionId, CallingVersion)>, StoreError> {
        let rows = sqlx::query(
            "SELECT session.id AS id,
                ifnull(agent.calling_changed_at, 0) + ifnull(organization.calling_changed_at, 0) AS version
             FROM agent JOIN organization ON organization.handle = agent.organization
                JOIN session ON session.agent = agent.id
             WHERE session.ended_at IS NULL AND agent.id IN (
                SELECT id FROM agent WHERE calling_changed_at >= ?1
                UNION
                SELECT id FROM agent WHERE organization IN (
                    SELECT handle FROM organization WHERE calling_changed_at >= ?1
                )
             )",
        )
        .bind(millis(since))
        .fetch_all(self.connection())
        .await?;
        rows.iter().map(|row| Ok((session_id(row, "id")?, row.try_get("version")?))).collect()
    }
}

type Bound<'q> = Query<'q, Sqlite, SqliteArguments>;

/// Eleven columns, in the order of the organisation's statements.
pub fn bind<'q>(
    query: Bound<'q>,
    keys: &Keys,
    handle: &str,
    calling: &'q Calling,
) -> Result<Bound<'q>, StoreError> {
    let sealed = |name: &str, secret: Option<&Secret>| {
        secret.map(|secret| seal(keys, &sealed_as(handle, name), secret.reveal())).transpose()
    };
    let ice_servers: Vec<&str> = calling.ice_servers.iter().map(IceUrl::as_str).collect();
    let dispositions: Vec<&str> = calling.dispositions.iter().map(Disposition::as_str).collect();
    let busy_reasons: Vec<&str> = calling.busy_reasons.iter().map(BusyReason::as_str).collect();
    Ok(query
        .bind(calling.websocket.as_ref().map(WebSocketUrl::as_str))
        .bind(calling.domain.as_ref().map(SipDomain::as_str))
        .bind(sealed(SIP_SECRET, calling.secret.as_ref())?)
        .bind(json(&ice_servers))
        .bind(sealed(TURN_SECRET, calling.turn_secret.as_ref())?)
        .bind(calling.voicemail.as_ref().map(Extension::as_str))
        .bind(calling.region.as_ref().map(Region::to_string))
        .bind(json(&dispositions))
        .bind(json(&busy_reasons))
        .bind(caller_ids_json(&calling.caller_ids))
        .bind(calling.deactivation.as_str()))
}

pub fn caller_ids_json(caller_ids: &[CallerId]) -> String {
    json(&caller_ids.iter().map(CallerId::as_str).collect::<Vec<_>>())
}

/// Of the organisation or the agent in this row.
pub fn caller_ids(row: &SqliteRow) -> Result<Vec<CallerId>, StoreError> {
    let texts: Vec<String> = from_json(row.try_get("caller_ids")?)?;
    let caller_id = |text: &String| {
        CallerId::parse(text).map_err(|_| StoreError::Corrupt("a number that is shown"))
    };
    texts.iter().map(caller_id).collect()
}

pub fn read(row: &SqliteRow, keys: &Keys, handle: &str) -> Result<Calling, StoreError> {
    let websocket: Option<&str> = row.try_get("sip_websocket")?;
    let domain: Option<&str> = row.try_get("sip_domain")?;
    let ice_servers: Vec<String> = from_json(row.try_get("ice_servers")?)?;
    let dispositions: Vec<String> = from_json(row.try_get("dispositions")?)?;
    let busy_reasons: Vec<String> = from_json(row.try_get("busy_reasons")?)?;
    let disposition =
        |text: &String| Disposition::parse(text).map_err(|_| StoreError::Corrupt("a disposition"));
    let busy_reason =
        |text: &String| BusyReason::parse(text).map_err(|_| StoreError::Corrupt("a reason"));
    let ice_url =
        |url: &String| IceUrl::parse(url).map_err(|_| StoreError::Corrupt("an ICE server"));
    Ok(Calling {
        websocket: websocket
            .map(|url| WebSocketUrl::parse(url).map_err(|_| StoreError::Corrupt("a PBX's address")))
            .transpose()?,
        domain: domain
            .map(|domain| SipDomain::parse(domain).map_err(|_| StoreError::Corrupt("a SIP domain")))
            .transpose()?,
        secret: secret(row, keys, handle, SIP_SECRET)?,
        ice_servers: ice_servers.iter().map(ice_url).collect::<Result<_, _>>()?,
        turn_secret: secret(row, keys, handle, TURN_SECRET)?,
        voicemail: extension(row, "voicemail")?,
        region: row
            .try_get::<Option<&str>, _>("region")?
            .map(|region| Region::parse(region).map_err(|_| StoreError::Corrupt("a country")))
            .transpose()?,
        dispositions: dispositions.iter().map(disposition).collect::<Result<_, _>>()?,
        busy_reasons: busy_reasons.iter().map(busy_reason).collect::<Result<_, _>>()?,
        caller_ids: caller_ids(row)?,
        deactivation: Deactivation::parse(row.try_get("deactivation")?)
            .ok_or(StoreError::Corrupt("a deactivation"))?,
    })
}

pub fn extension(row: &SqliteRow, column: &str) -> Result<Option<Extension>, StoreError> {
    let text: Option<&str> = row.try_get(column)?;
    text.map(|text| Extension::parse(text).map_err(|_| StoreError::Corrupt("an extension")))
        .transpose()
}

pub fn sealed_password(keys: &Keys, agent: &Agent) -> Result<Option<Vec<u8>>, StoreError> {
    let Some(password) = &agent.sip_password else { return Ok(None) };
    seal(keys, &sealed_as(&agent.id.0, SIP_PASSWORD), password.reveal()).map(Some)
}

/// Of the agent in this row.
pub fn password(row: &SqliteRow, keys: &Keys) -> Result<Option<Secret>, StoreError> {
    secret(row, keys, row.try_get("id")?, SIP_PASSWORD)
}

/// It stands in the column of its name.
fn secret(
    row: &SqliteRow,
    keys: &Keys,
    id: &str,
    name: &str,
) -> Result<Option<Secret>, StoreError> {
    let Some(sealed) = row.try_get::<Option<&[u8]>, _>(name)? else { return Ok(None) };
    let secret = keys.unseal(&sealed_as(id, name), sealed).map_err(|_| StoreError::OtherKey)?;
    Ok(Some(Secret::new(secret)))
}

const SIP_SECRET: &str = "sip_secret";
const TURN_SECRET: &str = "turn_secret";
const SIP_PASSWORD: &str = "sip_password";

pub const SEALED: [Sealed; 3] = [
    Sealed::of_organization(SIP_SECRET, SIP_SECRET),
    Sealed::of_organization(TURN_SECRET, TURN_SECRET),
    Sealed::of_agent(SIP_PASSWORD, SIP_PASSWORD),
];
