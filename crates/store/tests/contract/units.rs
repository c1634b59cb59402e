use identity::agent::Agent;
use store::Store;

use crate::database::{Database, agent, at, handle, id, organization};

pub async fn a_unit_that_is_dropped_leaves_no_trace(database: &Database) {
    let mut unit = database.peopled().await;
    unit.insert_challenge("nonce", &handle("acme"), "jkt", at(60)).await.unwrap();

    drop(unit);

    let mut unit = database.store.begin().await.unwrap();
    assert_eq!(unit.organizations().await.unwrap(), []);
    assert_eq!(unit.agent(&id("anna")).await.unwrap(), None);
    assert!(!unit.consume_challenge("nonce", &handle("acme"), "jkt", at(0)).await.unwrap());
}

pub async fn what_is_not_committed_nobody_sees(database: &Database) {
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_organization(&organization("acme")).await.unwrap();

    let before = database.store.read().await.unwrap().organizations().await.unwrap();
    unit.commit().await.unwrap();
    let after = database.store.read().await.unwrap().organizations().await.unwrap();

    assert_eq!((before.len(), after.len()), (0, 1));
}

pub async fn a_reader_goes_on_with_what_it_began_with(database: &Database) {
    database.peopled().await.commit().await.unwrap();
    let mut reader = database.store.read().await.unwrap();
    assert_eq!(reader.agents(&handle("acme")).await.unwrap().len(), 2);

    let mut unit = database.store.begin().await.unwrap();
    unit.insert_agent(&handle("acme"), &agent("carla")).await.unwrap();
    unit.commit().await.unwrap();

    assert_eq!(reader.agents(&handle("acme")).await.unwrap().len(), 2);
}

/// Each adds a letter to what it reads; none reads what another is about to replace.
pub async fn units_at_once_come_one_after_the_other(database: &Database) {
    database.peopled().await.commit().await.unwrap();
    let other_process = database.opened_again().await;

    let tasks = (0..20).map(|number| {
        let store = if number % 2 == 0 { &database.store } else { &other_process };
        tokio::spawn(add_a_letter(store.clone()))
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }

    let anna = database.store.read().await.unwrap().agent(&id("anna")).await.unwrap().unwrap();
    assert_eq!(anna.name, format!("anna{}", "a".repeat(20)));
}

async fn add_a_letter(store: Store) {
    let mut unit = store.begin().await.unwrap();
    let anna = unit.agent(&id("anna")).await.unwrap().unwrap();
    // Whoever waits for the lock is given every chance to slip in between.
    tokio::task::yield_now().await;
    unit.save_agent(&Agent { name: format!("{}a", anna.name), ..anna }).await.unwrap();
    unit.commit().await.unwrap();
}
