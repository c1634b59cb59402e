//! Two calls that are one conversation.

use super::{
    connect,
    world::{World, id},
};
use crate::{
    protocol::{CallIntent as C, MediaAsk, Microphone},
    snapshot::{CallState as S, EndSnapshot as End},
};

#[test]
fn two_calls_become_one_conversation_and_the_browser_mixes_both() {
    let world = conference();

    assert_eq!(world.states(0), [S::Talking, S::Talking]);
    assert_eq!((world.states(1), world.states(2)), (vec![S::Talking], vec![S::Talking]));
    assert!(world.softphones[0].snapshot().calls.iter().all(|call| call.joined));
    assert_eq!(world.mixed(0), [id(1), id(2)]);
}

#[test]
fn who_is_not_answered_is_not_brought_together_with_anybody() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    connect(&mut world, 0, 1, "1002");
    world.intend(0, C::Dial("1003".into()));

    world.intend(0, C::Merge(id(1)));
    world.intend(0, C::Merge(id(2)));
    world.intend(0, C::Merge(id(9)));

    assert!(world.softphones[0].snapshot().calls.iter().all(|call| !call.joined));
    assert_eq!(world.mixed(0), []);
}

#[test]
fn hold_and_resume_are_for_all_of_a_conference() {
    let mut world = conference();

    world.intend(0, C::Hold(id(1)));
    assert_eq!(world.states(0), [S::Held, S::Held]);
    world.intend(0, C::Resume(id(2)));

    assert_eq!(world.states(0), [S::Talking, S::Talking]);
    assert_eq!(world.mixed(0), [id(1), id(2)]);
}

#[test]
fn mute_is_for_all_of_a_conference() {
    let mut world = conference();
    world.effects[0].clear();

    world.intend(0, C::Mute(id(1)));

    let off = MediaAsk::Microphone(Microphone::Off);
    assert_eq!(world.media_of(0), [off.clone(), off]);
    world.intend(0, C::Unmute(id(2)));
    assert!(world.softphones[0].snapshot().calls.iter().all(|call| !call.muted));
}

#[test]
fn one_mute_key_is_for_both_who_are_brought_together() {
    let mut world = World::of(&["1001", "1002", "1003"]);
    connect(&mut world, 0, 1, "1002");
    world.intend(0, C::Mute(id(1)));
    connect(&mut world, 0, 2, "1003");

    world.intend(0, C::Merge(id(2)));

    assert!(world.softphones[0].snapshot().calls.iter().all(|call| !call.muted));
}

#[test]
fn when_one_hangs_up_the_other_call_goes_on_as_an_ordinary_one() {
    for (phone, theirs) in [(1, id(1)), (2, id(1)), (0, id(1))] {
        let mut world = conference();

        world.intend(phone, C::HangUp(theirs));

        let calls = world.softphones[0].snapshot().calls;
        assert!(calls.iter().all(|call| !call.joined), "{phone}");
        let (left, over) = if phone == 2 { (0, 1) } else { (1, 0) };
        assert_eq!(calls[left].state, S::Talking, "{phone}");
        assert!(matches!(calls[over].state, S::Ended(End::PeerHungUp | End::HungUp)), "{phone}");
        assert_eq!(world.mixed(0), [], "{phone}");
    }
}

#[test]
fn who_splits_a_conference_goes_on_with_one_and_holds_the_other() {
    let mut world = conference();

    world.intend(0, C::Split(id(1)));

    assert_eq!(world.states(0), [S::Talking, S::Held]);
    assert_eq!(world.mixed(0), []);
    world.intend(0, C::Resume(id(2)));
    assert_eq!(world.states(0), [S::Held, S::Talking]);
}

#[test]
fn another_call_puts_the_whole_conference_on_hold() {
    let mut world = conference();

    connect(&mut world, 0, 3, "1004");

    assert_eq!(world.states(0), [S::Held, S::Held, S::Talking]);
    world.intend(0, C::Resume(id(1)));
    assert_eq!(world.states(0), [S::Talking, S::Talking, S::Held]);
}

#[test]
fn a_conference_outlives_a_reload() {
    let mut world = conference();
    world.effects[0].clear();

    world.reload(0);

    assert_eq!(world.states(0), [S::Talking, S::Talking]);
    assert_eq!((world.states(1), world.states(2)), (vec![S::Talking], vec![S::Talking]));
    assert_eq!(world.mixed(0), [id(1), id(2)]);
}

fn conference() -> World {
    let mut world = World::of(&["1001", "1002", "1003", "1004"]);
    connect(&mut world, 0, 1, "1002");
    connect(&mut world, 0, 2, "1003");
    world.intend(0, C::Merge(id(2)));
    world
}
