//! What a panel hands over of its calls, and what stands in Salesforce of them.

use std::time::Duration;

use adapter_api::{
    call_log::{CallId, CallResult, Direction, Entry, PATH, Receipt, Request, Response},
    call_log_turn::{self, Done, Write},
};
use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use super::{Answer, Desk, key};
use crate::{
    clock::Deadline,
    installation::{Installation, ORGANIZATION},
};

impl Desk<'_> {
    pub fn hand_over(&self, access_token: &str, request: &Request) -> Result<Answer> {
        let body = serde_json::to_value(request)?;
        self.call("PUT", PATH).access_token(access_token).json(&body).send()
    }

    pub fn call_log(&self, access_token: &str) -> Result<Response> {
        let answer = self.call("GET", PATH).access_token(access_token).send()?;
        serde_json::from_str(answer.body()).with_context(|| format!("{answer:?}"))
    }

    /// What the agent's own user is to write next, after this.
    pub fn turn(&self, access_token: &str, done: Option<Done>) -> Result<call_log_turn::Response> {
        let body = serde_json::to_value(call_log_turn::Request { done })?;
        let call = self.call("POST", call_log_turn::PATH).access_token(access_token);
        let answer = call.json(&body).send()?;
        ensure!(answer.status == 200, "no turn: {answer:?}");
        serde_json::from_str(answer.body()).with_context(|| format!("{answer:?}"))
    }

    /// Waits until there is something.
    pub fn next_write(&self, access_token: &str) -> Result<Write> {
        let deadline = Deadline::after(PATIENCE);
        loop {
            let turn = self.turn(access_token, None)?;
            match turn.write {
                Some(write) => return Ok(write),
                None => ensure!(deadline.left().is_some(), "nothing is due: {turn:?}"),
            }
        }
    }

    /// Hands it over, waits while it waits, and asks what has become of it.
    pub fn settled(&self, access_token: &str, request: &Request) -> Result<Receipt> {
        let deadline = Deadline::after(PATIENCE);
        let mut receipt = self.hand_over(access_token, request)?.receipt()?;
        while receipt == Receipt::Waiting {
            if deadline.left().is_none() {
                bail!("it waits and waits: {:#?}", unwritten(self.installation)?);
            }
            let waits =
                |call: &Value| call["call"] == request.call.as_str() && call["state"] == "waiting";
            if !unwritten(self.installation)?.iter().any(waits) {
                receipt = self.hand_over(access_token, request)?.receipt()?;
            }
        }
        Ok(receipt)
    }
}

impl Answer {
    pub fn receipt(&self) -> Result<Receipt> {
        ensure!(self.status == 200, "no receipt: {self:?}");
        serde_json::from_str(self.body()).with_context(|| format!("no receipt: {self:?}"))
    }
}

/// The first revision of a call of one minute, from a number.
pub fn inbound(number: &str) -> Request {
    Request {
        call: new_call(),
        revision: 1,
        entry: Entry {
            direction: Direction::Inbound,
            number: number.to_owned(),
            began_at: BEGAN_AT,
            answered_at: Some(BEGAN_AT + 5),
            ended_at: Some(BEGAN_AT + 65),
            utc_offset: 60,
            result: CallResult::Answered,
            subject: None,
            disposition: None,
            notes: String::new(),
            who: None,
            what: None,
        },
    }
}

/// The next revision, with notes.
pub fn noted(request: &Request, notes: &str) -> Request {
    let entry = Entry { notes: notes.to_owned(), ..request.entry.clone() };
    Request { revision: request.revision + 1, entry, ..request.clone() }
}

fn new_call() -> CallId {
    let bytes = key::random::<16>();
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    text.parse().expect("32 hexadecimal digits are an id")
}

/// The calls that are not in Salesforce, as an administrator lists them.
pub fn unwritten(installation: &Installation) -> Result<Vec<Value>> {
    let list = installation.cordboard(&["call-log", "list", ORGANIZATION, "--json"])?;
    serde_json::from_str(&list).context(list)
}

/// The Tasks that Salesforce has of this call.
pub fn tasks(installation: &Installation, call: &CallId) -> Result<Vec<Value>> {
    let state = installation.practice_state()?;
    let tasks = state["tasks"].as_array().context("a list of tasks")?.iter();
    let of_call = tasks.filter(|task| task["fields"]["CallObject"] == call.as_str());
    Ok(of_call.cloned().collect())
}

/// The one Task that it has.
pub fn task(installation: &Installation, call: &CallId) -> Result<Value> {
    let tasks = tasks(installation, call)?;
    match <[Value; 1]>::try_from(tasks) {
        Ok([task]) => Ok(task),
        Err(tasks) => bail!("not one Task but {tasks:#?}"),
    }
}

pub const BEGAN_AT: u64 = 1_790_000_000;
const PATIENCE: Duration = Duration::from_secs(30);
