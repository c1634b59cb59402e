//! Calls on their way to Salesforce.

use call_log::{CallId, Direction, Entry, Kind, LEASE, Memory, Outcome, Refusal, UNFINISHED};
use identity::organization::{Client, ClientSecret, Organization};
use jiff::Timestamp;
use salesforce::{
    id::TaskId,
    task::{Field, Fields, Value},
};
use store::{Handed, Lease, State, Taken, Unit};

use crate::database::{Database, agent, at, handle, id, organization};

pub async fn an_entry_reads_back_as_it_was_handed_over(database: &Database) {
    let mut unit = peopled(database).await;
    let whole = Entry {
        subject: Some("Invoice 17".into()),
        disposition: Some("Call back".into()),
        notes: "wants\na refund".into(),
        who: Some("003xx0000000001".parse().unwrap()),
        what: Some("500xx0000000001".parse().unwrap()),
        ..entry()
    };

    assert_eq!(hand_over(&mut unit, 1, &whole, 0).await, Handed::New);

    let taken = take(&mut unit, "first", 0).await.unwrap();
    assert_eq!(taken.entry, whole);
    assert_eq!((taken.agent, taken.revision, taken.attempts), (id("anna"), 1, 1));
    assert_eq!(taken.memory, Memory::default());
}

pub async fn every_direction_and_outcome_reads_back(database: &Database) {
    let mut unit = peopled(database).await;
    let outcomes = Outcome::ALL.map(|outcome| Entry { outcome, ..entry() });
    let directions = Direction::ALL.map(|direction| Entry { direction, ..entry() });
    for (revision, entry) in (1..).zip(outcomes.iter().chain(&directions)) {
        hand_over(&mut unit, revision, entry, 0).await;

        let kept = unit.calls_unwritten(&handle("acme")).await.unwrap();

        assert_eq!(kept[0].entry, *entry);
    }
}

pub async fn the_newest_revision_counts_whenever_it_comes(database: &Database) {
    let mut unit = peopled(database).await;
    hand_over(&mut unit, 2, &noted("second"), 0).await;

    let late = hand_over(&mut unit, 1, &noted("first"), 1).await;
    let again = hand_over(&mut unit, 2, &noted("second"), 1).await;

    assert_eq!((late, again), (Handed::Known(State::Waiting), Handed::Known(State::Waiting)));
    assert_eq!(take(&mut unit, "first", 1).await.unwrap().entry, noted("second"));
    assert_eq!(unit.calls_waiting(&id("anna")).await.unwrap().len(), 1);
}

pub async fn a_call_is_its_own_agents(database: &Database) {
    let mut unit = peopled(database).await;
    hand_over(&mut unit, 1, &entry(), 0).await;

    let of = (&handle("acme"), &id("ben"));
    let bens = unit.hand_over(&call(), of, 2, &noted("mine"), at(1)).await.unwrap();

    assert_eq!(bens, Handed::NotTheirs);
    assert_eq!(take(&mut unit, "first", 1).await.unwrap().entry, entry());
}

pub async fn one_writer_has_a_call_until_the_lease_ends(database: &Database) {
    let mut unit = peopled(database).await;
    hand_over(&mut unit, 1, &entry(), 0).await;
    unit.commit().await.unwrap();
    let elsewhere = database.opened_again().await;

    let mut unit = database.store.begin().await.unwrap();
    let first = take(&mut unit, "first", 0).await.unwrap();
    unit.commit().await.unwrap();
    let mut unit = elsewhere.begin().await.unwrap();
    assert_eq!(take(&mut unit, "second", 59).await, None);
    let second = take(&mut unit, "second", LEASE.as_secs()).await.unwrap();
    unit.commit().await.unwrap();

    let mut unit = database.store.begin().await.unwrap();
    let attempt = unit.attempt_call(&first.lease, &Memory::default(), at(60)).await.unwrap();
    assert!(!attempt, "the first may send nothing any more");
    assert!(!unit.call_written(&first, &Memory::default(), task(), at(60)).await.unwrap());
    assert!(unit.attempt_call(&second.lease, &Memory::default(), at(60)).await.unwrap());
}

pub async fn what_was_attempted_outlives_its_writer_and_settles(database: &Database) {
    let mut unit = peopled(database).await;
    hand_over(&mut unit, 1, &entry(), 0).await;
    let first = take(&mut unit, "first", 0).await.unwrap();
    let attempted = Memory::default().attempting(&subject("Call"));
    assert!(unit.attempt_call(&first.lease, &attempted, at(30)).await.unwrap());

    unit.end_call_leases(None).await.unwrap();

    assert_eq!(take(&mut unit, "second", 29).await, None);
    hand_over(&mut unit, 2, &noted("more"), 5).await;
    assert_eq!(take(&mut unit, "second", 29).await, None, "nor does a newer revision hurry it");
    let second = take(&mut unit, "second", 30).await.unwrap();
    assert_eq!((second.memory, second.revision), (attempted, 2));
}

pub async fn a_call_is_written_once_and_what_was_written_is_kept(database: &Database) {
    let mut unit = peopled(database).await;
    hand_over(&mut unit, 1, &entry(), 0).await;
    let taken = take(&mut unit, "first", 0).await.unwrap();
    let memory = Memory::default().attempting(&subject("Call")).arrived(task());

    assert!(unit.call_written(&taken, &memory, task(), at(1)).await.unwrap());

    assert_eq!(take(&mut unit, "second", 1_000).await, None);
    assert_eq!(unit.next_call_due().await.unwrap(), None);
    let known = hand_over(&mut unit, 1, &entry(), 2).await;
    assert_eq!(known, Handed::Known(State::Written(task())));
    assert_eq!(hand_over(&mut unit, 2, &noted("more"), 3).await, Handed::New);
    assert_eq!(take(&mut unit, "second", 3).await.unwrap().memory, memory);
}

pub async fn a_revision_that_comes_while_another_is_written_is_not_lost(database: &Database) {
    let mut unit = peopled(database).await;
    hand_over(&mut unit, 1, &entry(), 0).await;
    let first = take(&mut unit, "first", 0).await.unwrap();
    hand_over(&mut unit, 2, &noted("more"), 1).await;
    assert_eq!(take(&mut unit, "second", 1).await, None, "one writer at a time");

    let is_newest = unit.call_written(&first, &Memory::default(), task(), at(2)).await.unwrap();

    assert!(!is_newest);
    assert_eq!(take(&mut unit, "second", 2).await.unwrap().revision, 2);
}

pub async fn a_call_that_has_not_ended_waits_for_its_end_or_an_hour(database: &Database) {
    let mut unit = peopled(database).await;
    let unfinished = Entry { ended_at: None, ..entry() };
    hand_over(&mut unit, 1, &unfinished, 0).await;
    assert_eq!(take(&mut unit, "first", 3_599).await, None);
    assert_eq!(unit.next_call_due().await.unwrap(), Some(at(0) + UNFINISHED));

    hand_over(&mut unit, 2, &entry(), 60).await;

    assert!(take(&mut unit, "first", 60).await.is_some());
}

pub async fn a_clock_that_was_set_back_keeps_nothing_waiting(database: &Database) {
    let mut unit = peopled(database).await;
    let (day, unfinished) = (86_400, Entry { ended_at: None, ..entry() });
    hand_over(&mut unit, 1, &unfinished, day).await;
    assert!(take(&mut unit, "first", 0).await.is_some(), "it is due a day from now");

    assert_eq!(take(&mut unit, "second", 1).await, None, "and taken for a minute");
    unit.end_call_leases(None).await.unwrap();
    assert!(take(&mut unit, "third", 2 * day).await.is_some());
    assert!(take(&mut unit, "fourth", 0).await.is_some(), "no lease is that long");
}

pub async fn what_is_postponed_is_due_again_and_at_once_when_salesforce_is_back(
    database: &Database,
) {
    let mut unit = peopled(database).await;
    hand_over(&mut unit, 1, &entry(), 0).await;
    let taken = take(&mut unit, "first", 0).await.unwrap();

    unit.call_postponed(&taken, "no answer", at(100)).await.unwrap();

    assert_eq!(unit.calls_due(at(99)).await.unwrap(), []);
    let kept = unit.calls_unwritten(&handle("acme")).await.unwrap();
    assert_eq!((kept[0].trouble.as_deref(), kept[0].due_at), (Some("no answer"), at(100)));
    unit.calls_due_now(&handle("globex"), at(50)).await.unwrap();
    assert_eq!(take(&mut unit, "second", 50).await, None);
    unit.calls_due_now(&handle("acme"), at(50)).await.unwrap();
    assert_eq!(unit.calls_due(at(50)).await.unwrap(), [handle("acme")]);
    assert_eq!(take(&mut unit, "second", 50).await.unwrap().attempts, 2);
}

pub async fn what_is_refused_waits_for_a_newer_revision_or_an_administrator(database: &Database) {
    let mut unit = peopled(database).await;
    let refusal = Refusal { kind: Kind::Record, value: Some("WhoId".into()) };
    hand_over(&mut unit, 1, &entry(), 0).await;
    for (revision, again) in [(2, "a newer revision"), (3, "an administrator")] {
        let taken = take(&mut unit, "first", 10).await.unwrap();
        let newest = unit.call_refused(&taken, &Memory::default(), &refusal).await.unwrap();
        assert!(newest, "{again}");
        assert_eq!(take(&mut unit, "second", 1_000).await, None);
        let tally = unit.call_tallies().await.unwrap();
        assert_eq!((tally[0].waiting, tally[0].refused), (0, 1));
        let known = hand_over(&mut unit, 1, &entry(), 0).await;
        assert_eq!(known, Handed::Known(State::Refused(refusal.clone())));

        match revision {
            2 => assert_eq!(hand_over(&mut unit, 2, &noted("more"), 5).await, Handed::New),
            _ => {
                let elsewhere = unit.retry_calls(&handle("globex"), None, at(5)).await.unwrap();
                let here = unit.retry_calls(&handle("acme"), Some(&call()), at(5)).await.unwrap();
                assert_eq!((elsewhere, here), (0, 1));
            }
        }
    }
    assert!(take(&mut unit, "third", 10).await.is_some());
}

pub async fn organisations_are_written_for_apart(database: &Database) {
    let mut unit = peopled(database).await;
    unit.insert_agent(&handle("globex"), &agent("gina")).await.unwrap();
    let of = (&handle("globex"), &id("gina"));
    unit.hand_over(&call(), of, 1, &entry(), at(0)).await.unwrap();

    assert_eq!(unit.calls_due(at(0)).await.unwrap(), [handle("globex")]);
    assert_eq!(take(&mut unit, "first", 0).await, None);
    assert_eq!(unit.calls_unwritten(&handle("acme")).await.unwrap(), []);
}

pub async fn what_is_written_is_forgotten_after_a_while_and_a_debt_is_not(database: &Database) {
    let mut unit = peopled(database).await;
    let other = CallId("f".repeat(32));
    hand_over(&mut unit, 1, &entry(), 0).await;
    let taken = take(&mut unit, "first", 0).await.unwrap();
    unit.call_written(&taken, &Memory::default(), task(), at(0)).await.unwrap();
    let of = (&handle("acme"), &id("anna"));
    unit.hand_over(&other, of, 1, &entry(), at(0)).await.unwrap();

    let week = 7 * 86_400;
    unit.sweep(at(week - 1)).await.unwrap();
    assert_eq!(hand_over(&mut unit, 1, &entry(), 0).await, Handed::Known(State::Written(task())));
    unit.sweep(at(200 * 86_400)).await.unwrap();

    assert_eq!(hand_over(&mut unit, 1, &entry(), 0).await, Handed::New);
    let waiting = unit.calls_waiting(&id("anna")).await.unwrap();
    assert_eq!(waiting, [call(), other]);
}

pub async fn an_agent_who_writes_in_the_console_takes_own_calls_only(database: &Database) {
    let mut unit = database.peopled().await;
    hand_over(&mut unit, 1, &entry(), 0).await;
    let (acme, anna, ben) = (handle("acme"), id("anna"), id("ben"));

    assert_eq!(unit.calls_due(at(0)).await.unwrap(), [], "there is no client that could write");
    assert_eq!(unit.next_call_due().await.unwrap(), None);
    assert_eq!(unit.next_call_due_of(&anna).await.unwrap(), Some(at(0)));
    assert_eq!(unit.next_call_due_of(&ben).await.unwrap(), None);
    assert_eq!(unit.take_call(&acme, Some(&ben), "ben".into(), at(0)).await.unwrap(), None);
    let taken = unit.take_call(&acme, Some(&anna), "anna".into(), at(0)).await.unwrap();

    assert_eq!(unit.call_of_lease(&anna, "anna".into()).await.unwrap(), taken);
    assert_eq!(unit.call_of_lease(&ben, "anna".into()).await.unwrap(), None);
    unit.end_call_leases(Some(&ben)).await.unwrap();
    assert_eq!(unit.call_of_lease(&anna, "anna".into()).await.unwrap(), taken);
    unit.end_call_leases(Some(&anna)).await.unwrap();
    assert_eq!(unit.call_of_lease(&anna, "anna".into()).await.unwrap(), None);
}

/// With organisations for which the adapter writes.
async fn peopled(database: &Database) -> Unit {
    let mut unit = database.peopled().await;
    for name in ["acme", "globex"] {
        let client = Client { id: "client".to_owned(), secret: ClientSecret::new("secret") };
        let organization = Organization { integration_client: Some(client), ..organization(name) };
        unit.save_organization(&organization).await.unwrap();
    }
    unit
}

async fn hand_over(unit: &mut Unit, revision: u32, entry: &Entry, second: i64) -> Handed {
    let of = (&handle("acme"), &id("anna"));
    unit.hand_over(&call(), of, revision, entry, at(second)).await.unwrap()
}

async fn take(unit: &mut Unit, token: &str, second: i64) -> Option<Taken> {
    let taken = unit.take_call(&handle("acme"), None, token.into(), at(second)).await.unwrap();
    if let Some(taken) = &taken {
        assert_eq!(taken.lease, Lease { call: call(), token: token.into() });
    }
    taken
}

fn call() -> CallId {
    CallId("0123456789abcdef0123456789abcdef".into())
}

fn task() -> TaskId {
    "00Txx0000000001".parse().unwrap()
}

fn subject(text: &str) -> Fields {
    Fields::from([(Field::Subject, Value::text(text))])
}

fn noted(notes: &str) -> Entry {
    Entry { notes: notes.into(), ..entry() }
}

fn entry() -> Entry {
    let second = |second| Timestamp::from_second(1_790_000_000 + second).unwrap();
    Entry {
        direction: Direction::Inbound,
        number: "+33142685300".into(),
        began_at: second(0_i64),
        answered_at: Some(second(9)),
        ended_at: Some(second(70)),
        utc_offset: 60,
        outcome: Outcome::Answered,
        subject: None,
        disposition: None,
        notes: String::new(),
        who: None,
        what: None,
    }
}
