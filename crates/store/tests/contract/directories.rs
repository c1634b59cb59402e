//! How the minute's query fares, and whose sessions it asks about.

use identity::{
    agent::{Agent, Link, LinkedLegacy},
    directory::{Asked, Cause, Directory, Live, Trouble},
    session::{End, Session},
};

use crate::database::{Database, agent, anna, at, handle, session};

pub async fn a_directory_reads_back_with_each_trouble(database: &Database) {
    let mut unit = database.peopled().await;
    let acme = handle("acme");
    assert_eq!(unit.directory(&acme).await.unwrap(), Directory::default());
    let troubles = [
        (Asked::Users, Cause::Silent),
        (Asked::Logins, Cause::Refused("INVALID_TYPE".to_owned())),
        (Asked::Users, Cause::Unseen),
    ];
    let troubled = troubles.map(|(asked, cause)| Some(Trouble { since: at(5), asked, cause }));

    for trouble in troubled.into_iter().chain([None]) {
        let directory = Directory { answered_at: Some(at(4)), trouble };
        unit.save_directory(&acme, &directory).await.unwrap();

        assert_eq!(unit.directory(&acme).await.unwrap(), directory);
    }
    assert_eq!(unit.directory(&handle("globex")).await.unwrap(), Directory::default());
}

pub async fn only_live_sessions_of_linked_agents_are_asked_about(database: &Database) {
    let mut unit = database.peopled().await;
    let link = Link { user: anna(), linked_at: at(0), legacy: LinkedLegacy::Kept };
    let linked = Agent { link: Some(link), ..agent("anna") };
    unit.save_agent(&linked).await.unwrap();
    let live = session(1, "anna");
    let expired = Session { ends_at: at(10), ..session(2, "anna") };
    let ended = session(3, "anna");
    for session in [&live, &expired, &ended, &session(4, "ben")] {
        unit.insert_session(session).await.unwrap();
    }
    unit.end_session(ended.id, End::SignedOut, at(5)).await.unwrap();

    let asked_about = unit.live_sessions_of_users(&handle("acme"), at(10)).await.unwrap();

    let Session { id, created_at, .. } = live;
    let live = Live { session: id, agent: linked.id, user: anna(), created_at };
    assert_eq!(asked_about, [live]);
    assert_eq!(unit.live_sessions_of_users(&handle("globex"), at(10)).await.unwrap(), []);
}
