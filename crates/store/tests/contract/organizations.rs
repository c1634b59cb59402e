use identity::{
    organization::{Client, ClientSecret, Legacy, Organization, Password, Proof},
    session::Session,
};
use salesforce::frame::Origin;
use store::StoreError;

use crate::{
    callings::calling,
    database::{Database, agent, handle, id, organization, session},
};

pub async fn an_organisation_reads_back_as_it_was_written(database: &Database) {
    let client = |id: &str, secret: &str| {
        Some(Client { id: id.to_owned(), secret: ClientSecret::new(secret) })
    };
    let plain = organization("acme");
    let full = Organization {
        name: "Acme, Größe & Söhne".to_owned(),
        lightning_hosts: vec![
            Origin::parse("https://acme.lightning.force.com").unwrap(),
            Origin::parse("http://acme.lightning.localhost:8600").unwrap(),
        ],
        sign_in_client: client("sign-in", "s3cret"),
        integration_client: client("integration", "another s3cret"),
        proof: Proof::Required { certificates: vec!["one".to_owned(), "two".to_owned()] },
        call_centers: vec!["04vxx0000000001".parse().unwrap()],
        legacy: Legacy::Migrating,
        password: Password::On,
        calling: calling(),
        ..plain.clone()
    };
    let mut unit = database.store.begin().await.unwrap();

    unit.insert_organization(&full).await.unwrap();
    assert_eq!(unit.organization(&full.handle).await.unwrap().as_ref(), Some(&full));
    unit.save_organization(&plain).await.unwrap();
    assert_eq!(unit.organization(&full.handle).await.unwrap().as_ref(), Some(&plain));
    unit.save_organization(&full).await.unwrap();
    unit.commit().await.unwrap();

    let mut unit = database.store.read().await.unwrap();
    assert_eq!(unit.organizations().await.unwrap(), [full]);
    assert_eq!(unit.organization(&handle("globex")).await.unwrap(), None);
}

pub async fn a_handle_is_taken_once(database: &Database) {
    let mut unit = database.store.begin().await.unwrap();
    unit.insert_organization(&organization("acme")).await.unwrap();

    let again = unit.insert_organization(&organization("acme")).await;

    assert!(matches!(again, Err(StoreError::Taken("the handle"))), "{again:?}");
}

/// A row that belongs to another one is not written without it.
pub async fn nothing_hangs_in_the_air(database: &Database) {
    let mut unit = database.peopled().await;
    let nobodys = Session { agent: id("nobody"), ..session(1, "anna") };

    assert!(unit.insert_agent(&handle("initech"), &agent("carla")).await.is_err());
    assert!(unit.insert_session(&nobodys).await.is_err());
    assert!(
        unit.insert_ticket(&[1; 32], session(1, "anna").id, session(1, "anna").ends_at)
            .await
            .is_err()
    );
}
