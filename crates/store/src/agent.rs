//! Agents' accounts.

use identity::{
    agent::{
        Agent, AgentId, EnteredUser, Kept, Link, LinkedLegacy, Presence, Status, Token, TokenMac,
    },
    calling::Extension,
    keys::{KeyId, Keys},
    link::Candidates,
    organization::Handle,
    password::PasswordHash,
    sign_in::proof::RunningUser,
};
use salesforce::id::UserId;
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    StoreError, Unit, calling,
    directory::finding,
    row::{millis, optional_parsed, optional_time},
};

impl Unit {
    pub async fn agent(&mut self, id: &AgentId) -> Result<Option<Agent>, StoreError> {
        let row = sqlx::query("SELECT * FROM agent WHERE id = ?")
            .bind(&id.0)
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row, &self.keys)).transpose()
    }

    pub async fn agent_by_login(
        &mut self,
        organization: &Handle,
        login: &str,
    ) -> Result<Option<Agent>, StoreError> {
        self.one_agent(
            "SELECT * FROM agent WHERE organization = ? AND login = ?",
            organization,
            login,
        )
        .await
    }

    pub async fn agent_by_operator_id(
        &mut self,
        organization: &Handle,
        operator_id: &str,
    ) -> Result<Option<Agent>, StoreError> {
        let statement = "SELECT * FROM agent WHERE organization = ? AND operator_id = ?";
        self.one_agent(statement, organization, operator_id).await
    }

    pub async fn agents(&mut self, organization: &Handle) -> Result<Vec<Agent>, StoreError> {
        let rows = sqlx::query("SELECT * FROM agent WHERE organization = ? ORDER BY login")
            .bind(organization.as_str())
            .fetch_all(self.connection())
            .await?;
        rows.iter().map(|row| read(row, &self.keys)).collect()
    }

    /// Whether any agent of the organisation has a token that has to be hashed to be verified.
    pub async fn has_weak_tokens(&mut self, organization: &Handle) -> Result<bool, StoreError> {
        let found = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM agent WHERE organization = ? AND token_hash IS NOT NULL)",
        );
        Ok(found.bind(organization.as_str()).fetch_one(self.connection()).await?)
    }

    /// The accounts that a verified user may mean.
    pub async fn candidates(
        &mut self,
        organization: &Handle,
        user: UserId,
        username: Option<&str>,
        operator_id: Option<&str>,
    ) -> Result<Candidates, StoreError> {
        let by_link = self
            .one_agent(
                "SELECT * FROM agent WHERE organization = ? AND linked_user = ?",
                organization,
                user.as_str(),
            )
            .await?;
        let by_operator_id = match operator_id {
            Some(operator_id) => self.agent_by_operator_id(organization, operator_id).await?,
            None => None,
        };
        let entered =
            sqlx::query("SELECT * FROM agent WHERE organization = ? AND entered_user IS NOT NULL")
                .bind(organization.as_str())
                .fetch_all(self.connection())
                .await?;
        let mut by_entered_user = Vec::new();
        for row in &entered {
            let agent = read(row, &self.keys)?;
            if agent.entered_user.as_ref().is_some_and(|entered| entered.means(user, username)) {
                by_entered_user.push(agent);
            }
        }
        Ok(Candidates { by_link, by_operator_id, by_entered_user })
    }

    /// Those that a running user may mean.
    pub async fn candidates_of(
        &mut self,
        organization: &Handle,
        user: &RunningUser,
    ) -> Result<Candidates, StoreError> {
        let (username, operator_id) = (user.username.as_deref(), user.operator_id.as_deref());
        self.candidates(organization, user.user, username, operator_id).await
    }

    pub async fn insert_agent(
        &mut self,
        organization: &Handle,
        agent: &Agent,
    ) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO agent (id, organization, login, name) VALUES (?, ?, ?, ?)")
            .bind(&agent.id.0)
            .bind(organization.as_str())
            .bind(&agent.login)
            .bind(&agent.name)
            .execute(self.connection())
            .await
            .map_err(taken)?;
        self.save_agent(agent).await
    }

    /// All but the finding, which only an answer of Salesforce's or an administrator changes: see
    /// [`Unit::save_finding`].
    pub async fn save_agent(&mut self, agent: &Agent) -> Result<(), StoreError> {
        let token = agent.token.as_ref();
        let (mac, hash) = match token.map(|token| &token.kept) {
            Some(Kept::Mac(mac)) => (Some(mac), None),
            Some(Kept::Hash(hash)) => (None, Some(hash.as_kept())),
            None => (None, None),
        };
        let sip_password = calling::sealed_password(&self.keys, agent)?;
        sqlx::query(
            "UPDATE agent SET name = ?, operator_id = ?, token_mac = ?, token_key = ?,
                token_hash = ?, token_issued_at = ?, token_last_used = ?, linked_user = ?, linked_at = ?,
                legacy_retired = ?, entered_user = ?, unconfirmed_user = ?, disabled = ?, signed_out = ?,
                language = ?, password_hash = ?, extension = ?, sip_password = ?, caller_ids = ?
             WHERE id = ?",
        )
        .bind(&agent.name)
        .bind(&agent.operator_id)
        .bind(mac.map(|mac| mac.mac.as_slice()))
        .bind(mac.map(|mac| mac.key.as_str()))
        .bind(hash)
        .bind(token.map(|token| millis(token.issued_at)))
        .bind(token.and_then(|token| token.last_used).map(millis))
        .bind(agent.link.as_ref().map(|link| link.user.as_str()))
        .bind(agent.link.map(|link| millis(link.linked_at)))
        .bind(agent.link.is_some_and(|link| link.legacy == LinkedLegacy::Retired))
        .bind(agent.entered_user.as_ref().map(ToString::to_string))
        .bind(agent.unconfirmed_user.as_ref().map(UserId::as_str))
        .bind(agent.status == Status::Disabled)
        .bind(agent.presence == Presence::SignedOut)
        .bind(&agent.language)
        .bind(agent.password.as_ref().map(PasswordHash::as_kept))
        .bind(agent.extension.as_ref().map(Extension::as_str))
        .bind(sip_password)
        .bind(calling::caller_ids_json(&agent.caller_ids))
        .bind(&agent.id.0)
        .execute(self.connection())
        .await
        .map_err(taken)?;
        Ok(())
    }

    async fn one_agent(
        &mut self,
        statement: &'static str,
        organization: &Handle,
        value: &str,
    ) -> Result<Option<Agent>, StoreError> {
        let row = sqlx::query(statement)
            .bind(organization.as_str())
            .bind(value)
            .fetch_optional(self.connection())
            .await?;
        row.map(|row| read(&row, &self.keys)).transpose()
    }
}

pub fn read(row: &SqliteRow, keys: &Keys) -> Result<Agent, StoreError> {
    let token = match (kept(row)?, optional_time(row, "token_issued_at")?) {
        (Some(kept), Some(issued_at)) => {
            Some(Token { kept, issued_at, last_used: optional_time(row, "token_last_used")? })
        }
        _ => None,
    };
    let retired = row.try_get("legacy_retired")?;
    let user = optional_parsed(row, "linked_user", "a linked user")?;
    let link = match (user, optional_time(row, "linked_at")?) {
        (Some(user), Some(linked_at)) => {
            let legacy = if retired { LinkedLegacy::Retired } else { LinkedLegacy::Kept };
            Some(Link { user, linked_at, legacy })
        }
        _ => None,
    };
    Ok(Agent {
        id: AgentId(row.try_get("id")?),
        login: row.try_get("login")?,
        name: row.try_get("name")?,
        operator_id: row.try_get("operator_id")?,
        token,
        link,
        entered_user: row.try_get::<Option<&str>, _>("entered_user")?.map(EnteredUser::parse),
        unconfirmed_user: optional_parsed(row, "unconfirmed_user", "a user to confirm")?,
        status: if row.try_get("disabled")? { Status::Disabled } else { Status::Active },
        presence: if row.try_get("signed_out")? { Presence::SignedOut } else { Presence::Welcome },
        language: row.try_get("language")?,
        password: row.try_get::<Option<String>, _>("password_hash")?.map(PasswordHash::from_kept),
        finding: finding(row)?,
        extension: calling::extension(row, "extension")?,
        sip_password: calling::password(row, keys)?,
        caller_ids: calling::caller_ids(row)?,
    })
}

fn kept(row: &SqliteRow) -> Result<Option<Kept>, StoreError> {
    if let Some(hash) = row.try_get::<Option<String>, _>("token_hash")? {
        return Ok(Some(Kept::Hash(PasswordHash::from_kept(hash))));
    }
    let Some(mac) = row.try_get::<Option<&[u8]>, _>("token_mac")? else { return Ok(None) };
    let key: Option<String> = row.try_get("token_key")?;
    Ok(Some(Kept::Mac(TokenMac {
        key: key.map(KeyId::from_kept).ok_or(StoreError::Corrupt("a token without its key"))?,
        mac: mac.try_into().map_err(|_| StoreError::Corrupt("a token's HMAC"))?,
    })))
}

fn taken(error: sqlx::Error) -> StoreError {
    StoreError::or_taken(
        error,
        &[
            ("login", "the agent's login"),
            ("operator_id", "the operator ID"),
            ("linked_user", "the Salesforce user"),
            ("extension", "the extension"),
        ],
    )
}
