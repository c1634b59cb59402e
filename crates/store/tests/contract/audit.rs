use store::Entry;

use crate::database::{Database, at, handle, id};

pub async fn the_newest_entries_come_first(database: &Database) {
    let mut unit = database.peopled().await;
    let (acme, anna) = (handle("acme"), id("anna"));
    let of_anna = Entry {
        at: at(1),
        organization: Some(&acme),
        agent: Some(&anna),
        actor: "agent",
        event: "sign_in",
        outcome: "ok",
        detail: Some("proof"),
    };
    let of_nobody =
        Entry { at: at(2), organization: None, agent: None, detail: None, ..of_anna.clone() };
    unit.audit(of_anna).await.unwrap();
    unit.audit(of_nobody).await.unwrap();
    unit.commit().await.unwrap();

    let mut unit = database.store.read().await.unwrap();
    let entries = unit.audit_entries(10).await.unwrap();

    let [newer, older] = entries.as_slice() else { panic!("two entries, not {entries:?}") };
    assert_eq!((newer.at, newer.agent.as_deref(), newer.detail.as_deref()), (at(2), None, None));
    let (organization, agent) = (older.organization.as_deref(), older.agent.as_deref());
    assert_eq!((older.at, organization, agent), (at(1), Some("acme"), Some("anna")));
    assert_eq!((older.event.as_str(), older.outcome.as_str()), ("sign_in", "ok"));
    assert!(older.id < newer.id);
    assert_eq!(unit.audit_entries(1).await.unwrap(), entries[..1]);
}
