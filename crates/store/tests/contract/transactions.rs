//! Sign-in transactions, which move on once from each stage.

use identity::sign_in::{
    Membership, Standing,
    transaction::{BoundUser, Failure, FormToken, Stage, Transaction, TransactionId, VerifiedUser},
};
use store::StoreError;

use crate::database::{Database, anna, at, consent, handle, id, keys, session, standing};

pub async fn a_transaction_reads_back_in_every_stage(database: &Database) {
    let mut unit = database.peopled().await;
    let (given, opened) = (consent("given", anna(), "anna"), session(1, "anna"));
    unit.insert_consent(&handle("acme"), &given).await.unwrap();
    unit.insert_session(&opened).await.unwrap();
    let nobody_was_asked = Standing { call_center: Membership::Unknown, ..standing() };
    let of_none = Standing { call_center: Membership::Of(None), active: false, ..standing() };
    let stages = [
        Stage::Open,
        verified("form", standing()),
        verified("form", nobody_was_asked.clone()),
        verified("form", of_none.clone()),
        Stage::Allowed { agent: id("anna"), consent: given.id },
        Stage::Claimed { session: opened.id, at: at(5) },
        failed(Some("005…")),
        failed(None),
    ];
    let bound = [None, Some(standing()), Some(nobody_was_asked), Some(of_none)];

    for (number, stage) in (0..).zip(stages) {
        let standing = bound[usize::from(number) % bound.len()].clone();
        let begun = Transaction {
            bound_to: standing.map(|standing| BoundUser {
                user: anna(),
                operator_id: Some("op-1".to_owned()),
                standing,
                language: Some("fr_CA".to_owned()),
            }),
            switching: (number % 2 == 0).then(|| id("ben")),
            ..transaction(number)
        };
        unit.insert_transaction(&begun).await.unwrap();
        assert_eq!(unit.transaction(&begun.id).await.unwrap().as_ref(), Some(&begun));

        unit.advance(&begun, &stage).await.unwrap();

        let moved = Transaction { stage, ..begun };
        assert_eq!(unit.transaction(&moved.id).await.unwrap(), Some(moved));
    }
    assert_eq!(unit.transaction(&transaction(99).id).await.unwrap(), None);
}

/// Whoever comes second with what they read before changes nothing.
pub async fn a_transaction_moves_on_from_where_it_was_read(database: &Database) {
    let mut unit = database.peopled().await;
    let open = transaction(1);
    unit.insert_transaction(&open).await.unwrap();
    let first = verified("first", standing());
    unit.advance(&open, &first).await.unwrap();
    let drawn_first = Transaction { stage: first, ..open.clone() };
    let second = verified("second", standing());
    unit.advance(&drawn_first, &second).await.unwrap();

    for stale in [&open, &drawn_first] {
        let late = unit.advance(stale, &failed(None)).await;
        assert!(matches!(late, Err(StoreError::MovedOn)), "{late:?}");
    }

    let found = unit.transaction(&open.id).await.unwrap().unwrap();
    assert_eq!(found, Transaction { stage: second, ..open });
}

pub async fn what_has_expired_is_swept_away(database: &Database) {
    let day = 24 * 60 * 60;
    let mut unit = database.peopled().await;
    let opened = session(1, "anna");
    unit.insert_session(&opened).await.unwrap();
    unit.insert_ticket(&[1; 32], opened.id, at(60)).await.unwrap();
    unit.insert_challenge("nonce", &handle("acme"), "jkt", at(60)).await.unwrap();
    let (left, claimed) = (transaction(1), transaction(2));
    for transaction in [&left, &claimed] {
        unit.insert_transaction(transaction).await.unwrap();
    }
    unit.advance(&claimed, &Stage::Claimed { session: opened.id, at: at(5) }).await.unwrap();

    // A minute later the one-use rows have gone; whoever asks late is still told what happened.
    unit.sweep(at(61)).await.unwrap();
    assert!(!unit.consume_challenge("nonce", &handle("acme"), "jkt", at(0)).await.unwrap());
    assert_eq!(unit.consume_ticket(&[1; 32], at(0)).await.unwrap(), None);
    unit.sweep(at(600 + day)).await.unwrap();
    assert!(unit.transaction(&left.id).await.unwrap().is_some());

    unit.sweep(at(600 + day + 1)).await.unwrap();
    assert!(unit.transaction(&left.id).await.unwrap().is_none());
    assert!(unit.session(opened.id).await.unwrap().is_some());
    unit.sweep(at(28_800 + day + 1)).await.unwrap();
    assert!(unit.session(opened.id).await.unwrap().is_none());
}

fn transaction(number: u8) -> Transaction {
    Transaction {
        id: TransactionId::from_random([number; 16]),
        organization: handle("acme"),
        jkt: "jkt".to_owned(),
        challenge: "challenge".to_owned(),
        key: keys().in_use().clone(),
        bound_to: None,
        switching: None,
        expires_at: at(600),
        stage: Stage::Open,
    }
}

fn verified(form: &str, standing: Standing) -> Stage {
    Stage::Verified {
        user: VerifiedUser {
            user: anna(),
            username: "anna@acme.example".to_owned(),
            name: "Anna \"A\" Agent".to_owned(),
            standing,
            language: Some("fr".to_owned()),
        },
        form: FormToken(form.to_owned()),
    }
}

fn failed(value: Option<&str>) -> Stage {
    let code = "sign_in.no_agent".to_owned();
    Stage::Failed(Failure { code, value: value.map(str::to_owned) })
}
