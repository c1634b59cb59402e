use identity::consent::ConsentId;

use crate::database::{Database, anna, at, ben, consent, handle, id};

pub async fn a_subject_has_one_live_consent(database: &Database) {
    let mut unit = database.peopled().await;
    let first = consent("first", anna(), "anna");
    unit.insert_consent(&handle("acme"), &first).await.unwrap();

    // Not even as somebody else.
    assert!(unit.insert_consent(&handle("acme"), &consent("second", anna(), "ben")).await.is_err());
    let other_subject = consent("third", ben(), "ben");
    unit.insert_consent(&handle("acme"), &other_subject).await.unwrap();
    assert_eq!(unit.consents(&id("anna")).await.unwrap(), std::slice::from_ref(&first));

    assert!(unit.revoke_consent(&first.id, &id("anna"), at(1)).await.unwrap());
    let again = consent("again", anna(), "anna");
    unit.insert_consent(&handle("acme"), &again).await.unwrap();
    assert_eq!(unit.consents(&id("anna")).await.unwrap(), [again]);
}

pub async fn a_consent_counts_for_the_agent_who_gave_it(database: &Database) {
    let mut unit = database.peopled().await;
    let given = consent("given", anna(), "anna");
    unit.insert_consent(&handle("acme"), &given).await.unwrap();

    let annas = unit.consent_of(&handle("acme"), anna(), &id("anna")).await.unwrap();
    assert_eq!(annas.as_ref(), Some(&given));
    assert_eq!(unit.consent_of(&handle("acme"), anna(), &id("ben")).await.unwrap(), None);
    assert_eq!(unit.consent_of(&handle("acme"), ben(), &id("anna")).await.unwrap(), None);
    assert_eq!(unit.consent_of(&handle("globex"), anna(), &id("anna")).await.unwrap(), None);
}

pub async fn a_consent_is_revoked_by_its_own_agent_alone(database: &Database) {
    let mut unit = database.peopled().await;
    let given = consent("given", anna(), "anna");
    unit.insert_consent(&handle("acme"), &given).await.unwrap();

    assert!(!unit.revoke_consent(&given.id, &id("ben"), at(1)).await.unwrap());
    assert!(!unit.revoke_consent(&ConsentId("other".into()), &id("anna"), at(1)).await.unwrap());
    assert_eq!(unit.live_consent(&given.id).await.unwrap().as_ref(), Some(&given));

    assert!(unit.revoke_consent(&given.id, &id("anna"), at(1)).await.unwrap());
    assert!(!unit.revoke_consent(&given.id, &id("anna"), at(2)).await.unwrap());
    assert_eq!(unit.live_consent(&given.id).await.unwrap(), None);
    assert_eq!(unit.consent_of(&handle("acme"), anna(), &id("anna")).await.unwrap(), None);
    assert_eq!(unit.consents(&id("anna")).await.unwrap(), []);
}

pub async fn consents_as_others_and_of_an_agent_end_together(database: &Database) {
    let acme = handle("acme");
    let mut unit = database.peopled().await;
    let (annas, bens) = (consent("annas", anna(), "anna"), consent("bens", ben(), "ben"));
    unit.insert_consent(&acme, &annas).await.unwrap();
    unit.insert_consent(&acme, &bens).await.unwrap();

    let as_herself = unit.revoke_consents_as_others(&acme, anna(), &id("anna"), at(1)).await;
    let as_another = unit.revoke_consents_as_others(&acme, anna(), &id("ben"), at(1)).await;
    assert_eq!((as_herself.unwrap(), as_another.unwrap()), (0, 1));
    assert_eq!(unit.live_consent(&annas.id).await.unwrap(), None);
    assert_eq!(unit.live_consent(&bens.id).await.unwrap(), Some(bens));

    assert_eq!(unit.revoke_consents_of_agent(&id("ben"), at(2)).await.unwrap(), 1);
    assert_eq!(unit.consents(&id("ben")).await.unwrap(), []);
}
