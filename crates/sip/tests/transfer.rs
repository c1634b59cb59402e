//! Transfers, in every role: who asks, who is asked, who is called (RFC 5589).

mod world;

use sip::{Cause, Dial, Event, InvitationId, TransferTarget};
use world::{SOON, World, ended};

#[test]
fn a_blind_transfer_connects_the_caller_with_another() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    assert!(world.agent(0).refer(now, made, "1003"));
    world.run_for(SOON);
    let new_call = follow(&mut world, 1, rings);
    world.run_for(SOON);
    let third = world.incoming(2);
    assert_eq!(third.from.user, "1002");
    let now = world.now;
    world.agent(2).answer(now, third.invitation, "answer".to_owned());
    world.run_for(SOON);

    assert_eq!(progress(&world.events(0)), [100, 180, 200]);
    let told = world.events(1);
    assert!(told.iter().any(|event| matches!(event, Event::Established { invitation, .. } if *invitation == new_call)), "{told:?}");
}

#[test]
fn a_transfer_to_a_busy_phone_is_told_and_the_call_stays() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    let (made, rings) = world.call(0, 1);

    let now = world.now;
    world.agent(0).refer(now, made, "1003");
    world.run_for(SOON);
    follow(&mut world, 1, rings);
    world.run_for(SOON);
    let third = world.incoming(2).invitation;
    let now = world.now;
    world.agent(2).refuse(now, third, 486);
    world.run_for(SOON);

    let told = world.events(0);
    assert_eq!(progress(&told), [100, 180, 486]);
    assert_eq!(ended(&told), []);
}

#[test]
fn an_attended_transfer_puts_the_new_call_in_the_place_of_the_old() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    let (customer, customers_side) = world.call(0, 1);
    let (colleague, colleagues_side) = world.call(0, 2);

    let now = world.now;
    assert!(world.agent(0).connect(now, customer, colleague));
    world.run_for(SOON);
    follow(&mut world, 1, customers_side);
    world.run_for(SOON);
    let arrived = world.incoming(2);
    assert_eq!(arrived.replaces, Some(colleagues_side));
    let now = world.now;
    world.agent(2).answer(now, arrived.invitation, "answer".to_owned());
    world.run_for(SOON);

    let told = world.events(0);
    assert_eq!(progress(&told).last(), Some(&200));
    assert_eq!(ended(&told), [Cause::PeerHungUp], "the call to the colleague was replaced");
    assert_eq!(ended(&world.events(2)), [Cause::Replaced]);
}

#[test]
fn a_call_is_taken_over_from_a_page_that_is_gone() {
    let mut world = World::of(&["1001", "1002"]);
    let made = world.dial(0, "1002");
    world.run_for(SOON);
    let rings = world.incoming(1).invitation;
    let now = world.now;
    world.agent(1).answer(now, rings, "answer".to_owned());
    world.run_for(SOON);
    let saved = world
        .events(0)
        .into_iter()
        .find_map(|event| match event {
            Event::Established { dialog, .. } => Some(dialog),
            _ => None,
        })
        .expect("a call");

    let dial = Dial {
        target: saved.peer.clone(),
        offer: "offer of the new page".to_owned(),
        replaces: Some(sip::Replaces::of(&saved)),
        ..Dial::default()
    };
    let now = world.now;
    let resumed = world.agent(0).dial(now, dial).expect("an address");
    world.run_for(SOON);
    let arrived = world.incoming(1);
    assert_eq!(arrived.replaces, Some(rings));
    let now = world.now;
    world.agent(1).answer(now, arrived.invitation, "answer".to_owned());
    world.run_for(SOON);

    let told = world.events(0);
    assert!(told.iter().any(
        |event| matches!(event, Event::Established { invitation, .. } if *invitation == resumed)
    ));
    assert!(told.contains(&Event::Ended { invitation: made, cause: Cause::PeerHungUp }));
}

#[test]
fn a_replaces_of_no_call_is_refused() {
    let mut world = World::of(&["1001", "1002"]);
    let replaces = sip::Replaces {
        call_id: "unheard of".to_owned(),
        to_tag: "1".to_owned(),
        from_tag: "2".to_owned(),
        early_only: false,
    };

    let dial = Dial { target: "1002".to_owned(), replaces: Some(replaces), ..Dial::default() };
    let now = world.now;
    world.agent(0).dial(now, dial).expect("an address");
    world.run_for(SOON);

    assert!(matches!(&ended(&world.events(0))[..], [Cause::Refused { status: 481, .. }]));
    assert_eq!(world.events(1), []);
}

/// Does what a [`Event::Referred`] asks for.
fn follow(world: &mut World, phone: usize, within: InvitationId) -> InvitationId {
    let told = world.events(phone);
    let referred = told.iter().find_map(|event| match event {
        Event::Referred { target, referred_by, .. } => Some((target.clone(), referred_by.clone())),
        _ => None,
    });
    let (TransferTarget { uri, replaces }, by) =
        referred.unwrap_or_else(|| panic!("nobody is referred; instead {told:?}"));
    assert!(by.as_deref().is_some_and(|by| by.contains("1001")), "{by:?}");
    let dial = Dial {
        target: uri,
        offer: "offer".to_owned(),
        replaces,
        referred: Some((within, by)),
        ..Dial::default()
    };
    let now = world.now;
    world.agent(phone).dial(now, dial).expect("an address")
}

fn progress(events: &[Event]) -> Vec<u16> {
    events
        .iter()
        .filter_map(|event| match event {
            Event::Transferring { status, .. } => Some(*status),
            _ => None,
        })
        .collect()
}
