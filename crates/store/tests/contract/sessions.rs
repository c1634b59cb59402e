//! Sessions: what ends them, how often, and who hears of it.

use identity::{
    session::{End, Session, SessionId},
    sign_in::Way,
};
use store::Unit;

use crate::database::{Database, anna, at, consent, handle, id, session};

pub async fn a_session_reads_back_as_it_was_written(database: &Database) {
    let mut unit = database.peopled().await;
    let given = consent("given", anna(), "anna");
    unit.insert_consent(&handle("acme"), &given).await.unwrap();
    let ways = Way::ALL.into_iter().zip(1..);
    for (way, number) in ways {
        let opened = Session {
            way,
            consent: Some(given.id.clone()),
            proved_at: Some(at(1)),
            ..session(number, "anna")
        };
        unit.insert_session(&opened).await.unwrap();
        assert_eq!(unit.session(opened.id).await.unwrap().as_ref(), Some(&opened));

        let renewed =
            Session { generation: 2, renewed_at: at(240), proved_at: Some(at(240)), ..opened };
        unit.renew_session(&renewed).await.unwrap();
        assert_eq!(unit.session(renewed.id).await.unwrap(), Some(renewed));
    }
    assert_eq!(unit.session(SessionId([99; 16])).await.unwrap(), None);
}

pub async fn a_session_ends_once_and_says_why(database: &Database) {
    let mut unit = database.peopled().await;
    for (end, number) in End::ALL.into_iter().zip(1..) {
        let opened = session(number, "anna");
        unit.insert_session(&opened).await.unwrap();

        assert_eq!(unit.end_session(opened.id, end, at(1)).await.unwrap(), 1);
        assert_eq!(unit.end_session(opened.id, End::SignedOut, at(2)).await.unwrap(), 0);

        assert_eq!(ended(&mut unit, number).await, Some(end));
    }
}

pub async fn sessions_end_with_their_agent_and_with_their_consent(database: &Database) {
    let mut unit = database.peopled().await;
    let given = consent("given", anna(), "anna");
    unit.insert_consent(&handle("acme"), &given).await.unwrap();
    let on_consent =
        |number| Session { consent: Some(given.id.clone()), ..session(number, "anna") };
    let opened = [on_consent(1), on_consent(2), session(3, "anna"), session(4, "ben")];
    for session in &opened {
        unit.insert_session(session).await.unwrap();
    }

    let by_consent = unit.end_sessions_of_consent(&given.id, End::ConsentRevoked, at(1)).await;
    assert_eq!(by_consent.unwrap(), 2);
    let by_agent = unit.end_sessions_of_agent(&id("anna"), End::AgentDisabled, at(2)).await;
    assert_eq!(by_agent.unwrap(), 1);

    assert_eq!(ended(&mut unit, 1).await, Some(End::ConsentRevoked));
    assert_eq!(ended(&mut unit, 2).await, Some(End::ConsentRevoked));
    assert_eq!(ended(&mut unit, 3).await, Some(End::AgentDisabled));
    assert_eq!(ended(&mut unit, 4).await, None);
}

pub async fn legacy_sessions_end_of_one_panel_or_of_all(database: &Database) {
    let mut unit = database.peopled().await;
    let by_token = |number, jkt: &str| Session {
        way: Way::Legacy,
        jkt: jkt.to_owned(),
        ..session(number, "anna")
    };
    let bens = Session { way: Way::Legacy, ..session(5, "ben") };
    let by_proof = session(4, "anna");
    let opened = [by_token(1, "jkt"), by_token(2, "other"), by_token(3, "third"), by_proof, bens];
    for session in &opened {
        unit.insert_session(session).await.unwrap();
    }

    let of_panel = unit.end_legacy_sessions(&id("anna"), Some("jkt"), End::Replaced, at(1)).await;
    assert_eq!(of_panel.unwrap(), 1);
    assert_eq!(ended(&mut unit, 1).await, Some(End::Replaced));
    let of_all = unit.end_legacy_sessions(&id("anna"), None, End::ByAdministrator, at(2)).await;
    assert_eq!(of_all.unwrap(), 2);

    assert_eq!(ended(&mut unit, 3).await, Some(End::ByAdministrator));
    assert_eq!((ended(&mut unit, 4).await, ended(&mut unit, 5).await), (None, None));
}

pub async fn ended_sessions_are_reported_since_a_moment(database: &Database) {
    let mut unit = database.peopled().await;
    for number in 1..=3 {
        unit.insert_session(&session(number, "anna")).await.unwrap();
    }
    unit.end_session(SessionId([1; 16]), End::SignedOut, at(10)).await.unwrap();
    unit.end_session(SessionId([2; 16]), End::Reused, at(20)).await.unwrap();

    let both = vec![(SessionId([1; 16]), End::SignedOut), (SessionId([2; 16]), End::Reused)];
    assert_eq!(unit.sessions_ended_since(at(10)).await.unwrap(), both);
    assert_eq!(unit.sessions_ended_since(at(11)).await.unwrap(), both[1..]);
    assert_eq!(unit.sessions_ended_since(at(21)).await.unwrap(), []);
}

pub async fn a_ticket_opens_one_socket(database: &Database) {
    let mut unit = database.peopled().await;
    let opened = session(1, "anna");
    unit.insert_session(&opened).await.unwrap();
    for mac in [[1; 32], [2; 32]] {
        unit.insert_ticket(&mac, opened.id, at(60)).await.unwrap();
    }

    assert_eq!(unit.consume_ticket(&[3; 32], at(1)).await.unwrap(), None);
    assert_eq!(unit.consume_ticket(&[1; 32], at(59)).await.unwrap(), Some(opened.id));
    assert_eq!(unit.consume_ticket(&[1; 32], at(59)).await.unwrap(), None);
    assert_eq!(unit.consume_ticket(&[2; 32], at(60)).await.unwrap(), None);
}

async fn ended(unit: &mut Unit, number: u8) -> Option<End> {
    unit.session(SessionId([number; 16])).await.unwrap().unwrap().ended
}
