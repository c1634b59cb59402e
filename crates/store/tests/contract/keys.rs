//! The process's own keys, and what rests on each.

use std::{slice, sync::Arc};

use identity::{
    agent::{Agent, Kept, Token},
    calling::Secret,
    keys::Keys,
    organization::{Client, ClientSecret, Organization},
    session::{End, Session},
};
use store::Resting;

use crate::{
    callings::calling,
    database::{Database, agent, at, handle, id, keys, organization, rotated, session},
};

pub async fn keys_are_taken_up_once_and_go_with_the_server(database: &Database) {
    let (old, new) = (keys().in_use().clone(), rotated().in_use().clone());
    let mut unit = database.store.begin().await.unwrap();
    assert_eq!(unit.take_up_keys(at(0)).await.unwrap(), slice::from_ref(&old));
    assert_eq!(unit.take_up_keys(at(1)).await.unwrap(), []);
    unit.commit().await.unwrap();

    let mut unit = database.opened_with(rotated()).await.begin().await.unwrap();
    assert_eq!(unit.take_up_keys(at(2)).await.unwrap(), slice::from_ref(&new));
    assert_eq!(unit.keys_taken_up().await.unwrap(), [(old, at(0)), (new.clone(), at(2))]);
    unit.commit().await.unwrap();

    let alone = Arc::new(Keys::from_secret(&[2; 32]));
    let mut unit = database.opened_with(alone).await.begin().await.unwrap();
    assert_eq!(unit.take_up_keys(at(3)).await.unwrap(), []);
    assert_eq!(unit.keys_taken_up().await.unwrap(), [(new, at(2))]);
}

pub async fn beside_a_server_the_key_it_has_is_in_use(database: &Database) {
    let mut unit = database.store.begin().await.unwrap();
    unit.take_up_keys(at(0)).await.unwrap();
    unit.commit().await.unwrap();

    let beside = database.opened_with(rotated()).await.beside_server().await.unwrap();
    assert_eq!(beside.keys().in_use(), keys().in_use());

    let server = database.opened_with(rotated()).await;
    let mut unit = server.begin().await.unwrap();
    unit.take_up_keys(at(1)).await.unwrap();
    unit.commit().await.unwrap();
    let beside = server.beside_server().await.unwrap();
    assert_eq!(beside.keys().in_use(), rotated().in_use());
}

pub async fn what_rests_on_a_key_is_counted_and_moves_on_when_it_is_touched(database: &Database) {
    furnished(database).await;
    let mut unit = database.opened_with(rotated()).await.begin().await.unwrap();
    let old = keys().in_use().clone();
    assert_eq!(
        unit.resting_on(&old, at(1)).await.unwrap(),
        Resting {
            tokens: vec![("acme".into(), "ben".into())],
            sessions: 2,
            invitations: 1,
            transactions: 0,
            secrets: vec!["acme".into(), "acme/anna".into()],
        }
    );
    assert_eq!(unit.resting_on(&old, at(30_000)).await.unwrap().sessions, 0, "they are over");

    unit.renew_session(&Session { generation: 2, ..session(1, "anna") }).await.unwrap();
    unit.end_session(session(2, "ben").id, End::SignedOut, at(1)).await.unwrap();
    unit.save_agent(&with_token(&rotated())).await.unwrap();

    let resting = unit.resting_on(&old, at(1)).await.unwrap();
    assert_eq!((resting.sessions, resting.tokens), (0, vec![]));
    let resting = unit.resting_on(rotated().in_use(), at(1)).await.unwrap();
    assert_eq!((resting.sessions, resting.tokens.len()), (1, 1));
}

pub async fn secrets_are_sealed_anew_when_a_key_is_taken_up(database: &Database) {
    furnished(database).await;
    let mut unit = database.opened_with(rotated()).await.begin().await.unwrap();

    unit.take_up_keys(at(1)).await.unwrap();

    let secrets = async |unit: &mut store::Unit, keys: &Keys| {
        unit.resting_on(keys.in_use(), at(1)).await.unwrap().secrets
    };
    assert!(secrets(&mut unit, &keys()).await.is_empty());
    assert_eq!(secrets(&mut unit, &rotated()).await, ["acme", "acme/anna"]);
    unit.commit().await.unwrap();
    let alone = Arc::new(Keys::from_secret(&[2; 32]));
    let mut unit = database.opened_with(alone).await.read().await.unwrap();
    let acme = unit.organization(&handle("acme")).await.unwrap().unwrap();
    assert_eq!((acme.sign_in_client, acme.integration_client), (client("one"), client("two")));
    assert_eq!(acme.calling, calling());
    let anna = unit.agent(&id("anna")).await.unwrap().unwrap();
    assert_eq!(anna.sip_password, Some(Secret::new("hers")));
}

pub async fn what_rests_on_a_key_is_given_up_with_it_and_nothing_else(database: &Database) {
    furnished(database).await;
    let mut unit = database.opened_with(rotated()).await.begin().await.unwrap();
    unit.take_up_keys(at(1)).await.unwrap();
    unit.insert_session(&session(3, "anna")).await.unwrap();

    unit.give_up_key(keys().in_use(), at(1)).await.unwrap();

    assert!(unit.resting_on(keys().in_use(), at(1)).await.unwrap().is_nothing());
    assert_eq!(unit.agent(&id("ben")).await.unwrap().unwrap().token, None);
    let ended = unit.session(session(1, "anna").id).await.unwrap().unwrap().ended;
    assert_eq!(ended, Some(End::ByAdministrator));
    assert_eq!(unit.session(session(3, "anna").id).await.unwrap().unwrap().ended, None);
}

/// Something of each kind, under the key of [`keys`].
async fn furnished(database: &Database) {
    let mut unit = database.peopled().await;
    let acme = Organization {
        sign_in_client: client("one"),
        integration_client: client("two"),
        calling: calling(),
        ..organization("acme")
    };
    unit.save_organization(&acme).await.unwrap();
    unit.save_agent(&with_token(&keys())).await.unwrap();
    let sip_password = Some(Secret::new("hers"));
    unit.save_agent(&Agent { sip_password, ..agent("anna") }).await.unwrap();
    unit.insert_session(&session(1, "anna")).await.unwrap();
    unit.insert_session(&session(2, "ben")).await.unwrap();
    unit.insert_invitation(&[1; 32], &id("anna"), at(60)).await.unwrap();
    unit.commit().await.unwrap();
}

fn with_token(keys: &Keys) -> Agent {
    let token =
        Token { kept: Kept::Mac(keys.token_mac("token")), issued_at: at(0), last_used: None };
    Agent { token: Some(token), ..agent("ben") }
}

fn client(secret: &str) -> Option<Client> {
    Some(Client { id: "client".to_owned(), secret: ClientSecret::new(secret) })
}
