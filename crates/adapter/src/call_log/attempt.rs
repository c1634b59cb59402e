//! One attempt at one call: what is put down before it, and what came of it.

use adapter_api::{error::Refused, events::Event};
use call_log::{Memory, Refusal, again_at};
use identity::organization::Handle;
use jiff::{SignedDuration, Timestamp};
use salesforce::id::TaskId;
use store::{Entry, StoreError, Taken};

use super::code;
use crate::{
    app::{App, CallNews},
    clock,
};

pub struct Attempt<'a> {
    pub app: &'a App,
    pub organization: &'a Handle,
    pub taken: Taken,
}

impl Attempt<'_> {
    /// False where somebody else has the call by now, so that nothing may be sent.
    pub async fn put_down(&self, memory: &Memory) -> Result<bool, StoreError> {
        let mut unit = self.app.store.begin().await?;
        let settles_at = clock::now().saturating_add(settle(self.app)).unwrap_or(Timestamp::MAX);
        let ours = unit.attempt_call(&self.taken.lease, memory, settles_at).await?;
        unit.commit().await?;
        Ok(ours)
    }

    pub async fn written(self, memory: Memory, task: TaskId) -> Result<(), StoreError> {
        let Self { app, organization, taken, .. } = self;
        let now = clock::now();
        let mut unit = app.store.begin().await?;
        let newest = unit.call_written(&taken, &memory, task, now).await?;
        if taken.attempts > 1 {
            unit.calls_due_now(organization, now).await?;
        }
        unit.commit().await?;
        app.metrics.call_written(organization);
        tracing::info!(%organization, call = %taken.lease.call, %task, "a call is logged");
        if newest {
            tell(app, taken, |call| Event::CallLogged { call, task });
        }
        Ok(())
    }

    pub async fn refused(self, memory: Memory, refusal: Refusal) -> Result<(), StoreError> {
        let Self { app, organization, taken, .. } = self;
        let code = code(refusal.kind);
        let mut unit = app.store.begin().await?;
        let newest = unit.call_refused(&taken, &memory, &refusal).await?;
        if newest {
            let detail =
                format!("{}: {}", taken.lease.call, refusal.value.as_deref().unwrap_or("-"));
            unit.audit(Entry {
                at: clock::now(),
                organization: Some(organization),
                agent: Some(&taken.agent),
                actor: "salesforce",
                event: "call_log.write",
                outcome: code.as_str(),
                detail: Some(&detail),
            })
            .await?;
        }
        unit.commit().await?;
        app.metrics.call_refused(organization, code);
        tracing::warn!(%organization, call = %taken.lease.call, %code, value = refusal.value, "a call is refused by salesforce");
        if newest {
            let refused = Refused { code, value: refusal.value };
            tell(app, taken, |call| Event::CallLogRefused { call, refused });
        }
        Ok(())
    }

    pub async fn later(self, trouble: &str) -> Result<(), StoreError> {
        let Self { app, organization, taken, .. } = self;
        let again_at = again_at(taken.attempts, clock::now());
        let mut unit = app.store.begin().await?;
        unit.call_postponed(&taken, trouble, again_at).await?;
        unit.commit().await?;
        let call = &taken.lease.call;
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

/// So long after a write whose answer was lost nothing is asked or sent of that call.
fn settle(app: &App) -> SignedDuration {
    SignedDuration::try_from(app.call_log_settle).unwrap_or(SignedDuration::MAX)
}
