//! Calls that the agent's own user writes, by our Apex class in the console: the panel is told what to run it with.
//!
//! ~~~text
//! panel: anything due? --> take (lease) --> put down --> parameters --> runApex --+
//!           ^                                                                     |
//!           +--- written | refused | later <--- what the class returned <---------+
//! ~~~

use adapter_api::call_log_turn::{Done, Outcome, Response, Write};
use call_log::{ApexWrite, Memory, Verdict, content, verdict_of_apex};
use identity::{agent::Agent, organization::Handle};
use oauth::base64url;
use salesforce::task::{Fields, WrittenByApex};
use store::{StoreError, Taken};

use super::{Attempt, words_for};
use crate::{app::App, clock, random};

/// Of one agent's calls.
pub struct Turn<'a> {
    pub app: &'a App,
    pub organization: &'a Handle,
    pub agent: &'a Agent,
}

impl Turn<'_> {
    /// The page that was writing before is gone, or it would say what came of it.
    pub async fn begin(&self) -> Result<(), StoreError> {
        let mut unit = self.app.store.begin().await?;
        unit.end_call_leases(Some(&self.agent.id)).await?;
        unit.commit().await
    }

    /// What came of a write, unless somebody else has the call by now.
    pub async fn finish(&self, Done { lease, outcome }: Done) -> Result<(), StoreError> {
        let mut unit = self.app.store.read().await?;
        let taken = unit.call_of_lease(&self.agent.id, lease).await?;
        drop(unit);
        let Some(taken) = taken else { return Ok(()) };
        match outcome {
            Outcome::Returned(text) => self.returned(taken, &text).await,
            Outcome::Failed(said) => match verdict_of_apex(&said) {
                Verdict::ForGood(refusal) => {
                    let memory = taken.memory.clone().refused();
                    self.attempt(taken).refused(memory, refusal).await
                }
                Verdict::Later => {
                    let said: String = said.chars().take(MOST_TROUBLE).collect();
                    self.attempt(taken).later(&format!("the console: {said}")).await
                }
            },
        }
    }

    async fn returned(&self, mut taken: Taken, text: &str) -> Result<(), StoreError> {
        let written = serde_json::from_str(text).ok();
        // Where it is none, somebody has deleted it.
        let task = written.and_then(|WrittenByApex { task }| task.or(taken.memory.task));
        let Some(task) = task else {
            return self.attempt(taken).later("the class returned no task").await;
        };
        let memory = taken.memory.clone().arrived(task);
        if memory.apex_write(&self.wanted(&taken)).is_some() {
            // It was an earlier revision that was sent once more; the newest goes on waiting.
            taken.revision = 0;
        }
        self.attempt(taken).written(memory, task).await
    }

    pub async fn next(&self) -> Result<Response, StoreError> {
        loop {
            let mut unit = self.app.store.begin().await?;
            let now = clock::now();
            let own = Some(&self.agent.id);
            let taken = unit.take_call(self.organization, own, random::token(), now).await?;
            let Some(taken) = taken else {
                let next = unit.next_call_due_of(&self.agent.id).await?;
                unit.commit().await?;
                let next_in = next.map(|next| next.duration_since(now).as_secs().max(0) + 1);
                let next_in = next_in.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
                return Ok(Response { write: None, next_in });
            };
            unit.commit().await?;
            let memory = taken.memory.clone();
            match (memory.apex_write(&self.wanted(&taken)), memory.task) {
                (Some(write), _) => {
                    if let Some(write) = self.write(taken, &memory, &write).await? {
                        return Ok(Response { write: Some(write), next_in: None });
                    }
                }
                // There is nothing new in this revision.
                (None, Some(task)) => self.attempt(taken).written(memory, task).await?,
                (None, None) => self.attempt(taken).later("there is nothing to write").await?,
            }
        }
    }

    async fn write(
        &self,
        taken: Taken,
        memory: &Memory,
        ApexWrite { wanted, written }: &ApexWrite,
    ) -> Result<Option<Write>, StoreError> {
        let lease = taken.lease.clone();
        let memory = memory.attempting(wanted);
        if !self.attempt(taken).put_down(&memory).await? {
            return Ok(None);
        }
        let (wanted, written) = (encoded(wanted), encoded(written));
        let parameters = format!("call={}&wanted={wanted}&written={written}", lease.call);
        Ok(Some(Write { lease: lease.token, parameters }))
    }

    fn wanted(&self, taken: &Taken) -> Fields {
        content(&taken.entry, &words_for(self.agent))
    }

    fn attempt(&self, taken: Taken) -> Attempt<'_> {
        Attempt { app: self.app, organization: self.organization, taken }
    }
}

/// `runApex` passes a query string on.
fn encoded(fields: &Fields) -> String {
    base64url::encode(serde_json::to_vec(fields).unwrap_or_default())
}

const MOST_TROUBLE: usize = 200;
