//! Salesforce's Tasks, by the integration client: found by call, inserted, updated; and whose the cases are that they
//! belong to.

use identity::organization::{Client, Organization};
use jiff::Timestamp;
use salesforce::{
    case::{CaseRecord, HIDDEN, contact_query},
    id::{RecordId, TaskId},
    task::{Fields, Inserted, RestError, TaskRecord, call_query, path, path_of},
};
use tokio::time::Instant;

use super::{
    Failure, Salesforce,
    salesforce::{SESSION_IS_OVER, exchange},
};

/// Why a write has no good end.
#[derive(Debug, thiserror::Error)]
pub enum Unwritten {
    /// Nothing was sent.
    #[error(transparent)]
    NotSent(Failure),
    /// Nobody knows whether it was done: no answer, a 5xx, or one that cannot be read.
    #[error("{0}, so that nobody knows whether it was written")]
    Lost(Failure),
    #[error("salesforce refused: {}", names(.0))]
    Refused(Vec<RestError>),
}

impl Salesforce {
    /// The Tasks of a call that were made at this time or later, the first one first.
    pub async fn call_tasks(
        &self,
        organization: &Organization,
        client: &Client,
        call: &str,
        since: Timestamp,
    ) -> Result<Vec<TaskRecord>, Failure> {
        let since = since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        self.query(organization, client, &call_query(call, &since)).await
    }

    /// Whose case it is; nothing as well where the client may not see that.
    pub async fn contact_of_case(
        &self,
        organization: &Organization,
        client: &Client,
        case: RecordId,
    ) -> Result<Option<RecordId>, Failure> {
        match self.query::<CaseRecord>(organization, client, &contact_query(case)).await {
            Ok(found) => Ok(found.into_iter().find_map(|case| case.contact)),
            Err(Failure::Refused(code)) if HIDDEN.contains(&code.as_str()) => {
                tracing::info!(%case, code, "whose case it is cannot be seen");
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    pub async fn insert_task(
        &self,
        organization: &Organization,
        client: &Client,
        fields: &Fields,
    ) -> Result<TaskId, Unwritten> {
        let path = path(organization.script_version.as_str());
        let url = format!("{}{path}", organization.my_domain);
        let request = || self.http.post(&url).json(fields);
        let body = self.write("task_insert", organization, client, request).await?;
        match serde_json::from_slice(&body) {
            Ok(Inserted { id, success: true }) => Ok(id),
            Ok(_) => Err(Unwritten::Refused(Vec::new())),
            Err(error) => Err(Unwritten::Lost(Failure::Unreadable(error.to_string()))),
        }
    }

    pub async fn update_task(
        &self,
        organization: &Organization,
        client: &Client,
        task: TaskId,
        fields: &Fields,
    ) -> Result<(), Unwritten> {
        let path = path_of(organization.script_version.as_str(), task);
        let url = format!("{}{path}", organization.my_domain);
        let request = || self.http.patch(&url).json(fields);
        self.write("task_update", organization, client, request).await.map(drop)
    }

    /// By the client's token. Where it was good no longer nothing was done, so a new one may send the same again.
    async fn write(
        &self,
        question: &'static str,
        organization: &Organization,
        client: &Client,
        request: impl Fn() -> reqwest::RequestBuilder,
    ) -> Result<Vec<u8>, Unwritten> {
        if let Some(token) = self.kept_token(organization, client) {
            match self.send(question, request().bearer_auth(token)).await {
                Err(Unwritten::Refused(errors))
                    if errors.iter().any(|error| error.error_code == SESSION_IS_OVER) => {}
                answered => return answered,
            }
        }
        let token = self.new_token(organization, client).await.map_err(Unwritten::NotSent)?;
        self.send(question, request().bearer_auth(token)).await
    }

    async fn send(
        &self,
        question: &'static str,
        request: reqwest::RequestBuilder,
    ) -> Result<Vec<u8>, Unwritten> {
        let began = Instant::now();
        let answer = match exchange(request).await {
            Ok((status, body)) if status.is_success() => Ok(body),
            Ok((status, body)) => Err(Unwritten::Refused(
                serde_json::from_slice(&body).unwrap_or_else(|_| vec![unnamed(status.as_u16())]),
            )),
            Err(failure) => Err(Unwritten::Lost(failure)),
        };
        let outcome = match &answer {
            Ok(_) => "ok",
            Err(Unwritten::Refused(_)) => "refused",
            Err(Unwritten::Lost(Failure::Unreadable(_))) => "unreadable",
            Err(_) => "unreachable",
        };
        self.metrics.salesforce(question, outcome, began.elapsed());
        answer
    }
}

/// A refusal that is none of the REST interface's: of something before it, which may think again.
fn unnamed(status: u16) -> RestError {
    let code = if matches!(status, 408 | 425 | 429) { "REQUEST_LIMIT_EXCEEDED" } else { "HTTP" };
    RestError {
        error_code: code.to_owned(),
        message: String::new(),
        fields: vec![status.to_string()],
    }
}

fn names(errors: &[RestError]) -> String {
    errors.iter().map(|error| error.error_code.as_str()).collect::<Vec<_>>().join(", ")
}
