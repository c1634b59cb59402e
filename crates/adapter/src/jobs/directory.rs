//! Once a minute, for each organisation with an integration client: may the users of live sessions go on?

use std::time::Duration;

use identity::{
    agent::AgentId,
    directory::{Answer, Directory, Finding, Inquiry, Subject, Verdict},
    organization::{Client, Organization},
    session::End,
};
use jiff::Timestamp;
use salesforce::id::UserId;
use store::{Entry, StoreError, Unit};
use tokio::{task::JoinSet, time::MissedTickBehavior};

use crate::{app::App, clock, directory, http::code_of_end};

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
    let inquiries = app.store.read().await?.inquiries(handle, clock::now()).await?;
    if inquiries.is_empty() {
        return Ok(());
    }
    let subjects: Vec<Subject> = inquiries.iter().map(|inquiry| inquiry.subject.clone()).collect();
    let (answer, trouble) = directory::ask(app, organization, client, &subjects).await;

    let mut round =
        Round { organization, answer, now: clock::now(), unit: app.store.begin().await?, ended: 0 };
    let before = round.unit.directory(handle).await?;
    let directory = before.after(trouble, round.now);
    round.unit.save_directory(handle, &directory).await?;
    for inquiry in &inquiries {
        round.conclude(inquiry, &directory).await?;
    }
    round.unit.commit().await?;
    app.metrics.directory_query(handle, &directory);
    if round.ended > 0 {
        app.hub.nudge();
    }
    tell_change(organization, &before, &directory);
    Ok(())
}

/// What one answer leads to, in one unit.
struct Round<'a> {
    organization: &'a Organization,
    answer: Answer,
    now: Timestamp,
    unit: Unit,
    /// How many sessions.
    ended: u64,
}

impl Round<'_> {
    async fn conclude(
        &mut self,
        inquiry: &Inquiry,
        directory: &Directory,
    ) -> Result<(), StoreError> {
        let (before, now) = (inquiry.finding.as_ref(), self.now);
        match self.answer.verdict(&inquiry.subject, before, self.organization, now) {
            Verdict::Fit if before.is_none() => Ok(()),
            Verdict::Fit => self.find(inquiry, None).await,
            Verdict::Unfit(finding) => self.find(inquiry, Some(finding)).await,
            Verdict::Unseen => {
                for live in &inquiry.sessions {
                    if let Some(end) = directory.end_by_silence(*live, now) {
                        let ended = self.unit.end_session(live.session, end, now).await?;
                        self.tell_ended(&inquiry.agent, end, ended, None).await?;
                    }
                }
                Ok(())
            }
        }
    }

    /// All sessions of the agent end, also one that began while Salesforce was asked.
    async fn find(
        &mut self,
        inquiry: &Inquiry,
        finding: Option<Finding>,
    ) -> Result<(), StoreError> {
        let Some(agent) = self.unit.agent(&inquiry.agent).await? else { return Ok(()) };
        // The account may have been linked in the meantime, and the answer be about somebody else.
        if agent.subject().as_ref() != Some(&inquiry.subject) {
            return Ok(());
        }
        if let Some(finding) = &finding {
            let end = finding.unfit.end();
            let ended = self.unit.end_sessions_of_agent(&agent.id, end, self.now).await?;
            self.tell_ended(&agent.id, end, ended, Some(finding.user)).await?;
        }
        let change = (agent.finding, finding);
        directory::record(&mut self.unit, self.organization, &agent.id, change, self.now).await
    }

    /// Nothing where the sessions had ended by themselves while Salesforce was asked.
    async fn tell_ended(
        &mut self,
        agent: &AgentId,
        end: End,
        ended: u64,
        user: Option<UserId>,
    ) -> Result<(), StoreError> {
        if ended == 0 {
            return Ok(());
        }
        self.ended += ended;
        let entry = Entry {
            at: self.now,
            organization: Some(&self.organization.handle),
            agent: Some(agent),
            actor: "salesforce",
            event: "session.end",
            outcome: code_of_end(end).as_str(),
            detail: user.as_ref().map(UserId::as_str),
        };
        self.unit.audit(entry).await
    }
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
