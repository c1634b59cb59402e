//! What Salesforce says of agents' users: asked about many of them each minute, and about one once more before
//! what was found keeps that one out.

use std::collections::HashSet;

use identity::{
    agent::AgentId,
    directory::{Answer, Asked, Cause, Finding, Found, Login, Subject, Verdict},
    organization::{Client, Organization},
    sign_in::{Membership, Standing},
};
use jiff::Timestamp;
use salesforce::{id::UserId, user::UserRecord};
use store::{Entry, StoreError, Unit};

use crate::{app::App, clients::Failure, clock, http::code_of_end};

/// What has kept Salesforce from saying all.
pub type Trouble = Option<(Asked, Cause)>;

/// What Salesforce says of these subjects.
pub async fn ask(
    app: &App,
    organization: &Organization,
    client: &Client,
    subjects: &[Subject],
) -> (Answer, Trouble) {
    let (records, mut trouble) = records(app, organization, client, subjects).await;
    let mut frozen = None;
    // Who does not answer one question is not asked the next.
    if !matches!(trouble, Some((_, Cause::Silent))) {
        match frozen_among(app, organization, client, &records).await {
            Ok(users) => frozen = Some(users),
            Err(failure) => {
                trouble.get_or_insert((Asked::Logins, cause(failure)));
            }
        }
    }
    let mut answer = Answer::default();
    for record in records {
        let login = match &frozen {
            None => Login::Unknown,
            Some(frozen) if frozen.contains(&record.id) => Login::Frozen,
            Some(_) => Login::Open,
        };
        let standing = Standing {
            active: record.is_active,
            user_type: record.user_type,
            call_center: Membership::Of(record.call_center_id),
        };
        answer.add(record.id, record.operator_id, Found { standing, login });
    }
    let trouble = trouble.or_else(|| unseen(&answer, subjects));
    (answer, trouble)
}

async fn records(
    app: &App,
    organization: &Organization,
    client: &Client,
    subjects: &[Subject],
) -> (Vec<UserRecord>, Trouble) {
    let mut records = Vec::new();
    let users: Vec<UserId> = subjects.iter().filter_map(user).collect();
    for some in users.chunks(MOST_USERS) {
        match app.salesforce.user_records(organization, client, some).await {
            Ok(some) => records.extend(some),
            Err(failure) => return (records, Some((Asked::Users, cause(failure)))),
        }
    }
    let operators: Vec<&str> = subjects.iter().filter_map(operator).collect();
    for some in operators.chunks(MOST_OPERATORS) {
        match app.salesforce.operator_records(organization, client, some).await {
            Ok(some) => records.extend(some),
            Err(failure) => {
                let cause = cause(failure);
                // Silence is no matter of what was asked.
                let asked = if cause == Cause::Silent { Asked::Users } else { Asked::Operators };
                return (records, Some((asked, cause)));
            }
        }
    }
    (records, None)
}

async fn frozen_among(
    app: &App,
    organization: &Organization,
    client: &Client,
    records: &[UserRecord],
) -> Result<HashSet<UserId>, Failure> {
    let users: Vec<UserId> = records.iter().map(|record| record.id).collect();
    let mut frozen = HashSet::new();
    for some in users.chunks(MOST_USERS) {
        frozen.extend(app.salesforce.frozen_users(organization, client, some).await?);
    }
    Ok(frozen)
}

/// Users are missing for want of a permission, which matters more than operator IDs that nobody entered.
fn unseen(answer: &Answer, subjects: &[Subject]) -> Trouble {
    let mut missing = subjects.iter().filter(|subject| !answer.shows(subject)).peekable();
    missing.peek()?;
    let is_user = missing.any(|subject| matches!(subject, Subject::User(_)));
    Some((if is_user { Asked::Users } else { Asked::Operators }, Cause::Unseen))
}

fn user(subject: &Subject) -> Option<UserId> {
    match subject {
        Subject::User(user) => Some(*user),
        Subject::Operator(_) => None,
    }
}

fn operator(subject: &Subject) -> Option<&str> {
    match subject {
        Subject::User(_) => None,
        Subject::Operator(operator_id) => Some(operator_id),
    }
}

fn cause(failure: Failure) -> Cause {
    match failure {
        Failure::Unreachable(_) | Failure::Unreadable(_) => Cause::Silent,
        Failure::Refused(code) => Cause::Refused(code),
    }
}

/// Somebody is vouched for of whom Salesforce said earlier that they may be no agent: it is asked once more, so
/// that whoever is well again waits for no minute to pass. Where it does not answer, the finding stands.
pub async fn reconsider(
    app: &App,
    organization: &Organization,
    user: UserId,
    operator_id: Option<&str>,
) -> Result<(), StoreError> {
    let Some(client) = &organization.integration_client else { return Ok(()) };
    let handle = &organization.handle;
    let mut found = app.store.read().await?.found_unfit(handle, user, operator_id).await?;
    found.retain(|agent| agent.is_user(user, operator_id));
    if found.is_empty() {
        return Ok(());
    }
    let subject = Subject::User(user);
    let (answer, _) = ask(app, organization, client, std::slice::from_ref(&subject)).await;
    let now = clock::now();
    let mut unit = app.store.begin().await?;
    for agent in found {
        let before = unit.agent(&agent.id).await?.and_then(|agent| agent.finding);
        let after = match answer.verdict(&subject, before.as_ref(), organization, now) {
            Verdict::Unseen => continue,
            Verdict::Fit => None,
            Verdict::Unfit(finding) => Some(finding),
        };
        record(&mut unit, organization, &agent.id, (before, after), now).await?;
    }
    unit.commit().await
}

/// Writes a finding that is new, another one, or gone.
pub async fn record(
    unit: &mut Unit,
    organization: &Organization,
    agent: &AgentId,
    (before, after): (Option<Finding>, Option<Finding>),
    now: Timestamp,
) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    unit.save_finding(agent, after.as_ref()).await?;
    let user = after.as_ref().or(before.as_ref()).map(|finding| finding.user);
    unit.audit(Entry {
        at: now,
        organization: Some(&organization.handle),
        agent: Some(agent),
        actor: "salesforce",
        event: "agent.found",
        outcome: after.map_or("ok", |finding| code_of_end(finding.unfit.end()).as_str()),
        detail: user.as_ref().map(UserId::as_str),
    })
    .await
}

/// Of one query: its address stays far below the 16 KB that Salesforce takes, operator IDs of eighty
/// characters included, each of which may need three bytes.
const MOST_USERS: usize = 200;
const MOST_OPERATORS: usize = 40;
