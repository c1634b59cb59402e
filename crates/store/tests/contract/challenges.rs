use crate::database::{Database, at, handle};

pub async fn a_challenge_is_used_once(database: &Database) {
    let mut unit = database.peopled().await;
    unit.insert_challenge("nonce", &handle("acme"), "jkt", at(60)).await.unwrap();
    unit.commit().await.unwrap();

    let takers = (0..4).map(|_| {
        let store = database.store.clone();
        tokio::spawn(async move {
            let mut unit = store.begin().await.unwrap();
            let is_ours = unit.consume_challenge("nonce", &handle("acme"), "jkt", at(1)).await;
            unit.commit().await.unwrap();
            is_ours.unwrap()
        })
    });
    let mut taken = 0;
    for taker in takers.collect::<Vec<_>>() {
        taken += usize::from(taker.await.unwrap());
    }

    assert_eq!(taken, 1);
}

pub async fn a_challenge_is_for_its_own_key_and_organisation(database: &Database) {
    let (acme, globex) = (handle("acme"), handle("globex"));
    let mut unit = database.peopled().await;
    unit.insert_challenge("nonce", &acme, "jkt", at(60)).await.unwrap();

    assert!(!unit.consume_challenge("nonce", &acme, "other", at(1)).await.unwrap());
    assert!(!unit.consume_challenge("nonce", &globex, "jkt", at(1)).await.unwrap());
    assert!(!unit.consume_challenge("other", &acme, "jkt", at(1)).await.unwrap());
    // None of these has used it up.
    assert!(unit.consume_challenge("nonce", &acme, "jkt", at(1)).await.unwrap());
}

pub async fn a_challenge_expires(database: &Database) {
    let mut unit = database.peopled().await;
    for nonce in ["in time", "too late"] {
        unit.insert_challenge(nonce, &handle("acme"), "jkt", at(60)).await.unwrap();
    }

    assert!(unit.consume_challenge("in time", &handle("acme"), "jkt", at(59)).await.unwrap());
    assert!(!unit.consume_challenge("too late", &handle("acme"), "jkt", at(60)).await.unwrap());
}
