//! Agents' accounts, and who finds them.

use identity::{
    agent::{Agent, EnteredUser, Kept, Link, LinkedLegacy, Presence, Status, Token},
    calling::{CallerId, Extension, Secret},
    link::Candidates,
    password::PasswordHash,
};
use store::StoreError;

use crate::database::{Database, agent, anna, at, ben, handle, id, keys};

pub async fn an_agent_reads_back_as_it_was_written(database: &Database) {
    let full = Agent {
        name: "Carla Costa".to_owned(),
        operator_id: Some("op-1003".to_owned()),
        token: Some(Token {
            kept: Kept::Mac(keys().token_mac("token")),
            issued_at: at(1),
            last_used: Some(at(2)),
        }),
        link: Some(Link { user: anna(), linked_at: at(3), legacy: LinkedLegacy::Retired }),
        entered_user: Some(EnteredUser::parse("carla@acme.example")),
        unconfirmed_user: Some(ben()),
        status: Status::Disabled,
        presence: Presence::SignedOut,
        language: Some("fr_CA".to_owned()),
        extension: Some(Extension::parse("1003").unwrap()),
        sip_password: Some(Secret::new("hers")),
        caller_ids: vec![CallerId::parse("+14155551001").unwrap()],
        ..agent("carla")
    };
    let mut unit = database.peopled().await;

    unit.insert_agent(&handle("acme"), &full).await.unwrap();
    assert_eq!(unit.agent(&full.id).await.unwrap().as_ref(), Some(&full));
    let by_login = unit.agent_by_login(&handle("acme"), "carla").await.unwrap();
    let by_operator_id = unit.agent_by_operator_id(&handle("acme"), "op-1003").await.unwrap();
    assert_eq!((by_login.as_ref(), by_operator_id.as_ref()), (Some(&full), Some(&full)));
    assert_eq!(unit.agent_by_login(&handle("globex"), "carla").await.unwrap(), None);

    unit.save_agent(&agent("carla")).await.unwrap();
    assert_eq!(unit.agent(&full.id).await.unwrap(), Some(agent("carla")));
    let logins = unit.agents(&handle("acme")).await.unwrap().into_iter().map(|agent| agent.login);
    assert_eq!(logins.collect::<Vec<_>>(), ["anna", "ben", "carla"]);
}

pub async fn what_is_taken_is_named(database: &Database) {
    let mut unit = database.peopled().await;
    let annas = everything_once();
    unit.save_agent(&annas).await.unwrap();

    let same_login = Agent { id: id("another"), ..agent("anna") };
    let login = unit.insert_agent(&handle("acme"), &same_login).await;
    assert!(matches!(login, Err(StoreError::Taken("the agent's login"))), "{login:?}");
    let same_operator = Agent { operator_id: annas.operator_id, ..agent("ben") };
    let operator_id = unit.save_agent(&same_operator).await;
    assert!(matches!(operator_id, Err(StoreError::Taken("the operator ID"))), "{operator_id:?}");
    let same_user = Agent { link: linked(), ..agent("ben") };
    let user = unit.save_agent(&same_user).await;
    assert!(matches!(user, Err(StoreError::Taken("the Salesforce user"))), "{user:?}");
    let same_extension = Agent { extension: annas.extension, ..agent("ben") };
    let extension = unit.save_agent(&same_extension).await;
    assert!(matches!(extension, Err(StoreError::Taken("the extension"))), "{extension:?}");
}

pub async fn another_organisation_takes_what_it_likes(database: &Database) {
    let mut unit = database.peopled().await;
    let annas = everything_once();
    unit.save_agent(&annas).await.unwrap();

    let elsewhere = Agent { id: id("another"), ..annas };

    assert!(unit.insert_agent(&handle("globex"), &elsewhere).await.is_ok());
}

pub async fn a_verified_user_finds_the_accounts_that_may_be_meant(database: &Database) {
    let mut unit = database.peopled().await;
    let by_link = Agent { link: linked(), ..agent("anna") };
    let by_operator_id = Agent { operator_id: Some("op-2".to_owned()), ..agent("ben") };
    let entered = |login: &str, text: &str| Agent {
        entered_user: Some(EnteredUser::parse(text)),
        ..agent(login)
    };
    let by_id = entered("carla", anna().as_str());
    let by_name = entered("dora", "Anna@Acme.Example");
    unit.save_agent(&by_link).await.unwrap();
    unit.save_agent(&by_operator_id).await.unwrap();
    for agent in [&by_id, &by_name, &entered("emil", "emil@acme.example")] {
        unit.insert_agent(&handle("acme"), agent).await.unwrap();
    }

    let found = async |unit: &mut store::Unit, organization, username, operator_id| {
        let candidates =
            unit.candidates(&handle(organization), anna(), username, operator_id).await.unwrap();
        let Candidates { by_link, by_operator_id, by_entered_user } = candidates;
        (by_link, by_operator_id, by_entered_user)
    };

    assert_eq!(
        found(&mut unit, "acme", Some("anna@acme.example"), Some("op-2")).await,
        (Some(by_link.clone()), Some(by_operator_id), vec![by_id.clone(), by_name])
    );
    assert_eq!(
        found(&mut unit, "acme", None, Some("op-9")).await,
        (Some(by_link), None, vec![by_id])
    );
    let elsewhere = found(&mut unit, "globex", Some("anna@acme.example"), Some("op-2")).await;
    assert_eq!(elsewhere, (None, None, vec![]));
}

pub async fn a_weak_token_is_kept_as_its_hash_and_makes_its_organisation_hash(database: &Database) {
    let mut unit = database.peopled().await;
    let kept = Kept::Hash(PasswordHash::from_kept("$argon2id$…".into()));
    let token = Token { kept, issued_at: at(0), last_used: None };
    let weak = Agent { token: Some(token), ..agent("anna") };
    assert!(!unit.has_weak_tokens(&handle("acme")).await.unwrap());

    unit.save_agent(&weak).await.unwrap();

    assert_eq!(unit.agent(&weak.id).await.unwrap(), Some(weak.clone()));
    assert!(unit.has_weak_tokens(&handle("acme")).await.unwrap());
    assert!(!unit.has_weak_tokens(&handle("globex")).await.unwrap());
    let strong =
        Token { kept: Kept::Mac(keys().token_mac("token")), issued_at: at(1), last_used: None };
    unit.save_agent(&Agent { token: Some(strong), ..weak }).await.unwrap();
    assert!(!unit.has_weak_tokens(&handle("acme")).await.unwrap());
}

/// Whatever no other agent of the organisation may have, too.
fn everything_once() -> Agent {
    Agent {
        operator_id: Some("op-1".to_owned()),
        extension: Some(Extension::parse("1001").unwrap()),
        link: linked(),
        ..agent("anna")
    }
}

fn linked() -> Option<Link> {
    Some(Link { user: anna(), linked_at: at(0), legacy: LinkedLegacy::Kept })
}
