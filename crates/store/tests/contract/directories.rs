//! How the minute's query fares, whom it asks about, and what it has found.

use identity::{
    agent::{Agent, Link, LinkedLegacy, Status},
    directory::{Asked, Cause, Directory, Finding, Inquiry, Live, Subject, Trouble, Unfit},
    session::{End, Session},
};

use crate::database::{Database, agent, anna, at, ben, handle, id, session};

pub async fn a_directory_reads_back_with_each_trouble(database: &Database) {
    let mut unit = database.peopled().await;
    let acme = handle("acme");
    assert_eq!(unit.directory(&acme).await.unwrap(), Directory::default());
    let troubles = [
        (Asked::Users, Cause::Silent),
        (Asked::Logins, Cause::Refused("INVALID_TYPE".to_owned())),
        (Asked::Users, Cause::Unseen),
        (Asked::Operators, Cause::Unseen),
    ];
    let troubled = troubles.map(|(asked, cause)| Some(Trouble { since: at(5), asked, cause }));

    for trouble in troubled.into_iter().chain([None]) {
        let directory = Directory { answered_at: Some(at(4)), trouble };
        unit.save_directory(&acme, &directory).await.unwrap();

        assert_eq!(unit.directory(&acme).await.unwrap(), directory);
    }
    assert_eq!(unit.directory(&handle("globex")).await.unwrap(), Directory::default());
}

pub async fn agents_with_live_sessions_are_asked_about_by_link_or_operator_id(database: &Database) {
    let mut unit = database.peopled().await;
    unit.save_agent(&linked("anna")).await.unwrap();
    let ben = Agent { operator_id: Some("op-2".to_owned()), ..agent("ben") };
    unit.save_agent(&ben).await.unwrap();
    unit.insert_agent(&handle("acme"), &agent("nobody")).await.unwrap();
    let live = session(1, "anna");
    let expired = Session { ends_at: at(10), ..session(2, "anna") };
    let ended = session(3, "anna");
    let (second, of_ben) = (session(4, "anna"), session(5, "ben"));
    for session in [&live, &expired, &ended, &second, &of_ben, &session(6, "nobody")] {
        unit.insert_session(session).await.unwrap();
    }
    unit.end_session(ended.id, End::SignedOut, at(5)).await.unwrap();

    let inquiries = unit.inquiries(&handle("acme"), at(10)).await.unwrap();

    let sessions = |sessions: &[&Session]| {
        let live =
            |session: &&Session| Live { session: session.id, created_at: session.created_at };
        sessions.iter().map(live).collect::<Vec<_>>()
    };
    let of = |agent: &str, subject, sessions| Inquiry {
        agent: id(agent),
        subject,
        finding: None,
        sessions,
    };
    assert_eq!(
        inquiries,
        [
            of("anna", Subject::User(anna()), sessions(&[&live, &second])),
            of("ben", Subject::Operator("op-2".to_owned()), sessions(&[&of_ben])),
        ]
    );
    assert_eq!(unit.inquiries(&handle("globex"), at(10)).await.unwrap(), []);
    assert_eq!(unit.agents_unknown_to_salesforce(&handle("acme")).await.unwrap(), 1);
}

pub async fn a_finding_stays_beside_the_account_until_it_is_cleared(database: &Database) {
    let mut unit = database.peopled().await;
    let acme = handle("acme");
    let unfit = [
        Unfit::Inactive,
        Unfit::NotInCallCenter(None),
        Unfit::NotInCallCenter(Some("04vxx0000000001".parse().unwrap())),
        Unfit::NotStandardUser("Guest".to_owned()),
        Unfit::Frozen,
    ];
    for unfit in unfit {
        let finding = Finding { unfit, user: anna(), found_at: at(3) };
        unit.save_finding(&id("anna"), Some(&finding)).await.unwrap();

        // Saving the account leaves it alone.
        unit.save_agent(&linked("anna")).await.unwrap();
        let anna = unit.agent(&id("anna")).await.unwrap().unwrap();
        assert_eq!(anna.finding.as_ref(), Some(&finding));
        assert_eq!(unit.inquiries(&acme, at(10)).await.unwrap()[0].finding, Some(finding));
    }

    assert_eq!(unit.found_unfit(&acme, anna(), None).await.unwrap().len(), 1);
    assert_eq!(unit.found_unfit(&acme, ben(), Some("op-9")).await.unwrap(), []);
    let disabled = Agent { status: Status::Disabled, ..linked("anna") };
    unit.save_agent(&disabled).await.unwrap();
    assert_eq!(unit.inquiries(&acme, at(10)).await.unwrap(), []);
    unit.save_agent(&linked("anna")).await.unwrap();

    unit.save_finding(&id("anna"), None).await.unwrap();

    assert_eq!(unit.agent(&id("anna")).await.unwrap().unwrap().finding, None);
    assert_eq!(unit.inquiries(&acme, at(10)).await.unwrap(), []);
}

fn linked(login: &str) -> Agent {
    let link = Link { user: anna(), linked_at: at(0), legacy: LinkedLegacy::Kept };
    Agent { link: Some(link), ..agent(login) }
}
