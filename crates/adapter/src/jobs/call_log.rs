//! Writes the calls that are due: side by side for organisations, so that one whose Salesforce is slow holds up no
//! other, and a few at a time for each.
//!
//! ~~~text
//! take (lease) --> ask for the call's Tasks, and whose case it is about --> plan --> put down --> send --> written | refused | later
//! ~~~
//!
//! Whatever dies in the middle leaves a lease that ends, and what was put down says what may have been sent.

use std::{collections::HashMap, time::Duration};

use call_log::{Entry, Kind, Memory, Plan, Refusal, Verdict, asked_since, fields, verdict};
use identity::{
    agent::{Agent, EnteredUser},
    organization::{Client, Handle, Organization},
};
use salesforce::{
    id::{TaskId, UserId},
    task::Fields,
};
use store::{StoreError, Taken};
use tokio::task::{Id, JoinSet};

use crate::{
    app::App,
    call_log::{Attempt, words_for},
    clients::{Failure, Unwritten},
    clock, random,
};

/// When the server stops, it returns once what is being written is.
pub async fn write_calls(app: App) {
    if let Err(error) = end_leases(&app).await {
        tracing::warn!(%error, "calls that were being written wait until their leases end");
    }
    let mut running: HashMap<Id, Handle> = HashMap::new();
    let mut writers = JoinSet::new();
    loop {
        let wait = match due(&app).await {
            Ok((organizations, wait)) => {
                for organization in organizations {
                    if !running.values().any(|known| *known == organization) {
                        let writer = write_all(app.clone(), organization.clone());
                        running.insert(writers.spawn(writer).id(), organization);
                    }
                }
                wait
            }
            Err(error) => {
                tracing::warn!(%error, "the calls that are due cannot be read");
                LONGEST
            }
        };
        tokio::select! {
            () = app.calls_handed.notified() => {}
            () = tokio::time::sleep(wait) => {}
            Some(done) = writers.join_next_with_id() => {
                let id = match done {
                    Ok((id, ())) => id,
                    Err(error) => {
                        tracing::error!(%error, "a writer of calls has failed");
                        error.id()
                    }
                };
                running.remove(&id);
            }
            () = app.stopped() => break,
        }
    }
    while writers.join_next().await.is_some() {}
}

/// Of a process before this one: a server runs alone.
async fn end_leases(app: &App) -> Result<(), StoreError> {
    let mut unit = app.store.begin().await?;
    unit.end_call_leases(None).await?;
    unit.commit().await
}

/// Whose calls are due, and how long until others are. What is being written is due as well, so a moment passes in
/// any case.
async fn due(app: &App) -> Result<(Vec<Handle>, Duration), StoreError> {
    let now = clock::now();
    let mut unit = app.store.read().await?;
    let organizations = unit.calls_due(now).await?;
    let next = unit.next_call_due().await?;
    let wait = next.and_then(|next| Duration::try_from(next.duration_since(now)).ok());
    let wait = next.map_or(LONGEST, |_| wait.unwrap_or_default());
    Ok((organizations, wait.clamp(SHORTEST, LONGEST)))
}

async fn write_all(app: App, organization: Handle) {
    let mut writing = JoinSet::new();
    loop {
        while writing.len() < AT_ONCE && !*app.stopping.borrow() {
            match take(&app, &organization).await {
                Ok(Some(taken)) => {
                    writing.spawn(write(app.clone(), organization.clone(), taken));
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%organization, %error, "a call cannot be taken up");
                    break;
                }
            }
        }
        if writing.join_next().await.is_none() {
            return;
        }
    }
}

async fn take(app: &App, organization: &Handle) -> Result<Option<Taken>, StoreError> {
    let mut unit = app.store.begin().await?;
    let taken = unit.take_call(organization, None, random::token(), clock::now()).await?;
    unit.commit().await?;
    Ok(taken)
}

async fn write(app: App, handle: Handle, taken: Taken) {
    let call = taken.lease.call.clone();
    let done = async {
        let mut unit = app.store.read().await?;
        let organization = unit.organization(&handle).await?;
        let agent = unit.agent(&taken.agent).await?;
        drop(unit);
        let (Some(organization), Some(agent)) = (organization, agent) else { return Ok(()) };
        let attempt = Attempt { app: &app, organization: &handle, taken };
        Writer { organization: &organization, agent: &agent, attempt }.write().await
    };
    if let Err(error) = done.await {
        // The lease ends, and another attempt finds what became of this one.
        tracing::warn!(organization = %handle, %call, %error, "a call cannot be kept");
    }
}

/// By the organisation's integration client.
struct Writer<'a> {
    organization: &'a Organization,
    agent: &'a Agent,
    attempt: Attempt<'a>,
}

impl Writer<'_> {
    async fn write(self) -> Result<(), StoreError> {
        let Attempt { app, taken, .. } = &self.attempt;
        let Some(client) = self.organization.integration_client.as_ref() else {
            return self.attempt.later("the organisation has no integration client").await;
        };
        let mut memory = taken.memory.clone();
        let owner = match self.owner(client).await {
            Ok(Some(owner)) => owner,
            Ok(None) => {
                let refusal = Refusal { kind: Kind::NoUser, value: Some(self.agent.login.clone()) };
                return self.attempt.refused(memory, refusal).await;
            }
            Err(failure) => return self.attempt.later(&failure.to_string()).await,
        };
        let entry = match self.entry(client).await {
            Ok(entry) => entry,
            Err(failure) => return self.attempt.later(&failure.to_string()).await,
        };
        let call = &taken.lease.call;
        let wanted = fields(call, &entry, owner, &words_for(self.agent));
        let since = asked_since(&taken.entry);
        let found = app.salesforce.call_tasks(self.organization, client, &call.0, since).await;
        let found = match found {
            Ok(found) => found,
            Err(failure) => return self.attempt.later(&failure.to_string()).await,
        };
        match memory.plan(&found, &wanted) {
            Plan::Nothing(task) | Plan::Deleted(task) => self.attempt.written(memory, task).await,
            Plan::Insert(fields) => self.send(client, memory, None, fields).await,
            Plan::Update(task, fields) => self.send(client, memory, Some(task), fields).await,
        }
    }

    /// With the case's contact beside the case, as the console does where a call is logged by hand. Whom we have named
    /// already stays named.
    async fn entry(&self, client: &Client) -> Result<Entry, Failure> {
        let Attempt { app, taken, .. } = &self.attempt;
        let entry = taken.entry.clone();
        let Some(case) = entry.case_of_nobody() else { return Ok(entry) };
        let who = match taken.memory.who() {
            Some(who) => Some(who),
            None => app.salesforce.contact_of_case(self.organization, client, case).await?,
        };
        Ok(Entry { who, ..entry })
    }

    /// The agent's Salesforce user: of the link, as the administrator entered it, or whose operator ID it is.
    async fn owner(&self, client: &Client) -> Result<Option<UserId>, Failure> {
        let Agent { link, entered_user, operator_id, .. } = self.agent;
        if let Some(link) = link {
            return Ok(Some(link.user));
        }
        if let Some(EnteredUser::Id(user)) = entered_user {
            return Ok(Some(*user));
        }
        let Some(operator_id) = operator_id else { return Ok(None) };
        let (salesforce, ids) = (&self.attempt.app.salesforce, [operator_id.as_str()]);
        let found = salesforce.operator_records(self.organization, client, &ids).await?;
        // Two users of one operator ID are nobody's.
        Ok(<[_; 1]>::try_from(found).ok().map(|[user]| user.id))
    }

    async fn send(
        self,
        client: &Client,
        memory: Memory,
        task: Option<TaskId>,
        fields: Fields,
    ) -> Result<(), StoreError> {
        let memory = memory.attempting(&fields);
        if !self.attempt.put_down(&memory).await? {
            return Ok(());
        }
        let Self { organization, attempt, .. } = self;
        let salesforce = &attempt.app.salesforce;
        let sent = match task {
            None => salesforce.insert_task(organization, client, &fields).await,
            Some(task) => {
                salesforce.update_task(organization, client, task, &fields).await.map(|()| task)
            }
        };
        match sent {
            Ok(task) => attempt.written(memory.arrived(task), task).await,
            Err(Unwritten::Refused(errors)) => match verdict(&errors) {
                Verdict::ForGood(refusal) => attempt.refused(memory.refused(), refusal).await,
                Verdict::Later => attempt.later(&Unwritten::Refused(errors).to_string()).await,
            },
            Err(unwritten) => attempt.later(&unwritten.to_string()).await,
        }
    }
}

/// Of one organisation's: Salesforce limits how many requests of one client may be long under way.
const AT_ONCE: usize = 4;

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(30);
