//! Which phones have to hear that their account has changed.

use identity::{
    agent::{Agent, Status},
    calling::{
        BusyReason, CallerId, Calling, Deactivation, Disposition, Extension, IceUrl, Secret,
        SipDomain, WebSocketUrl, numbers::Region,
    },
    session::{End, Session, SessionId},
};
use store::Unit;

use crate::database::{Database, agent, at, handle, id, session};

pub async fn the_phones_that_have_to_hear_of_a_change_are_found(database: &Database) {
    let mut unit = signed_in(database).await;
    assert!(told(&mut unit, 0).await.is_empty());

    unit.calling_changed(&handle("acme"), Some(&id("anna")), at(10)).await.unwrap();
    assert_eq!(told(&mut unit, 10).await, [1, 2]);
    unit.calling_changed(&handle("acme"), None, at(20)).await.unwrap();

    assert_eq!(told(&mut unit, 10).await, [1, 2, 3]);
    assert_eq!(told(&mut unit, 20).await, [1, 2, 3]);
    assert!(told(&mut unit, 21).await.is_empty());
    unit.calling_changed(&handle("acme"), Some(&id("ben")), at(30)).await.unwrap();
    assert_eq!(told(&mut unit, 21).await, [3]);
}

pub async fn a_change_is_told_to_nobody_else(database: &Database) {
    let mut unit = signed_in(database).await;
    unit.end_session(SessionId([2; 16]), End::SignedOut, at(1)).await.unwrap();

    unit.calling_changed(&handle("globex"), None, at(10)).await.unwrap();
    assert_eq!(told(&mut unit, 0).await, [4]);
    unit.calling_changed(&handle("acme"), Some(&id("anna")), at(20)).await.unwrap();

    assert_eq!(told(&mut unit, 20).await, [1], "the second of her sessions has ended");
}

pub async fn each_change_makes_a_newer_version_also_when_the_clock_goes_back(database: &Database) {
    let mut unit = signed_in(database).await;
    let mut last = unit.calling_version(&id("anna")).await.unwrap();
    assert_eq!(last, 0);

    for (agent, second) in [(None, 20), (Some(id("anna")), 10), (None, 5), (Some(id("anna")), 4)] {
        unit.calling_changed(&handle("acme"), agent.as_ref(), at(second)).await.unwrap();

        let version = unit.calling_version(&id("anna")).await.unwrap();
        assert!(version > last, "after {second} it is {version}, and was {last}");
        let listed = unit.sessions_with_calling_changed_since(at(0)).await.unwrap();
        assert!(listed.contains(&(SessionId([1; 16]), version)), "{listed:?}");
        last = version;
    }
}

pub async fn colleagues_are_the_others_who_can_be_called(database: &Database) {
    let mut unit = database.peopled().await;
    let with = |login: &str, extension: &str| Agent {
        extension: Some(Extension::parse(extension).unwrap()),
        ..agent(login)
    };
    for one in [with("anna", "1001"), with("ben", "1002")] {
        unit.save_agent(&one).await.unwrap();
    }
    let disabled = Agent { status: Status::Disabled, ..with("carla", "1003") };
    for one in [disabled, with("alma", "1004"), agent("dora")] {
        unit.insert_agent(&handle("acme"), &one).await.unwrap();
    }
    unit.insert_agent(&handle("globex"), &with("gina", "1002")).await.unwrap();

    let found = unit.colleagues(&handle("acme"), &id("anna")).await.unwrap();

    let found: Vec<_> = found.iter().map(|one| (&*one.name, one.extension.as_str())).collect();
    assert_eq!(found, [("alma", "1004"), ("ben", "1002")]);
}

/// Everything that can be set.
pub fn calling() -> Calling {
    let ice = |url: &str| IceUrl::parse(url).unwrap();
    Calling {
        websocket: Some(WebSocketUrl::parse("wss://pbx.example:7443/ws").unwrap()),
        domain: Some(SipDomain::parse("pbx.example").unwrap()),
        secret: Some(Secret::new("of the PBX")),
        ice_servers: vec![ice("stun:stun.example"), ice("turn:turn.example?transport=udp")],
        turn_secret: Some(Secret::new("of the TURN servers")),
        voicemail: Some(Extension::parse("*97").unwrap()),
        region: Some(Region::parse("FR").unwrap()),
        dispositions: ["Interested", "Call back"]
            .map(|text| Disposition::parse(text).unwrap())
            .into(),
        busy_reasons: ["Lunch", "Training"].map(|text| BusyReason::parse(text).unwrap()).into(),
        caller_ids: ["+14155550100", "1001"].map(|text| CallerId::parse(text).unwrap()).into(),
        deactivation: Deactivation::Now,
    }
}

/// Anna twice and Ben once at `acme`, and somebody at `globex`.
async fn signed_in(database: &Database) -> Unit {
    let mut unit = database.peopled().await;
    unit.insert_agent(&handle("globex"), &agent("gina")).await.unwrap();
    for (number, login) in [(1, "anna"), (2, "anna"), (3, "ben")] {
        unit.insert_session(&session(number, login)).await.unwrap();
    }
    let elsewhere = Session { organization: handle("globex"), ..session(4, "gina") };
    unit.insert_session(&elsewhere).await.unwrap();
    unit
}

/// Sessions by their number.
async fn told(unit: &mut Unit, since: i64) -> Vec<u8> {
    let told = unit.sessions_with_calling_changed_since(at(since)).await.unwrap();
    let mut told: Vec<u8> = told.into_iter().map(|(session, _)| session.0[0]).collect();
    told.sort_unstable();
    told
}
