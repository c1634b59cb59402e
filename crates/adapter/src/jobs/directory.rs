//! Once a minute, for each organisation with an integration client: may the users of live sessions go on?

use std::{collections::HashSet, time::Duration};

use identity::{
    directory::{Answer, Asked, Cause, Directory, Found, Live, Login, end_by_answer},
    organization::{Client, Organization},
    sign_in::{Membership, Standing},
};
use jiff::Timestamp;
use salesforce::{id::UserId, user::UserRecord};
use store::{Entry, StoreError, Unit};
use tokio::{task::JoinSet, time::MissedTickBehavior};

use crate::{app::App, clients::Failure, clock, http::code_of_end};

pub async fn ask_salesforce(app: App, every: Duration) {
    let mut interval = tokio::time::interval(every);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = interval.tick() => {}
            () = app.stopped() => return,
        }
        tokio::select! {
            () = ask_for_all(&app) => {}
            () = app.stopped() => return,
        }
    }
}

/// Side by side, so that an organisation whose Salesforce is slow holds up no other.
async fn ask_for_all(app: &App) {
    let organizations = async { app.store.read().await?.organizations().await };
    let organizations = match organizations.await {
        Ok(organizations) => organizations,
        Err(error) => return tracing::warn!(%error, "the organisations cannot be read"),
    };
    let mut tasks = JoinSet::new();
    for organization in organizations {
        let Some(client) = organization.integration_client.clone() else { continue };
        let app = app.clone();
        tasks.spawn(async move {
            if let Err(error) = ask_for(&app, &organization, &client).await {
                tracing::warn!(organization = %organization.handle, %error, "the directory cannot be kept");
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

async fn ask_for(
    app: &App,
    organization: &Organization,
    client: &Client,
) -> Result<(), StoreError> {
    let handle = &organization.handle;
    let live = app.store.read().await?.live_sessions_of_users(handle, clock::now()).await?;
    if live.is_empty() {
        return Ok(());
    }
    let users: HashSet<UserId> = live.iter().map(|live| live.user).collect();
    let users: Vec<UserId> = users.into_iter().collect();
    let (answer, failure) = answer(app, organization, client, &users).await;

    let now = clock::now();
    let mut unit = app.store.begin().await?;
    let before = unit.directory(handle).await?;
    let directory = before.after(failure, now);
    unit.save_directory(handle, &directory).await?;
    let ended = end(&mut unit, &live, &answer, &directory, organization, now).await?;
    unit.commit().await?;
    if ended > 0 {
        app.hub.nudge();
    }
    tell_change(organization, &before, &directory);
    Ok(())
}

/// What Salesforce says of these users, and what has kept it from saying all.
async fn answer(
    app: &App,
    organization: &Organization,
    client: &Client,
    users: &[UserId],
) -> (Answer, Option<(Asked, Cause)>) {
    let mut answer = Answer::new();
    let mut failure = None;
    for some in users.chunks(MOST_USERS) {
        let records = match app.salesforce.user_records(organization, client, some).await {
            Ok(records) => records,
            Err(error) => return (answer, Some((Asked::Users, cause(error)))),
        };
        let frozen = match app.salesforce.frozen_users(organization, client, some).await {
            Ok(frozen) => frozen,
            Err(error) => {
                failure = Some((Asked::Logins, cause(error)));
                Vec::new()
            }
        };
        answer.extend(records.into_iter().map(|record| found(record, &frozen)));
    }
    if failure.is_none() && users.iter().any(|user| !answer.contains_key(user)) {
        failure = Some((Asked::Users, Cause::Unseen));
    }
    (answer, failure)
}

fn found(record: UserRecord, frozen: &[UserId]) -> (UserId, Found) {
    let standing = Standing {
        active: record.is_active,
        user_type: record.user_type,
        call_center: Membership::Of(record.call_center_id),
    };
    let login = if frozen.contains(&record.id) { Login::Frozen } else { Login::Open };
    (record.id, Found { standing, login })
}

fn cause(failure: Failure) -> Cause {
    match failure {
        Failure::Unreachable(_) | Failure::Unreadable(_) => Cause::Silent,
        Failure::Refused(code) => Cause::Refused(code),
    }
}

/// Ends the sessions that may not go on; how many.
async fn end(
    unit: &mut Unit,
    live: &[Live],
    answer: &Answer,
    directory: &Directory,
    organization: &Organization,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let mut ended = 0;
    for live in live {
        let end = end_by_answer(live, answer, organization)
            .or_else(|| directory.end_by_silence(live, now));
        let Some(end) = end else { continue };
        // The session may have ended by itself while Salesforce was asked.
        if unit.end_session(live.session, end, now).await? == 0 {
            continue;
        }
        ended += 1;
        let entry = Entry {
            at: now,
            organization: Some(&organization.handle),
            agent: Some(&live.agent),
            actor: "salesforce",
            event: "session.end",
            outcome: code_of_end(end).as_str(),
            detail: Some(live.user.as_str()),
        };
        unit.audit(entry).await?;
    }
    Ok(ended)
}

/// One line when the trouble begins, is another one, or ends; not one a minute.
fn tell_change(organization: &Organization, before: &Directory, directory: &Directory) {
    if !directory.differs_from(before) {
        return;
    }
    let organization = &organization.handle;
    match &directory.trouble {
        Some(trouble) => {
            let remedy = trouble.remedy();
            tracing::warn!(%organization, %trouble, remedy, "agents' users cannot be checked");
        }
        None => tracing::info!(%organization, "agents' users are checked again"),
    }
}

/// Of one query: its address stays far below the 16 KB that Salesforce takes.
const MOST_USERS: usize = 200;
