use identity::{agent::Agent, password::PasswordHash};

use crate::database::{Database, agent, at, handle};

pub async fn an_invitation_is_used_once_and_in_its_time(database: &Database) {
    let mut unit = database.peopled().await;
    let agent = agent("anna");

    unit.insert_invitation(&[1; 32], &agent.id, at(60)).await.unwrap();

    assert_eq!(unit.invited(&[[9; 32], [1; 32]], at(59)).await.unwrap(), Some(agent.id.clone()));
    assert_eq!(unit.invited(&[[9; 32], [1; 32]], at(60)).await.unwrap(), None);
    assert_eq!(unit.use_invitation(&[[9; 32], [1; 32]], at(60)).await.unwrap(), None);
    assert_eq!(unit.use_invitation(&[[9; 32], [2; 32]], at(0)).await.unwrap(), None);
    assert_eq!(
        unit.use_invitation(&[[9; 32], [1; 32]], at(59)).await.unwrap(),
        Some(agent.id.clone())
    );
    assert_eq!(unit.use_invitation(&[[9; 32], [1; 32]], at(59)).await.unwrap(), None);
    assert_eq!(unit.invited(&[[9; 32], [1; 32]], at(59)).await.unwrap(), None);
    assert_eq!(unit.organization_of_agent(&agent.id).await.unwrap(), Some(handle("acme")));
}

pub async fn the_newest_invitation_is_the_only_one(database: &Database) {
    let mut unit = database.peopled().await;
    let agent = agent("anna");
    unit.insert_invitation(&[1; 32], &agent.id, at(60)).await.unwrap();

    unit.insert_invitation(&[2; 32], &agent.id, at(60)).await.unwrap();

    assert_eq!(unit.invited(&[[9; 32], [1; 32]], at(0)).await.unwrap(), None);
    assert_eq!(unit.invited(&[[9; 32], [2; 32]], at(0)).await.unwrap(), Some(agent.id));
}

pub async fn a_password_is_kept_as_its_hash(database: &Database) {
    let mut unit = database.peopled().await;
    let agent = agent("anna");
    let hash = PasswordHash::from_kept("$argon2id$…".into());
    let with_password = Agent { password: Some(hash), ..agent.clone() };

    unit.save_agent(&with_password).await.unwrap();

    assert_eq!(unit.agent(&agent.id).await.unwrap(), Some(with_password));
}
