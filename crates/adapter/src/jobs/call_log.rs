//! Writes the calls that are due: side by side for organisations, so that one whose Salesforce is slow holds up no
//! other, and a few at a time for each.
//!
//! ~~~text
//! take (lease) --> ask for the call's Tasks --> plan --> put down --> send --> written | refused | later
//! ~~~
//!
//! Whatever dies in the middle leaves a lease that ends, and what was put down says what may have been sent.

use std::{collections::HashMap, time::Duration};

use adapter_api::{error::Refused, events::Event};
use call_log::{Kind, Memory, Plan, Refusal, Verdict, again_at, asked_since, fields, verdict};
use identity::{
    agent::{Agent, EnteredUser},
    organization::{Client, Handle, Organization},
};
use jiff::{SignedDuration, Timestamp};
use salesforce::{
    id::{TaskId, UserId},
    task::Fields,
};
use store::{Entry, StoreError, Taken};
use texts::{Language, catalogue};
use tokio::task::{Id, JoinSet};

use crate::{
    app::{App, CallNews},
    call_log::{code, words},
    clients::{Failure, Unwritten},
    clock, random,
};

/// `settle`: so long after a write whose answer was lost nothing is asked or sent of that call. When the server stops,
/// it returns once what is being written is.
pub async fn write_calls(app: App, settle: Duration) {
    let settle = SignedDuration::try_from(settle).unwrap_or(SignedDuration::MAX);
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
                        let writer = write_all(app.clone(), organization.clone(), settle);
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
    unit.end_call_leases().await?;
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

async fn write_all(app: App, organization: Handle, settle: SignedDuration) {
    let mut writing = JoinSet::new();
    loop {
        while writing.len() < AT_ONCE && !*app.stopping.borrow() {
            match take(&app, &organization).await {
                Ok(Some(taken)) => {
                    writing.spawn(write(app.clone(), organization.clone(), taken, settle));
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
    let taken = unit.take_call(organization, random::token(), clock::now()).await?;
    unit.commit().await?;
    Ok(taken)
}

async fn write(app: App, handle: Handle, taken: Taken, settle: SignedDuration) {
    let call = taken.lease.call.clone();
    let done = async {
        let mut unit = app.store.read().await?;
        let organization = unit.organization(&handle).await?;
        let agent = unit.agent(&taken.agent).await?;
        drop(unit);
        let (Some(organization), Some(agent)) = (organization, agent) else { return Ok(()) };
        Writer { app: &app, organization, agent, taken, settle }.write().await
    };
    if let Err(error) = done.await {
        // The lease ends, and another attempt finds what became of this one.
        tracing::warn!(organization = %handle, %call, %error, "a call cannot be kept");
    }
}

/// One attempt at one call.
struct Writer<'a> {
    app: &'a App,
    organization: Organization,
    agent: Agent,
    taken: Taken,
    settle: SignedDuration,
}

impl Writer<'_> {
    async fn write(self) -> Result<(), StoreError> {
        let Some(client) = self.organization.integration_client.clone() else {
            return self.later("the organisation has no integration client").await;
        };
        let mut memory = self.taken.memory.clone();
        let owner = match self.owner(&client).await {
            Ok(Some(owner)) => owner,
            Ok(None) => {
                let refusal = Refusal { kind: Kind::NoUser, value: Some(self.agent.login.clone()) };
                return self.refused(memory, refusal).await;
            }
            Err(failure) => return self.later(&failure.to_string()).await,
        };
        let language = self.agent.language.as_deref().and_then(Language::parse);
        let words = words(&catalogue(language.unwrap_or_default()).adapter.tasks);
        let call = &self.taken.lease.call;
        let wanted = fields(call, &self.taken.entry, owner, &words);
        let salesforce = &self.app.salesforce;
        let since = asked_since(&self.taken.entry);
        let found = salesforce.call_tasks(&self.organization, &client, &call.0, since).await;
        let found = match found {
            Ok(found) => found,
            Err(failure) => return self.later(&failure.to_string()).await,
        };
        match memory.plan(&found, &wanted) {
            Plan::Nothing(task) | Plan::Deleted(task) => self.written(memory, task).await,
            Plan::Insert(fields) => self.send(&client, memory, None, fields).await,
            Plan::Update(task, fields) => self.send(&client, memory, Some(task), fields).await,
        }
    }

    /// The agent's Salesforce user: of the link, as the administrator entered it, or whose operator ID it is.
    async fn owner(&self, client: &Client) -> Result<Option<UserId>, Failure> {
        let Agent { link, entered_user, operator_id, .. } = &self.agent;
        if let Some(link) = link {
            return Ok(Some(link.user));
        }
        if let Some(EnteredUser::Id(user)) = entered_user {
            return Ok(Some(*user));
        }
        let Some(operator_id) = operator_id else { return Ok(None) };
        let (salesforce, ids) = (&self.app.salesforce, [operator_id.as_str()]);
        let found = salesforce.operator_records(&self.organization, client, &ids).await?;
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
        if !self.put_down(&memory).await? {
            return Ok(());
        }
        let (salesforce, organization) = (&self.app.salesforce, &self.organization);
        let sent = match task {
            None => salesforce.insert_task(organization, client, &fields).await,
            Some(task) => {
                salesforce.update_task(organization, client, task, &fields).await.map(|()| task)
            }
        };
        match sent {
            Ok(task) => self.written(memory.arrived(task), task).await,
            Err(Unwritten::Refused(errors)) => match verdict(&errors) {
                Verdict::ForGood(refusal) => self.refused(memory.refused(), refusal).await,
                Verdict::Later => self.later(&Unwritten::Refused(errors).to_string()).await,
            },
            Err(unwritten) => self.later(&unwritten.to_string()).await,
        }
    }

    /// False where somebody else has the call by now, so that nothing may be sent.
    async fn put_down(&self, memory: &Memory) -> Result<bool, StoreError> {
        let mut unit = self.app.store.begin().await?;
        let settles_at = clock::now().saturating_add(self.settle).unwrap_or(Timestamp::MAX);
        let ours = unit.attempt_call(&self.taken.lease, memory, settles_at).await?;
        unit.commit().await?;
        Ok(ours)
    }

    async fn written(self, memory: Memory, task: TaskId) -> Result<(), StoreError> {
        let Self { app, organization, taken, .. } = self;
        let now = clock::now();
        let mut unit = app.store.begin().await?;
        let newest = unit.call_written(&taken, &memory, task, now).await?;
        if taken.attempts > 1 {
            unit.calls_due_now(&organization.handle, now).await?;
        }
        unit.commit().await?;
        app.metrics.call_written(&organization.handle);
        tracing::info!(organization = %organization.handle, call = %taken.lease.call, %task, "a call is logged");
        if newest {
            tell(app, taken, |call| Event::CallLogged { call, task });
        }
        Ok(())
    }

    async fn refused(self, memory: Memory, refusal: Refusal) -> Result<(), StoreError> {
        let Self { app, organization, taken, .. } = self;
        let code = code(refusal.kind);
        let mut unit = app.store.begin().await?;
        let newest = unit.call_refused(&taken, &memory, &refusal).await?;
        if newest {
            let detail =
                format!("{}: {}", taken.lease.call, refusal.value.as_deref().unwrap_or("-"));
            unit.audit(Entry {
                at: clock::now(),
                organization: Some(&organization.handle),
                agent: Some(&taken.agent),
                actor: "salesforce",
                event: "call_log.write",
                outcome: code.as_str(),
                detail: Some(&detail),
            })
            .await?;
        }
        unit.commit().await?;
        app.metrics.call_refused(&organization.handle, code);
        tracing::warn!(organization = %organization.handle, call = %taken.lease.call, %code, value = refusal.value, "a call is refused by salesforce");
        if newest {
            let refused = Refused { code, value: refusal.value };
            tell(app, taken, |call| Event::CallLogRefused { call, refused });
        }
        Ok(())
    }

    async fn later(self, trouble: &str) -> Result<(), StoreError> {
        let Self { app, organization, taken, .. } = self;
        let again_at = again_at(taken.attempts, clock::now());
        let mut unit = app.store.begin().await?;
        unit.call_postponed(&taken, trouble, again_at).await?;
        unit.commit().await?;
        let (organization, call) = (&organization.handle, &taken.lease.call);
        // One line when it begins to wait, not one for each attempt.
        match taken.attempts {
            0..=1 => tracing::warn!(%organization, %call, trouble, "a call waits for salesforce"),
            attempts => tracing::debug!(%organization, %call, trouble, attempts, "it waits on"),
        }
        Ok(())
    }
}

/// To the agent's panels that listen.
fn tell(app: &App, taken: Taken, event: impl FnOnce(adapter_api::call_log::CallId) -> Event) {
    // What was stored came from a panel in this form.
    let Ok(call) = taken.lease.call.0.parse() else { return };
    // Nobody may be listening.
    let _ = app.call_news.send(CallNews { agent: taken.agent, event: event(call) });
}

/// Of one organisation's: Salesforce limits how many requests of one client may be long under way.
const AT_ONCE: usize = 4;

const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(30);
